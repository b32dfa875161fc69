"""Exact linear algebra and arithmetic.

Modulo a prime: echelon forms and null spaces (`linear`), values (`values`) and power series (`series`, `taylor`, `jetseries`) of
expressions at random points, numbers and rational functions read back from residues. Over fields: sparse elimination (`sparse`),
characteristic polynomials, the smallest field that holds given constants.
"""

from invarieq.exact.decide import Decision, decide
from invarieq.exact.linear import Echelon, echelon, null_space
from invarieq.exact.primes import PRIME, inverse, power, random_residues, random_squares
from invarieq.exact.rational import read_fraction, read_vector

__all__ = [
    "PRIME",
    "Decision",
    "Echelon",
    "decide",
    "echelon",
    "inverse",
    "null_space",
    "power",
    "random_residues",
    "random_squares",
    "read_fraction",
    "read_vector",
]
