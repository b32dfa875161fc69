"""Adjoint representation and adjoint action in closed form.

Ad(exp(εv)) w = w − ε [v, w] + ε²/2 [v, [v, w]] − … (Olver 1993, eq. 3.28; note the sign). On the space that w spans
under ad v the exponential is a finite sum of ε^k e^{λε}, ε^k e^{αε} cos βε, ε^k e^{αε} sin βε over the roots of the minimal
polynomial of w; the coefficients follow from the derivatives at ε = 0, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial
from typing import Any

import sympy as sp

from invarieq.algebra.algebra import LieAlgebra
from invarieq.algebra.constants import StructureConstants
from invarieq.errors import Undecided
from invarieq.exact.characteristic import T, discriminant_sign, factors
from invarieq.exact.fieldofconstants import ConstantField
from invarieq.exact.sparse import Basis, Vector, add_scaled, combine, scaled

Term = tuple[sp.Expr, list[Any]]  # a function of ε and its derivatives at 0


def adjoint_matrix(algebra: LieAlgebra | StructureConstants, i: int) -> sp.Matrix:
    """ad e_i as a matrix: column j holds the coordinates of [e_i, e_j]."""
    constants = algebra.constants if isinstance(algebra, LieAlgebra) else algebra
    columns = [constants.expressions(c) for c in constants.adjoint(constants.unit(i))]
    return sp.Matrix(constants.dimension, constants.dimension, lambda r, c: columns[c][r])


def adjoint_action(algebra: StructureConstants, v: Vector, w: Vector, epsilon: sp.Symbol) -> tuple[sp.Expr, ...]:
    """Coordinates of Ad(exp(εv)) w as expressions in ε, in closed form.

    Raises `Undecided` where an eigenvalue is a root of an irreducible polynomial of degree three or more.
    """
    step = [scaled(-algebra.domain.one, column) if column else {} for column in algebra.adjoint(v)]
    chain, poly = _krylov(step, w, algebra)
    if not chain:
        return (sp.S.Zero,) * algebra.dimension
    field, terms = _terms(poly, algebra.field, epsilon)
    weights = Basis(field.domain, [{i: d for i, d in enumerate(ds) if d} for _, ds in terms])
    result: list[sp.Expr] = [sp.S.Zero] * algebra.dimension
    for k, power in enumerate(chain):
        coefficients = weights.coordinates({k: field.domain.one}) or {}
        function = sp.Add(*[field.to_sympy(c) * terms[j][0] for j, c in coefficients.items()])
        for i, value in enumerate(algebra.expressions(power)):
            result[i] += value * function
    return tuple(sp.expand(e) for e in result)


def adjoint_table(algebra: LieAlgebra | StructureConstants, epsilon: sp.Symbol) -> list[list[tuple[sp.Expr, ...] | None]]:
    """Entry (i, j): Ad(exp(ε e_i)) e_j; None where there is no closed form."""
    constants = algebra.constants if isinstance(algebra, LieAlgebra) else algebra
    table: list[list[tuple[sp.Expr, ...] | None]] = []
    for i in range(constants.dimension):
        row: list[tuple[sp.Expr, ...] | None] = []
        for j in range(constants.dimension):
            try:
                row.append(adjoint_action(constants, constants.unit(i), constants.unit(j), epsilon))
            except Undecided:
                row.append(None)
        table.append(row)
    return table


def nilpotent_exponential(algebra: StructureConstants, v: Vector) -> list[Vector]:
    """exp(ad v) by columns for an ad-nilpotent v, a finite sum."""
    step = algebra.adjoint(v)
    result: list[Vector] = []
    for start in algebra.units:
        total, term, k = dict(start), dict(start), 0
        while term:
            k += 1
            if k > algebra.dimension:
                raise Undecided("the exponential of a vector that is not ad-nilpotent is no finite sum")
            term = combine(term, step)
            add_scaled(total, algebra.domain.one / algebra.domain.convert(factorial(k)), term)
        result.append(total)
    return result


def _krylov(step: Sequence[Vector], w: Vector, algebra: StructureConstants) -> tuple[list[Vector], sp.Poly]:
    """w, Aw, A²w, … as long as they are independent, and the minimal polynomial of w."""
    chain: list[Vector] = []
    current = dict(w)
    while current:
        relation = Basis(algebra.domain, chain).coordinates(current) if chain else None
        if relation is not None:
            break
        chain.append(current)
        current = combine(current, step)
    else:
        relation = {}
    zero, one = algebra.domain.zero, algebra.domain.one
    coefficients = [one, *(-(relation or {}).get(k, zero) for k in reversed(range(len(chain))))]
    return chain, sp.Poly.from_list(coefficients, T, domain=algebra.domain)


def _terms(poly: sp.Poly, field: ConstantField, epsilon: sp.Symbol) -> tuple[ConstantField, list[Term]]:
    """A basis of the functions p(d/dε) f = 0 with their first deg p derivatives at 0, over a field that holds the roots."""
    found = factors(poly)
    roots: list[sp.Expr] = []
    for factor, _ in found:
        if factor.degree() == 2:
            _, b, c = (field.to_sympy(e) for e in factor.rep.to_list())
            sign = discriminant_sign(factor, field)
            roots.append(sp.sqrt(c - b**2 / 4) if sign == -1 else sp.sqrt(b**2 / 4 - c))
        elif factor.degree() > 2:
            raise Undecided(f"the adjoint action has no closed form here: its eigenvalues are the roots of {factor.as_expr()}")
    larger = field.extended(*roots) if roots else field
    terms: list[Term] = []
    size, pending = int(poly.degree()), iter(roots)
    for factor, multiplicity in found:
        if factor.degree() == 1:
            values = factor.rep.to_list()
            root = larger.convert(-values[1], field) if len(values) == 2 else larger.domain.zero
            terms += _exponentials(root, multiplicity, size, larger, epsilon)
            continue
        half = larger.from_sympy(-field.to_sympy(factor.rep.to_list()[1]) / 2)
        root = larger.from_sympy(next(pending))
        if discriminant_sign(factor, field) == -1:
            terms += _oscillations((half, root), multiplicity, size, larger, epsilon)
        else:
            for value in (half + root, half - root):
                terms += _exponentials(value, multiplicity, size, larger, epsilon)
    return larger, terms


def _exponentials(root: Any, multiplicity: int, size: int, field: ConstantField, epsilon: sp.Symbol) -> list[Term]:
    wave = sp.exp(field.to_sympy(root) * epsilon)
    powers = [field.domain.one]
    for _ in range(size):
        powers.append(powers[-1] * root)
    return [
        (epsilon**k * wave, [_falling(i, k, field) * powers[i - k] if i >= k else field.domain.zero for i in range(size)])
        for k in range(multiplicity)
    ]


def _oscillations(root: tuple[Any, Any], multiplicity: int, size: int, field: ConstantField, epsilon: sp.Symbol) -> list[Term]:
    """ε^k e^{αε} cos βε and ε^k e^{αε} sin βε: real and imaginary part of ε^k e^{(α + iβ)ε}."""
    alpha, beta = root
    powers = [(field.domain.one, field.domain.zero)]
    for _ in range(size):
        x, y = powers[-1]
        powers.append((alpha * x - beta * y, alpha * y + beta * x))
    growth = sp.exp(field.to_sympy(alpha) * epsilon)
    angle = field.to_sympy(beta) * epsilon
    result: list[Term] = []
    for k in range(multiplicity):
        for part, wave in enumerate((sp.cos(angle), sp.sin(angle))):
            slopes = [_falling(i, k, field) * powers[i - k][part] if i >= k else field.domain.zero for i in range(size)]
            result.append((epsilon**k * growth * wave, slopes))
    return result


def _falling(i: int, k: int, field: ConstantField) -> Any:
    """i (i − 1) … (i − k + 1): the k-fold derivative's factor in (ε^k f)^(i) at 0."""
    return field.domain.convert(factorial(i) // factorial(i - k))
