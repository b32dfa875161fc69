"""Which derivatives a law determines, and differential functions where it holds."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, symbols_of
from invarieq.symmetry.check import leading_of, on_shell, solved


def principal_of(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol] = ()) -> tuple[sp.Symbol, ...]:
    """A derivative for each equation of which the system holds no further derivative.

    As given or as `leading_of` says where that is so (u_t in u_t = u_xx); else the highest derivative that enters linearly
    (u_txx in u_t − u_txx + u u_x = 0, where u_t would come back for ever). Raises `DeclarationError` where there is none.
    """
    jets = sorted({s for e in law for s in symbols_of(e) if space.index(s)}, key=lambda s: s.name)
    try:
        first = leading_of(space, law, leading)
    except DeclarationError:
        first = ()
    if first and not any(is_derivative(space, j, s) and j != s for j in jets for s in first):
        return first
    chosen: list[sp.Symbol] = []
    for equation in law:
        usable = [s for s in symbols_of(equation) if s in jets and s not in chosen and _free(space, s, equation, jets)]
        if not usable:
            raise DeclarationError(f"the equation {equation} = 0 cannot be solved for a highest derivative; name one in `leading`")
        chosen.append(max(usable, key=lambda s: (sum(space.index(s)[1]), space.index(s)[1])))  # type: ignore[index]
    return tuple(chosen)


def _free(space: JetSpace, symbol: sp.Symbol, equation: sp.Expr, jets: Sequence[sp.Symbol]) -> bool:
    slope = sp.diff(equation, symbol)
    linear = slope != 0 and not sp.expand(slope).has(symbol)
    return linear and sum(space.index(symbol)[1]) > 0 and not any(j != symbol and is_derivative(space, j, symbol) for j in jets)  # type: ignore[index]


def is_derivative(space: JetSpace, symbol: sp.Symbol, of: sp.Symbol) -> bool:
    """Whether one jet is the other or a derivative of it."""
    a, b = space.index(symbol), space.index(of)
    return a is not None and b is not None and a[0] == b[0] and all(n >= m for n, m in zip(a[1], b[1], strict=True))


def restricted(expr: sp.Expr, space: JetSpace, law: Sequence[sp.Expr], principal: Sequence[sp.Symbol]) -> sp.Expr:
    """`expr` with the principal derivatives replaced by what the law says."""
    if not any(is_derivative(space, s, p) for s in symbols_of(expr) if space.index(s) for p in principal):
        return expr
    return on_shell(expr, space, solved(space, law, principal))
