"""The replacement rule: what an admitted equation is on a cross-section, with the invariants as coordinates there."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.errors import NotASymmetry, Undecided
from invarieq.invariants.certificate import annihilated
from invarieq.invariants.result import Invariants
from invarieq.jets import substitute, symbols_of


def replace(equation: sp.Expr, invariants: Invariants) -> sp.Expr:
    """Φ(I1, I2, …), equal to the equation up to a factor that does not vanish where the invariants are regular."""
    space, symbols = invariants.space, [sp.Symbol(name, real=True) for name in invariants.names]
    variables = space.variables(max(invariants.order, space.order(equation)))
    solved = _triangular(invariants.expressions, symbols, variables)
    if solved is None:
        raise Undecided("the invariants could not be solved for derivatives one after another, so the equation was not rewritten")
    result = equation
    for z, value in reversed(solved):
        result = substitute(result, {z: value})
    for section in (0, 1):
        values = _section(variables, section)
        reduced = substitute(result, {z: v for z, v in values.items() if z in result.free_symbols})
        if not reduced.has(sp.nan, sp.zoo, sp.oo) and any(s in symbols for s in symbols_of(reduced)):
            reduced = sp.numer(sp.together(sp.cancel(reduced) if reduced.is_rational_function() else sp.powsimp(reduced)))
            factors = [f for f in sp.Mul.make_args(sp.factor(reduced)) if any(w in symbols for w in symbols_of(f))]
            reduced = sp.Mul(*factors)
            if _agrees(equation, reduced, symbols, invariants):
                return sp.expand(reduced)
    raise NotASymmetry(
        f"{equation} is not an equation between the {invariants.count} invariants of order {invariants.order} (where they are "
        "regular); check that it admits the symmetry and that the order is high enough"
    )


def _section(variables: Sequence[sp.Symbol], shift: int) -> dict[sp.Symbol, sp.Expr]:
    return {z: sp.Rational(2 * i + 3 + shift, i + 2 + shift) for i, z in enumerate(variables)}


def _triangular(
    expressions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], variables: Sequence[sp.Symbol]
) -> list[tuple[sp.Symbol, sp.Expr]] | None:
    """(variable, its value by the invariant's symbol and earlier variables), each variable solved for once."""
    result: list[tuple[sp.Symbol, sp.Expr]] = []
    for expr, w in zip(expressions, symbols, strict=True):
        for z, value in result:
            expr = substitute(expr, {z: value}) if z in expr.free_symbols else expr
        taken = {z for z, _ in result}
        for z in [z for z in reversed(variables) if z in expr.free_symbols and z not in taken]:
            value = _solve(expr, w, z)
            if value is not None:
                result = [(y, substitute(old, {z: value})) for y, old in result]
                result.append((z, value))
                break
        else:
            return None
    return result


def _solve(expr: sp.Expr, w: sp.Symbol, z: sp.Symbol) -> sp.Expr | None:
    above, below = sp.fraction(sp.together(expr - w))
    if not above.is_polynomial(z) or not below.is_polynomial(z):
        return None
    poly = sp.Poly(above, z)
    if poly.degree() == 1:
        a, b = poly.all_coeffs()
        return sp.cancel(-b / a) if (b / a).is_rational_function() else -b / a
    if len(poly.terms()) == 2 and poly.nth(0) != 0:
        return sp.Pow(-poly.nth(0) / poly.LC(), sp.Rational(1, poly.degree()))
    return None


def _agrees(equation: sp.Expr, reduced: sp.Expr, symbols: Sequence[sp.Symbol], invariants: Invariants) -> bool:
    """Whether Φ(I) vanishes where the equation does: both invariant and their quotient too, else at sampled zeros of it."""
    image = substitute(reduced, dict(zip(symbols, invariants.expressions, strict=True)))
    ratio = sp.cancel(sp.together(image / equation)) if image.is_rational_function() else image / equation
    if all(annihilated(v, equation, invariants.space) for v in invariants.generators):
        return all(annihilated(v, ratio, invariants.space) for v in invariants.generators)
    return _vanishes_together(equation, image)


def _vanishes_together(equation: sp.Expr, image: sp.Expr) -> bool:
    above = sp.numer(sp.together(equation))
    order = [z for z in reversed(symbols_of(equation)) if above.is_polynomial(z) and sp.Poly(above, z).degree() == 1]
    if not order:
        return False
    z = order[0]
    others = [s for s in sorted(equation.free_symbols | image.free_symbols, key=str) if s != z]
    for shift in range(3):
        point = {s: sp.Rational(3 * i + 5 + shift, 2 * i + 3 + shift) for i, s in enumerate(others)}
        (root,) = sp.solve(substitute(equation, point), z)[:1]
        if abs(sp.N(substitute(image, {**point, z: root}), 40)) > sp.Float(10) ** -25:
            return False
    return True
