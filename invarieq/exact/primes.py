"""Arithmetic modulo a safe prime, on arrays.

p = 2q + 1 with q prime and p = 3 mod 4. The squares modulo p form a group of prime order q, so every square has exactly
one root of any odd order and one square root that is itself a square: z^e is well defined for each rational e, and
z^a z^b = z^(a+b). That makes fractional powers of sampled values as exact as whole ones. This p has 2, 3, 5, 7, 11 and 13
among its squares, so that roots of small numbers exist too (roots of −1 do not).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

PRIME = 2_147_454_839
SQUARES = (PRIME - 1) // 2  # how many squares there are; a prime

Residues = npt.NDArray[np.int64]


def random_residues(source: np.random.Generator, shape: tuple[int, ...]) -> Residues:
    """Residues, none of them 0 or ±1, drawn from `source`."""
    return source.integers(2, PRIME - 1, size=shape, dtype=np.int64)


def random_squares(source: np.random.Generator, shape: tuple[int, ...]) -> Residues:
    """Non-zero squares, so that every rational power of them exists."""
    return random_residues(source, shape) ** 2 % PRIME


def power(base: Residues, exponent: int) -> Residues:
    """base^exponent for a whole exponent of any size; a negative one needs invertible bases."""
    exponent = exponent % (PRIME - 1) if exponent < 0 or exponent >= PRIME - 1 else exponent
    result, factor = np.ones_like(base), base % PRIME
    while exponent:
        if exponent & 1:
            result = result * factor % PRIME
        factor = factor * factor % PRIME
        exponent >>= 1
    return result


def powers(base: Residues, exponents: Residues) -> Residues:
    """Elementwise base^exponent for non-negative exponents given as an array of the shape of `base`."""
    result, factor, left = np.ones_like(base), base % PRIME, exponents.copy()
    while left.any():
        result = np.where(left & 1, result * factor % PRIME, result)
        factor = factor * factor % PRIME
        left >>= 1
    return result


def inverse(values: Residues) -> Residues:
    """1/values; 0 stays 0 (callers discard such samples)."""
    return power(values, PRIME - 2)


def is_square(values: Residues) -> npt.NDArray[np.bool_]:
    """Where a value is a non-zero square (Euler's criterion)."""
    return power(values, SQUARES) == 1


def fractional_exponent(exponent: Fraction) -> int:
    """The whole exponent that raises squares to a rational power."""
    return exponent.numerator * pow(exponent.denominator, -1, SQUARES) % SQUARES


def residue(value: Fraction) -> int:
    """A rational number modulo p; `ZeroDivisionError` if p divides its denominator."""
    if value.denominator % PRIME == 0:
        raise ZeroDivisionError(f"{value} has no residue modulo {PRIME}")
    return value.numerator % PRIME * pow(value.denominator, -1, PRIME) % PRIME
