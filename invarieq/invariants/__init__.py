"""Invariants: orbit dimensions, complete certified sets of differential invariants, equivariant vector fields."""

from invarieq.invariants.absolute import invariant_derivations
from invarieq.invariants.algebra import LieAlgebra, close_algebra
from invarieq.invariants.derivations import Derivation
from invarieq.invariants.differential import Invariants, RelativeInvariant, differential_invariants, relative_invariants
from invarieq.invariants.equivariant import Equivariants, equivariant_fields
from invarieq.invariants.orbits import orbit_dimension

__all__ = [
    "Derivation",
    "Equivariants",
    "Invariants",
    "LieAlgebra",
    "RelativeInvariant",
    "close_algebra",
    "differential_invariants",
    "equivariant_fields",
    "invariant_derivations",
    "orbit_dimension",
    "relative_invariants",
]
