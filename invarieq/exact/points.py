"""Sparse polynomials at random points modulo the prime.

A rank at a random point modulo p never exceeds the generic rank; it falls short only where a non-zero minor
vanishes at that point, which has probability about degree / p (Schwartz–Zippel).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from invarieq.exact.primes import PRIME

SEED = 20240229


def random_point(count: int, *, seed: int = SEED) -> list[int]:
    """`count` squares modulo `PRIME`, the same for the same seed."""
    source = random.Random(seed)
    return [source.randrange(2, PRIME) ** 2 % PRIME for _ in range(count)]


def residue(element: Any, parameters: Mapping[str, int]) -> int:
    """A rational number or a rational function of named parameters as a residue; `ZeroDivisionError` at a pole."""
    if hasattr(element, "numer") and hasattr(element.numer, "ring"):
        above, below = _polynomial(element.numer, parameters), _polynomial(element.denom, parameters)
    else:
        above, below = int(element.numerator), int(element.denominator)
    return above % PRIME * _inverse(below) % PRIME


def _polynomial(poly: Any, parameters: Mapping[str, int]) -> int:
    point = [parameters[symbol.name] for symbol in poly.ring.symbols]
    return evaluate({powers: residue(c, {}) for powers, c in poly.items()}, point)


def _inverse(value: int) -> int:
    if value % PRIME == 0:
        raise ZeroDivisionError("the denominator vanishes modulo the prime")
    return pow(value, -1, PRIME)


def evaluate(terms: Mapping[tuple[int, ...], int], point: Sequence[int]) -> int:
    """Value of a sparse polynomial {exponents: residue} at a point, modulo `PRIME`."""
    total = 0
    for powers, coefficient in terms.items():
        value = coefficient
        for base, power in zip(point, powers, strict=True):
            if power:
                value = value * pow(base, power, PRIME) % PRIME
        total += value
    return total % PRIME


def gradient(terms: Mapping[tuple[int, ...], int], point: Sequence[int]) -> list[int]:
    """Gradient of a sparse polynomial at a point without zero entries, modulo `PRIME`; length: number of variables."""
    result = [0] * len(point)
    for powers, coefficient in terms.items():
        value = evaluate({powers: coefficient}, point)
        for i, power in enumerate(powers):
            if power:
                result[i] += value * power
    return [g * pow(z, -1, PRIME) % PRIME for g, z in zip(result, point, strict=True)]
