"""Monomials, sorted into blocks of equal weight, and the exact null space of the action on one block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sympy.polys.rings import PolyElement, PolyRing

from invarieq.exact import sparse

Monomial = tuple[int, ...]
Terms = dict[Monomial, Any]
Normal = Callable[[PolyElement], PolyElement]


def monomials(places: Sequence[int], size: int, sizes: Sequence[int]) -> Iterator[Monomial]:
    """Exponents of all monomials in the variables at `places` whose sizes (by variable) add up to exactly `size`."""
    if not places:
        if size == 0:
            yield (0,) * len(sizes)
        return
    first, *others = places
    for n in range(size // sizes[first], -1, -1):
        for powers in monomials(others, size - n * sizes[first], sizes):
            yield (*powers[:first], n, *powers[first + 1 :])


def weight(powers: Monomial, weights: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Weights of a monomial under several gradings, each given by the weights of the variables."""
    return tuple(sum(n * w for n, w in zip(powers, grading, strict=True) if n) for grading in weights)


def apply_move(powers: Monomial, move: Sequence[PolyElement], multiplier: PolyElement) -> Terms:
    """(v − λ) applied to one monomial, for a prolonged generator with coefficients `move`."""
    result: Terms = {}
    for i, n in enumerate(powers):
        if n:
            lowered = (*powers[:i], n - 1, *powers[i + 1 :])
            for other, c in move[i].items():
                key = tuple(map(int.__add__, lowered, other))
                result[key] = result.get(key, 0) + n * c
    for other, c in multiplier.items():
        key = tuple(map(int.__add__, powers, other))
        result[key] = result.get(key, 0) - c
    return {key: c for key, c in result.items() if c}


def null_basis(
    block: Sequence[Monomial],
    moves: Sequence[Sequence[PolyElement]],
    multipliers: Sequence[PolyElement],
    ring: PolyRing,
    normal: Normal | None = None,
) -> list[Terms]:
    """All combinations P of the monomials with v_k(P) = λ_k P for every k, as a basis; `normal` reduces images."""

    def image(powers: Monomial, k: int) -> Terms:
        terms = apply_move(powers, moves[k], multipliers[k])
        return terms if normal is None else normal(ring.from_dict(terms))

    columns = [{(k, key): c for k in range(len(moves)) for key, c in image(powers, k).items()} for powers in block]
    if not any(columns):
        return [{powers: ring.domain.one} for powers in block]
    return [primitive({block[j]: c for j, c in v.items()}, ring.domain) for v in sparse.null_vectors(columns, ring.domain)]


def null_vectors(
    block: Sequence[Monomial],
    moves: Sequence[Sequence[PolyElement]],
    multipliers: Sequence[PolyElement],
    ring: PolyRing,
    normal: Normal | None = None,
) -> list[Terms]:
    """The null space of `null_basis` as a spanning set, the shortest vectors first.

    Both orders of elimination are tried, because they give different bases of the same space.
    """
    vectors = null_basis(block, moves, multipliers, ring, normal)
    if len(block) > 1 and vectors:
        vectors = vectors + null_basis(block[::-1], moves, multipliers, ring, normal)
    return sorted(vectors, key=lambda v: (len(v), sum(_height(c) for c in v.values())))


def primitive(vector: dict[Any, Any], domain: Any) -> dict[Any, Any]:
    """The vector times a constant, so that its coefficients are integers (or polynomials) without common factor."""
    integers = domain.get_ring()
    below, content = integers.one, integers.zero
    for c in vector.values():
        below = integers.lcm(below, domain.denom(c))
    for c in vector.values():
        content = integers.gcd(content, domain.numer(c * domain.convert(below, integers)))
    factor = domain.convert(below, integers) / domain.convert(content, integers)
    return {powers: c * factor for powers, c in vector.items()}


def _height(c: Any) -> int:
    return abs(int(c.numerator)) if hasattr(c, "numerator") else len(c.numer)
