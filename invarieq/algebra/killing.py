"""The Killing form K(x, y) = tr(ad x · ad y): matrix, rank, signature.

A congruence (Lagrange's reduction to squares) gives the signature exactly; Sylvester's law makes it independent of the
basis. L is semisimple exactly when K has full rank (Cartan).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from invarieq.algebra.constants import StructureConstants
from invarieq.exact.fieldofconstants import ConstantField
from invarieq.exact.sparse import Span, Vector, add_scaled, combine, dot


def killing_form(algebra: StructureConstants) -> list[Vector]:
    """Rows of the symmetric matrix K_ij = tr(ad e_i · ad e_j), sparse."""
    n, table, zero = algebra.dimension, algebra.table, algebra.domain.zero
    rows: list[Vector] = [{} for _ in range(n)]
    for i in range(n):
        for j in range(i, n):
            total = zero
            for k, value in algebra.partners[j]:
                for m, c in value.items():
                    back = table.get((i, m))
                    if back and k in back:
                        total += c * back[k]
            if total:
                rows[i][j] = rows[j][i] = total
    return rows


def is_semisimple(algebra: StructureConstants) -> bool:
    """Whether the Killing form has full rank (0 is not semisimple here)."""
    return algebra.dimension > 0 and Span(algebra.domain, killing_form(algebra)).dimension == algebra.dimension


def killing_rank(algebra: StructureConstants) -> int:
    """Rank of the Killing form."""
    return Span(algebra.domain, killing_form(algebra)).dimension


def killing_signature(algebra: StructureConstants) -> tuple[int, int, int] | None:
    """Numbers of positive, negative and zero squares; None where signs depend on parameters."""
    return signature(killing_form(algebra), algebra.field)


def value_of_form(form: Sequence[Vector], left: Vector, right: Vector, domain: Any) -> Any:
    """left · form · right."""
    return dot(combine(left, form), right, domain)


def signature(form: Sequence[Vector], field: ConstantField) -> tuple[int, int, int] | None:
    """Signature of a symmetric matrix given by sparse rows; None where a sign depends on parameters."""
    squares = diagonal_squares(form, field.domain)
    signs, open_ones = list[int](), list[sp.Expr]()
    for square in squares:
        sign = field.sign(square)
        if sign is not None:
            signs.append(sign)
            continue
        core = field.square_free(square)
        if -core in open_ones:  # c and −c: one positive and one negative, whatever the parameters
            open_ones.remove(-core)
            signs += [1, -1]
        else:
            open_ones.append(core)
    if open_ones:
        return None
    return signs.count(1), signs.count(-1), len(form) - len(signs)


def diagonal_squares(form: Sequence[Vector], domain: Any) -> list[Any]:
    """The non-zero diagonal entries of a congruent diagonal matrix."""
    rows = [dict(row) for row in form]
    left = list(range(len(rows)))
    found: list[Any] = []
    while left:
        i = next((i for i in left if i in rows[i]), None)
        if i is None:
            pair = next(((i, j) for i in left for j in left if j in rows[i]), None)
            if pair is None:
                return found
            _add_line(rows, pair[0], domain.one, pair[1])
            i = pair[0]
        pivot = rows[i][i]
        found.append(pivot)
        left.remove(i)
        head = dict(rows[i])
        for j in left:
            if j in rows[i]:
                add_scaled(rows[j], -rows[i][j] / pivot, head)
        for j in left:
            rows[j].pop(i, None)
    return found


def _add_line(rows: list[Vector], i: int, factor: Any, j: int) -> None:
    """Row i += factor · row j and column i += factor · column j."""
    add_scaled(rows[i], factor, rows[j])
    for row in rows:
        if j in row:
            add_scaled(row, factor, {i: row[j]})
