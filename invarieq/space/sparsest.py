"""The sparsest basis of a null space, and further vectors of it that are as sparse.

The independent sets of vectors of a space form a matroid, so taking elementary vectors in the order of their size, each that is
independent of those before, gives a basis of least total size. The space falls apart into components first, which keeps the
enumeration small; where a component is too large for it, vectors are eliminated pairwise as long as that shortens them.

A symmetric law with few terms is a sum of elementary vectors inside its own support, without cancellation (Rockafellar 1969). A basis need
not hold them: of the transfers S→E, E→I, S→I between compartments it has two. So the further short ones are offered too.

Source: Edmonds, Matroids and the greedy algorithm, Math. Programming 1 (1971) 127.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from invarieq.exact.sparse import Fractions, Span
from invarieq.space.circuits import Elements, Vector, circuits, elements_of

MOST = 6  # further vectors for each dimension, beyond which none are offered
Key = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Sparsest:
    """A basis, further elementary vectors no longer than those of the basis, and whether the basis is proved to be of least size."""

    basis: tuple[Vector, ...]
    further: tuple[Vector, ...]
    proved: bool


def sparsest(vectors: Sequence[Vector], key: Key) -> Sparsest:
    """The sparsest basis of the span of independent vectors; `key` says which of equally short vectors come first, by their places.

    The answer depends on the span alone.
    """
    basis: list[Vector] = []
    further: list[Vector] = []
    proved = True
    for part in _components(Span(Fractions, vectors).basis):
        if len(part) == 1:
            basis += part
            continue
        elements = elements_of(part)
        short, others, complete = _greedy(elements, key)
        basis += short
        further += others
        proved = proved and complete
    return Sparsest(tuple(basis), tuple(further), proved)


def shortened(vector: Vector, space: Sparsest) -> Vector:
    """The vector with multiples of the space's vectors subtracted as long as that shortens it."""
    others = (*space.basis, *space.further)
    while less := next((v for other in others if (v := shorter(vector, other)) is not None), None):
        vector = less
    return vector


def _components(vectors: Sequence[Vector]) -> list[list[Vector]]:
    """Vectors that share places, directly or through others, together."""
    owner: dict[int, int] = {}
    groups: dict[int, list[Vector]] = {}
    for number, vector in enumerate(vectors):
        merged: list[Vector] = []
        for g in sorted({owner[i] for i in vector if i in owner}):
            merged += groups.pop(g)
        groups[number] = [*merged, vector]
        owner |= {i: number for v in groups[number] for i in v}
    return list(groups.values())


def _greedy(elements: Elements, key: Key) -> tuple[list[Vector], list[Vector], bool]:
    """(basis, further vectors, whether the basis is of least size) of one component."""
    dimension, light = len(elements.rows), sorted(elements.weights)
    found: list[Vector] = []
    chosen: list[Vector] = []
    complete = False
    for size, some in circuits(elements):
        found = sorted([*found, *map(elements.expanded, some)], key=lambda v: _order(v, key))
        chosen = _independent(found, dimension)
        everything = size > len(light) - dimension
        complete = len(chosen) == dimension and (everything or max(map(len, chosen)) <= sum(light[: size + 1]))
        if complete:
            break
    if not complete:
        rest = [elements.expanded({j: c for j, c in enumerate(row) if c}) for row in elements.rows]
        chosen = _shortened(_independent([*chosen, *sorted(rest, key=lambda v: _order(v, key))], dimension), key)
    limit, taken = max(map(len, chosen)), {_normal(v) for v in chosen}
    others = [v for v in found if len(v) <= limit and _normal(v) not in taken]
    return chosen, others if len(others) <= MOST * dimension else [], complete


def _order(vector: Vector, key: Key) -> tuple[Any, ...]:
    return len(vector), max(key(i) for i in vector), sorted(key(i) for i in vector)


def _normal(vector: Vector) -> tuple[tuple[int, Fraction], ...]:
    lead = vector[min(vector)]
    return tuple((i, vector[i] / lead) for i in sorted(vector))


def _independent(vectors: Sequence[Vector], dimension: int) -> list[Vector]:
    """Each vector that is independent of those before it, until there are `dimension` of them."""
    chosen: list[Vector] = []
    span = Span(Fractions)
    for vector in vectors:
        if span.add(vector):
            chosen.append(vector)
        if len(chosen) == dimension:
            break
    return chosen


def combined(vector: Vector, other: Vector, factor: Fraction) -> Vector:
    """vector − factor · other."""
    result = dict(vector)
    for i, c in other.items():
        value = result.get(i, Fraction(0)) - factor * c
        if value:
            result[i] = value
        else:
            result.pop(i, None)
    return result


def shorter(vector: Vector, other: Vector) -> Vector | None:
    """vector − ρ·other with the ρ that cancels most, if that is shorter than `vector`; else None."""
    ratios = Counter(vector[i] / c for i, c in other.items() if i in vector)
    if not ratios:
        return None
    factor, cancelled = max(ratios.items(), key=lambda pair: (pair[1], pair[0]))
    gained = sum(i not in vector for i in other)
    return combined(vector, other, factor) if gained < cancelled else None


def _shortened(vectors: list[Vector], key: Key) -> list[Vector]:
    """Eliminate pairwise while the supports shrink."""
    vectors = list(vectors)
    changed = True
    while changed:
        changed = False
        for n, vector in enumerate(vectors):
            for k, other in enumerate(vectors):
                if k != n and (less := shorter(vector, other)) is not None:
                    vector, vectors[n], changed = less, less, True
    return sorted(vectors, key=lambda v: _order(v, key))
