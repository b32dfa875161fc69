"""Equations solved for unknowns in closed form, where they have one real solution for generic values of what else they hold.

Linear equations by elimination; others one by one, each operation undone on the other side: 3 exp(u_t) = u gives u_t = log(u/3).
Where several solutions are possible (an even power) there is none, since nothing says which is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp
from sympy.solvers.solveset import NonlinearError

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.law.law import Law

DEEPEST = 50  # operations undone
_INVERSES: dict[type[sp.Expr], Callable[[sp.Expr], sp.Expr]] = {
    sp.exp: sp.log,
    sp.log: sp.exp,
    sp.sinh: lambda y: sp.log(y + sp.sqrt(y**2 + 1)),
    sp.tanh: lambda y: sp.log((1 + y) / (1 - y)) / 2,
    sp.atan: sp.tan,
    sp.asin: sp.sin,
    sp.acos: sp.cos,
}


def solved_law(law: Law, leading: Sequence[sp.Symbol]) -> Law:
    """The same law solved for these derivatives, its constants kept as symbols.

    Raises `DeclarationError` where its equations do not have exactly one solution in closed form.
    """
    if tuple(leading) == law.leading:
        return law
    equations = law.equations("symbolic")
    sides = solution(equations, leading)
    if sides is None:
        raise DeclarationError(
            f"the equations {'; '.join(f'{e} = 0' for e in equations)} cannot be solved for {', '.join(s.name for s in leading)}: they "
            "have no solution in closed form, or more than one"
        )
    right = tuple(sides[s] for s in leading)
    return Law(law.space, tuple(leading), right, law.coefficients, law.score, law.complexity, law.notes, law.covariance)


def highest_derivatives(space: JetSpace, equations: Sequence[sp.Expr], coordinate: sp.Symbol) -> tuple[sp.Symbol, ...]:
    """Of each field the highest pure derivative by a coordinate that occurs in the equations; fields without one are left out."""
    axis = space.coordinates.index(coordinate)
    found: dict[int, int] = {}
    for symbol in dict.fromkeys(s for e in equations for s in symbols_of(e)):
        at = space.index(symbol)
        if at is not None and at[1][axis] == sum(at[1]) > 0:
            found[at[0]] = max(found.get(at[0], 0), at[1][axis])
    return tuple(
        space.jet(a, tuple(order if i == axis else 0 for i in range(len(space.coordinates))))
        for a, order in sorted(found.items())
    )


def solution(equations: Sequence[sp.Expr], unknowns: Sequence[sp.Symbol]) -> dict[sp.Symbol, sp.Expr] | None:
    """Unknown → its value, free of unknowns; None where there is none in closed form, or more than one."""
    if len(equations) != len(unknowns) or len(set(unknowns)) != len(unknowns):
        return None
    linear = _linear(equations, unknowns)
    return linear if linear is not None else _one_by_one(list(equations), list(unknowns))


def _linear(equations: Sequence[sp.Expr], unknowns: Sequence[sp.Symbol]) -> dict[sp.Symbol, sp.Expr] | None:
    """By elimination, the denominators multiplied out."""
    cleared = [_numerator(e) for e in equations]
    if not all(e.is_polynomial(*unknowns) for e in cleared):
        return None
    try:
        slopes, rest = sp.linear_eq_to_matrix(cleared, list(unknowns))
    except NonlinearError:
        return None
    if sp.expand(slopes.det()) == 0:
        return None
    sides = slopes.LUsolve(rest) if len(cleared) > 1 else rest / slopes[0]
    return {s: _plain(side) for s, side in zip(unknowns, sides, strict=True)}


def _plain(side: sp.Expr) -> sp.Expr:
    """Over a number: expanded into terms; over anything else: as one fraction."""
    above, below = sp.fraction(sp.together(side))
    return sp.expand(side) if not symbols_of(below) else sp.expand(above) / below


def _numerator(expr: sp.Expr) -> sp.Expr:
    return expr if expr.is_polynomial() else sp.numer(sp.together(expr))


def _one_by_one(equations: list[sp.Expr], unknowns: list[sp.Symbol]) -> dict[sp.Symbol, sp.Expr] | None:
    """An equation with one unknown is solved and put into the others, until none is left."""
    found: dict[sp.Symbol, sp.Expr] = {}
    while equations:
        lone = [(e, held[0]) for e in equations if len(held := [s for s in unknowns if e.has(s)]) == 1]
        sides = ((e, symbol, isolated(e, symbol)) for e, symbol in lone)
        step = next(((e, symbol, side) for e, symbol, side in sides if side is not None), None)
        if step is None:
            return None
        equation, symbol, side = step
        equations = [substitute(e, {symbol: side}) for e in equations if e is not equation]
        unknowns = [s for s in unknowns if s != symbol]
        found[symbol] = side
    return found


def isolated(equation: sp.Expr, symbol: sp.Symbol) -> sp.Expr | None:
    """The one value of `symbol` at which the equation vanishes, every operation around the symbol undone; None where that fails."""
    left, right = equation, sp.S.Zero
    for _ in range(DEEPEST):
        if left == symbol:
            return right
        linear = _linear([left - right], [symbol])
        if linear is not None:
            return linear[symbol]
        step = _undone(left, right, symbol)
        if step is None:
            cleared = _numerator(left - right)
            step = (cleared, sp.S.Zero) if cleared != left and right != 0 else None
        if step is None:
            return None
        left, right = step
    return None


def _undone(left: sp.Expr, right: sp.Expr, symbol: sp.Symbol) -> tuple[sp.Expr, sp.Expr] | None:
    """left = right with the outermost operation of the left side taken to the right."""
    if isinstance(left, sp.Add):
        apart, held = left.as_independent(symbol, as_Add=True)
        return (held, right - apart) if apart != 0 else None
    if isinstance(left, sp.Mul):
        apart, held = left.as_independent(symbol, as_Add=False)
        return (held, right / apart) if apart != 1 else None
    if type(left) in _INVERSES:
        return left.args[0], _INVERSES[type(left)](right)  # type: ignore[return-value]
    if isinstance(left, sp.Pow):
        return _root(left, right, symbol)
    return None


def _root(power: sp.Pow, right: sp.Expr, symbol: sp.Symbol) -> tuple[sp.Expr, sp.Expr] | None:
    base, exponent = power.base, power.exp
    if not base.has(symbol):
        return exponent, sp.log(right) / sp.log(base)
    above, below = sp.fraction(exponent)
    if exponent.has(symbol) or above.is_even:
        return None  # two roots
    if above.is_odd and below.is_odd:  # odd over odd: the real root has the sign of what it is taken of
        return base, sp.sign(right) * sp.Abs(right) ** (1 / exponent)
    return base, right ** (1 / exponent)
