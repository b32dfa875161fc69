"""Invariants: orbit dimensions, complete certified sets of differential invariants, moving frames, equivariant vector fields."""

from invarieq.algebra import LieAlgebra, close_algebra
from invarieq.invariants.absolute import invariant_derivations
from invarieq.invariants.derivations import Derivation
from invarieq.invariants.differential import differential_invariants, relative_invariants
from invarieq.invariants.equivariant import Equivariants, equivariant_fields
from invarieq.invariants.express import Expressed, express
from invarieq.invariants.moving_frame import MovingFrame, Syzygy, moving_frame
from invarieq.invariants.orbits import orbit_dimension
from invarieq.invariants.result import Invariants, RelativeInvariant, Stratum
from invarieq.invariants.syzygies import ModuleRelations, module_relations

__all__ = [
    "Derivation",
    "Equivariants",
    "Expressed",
    "Invariants",
    "LieAlgebra",
    "ModuleRelations",
    "MovingFrame",
    "RelativeInvariant",
    "Stratum",
    "Syzygy",
    "close_algebra",
    "differential_invariants",
    "equivariant_fields",
    "express",
    "invariant_derivations",
    "module_relations",
    "moving_frame",
    "orbit_dimension",
    "relative_invariants",
]
