"""Rational numbers read back from residues: the fraction with the smallest numerator and denominator.

Source: Wang, Guy & Davenport, P-adic reconstruction of rational numbers, SIGSAM Bulletin 16 (1982) 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from invarieq.exact.primes import PRIME

BOUND = math.isqrt(PRIME // 2)


def read_fraction(value: int, *, bound: int = BOUND) -> Fraction | None:
    """The unique n/d = value mod p with |n|, d ≤ bound; None if there is none.

    >>> read_fraction(pow(3, -1, PRIME) * 2 % PRIME)
    Fraction(2, 3)
    """
    old, new = (PRIME, 0), (value % PRIME, 1)
    while new[0] > bound:
        quotient = old[0] // new[0]
        old, new = new, (old[0] - quotient * new[0], old[1] - quotient * new[1])
    numerator, denominator = new
    if denominator == 0 or abs(denominator) > bound or math.gcd(numerator, denominator) != 1:
        return None
    return Fraction(numerator, denominator)


def read_vector(values: Iterable[int], *, bound: int = BOUND) -> tuple[Fraction, ...] | None:
    """Every entry as a fraction, or None as soon as one has none within the bound."""
    known: dict[int, Fraction] = {}
    result: list[Fraction] = []
    for value in values:
        if value not in known:
            found = read_fraction(value, bound=bound)
            if found is None:
                return None
            known[value] = found
        result.append(known[value])
    return tuple(result)
