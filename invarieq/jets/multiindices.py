"""Multi-indices: how often something is differentiated by (or multiplied with) each of some variables."""

from __future__ import annotations

import functools
import itertools
import math

MultiIndex = tuple[int, ...]


@functools.lru_cache(maxsize=512)
def of_order(size: int, order: int) -> tuple[MultiIndex, ...]:
    """All multi-indices of `size` entries with sum `order`, the first entry high first."""
    chosen = itertools.combinations_with_replacement(range(size), order)
    return tuple(tuple(c.count(i) for i in range(size)) for c in chosen)


@functools.lru_cache(maxsize=512)
def up_to_order(size: int, order: int) -> tuple[MultiIndex, ...]:
    """All multi-indices of `size` entries with sum up to `order`, by sum."""
    return tuple(index for n in range(order + 1) for index in of_order(size, n))


def factorial(index: MultiIndex) -> int:
    """J! = Π J_i!."""
    return math.prod(map(math.factorial, index))


def divides(low: MultiIndex, high: MultiIndex) -> bool:
    """Whether one derivative is a derivative of another, entry by entry at least as high."""
    return all(m <= n for m, n in zip(low, high, strict=True))


def raised(index: MultiIndex, i: int, by: int = 1) -> MultiIndex:
    """The multi-index with `by` added to entry i."""
    return tuple(n + by * (k == i) for k, n in enumerate(index))
