"""Dimension of the generic orbit of a symmetry on a jet space (Olver 1993, section 2.3 and Theorem 2.34).

The number of functionally independent differential invariants of order n is dim J^n less this dimension.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import sympy as sp

from invarieq.algebra import combination
from invarieq.exact.linear import rank
from invarieq.exact.points import SEED
from invarieq.invariants.action import NotPolynomial, polynomial_action
from invarieq.jets import JetSpace, VectorField, prolong

DIGITS = 60


def orbit_dimension(generators: Sequence[VectorField], space: JetSpace, order: int) -> int:
    """Generic dimension on J^order of the orbits of the group that the generators generate.

    It is the rank of the prolonged generators and of the brackets that leave their span. Rational coefficients: rank
    modulo a 31-bit prime at a random point. Others: rank at a random rational point with 60 digits.
    """
    return _rank(generated(generators, space, order), space, order)


def generated(generators: Sequence[VectorField], space: JetSpace, order: int) -> tuple[VectorField, ...]:
    """The generators with the brackets (of brackets, …) that enlarge their orbits on J^order.

    A bracket that is a combination with functions as coefficients adds nothing now or later, so this ends.
    """
    result = list(generators)
    pairs = list(itertools.combinations(range(len(result)), 2))
    size = _rank(result, space, order)
    for i, j in pairs:
        if size == len(space.variables(order)):
            break
        bracket = result[i].bracket(result[j])
        if bracket.components and combination(bracket, result, space) is None and _rank([*result, bracket], space, order) > size:
            pairs += [(k, len(result)) for k in range(len(result))]
            result.append(bracket)
            size += 1
    return tuple(result)


def _rank(generators: Sequence[VectorField], space: JetSpace, order: int) -> int:
    if not generators:
        return 0
    try:
        return rank(polynomial_action(generators, space, order).matrix)
    except NotPolynomial:
        return _numeric_rank(generators, space, order)


def _numeric_rank(generators: Sequence[VectorField], space: JetSpace, order: int) -> int:
    source = random.Random(SEED)
    symbols = (*space.variables(order), *space.parameters)
    point = {s: sp.Rational(source.randrange(200, 900), 997) for s in symbols}
    rows = []
    for field in generators:
        coefficients = prolong(field, space, order)
        rows.append([sp.N(coefficients[z].xreplace(point), DIGITS) for z in space.variables(order)])
    return _echelon_rank(rows)


def _echelon_rank(rows: list[list[sp.Expr]]) -> int:
    tolerance = sp.Float(10, DIGITS) ** (-DIGITS // 2)
    count, work = 0, [list(row) for row in rows]
    for column in range(len(work[0])):
        best = max(range(count, len(work)), key=lambda i: abs(work[i][column]), default=None)
        if best is None or abs(work[best][column]) < tolerance:
            continue
        work[count], work[best] = work[best], work[count]
        for i in range(count + 1, len(work)):
            factor = work[i][column] / work[count][column]
            work[i] = [x - factor * y for x, y in zip(work[i], work[count], strict=True)]
        count += 1
    return count
