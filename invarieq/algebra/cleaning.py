"""Clean bases of subspaces: sparse vectors with small whole coefficients.

Echelon form first; then a vector may still lose entries by adding multiples of another one, which is tried greedily;
last, denominators and common divisors go.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, lcm
from typing import Any

from invarieq.exact.fieldofconstants import ConstantField
from invarieq.exact.sparse import Span, Vector, add_scaled, scaled

MAX_ROUNDS = 40


def clean_span(vectors: Sequence[Vector], field: ConstantField) -> list[Vector]:
    """A sparse basis with whole, coprime coefficients of the span, ordered by the first index in each vector."""
    rows = sparser(Span(field.domain, vectors).basis, field.domain)
    return sorted((whole(row, field) for row in rows), key=lambda row: (len(row), sorted(row)))


def whole(vector: Vector, field: ConstantField) -> Vector:
    """A multiple with whole coprime coefficients, the first one positive (over fields with parameters: first one 1)."""
    first = vector[min(vector)]
    if not field.domain.is_QQ:
        return scaled(field.domain.one / first, vector)
    common = lcm(*(int(c.denominator) for c in vector.values()))
    shared = gcd(*(int(c.numerator) * (common // int(c.denominator)) for c in vector.values()))
    return scaled(field.domain(common if first > 0 else -common, shared), vector)


def sparser(rows: Sequence[Vector], domain: Any) -> list[Vector]:
    """Rows shortened by multiples of one another, as long as that helps."""
    work = [dict(row) for row in rows]
    for _ in range(MAX_ROUNDS):
        if not any([_shortened(work, i, domain) for i in range(len(work))]):
            break
    return work


def _shortened(rows: list[Vector], i: int, domain: Any) -> bool:
    for j, other in enumerate(rows):
        shared = [k for k in other if k in rows[i]] if i != j else []
        if 2 * len(shared) <= len(other):
            continue
        ratios = [-rows[i][k] / other[k] for k in sorted(shared)]
        best = max(ratios, key=ratios.count)
        if 2 * ratios.count(best) > len(other):
            add_scaled(rows[i], best, other)
            return True
    return False
