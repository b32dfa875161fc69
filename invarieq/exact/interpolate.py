"""Rational functions of parameters read from residues at several of their values.

N(p) − v D(p) = 0 at every sample (p, v) is linear in the coefficients of N and D; the least degree at which one solution is left gives
the function, and more samples than unknowns make a false one unlikely.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy as sp

from invarieq.exact import PRIME, null_space, read_vector
from invarieq.exact.primes import Residues, power
from invarieq.jets.multiindices import up_to_order

SPARE = 3


def unknowns(parameters: int, degree: int) -> int:
    """How many coefficients a quotient of two polynomials of a degree has."""
    return 2 * len(up_to_order(parameters, degree))


def rational_function(points: Residues, values: Sequence[int], parameters: Sequence[sp.Symbol], degree: int) -> sp.Expr | None:
    """The function of a degree that has the values at the points (samples × parameters); None if there is none with small coefficients."""
    indices = up_to_order(len(parameters), degree)[::-1]
    monomials = np.stack([_monomial(points, index) for index in indices], axis=1)
    at = np.array(values, dtype=np.int64)[:, None]
    found = null_space(np.concatenate([monomials, (-at * monomials) % PRIME], axis=1))
    if len(found) == 0:
        return None
    coefficients = read_vector(found[-1].tolist())
    if coefficients is None:
        return None
    terms = [
        sp.Rational(c.numerator, c.denominator) * sp.Mul(*[s**n for s, n in zip(parameters, index, strict=True)])
        for c, index in zip(coefficients, [*indices, *indices], strict=True)
    ]
    below = sp.Add(*terms[len(indices) :])
    return sp.cancel(sp.Add(*terms[: len(indices)]) / below) if below != 0 else None


def _monomial(points: Residues, index: Sequence[int]) -> Residues:
    result = np.ones(len(points), dtype=np.int64)
    for column, n in zip(points.T, index, strict=True):
        result = result * power(column, n) % PRIME
    return result
