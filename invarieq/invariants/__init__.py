"""Invariants: orbit dimensions, complete certified sets of differential invariants, equivariant vector fields."""

from invarieq.invariants.algebra import LieAlgebra, close_algebra
from invarieq.invariants.differential import Invariants, differential_invariants
from invarieq.invariants.orbits import orbit_dimension

__all__ = ["Invariants", "LieAlgebra", "close_algebra", "differential_invariants", "orbit_dimension"]
