"""Invariants: orbit dimensions, complete certified sets of differential invariants, equivariant vector fields."""

from invarieq.invariants.absolute import invariant_derivations
from invarieq.invariants.algebra import LieAlgebra, close_algebra
from invarieq.invariants.derivations import Derivation
from invarieq.invariants.differential import differential_invariants, relative_invariants
from invarieq.invariants.equivariant import Equivariants, equivariant_fields
from invarieq.invariants.orbits import orbit_dimension
from invarieq.invariants.result import Invariants, RelativeInvariant, Stratum

__all__ = [
    "Derivation",
    "Equivariants",
    "Invariants",
    "LieAlgebra",
    "RelativeInvariant",
    "Stratum",
    "close_algebra",
    "differential_invariants",
    "equivariant_fields",
    "invariant_derivations",
    "orbit_dimension",
    "relative_invariants",
]
