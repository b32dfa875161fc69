"""Which derivatives a law determines, and differential functions where it holds."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, symbols_of
from invarieq.symmetry.check import leading_of, on_shell, solved


def principal_of(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol] = ()) -> tuple[sp.Symbol, ...]:
    """A derivative for each equation, such that replacing it and its derivatives by the law comes to an end.

    As given or as `leading_of` says where that is so (u_t in u_t = u_xx); else the highest derivative that enters linearly
    (u_txx in u_t − u_txx + u u_x = 0, where u_t would come back for ever). Raises `DeclarationError` where there is none.
    """
    try:
        first = leading_of(space, law, leading)
    except DeclarationError:
        first = ()
    if first and _ends(space, law, first):
        return first
    chosen: list[sp.Symbol] = []
    for equation in law:
        usable = [s for s in symbols_of(equation) if space.index(s) and s not in chosen and _free(space, s, equation)]
        if usable:
            chosen.append(max(usable, key=lambda s: (sum(space.index(s)[1]), space.index(s)[1])))  # type: ignore[index]
    if len(chosen) < len(law) or not _ends(space, law, chosen):
        raise DeclarationError(
            f"the law {', '.join(f'{e} = 0' for e in law)} cannot be solved for one derivative each; name them in `leading`"
        )
    return tuple(chosen)


def _free(space: JetSpace, symbol: sp.Symbol, equation: sp.Expr) -> bool:
    slope = sp.diff(equation, symbol)
    return not sp.expand(slope).has(symbol) and sum(space.index(symbol)[1]) > 0 and not _holds(space, equation, symbol, symbol)  # type: ignore[index]


def _holds(space: JetSpace, equation: sp.Expr, of: sp.Symbol, beside: sp.Symbol) -> bool:
    """Whether an equation holds a derivative of `of` other than `beside`."""
    return any(s != beside and is_derivative(space, s, of) for s in symbols_of(equation))


def _ends(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol]) -> bool:
    """Whether no equation leads back to itself: equation k needs equation l if it holds a derivative of what l determines."""
    needs = {k: [j for j, s in enumerate(leading) if _holds(space, e, s, leading[k])] for k, e in enumerate(law)}
    done: set[int] = set()
    while ready := [k for k in needs if k not in done and all(j in done for j in needs[k])]:
        done |= set(ready)
    return len(done) == len(law)


def is_derivative(space: JetSpace, symbol: sp.Symbol, of: sp.Symbol) -> bool:
    """Whether one jet is the other or a derivative of it."""
    a, b = space.index(symbol), space.index(of)
    return a is not None and b is not None and a[0] == b[0] and all(n >= m for n, m in zip(a[1], b[1], strict=True))


def restricted(expr: sp.Expr, space: JetSpace, law: Sequence[sp.Expr], principal: Sequence[sp.Symbol]) -> sp.Expr:
    """`expr` with the principal derivatives replaced by what the law says."""
    if not any(is_derivative(space, s, p) for s in symbols_of(expr) if space.index(s) for p in principal):
        return expr
    return on_shell(expr, space, solved(space, law, principal))
