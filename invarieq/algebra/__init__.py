"""Lie algebras: closure, structure constants, and what follows from them alone."""

from invarieq.algebra.algebra import LieAlgebra, close_algebra, combination, generate_algebra
from invarieq.algebra.cleanbasis import clean_basis
from invarieq.algebra.constants import StructureConstants, structure_constants

__all__ = [
    "LieAlgebra",
    "StructureConstants",
    "clean_basis",
    "close_algebra",
    "combination",
    "generate_algebra",
    "structure_constants",
]
