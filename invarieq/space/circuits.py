"""The elementary vectors of a subspace: those whose support holds no smaller support of another.

A subspace of ℚⁿ is a matroid on its n places, and its elementary vectors are the matroid's circuits. Places whose entries are always
in one ratio count as one element with a weight (series classes); elements that make a circuit in pairs stand for one another
(parallel classes). What is left is searched by size, each step a column reduced modulo a prime, each circuit found then checked over ℚ.

Source: Rockafellar, The elementary vectors of a subspace of R^N, in Combinatorial Mathematics and its Applications, 1969; Oxley,
Matroid Theory, 2nd ed. 2011, ch. 2 and 5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from invarieq.exact.primes import PRIME, residue
from invarieq.exact.sparse import Fractions, Span

Vector = dict[int, Fraction]
Step = tuple[int, list[int], list[int]]  # (pivot, reduced column, combination of original ones)
BUDGET = 20_000  # independent sets looked at for one component


@dataclass(frozen=True, slots=True)
class Elements:
    """A subspace in terms of its series classes.

    `members[j]` are the places of element j with their ratios; `rows` (dimension × elements) a reduced basis, `pivots` its places.
    """

    members: tuple[tuple[tuple[int, Fraction], ...], ...]
    rows: tuple[tuple[Fraction, ...], ...]
    pivots: tuple[int, ...]

    @property
    def weights(self) -> tuple[int, ...]:
        """Number of places of each element."""
        return tuple(len(m) for m in self.members)

    @property
    def columns(self) -> list[list[Fraction]]:
        """The columns (one an element) of the conditions that cut the subspace out: dependent exactly where it has a vector."""
        others = [j for j in range(len(self.members)) if j not in self.pivots]
        place = {k: n for n, k in enumerate(self.pivots)}
        return [
            [-self.rows[place[j]][o] for o in others] if j in place else [Fraction(int(o == j)) for o in others]
            for j in range(len(self.members))
        ]

    def expanded(self, vector: Vector) -> Vector:
        """A vector of elements as one of places."""
        return {i: ratio * c for j, c in vector.items() for i, ratio in self.members[j]}


def elements_of(basis: Sequence[Vector]) -> Elements:
    """The series classes of the span of independent vectors."""
    places = sorted({i for v in basis for i in v})
    classes: dict[tuple[Fraction, ...], list[tuple[int, Fraction]]] = {}
    for i in places:
        row = [v.get(i, Fraction(0)) for v in basis]
        lead = next(c for c in row if c)
        classes.setdefault(tuple(c / lead for c in row), []).append((i, lead))
    rows, pivots = reduced([list(column) for column in zip(*classes, strict=True)])
    return Elements(tuple(tuple(m) for m in classes.values()), tuple(tuple(r) for r in rows), tuple(pivots))


def reduced(rows: list[list[Fraction]]) -> tuple[list[list[Fraction]], list[int]]:
    """(reduced row echelon form without zero rows, pivot columns)."""
    found = Span(Fractions, ({j: c for j, c in enumerate(row) if c} for row in rows))
    width = len(rows[0]) if rows else 0
    return [[row.get(j, Fraction(0)) for j in range(width)] for row in found.basis], sorted(found.rows)


def circuits(elements: Elements) -> Iterator[tuple[int, list[Vector]]]:
    """(size k, circuits of k elements) for k = 2, 3, …, as vectors of elements; ends early where that takes more than `BUDGET` steps."""
    columns = elements.columns
    classes = _parallel(columns)
    weights = elements.weights
    first = [min(c, key=lambda j: (weights[j], j)) for c in classes]
    yield 2, [_pair(columns, a, b) for c in classes for n, a in enumerate(c) for b in c[n + 1 :]]
    if any(c.denominator % PRIME == 0 for column in columns for c in column):
        return
    found = [(j, [residue(c) for c in columns[j]]) for j in first]
    rank, count = len(columns) - len(elements.pivots), len(first)
    for size in range(3, rank + 2):
        if sum(math.comb(count, k) for k in range(size)) > BUDGET:
            return
        exact = [_exact(columns, support) for support in _dependent(found, size)]
        plain = [v for v in exact if v is not None]
        twins = {a: [b for b in c if b != a] for a, c in zip(first, classes, strict=True)}
        yield size, plain + [_exchanged(columns, v, a, b) for v in plain for a in sorted(v) for b in twins[a]]


def _parallel(columns: Sequence[Sequence[Fraction]]) -> list[list[int]]:
    classes: dict[tuple[Fraction, ...], list[int]] = {}
    for j, column in enumerate(columns):
        lead = next(c for c in column if c)
        classes.setdefault(tuple(c / lead for c in column), []).append(j)
    return list(classes.values())


def _ratio(columns: Sequence[Sequence[Fraction]], a: int, b: int) -> Fraction:
    """Column a over column b, which are parallel."""
    return next(x / y for x, y in zip(columns[a], columns[b], strict=True) if y)


def _pair(columns: Sequence[Sequence[Fraction]], a: int, b: int) -> Vector:
    return {a: Fraction(1), b: -_ratio(columns, a, b)}


def _exchanged(columns: Sequence[Sequence[Fraction]], vector: Vector, a: int, b: int) -> Vector:
    """The circuit with element a replaced by its parallel b."""
    return {b if j == a else j: c * _ratio(columns, a, b) if j == a else c for j, c in vector.items()}


def _dependent(columns: Sequence[tuple[int, list[int]]], size: int) -> Iterator[list[int]]:
    """The elements of every set of `size` columns that is minimally dependent modulo the prime.

    A set is grown in ascending order as long as it is independent; `work` holds its reduced columns, each with the combination of
    original ones that it is.
    """

    def grow(start: int, chosen: list[int], work: list[Step]) -> Iterator[list[int]]:
        for n in range(start, len(columns)):
            column, combination = columns[n][1], [0] * len(chosen) + [1]
            for pivot, other, mix in work:
                if factor := column[pivot]:
                    column = [(x - factor * y) % PRIME for x, y in zip(column, other, strict=True)]
                    for k, m in enumerate(mix):
                        combination[k] = (combination[k] - factor * m) % PRIME
            lead = next((i for i, c in enumerate(column) if c), None)
            if lead is None:
                if len(chosen) == size - 1 and all(combination):
                    yield [*(columns[k][0] for k in chosen), columns[n][0]]
            elif len(chosen) < size - 1:
                scale = pow(column[lead], -1, PRIME)
                step = (lead, [c * scale % PRIME for c in column], [c * scale % PRIME for c in combination])
                yield from grow(n + 1, [*chosen, n], [*work, step])

    return grow(0, [], [])


def _exact(columns: Sequence[Sequence[Fraction]], support: Sequence[int]) -> Vector | None:
    """The circuit over ℚ; None where the dependence holds modulo the prime only."""
    rows, pivots = reduced([[columns[j][i] for j in support] for i in range(len(columns[0]))])
    if pivots != list(range(len(support) - 1)):
        return None
    return {j: -row[-1] for j, row in zip(support, rows, strict=False)} | {support[-1]: Fraction(1)}
