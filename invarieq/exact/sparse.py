"""Exact linear algebra on sparse vectors {index: element} over any SymPy field, or Python's fractions.

Elements are those of a SymPy domain (rationals, algebraic numbers, rational functions of parameters); zeros are never
stored. The matrices of Lie algebras in a clean basis are so sparse that a plain elimination on dictionaries, shortest
row first, beats every dense method up to the sizes met here (dimension 17: some thousand rows of two or three entries).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Vector = dict[Any, Any]  # indices of one kind, which have an order


class Fractions:
    """The field of Python's own fractions."""

    zero, one = Fraction(0), Fraction(1)


def add_scaled(target: Vector, factor: Any, source: Vector) -> None:
    """target += factor · source, in place."""
    for k, value in source.items():
        total = target[k] + factor * value if k in target else factor * value
        if total:
            target[k] = total
        else:
            target.pop(k, None)


def combine(coefficients: Vector, vectors: Sequence[Vector]) -> Vector:
    """Σ c_i v_i for sparse coefficients."""
    result: Vector = {}
    for i, c in coefficients.items():
        add_scaled(result, c, vectors[i])
    return result


def scaled(factor: Any, vector: Vector) -> Vector:
    """factor · vector for a factor that is not 0."""
    return {k: factor * value for k, value in vector.items()}


def dot(left: Vector, right: Vector, domain: Any) -> Any:
    """Σ_k left_k right_k."""
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    return sum((value * long[k] for k, value in short.items() if k in long), domain.zero)


class Span:
    """A subspace in reduced echelon form: `add` vectors, `reduce` others modulo it."""

    def __init__(self, domain: Any, vectors: Iterable[Vector] = ()) -> None:
        """The span of some vectors."""
        self.domain = domain
        self.rows: dict[Any, Vector] = {}
        for vector in vectors:
            self.add(vector)

    @property
    def dimension(self) -> int:
        """Number of independent vectors."""
        return len(self.rows)

    @property
    def basis(self) -> list[Vector]:
        """The rows of the reduced echelon form, by leading index."""
        return [self.rows[p] for p in sorted(self.rows)]

    def reduce(self, vector: Vector) -> Vector:
        """The vector less its part in the span, which has no entry at a leading index."""
        result = dict(vector)
        for pivot in [k for k in vector if k in self.rows]:
            add_scaled(result, -vector[pivot], self.rows[pivot])
        return result

    def __contains__(self, vector: Vector) -> bool:
        return not self.reduce(vector)

    def add(self, vector: Vector) -> bool:
        """Add a vector; True if it was not in the span."""
        work = self.reduce(vector)
        if not work:
            return False
        pivot = min(work)
        work = scaled(self.domain.one / work[pivot], work)
        for row in self.rows.values():
            if pivot in row:
                add_scaled(row, -row[pivot], work)
        self.rows[pivot] = work
        return True

    def complement(self, dimension: int) -> list[int]:
        """Indices of the unit vectors that complete the span: those that lead no row."""
        return [k for k in range(dimension) if k not in self.rows]


class Basis:
    """Independent vectors with which others are written: `coordinates(v)` in the order given."""

    def __init__(self, domain: Any, vectors: Sequence[Vector]) -> None:
        """Independent vectors; `dependent` holds the coefficients of the first relation among them, if there is one."""
        self.domain, self.vectors = domain, vectors
        self.dependent: Vector | None = None
        self._span = Span(domain)
        size = 1 + max((k for v in vectors for k in v), default=-1)
        self._size = size
        for i, vector in enumerate(vectors):
            work = self._span.reduce({**vector, size + i: domain.one})
            if min(work) >= size:
                self.dependent = self.dependent or {k - size: c for k, c in work.items()}
            else:
                self._span.add(work)

    def coordinates(self, vector: Vector) -> Vector | None:
        """c with vector = Σ c_i v_i (0 for a vector that the others give), or None if it is not in the span."""
        if any(k >= self._size for k in vector):
            return None
        rest = self._span.reduce(vector)
        if any(k < self._size for k in rest):
            return None
        return {k - self._size: -c for k, c in rest.items()}


def null_space(rows: Iterable[Vector], columns: int, domain: Any) -> list[Vector]:
    """A basis of the x with row·x = 0 for all rows; one vector for each column that leads no row."""
    span = Span(domain)
    for row in sorted(rows, key=len):
        span.add(row)
        if span.dimension == columns:
            return []
    return kernel_of(span, columns)


def null_vectors(columns: Iterable[Mapping[Any, Any]], domain: Any) -> list[Vector]:
    """A basis of the c with Σ c_j column_j = 0, for columns whose entries are kept by any keys."""
    rows: dict[Any, Vector] = {}
    count = 0
    for j, column in enumerate(columns):
        count = j + 1
        for key, value in column.items():
            if value:
                rows.setdefault(key, {})[j] = value
    return null_space(rows.values(), count, domain)


def rank(vectors: Iterable[Mapping[Any, Any]], domain: Any) -> int:
    """How many vectors, with entries kept by any keys, are independent."""
    places: dict[Any, int] = {}
    rows = [{places.setdefault(key, len(places)): value for key, value in v.items() if value} for v in vectors]
    return Span(domain, sorted(rows, key=len)).dimension


def kernel_of(span: Span, columns: int) -> list[Vector]:
    """The vectors that all rows of a span annihilate."""
    one = span.domain.one
    free: dict[int, Vector] = {k: {k: one} for k in span.complement(columns)}
    for pivot, row in span.rows.items():
        for k, value in row.items():
            if k != pivot:
                free[k][pivot] = -value
    return [free[k] for k in sorted(free)]


def solve(rows: Sequence[Vector], columns: int, domain: Any) -> Vector | None:
    """One x with row·(x, 1) = 0 for all rows (the constant stands in column `columns`), or None."""
    span = Span(domain)
    for row in sorted(rows, key=len):
        span.add(row)
    if columns in span.rows:
        return None
    return {p: -row[columns] for p, row in span.rows.items() if columns in row}


def intersection(left: Sequence[Vector], right: Sequence[Vector], domain: Any) -> list[Vector]:
    """A basis of span(left) ∩ span(right), for independent `left`."""
    relations: list[Vector] = []
    size = 1 + max((k for v in (*left, *right) for k in v), default=-1)
    span = Span(domain)
    for i, vector in enumerate((*right, *left)):
        tag = {size + i - len(right): domain.one} if i >= len(right) else {}
        work = span.reduce({**vector, **tag})
        if work and min(work) >= size:
            relations.append({k - size: c for k, c in work.items()})
        elif work:
            span.add(work)
    return Span(domain, (combine(r, left) for r in relations)).basis
