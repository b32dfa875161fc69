"""Monomials, sorted into blocks of equal weight, and the exact null space of the action on one block."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, PolyRing

Monomial = tuple[int, ...]
Terms = dict[Monomial, Any]


def monomials(places: Sequence[int], degree: int, size: int) -> Iterator[Monomial]:
    """Exponents (of `size` variables) of the monomials of exactly `degree` in the variables at `places`."""
    for chosen in itertools.combinations_with_replacement(places, degree):
        powers = [0] * size
        for place in chosen:
            powers[place] += 1
        yield tuple(powers)


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


def null_vectors(
    block: Sequence[Monomial], moves: Sequence[Sequence[PolyElement]], multipliers: Sequence[PolyElement], ring: PolyRing
) -> list[Terms]:
    """All combinations P of the monomials with v_k(P) = λ_k P for every k: a basis, the shortest first.

    Both orders of elimination are tried, because they give different bases of the same space.
    """
    columns = [
        {(k, key): c for k, move in enumerate(moves) for key, c in apply_move(powers, move, multipliers[k]).items()}
        for powers in block
    ]
    if not any(columns):
        return [{powers: ring.domain.one} for powers in block]
    forward = _kernel(list(block), columns, ring.domain)
    if len(block) == 1 or not forward:
        return forward
    both = forward + _kernel(list(block)[::-1], columns[::-1], ring.domain)
    return sorted((_primitive(v, ring) for v in both), key=lambda v: (len(v), sum(_height(c) for c in v.values())))


def _kernel(block: list[Monomial], columns: list[dict[Any, Any]], domain: Any) -> list[Terms]:
    rows: dict[Any, dict[int, Any]] = {}
    for j, column in enumerate(columns):
        for key, c in column.items():
            rows.setdefault(key, {})[j] = c
    entries = {i: row for i, row in enumerate(rows.values())}
    matrix = DomainMatrix(entries, (len(rows), len(block)), domain)
    vectors = matrix.nullspace().rep.to_sdm()
    return [{block[j]: c for j, c in vector.items()} for _, vector in sorted(vectors.items())]


def _primitive(vector: Terms, ring: PolyRing) -> Terms:
    poly = ring.from_dict(vector)
    _, poly = poly.clear_denoms() if ring.domain.is_QQ else (None, poly)
    content = poly.content() if ring.domain.is_QQ else ring.domain.one
    poly = poly.quo_ground(content)
    return dict(poly if poly.LC > 0 or not ring.domain.is_QQ else -poly)


def _height(c: Any) -> int:
    return abs(int(c)) if hasattr(c, "denominator") and not hasattr(c, "numer") else 1
