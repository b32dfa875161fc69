"""Exact answers by arithmetic modulo a prime: echelon forms, null spaces, and rational numbers read back from residues."""

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
