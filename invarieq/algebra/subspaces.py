"""Subspaces of a Lie algebra: products, generated subalgebras and ideals, centralizers, centre, tests.

A subspace is a list of sparse vectors in the algebra's basis; results are in reduced echelon form.
"""

from __future__ import annotations

from collections.abc import Sequence

from invarieq.algebra.constants import StructureConstants
from invarieq.exact.sparse import Span, Vector, null_space

Subspace = list[Vector]


def product(algebra: StructureConstants, left: Sequence[Vector], right: Sequence[Vector]) -> Subspace:
    """[left, right]: the span of all brackets."""
    span = Span(algebra.domain)
    for v in left:
        for w in right:
            span.add(algebra.bracket(v, w))
    return span.basis


def is_subalgebra(algebra: StructureConstants, vectors: Sequence[Vector]) -> bool:
    """Whether brackets of the vectors stay in their span."""
    span = Span(algebra.domain, vectors)
    return all(algebra.bracket(v, w) in span for v in vectors for w in vectors)


def is_ideal(algebra: StructureConstants, vectors: Sequence[Vector]) -> bool:
    """Whether brackets of the vectors with everything stay in their span."""
    span = Span(algebra.domain, vectors)
    return all(image in span for v in vectors for image in algebra.adjoint(v))


def centralizer(algebra: StructureConstants, vectors: Sequence[Vector]) -> Subspace:
    """All x with [x, v] = 0 for every given v."""
    rows: list[Vector] = []
    for v in vectors:
        conditions: list[Vector] = [{} for _ in range(algebra.dimension)]
        for j, image in enumerate(algebra.adjoint(v)):
            for k, value in image.items():
                conditions[k][j] = value
        rows += [row for row in conditions if row]
    return null_space(rows, algebra.dimension, algebra.domain)


def centre(algebra: StructureConstants) -> Subspace:
    """All x that commute with everything."""
    return centralizer(algebra, algebra.units)


def normalizer(algebra: StructureConstants, vectors: Sequence[Vector]) -> Subspace:
    """All x with [x, v] in the span of the vectors for every v in it."""
    span = Span(algebra.domain, vectors)
    rows: list[Vector] = []
    for v in vectors:
        conditions: list[Vector] = [{} for _ in range(algebra.dimension)]
        for j, image in enumerate(algebra.adjoint(v)):
            for k, value in span.reduce(image).items():
                conditions[k][j] = value
        rows += [row for row in conditions if row]
    return null_space(rows, algebra.dimension, algebra.domain)
