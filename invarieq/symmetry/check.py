"""Does a vector field leave an equation invariant? Decided by prolongation, on the equation itself.

pr v(Δ) must vanish wherever Δ = 0 and its differential consequences hold (Olver 1993, Theorem 2.31).
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.errors import DeclarationError, NotASymmetry, Undecided
from invarieq.exact.decide import decide
from invarieq.expressions.read import shortened
from invarieq.jets import JetSpace, VectorField, apply_prolonged, substitute, symbols_of

MAX_SUBSTITUTIONS = 200
SHOWN = 600  # characters of an expression in a message


def leading_of(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol] = ()) -> tuple[sp.Symbol, ...]:
    """What each equation is solved for.

    As given; else the highest pure derivative by the first coordinate that enters linearly, every equation another one; where
    there is none, the highest derivative that enters linearly.
    """
    if leading and len(leading) != len(law):
        raise DeclarationError(f"{len(leading)} leading derivatives for {len(law)} equations; give one each")
    given: list[sp.Symbol | None] = list(leading) or [None] * len(law)
    for equation, symbol in zip(law, given, strict=True):
        if symbol is not None:
            solve_for(equation, symbol)
    chosen = [s for s in given if s is not None]
    result: list[sp.Symbol] = []
    for equation, symbol in zip(law, given, strict=True):
        result.append(_chosen(equation, space, chosen) if symbol is None else symbol)
        chosen.append(result[-1])
    return tuple(result)


def without_returning(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol]) -> tuple[sp.Symbol, ...]:
    """The leading derivatives as given, or chosen anew if one has a derivative in its own equation, which would bring it back."""
    returning = any(_has_higher(s, _jets(e, space), space) for e, s in zip(law, leading, strict=False))
    return leading_of(space, law) if returning else tuple(leading)


def _jets(equation: sp.Expr, space: JetSpace) -> list[sp.Symbol]:
    return [s for s in symbols_of(equation) if space.index(s)]


def _chosen(equation: sp.Expr, space: JetSpace, taken: Sequence[sp.Symbol]) -> sp.Symbol:
    jets = _jets(equation, space)
    derivatives = [s for s in jets if s not in taken and sum(space.index(s)[1]) > 0]  # type: ignore[index]
    highest = [s for s in derivatives if not _has_higher(s, jets, space)]
    candidates = (
        [s for s in highest if _is_linear(equation, s)]
        or [s for s in highest if _is_solvable(equation, s)]
        or [s for s in derivatives if _is_linear(equation, s)]
    )
    if not candidates:
        raise DeclarationError(f"the equation {equation} = 0 cannot be solved for a derivative in it; name one in `leading`")
    return max(candidates, key=lambda s: _preference(space, s))


def _has_higher(symbol: sp.Symbol, jets: Sequence[sp.Symbol], space: JetSpace) -> bool:
    """Whether one of the jets is a derivative of `symbol`: solving for it would bring it back."""
    a, index = space.index(symbol)  # type: ignore[misc]
    found = [space.index(j) for j in jets if j != symbol]
    return any(f and f[0] == a and all(n >= m for n, m in zip(f[1], index, strict=True)) for f in found)


def _preference(space: JetSpace, symbol: sp.Symbol) -> tuple[bool, int, tuple[int, ...], int]:
    a, index = space.index(symbol)  # type: ignore[misc]
    pure = index[0] > 0 and sum(index) == index[0]
    return (pure, sum(index), index, -a)


def _is_linear(equation: sp.Expr, symbol: sp.Symbol) -> bool:
    slope = sp.diff(equation, symbol)
    return slope != 0 and not sp.expand(slope).has(symbol)


def _is_solvable(equation: sp.Expr, symbol: sp.Symbol) -> bool:
    try:
        solve_for(equation, symbol)
    except DeclarationError:
        return False
    return True


def solve_for(equation: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    """`equation` = 0 solved for a symbol: linear, a pure power (the positive root), or quadratic (the branch with + root)."""
    if _is_linear(equation, symbol):
        slope = sp.diff(equation, symbol)
        return sp.expand(sp.expand(slope * symbol - equation) / slope)
    found = sp.Poly(equation, symbol).as_dict() if equation.is_polynomial(symbol) else {}
    degrees = sorted(d for (d,) in found)
    side: sp.Expr = sp.I
    if len(degrees) == 2 and degrees[0] == 0:
        side = (-found[0,] / found[degrees[1],]) ** sp.Rational(1, degrees[1])
    elif degrees and degrees[-1] == 2:
        a, b, c = (found.get((d,), sp.S.Zero) for d in (2, 1, 0))
        side = (-b + sp.sqrt(b**2 - 4 * a * c)) / (2 * a)
    if not side.has(sp.I):
        return side
    raise DeclarationError(
        f"the equation {equation} = 0 cannot be solved for its leading derivative {symbol}: expected it linear, squared or as a "
        "pure power; choose another one"
    )


def solved(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol]) -> dict[sp.Symbol, sp.Expr]:
    """leading → right-hand side, one equation solved for one derivative, none left on the right."""
    sides = {}
    for equation, symbol in zip(law, leading, strict=True):
        sides[symbol] = solve_for(equation, symbol)
    for _ in range(len(sides)):
        sides = {s: sp.expand(substitute(side, {k: v for k, v in sides.items() if k != s})) for s, side in sides.items()}
    if any(side.has(*sides) for side in sides.values()):
        raise DeclarationError(
            "the equations cannot be solved for their leading derivatives together; choose others in `leading`"
        )
    return sides


def on_shell(expr: sp.Expr, space: JetSpace, sides: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """`expr` with every leading derivative and every derivative of one replaced by what the law says."""
    known = dict(sides)
    for _ in range(MAX_SUBSTITUTIONS):
        found = [s for s in symbols_of(expr) if _principal(s, space, sides)]
        if not found:
            return expr
        top = max(found, key=lambda s: sum(space.index(s)[1]))  # type: ignore[index]
        if top not in known:
            known[top] = _consequence(top, space, sides)
        expr = substitute(expr, {top: known[top]})
    raise Undecided(
        f"the law keeps bringing back its leading derivatives {', '.join(map(str, sides))}; choose others in `leading`"
    )


def _principal(symbol: sp.Symbol, space: JetSpace, sides: dict[sp.Symbol, sp.Expr]) -> bool:
    return symbol in sides or _source(symbol, space, sides) is not None


def _source(symbol: sp.Symbol, space: JetSpace, sides: dict[sp.Symbol, sp.Expr]) -> sp.Symbol | None:
    found = space.index(symbol)
    for leading in sides:
        a, index = space.index(leading)  # type: ignore[misc]
        if found and found[0] == a and all(n >= m for n, m in zip(found[1], index, strict=True)):
            return leading
    return None


def _consequence(symbol: sp.Symbol, space: JetSpace, sides: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    leading = _source(symbol, space, sides)
    assert leading is not None
    lower, index = space.index(leading)[1], space.index(symbol)[1]  # type: ignore[index]
    return sp.expand(space.total_derivatives(sides[leading], tuple(n - m for n, m in zip(index, lower, strict=True))))


def residuals(
    field: VectorField, space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol] = ()
) -> tuple[sp.Expr, ...]:
    """pr v applied to each equation, where the equations hold; all zero exactly when v is a symmetry.

    The result is canonical (expanded, or cancelled where it is rational). Raises `Undecided` when an expression is zero
    at random points but could not be shown to be zero.
    """
    leading = leading_of(space, law, leading)
    sides = solved(space, law, leading)
    return tuple(canonical(on_shell(sp.expand(apply_prolonged(field, equation, space)), space, sides)) for equation in law)


def canonical(expr: sp.Expr) -> sp.Expr:
    """0 if `expr` vanishes identically, else `expr` expanded; `Undecided` if neither can be shown."""
    decision = decide(expr)
    if decision.status == "undecided":
        raise Undecided(f"{_shown(expr)} may vanish: {decision.how}")
    return sp.S.Zero if decision.proved else sp.expand(expr)


def _shown(what: object) -> str:
    return shortened(str(what), SHOWN)


def check_symmetry(
    symmetry: Sequence[VectorField],
    space: JetSpace,
    law: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol] = (),
    *,
    name: str = "the law",
) -> None:
    """Raise `NotASymmetry` for the first generator that does not leave the law invariant, with what is left over."""
    for field in symmetry:
        for equation, left in zip(law, residuals(field, space, law, leading), strict=True):
            if left != 0:
                raise NotASymmetry(
                    f"{name} does not admit {_shown(field.label)!r}: the prolonged field applied to {_shown(equation)} leaves {_shown(left)} "
                    "instead of 0 where the equation holds; correct the generator or the equation"
                )
