"""Functions beyond monomials that a system of ODEs suggests for its first integrals.

What divides u' of a first-order equation for u brings log u (an invariant hyperplane, Darboux 1878); what stands in a
denominator brings its negative powers; eigenvalues of a constant linear part bring exp, sin and cos of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import sympy as sp

from invarieq.conservation.euler import factored
from invarieq.conservation.factors import ladder, suggested_factors
from invarieq.conservation.monomials import Factor
from invarieq.jets import JetSpace, substitute, symbols_of

STEPS = 3
MAX_STATES = 6


def state_factors(law: Sequence[sp.Expr], sides: Mapping[sp.Symbol, sp.Expr], space: JetSpace) -> tuple[Factor, ...]:
    """Factors that depend on states: those in the law, logarithms, and negative powers of what the sides divide by."""
    found = {f.expr: f for f in suggested_factors(law, space)}
    for symbol, side in sides.items():
        a, index = space.index(symbol)  # type: ignore[misc]
        field = space.fields[a].symbol
        if sum(index) == 1 and sp.expand(substitute(side, {field: sp.S.Zero})) == 0:
            for factor in (Factor(sp.log(field), 1), *ladder(field, 1)):
                found.setdefault(factor.expr, factor)
        for base in _divisors(side, space) if side.is_rational_function() else []:
            for factor in ladder(base, STEPS):
                found.setdefault(factor.expr, factor)
    return tuple(found.values())


def _divisors(side: sp.Expr, space: JetSpace) -> list[sp.Expr]:
    """Factors of the denominator, and states that divide the numerator of a quotient."""
    top, bottom = sp.fraction(sp.factor(side))
    below = [f.as_base_exp()[0] for f in sp.Mul.make_args(bottom)]
    above = [f.as_base_exp()[0] for f in sp.Mul.make_args(top)] if below != [1] else []
    return [b for b in [*below, *(f for f in above if f.is_Symbol)] if any(space.index(s) for s in symbols_of(b))]


def time_factors(sides: Mapping[sp.Symbol, sp.Expr], states: Sequence[sp.Symbol], space: JetSpace) -> tuple[Factor, ...]:
    """exp(c t), sin(b t), cos(b t) for the eigenvalues of the constant linear part, their pairwise sums and the trace."""
    t = space.coordinates[0]
    matrix = _linear_part(sides, states, space)
    if matrix is None or len(states) > MAX_STATES:
        return ()
    rates: dict[sp.Expr, None] = {factored(cast("sp.Expr", matrix.trace())): None}
    angles: dict[sp.Expr, None] = {}
    roots = _eigenvalues(matrix)
    for value in [*roots, *(a + b for i, a in enumerate(roots) for b in roots[i + 1 :])]:
        real, imaginary = value.as_real_imag()
        if not real.has(sp.Pow, sp.re, sp.im) and not imaginary.has(sp.re, sp.im, sp.arg):
            rates[factored(real)] = None
        if imaginary.is_Rational and value in roots:
            angles[abs(imaginary)] = None
    factors: list[Factor] = []
    used: set[sp.Expr] = set()
    for rate in rates:
        if rate != 0:
            for e in (sp.exp(rate * t), sp.exp(-rate * t)):
                if e not in used:
                    factors.append(Factor(e, 1, frozenset(used)))
                    used.add(e)
    for angle in angles:
        if angle != 0:
            factors += [Factor(sp.sin(angle * t), 2), Factor(sp.cos(angle * t), 1)]
    return tuple(factors)


def _linear_part(sides: Mapping[sp.Symbol, sp.Expr], states: Sequence[sp.Symbol], space: JetSpace) -> sp.Matrix | None:
    """The matrix of the terms that are linear in the states with constant coefficients; None where there are none."""
    rows: list[list[sp.Expr]] = []
    for s in states:
        a, index = space.index(s)  # type: ignore[misc]
        raised = space.jet(a, (index[0] + 1,))
        side = sp.expand(sides.get(raised, raised))
        constant = [term for term in sp.Add.make_args(side) if len(_varying(term, space)) == 1]
        rows.append([sp.Add(*[t / z for t in constant if _varying(t, space) == [z] and not (t / z).has(z)]) for z in states])
    matrix = sp.Matrix(rows)
    return None if matrix.is_zero_matrix else matrix


def _varying(term: sp.Expr, space: JetSpace) -> list[sp.Symbol]:
    return [s for s in symbols_of(term) if s in space.coordinates or space.index(s)]


def _eigenvalues(matrix: sp.Matrix) -> list[sp.Expr]:
    """Eigenvalues that are roots of linear or quadratic factors of the characteristic polynomial."""
    characteristic = matrix.charpoly()
    z = characteristic.gen
    result: list[sp.Expr] = []
    for factor, _ in sp.factor_list(characteristic.as_expr(), z)[1]:
        poly = sp.Poly(factor, z)
        if poly.degree() <= 2:
            result += [sp.simplify(r) for r in sp.roots(poly)]
    return result
