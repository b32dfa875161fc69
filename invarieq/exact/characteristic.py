"""Characteristic polynomials of exact sparse matrices, their factors and real roots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from invarieq.exact.fieldofconstants import ConstantField
from invarieq.exact.sparse import Vector, add_scaled, combine, null_space

T = sp.Symbol("t_eigen", real=True)


def characteristic_polynomial(columns: Sequence[Vector], field: ConstantField) -> sp.Poly:
    """det(t − A) of a square matrix given by sparse columns."""
    n = len(columns)
    dense = [[columns[j].get(i, field.domain.zero) for j in range(n)] for i in range(n)]
    coefficients = DomainMatrix(dense, (n, n), field.domain).charpoly()
    return sp.Poly.from_list(list(coefficients), T, domain=field.domain)


def factors(poly: sp.Poly) -> list[tuple[sp.Poly, int]]:
    """Irreducible monic factors with multiplicities, in a fixed order (lowest degree first)."""
    found = [(f.monic(), n) for f, n in poly.factor_list()[1]]
    return sorted(found, key=lambda pair: (pair[0].degree(), sp.default_sort_key(pair[0].as_expr())))


def value_at(poly: sp.Poly, columns: Sequence[Vector], vector: Vector) -> Vector:
    """p(A) v by Horner's rule."""
    result: Vector = {}
    for c in poly.rep.to_list():
        result = combine(result, columns)
        if c:
            add_scaled(result, c, vector)
    return result


def kernel(columns: Sequence[Vector], domain: Any) -> list[Vector]:
    """The x with A x = 0 for a matrix given by sparse columns."""
    rows: dict[int, Vector] = {}
    for j, column in enumerate(columns):
        for i, value in column.items():
            rows.setdefault(i, {})[j] = value
    return null_space(rows.values(), len(columns), domain)


def primary_components(columns: Sequence[Vector], field: ConstantField) -> list[tuple[sp.Poly, list[Vector]]]:
    """(p, ker p(A)^m) for the irreducible factors p of the characteristic polynomial: the space is their direct sum."""
    units: list[Vector] = [{i: field.domain.one} for i in range(len(columns))]
    result: list[tuple[sp.Poly, list[Vector]]] = []
    for factor, multiplicity in factors(characteristic_polynomial(columns, field)):
        images = [value_at(factor**multiplicity, columns, e) for e in units]
        result.append((factor, kernel(images, field.domain)))
    return result


def discriminant_sign(poly: sp.Poly, field: ConstantField) -> int | None:
    """Sign of b² − 4c of t² + bt + c; None where it depends on parameters."""
    _, b, c = poly.rep.to_list()
    return field.sign(b * b - 4 * c)
