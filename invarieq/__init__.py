"""invarieq: find the differential equation behind data, in the invariants of its symmetry.

Public names are loaded on first use, so that `import invarieq` is immediate.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from invarieq.budget import Budget
    from invarieq.data import add_noise, simulate
    from invarieq.data.records import Records
    from invarieq.discovery.discover import discover
    from invarieq.discovery.discovery import Discovery
    from invarieq.engines.engine import Engine, State
    from invarieq.engines.found import Found, Refused
    from invarieq.errors import InvarieqError
    from invarieq.flows import Flow, Solution, flow, move_jets, move_solution, prolonged_flow
    from invarieq.invariants import (
        differential_invariants,
        equivariant_fields,
        express,
        invariant_derivations,
        module_relations,
        moving_frame,
        relative_invariants,
    )
    from invarieq.jets import Field, JetSpace, VectorField, apply_prolonged, coordinates, prolong
    from invarieq.law import Law, certify
    from invarieq.progress import Cancel
    from invarieq.space.searchspace import SearchSpace
    from invarieq.symmetry import (
        Discrete,
        PointSymmetries,
        conserved_from_symmetries,
        conserved_quantities,
        exchange,
        function_symmetries,
        galilean_boost,
        gradient_flow_isometries,
        lorentz_boost,
        point_symmetries,
        projective,
        reflection,
        rotation,
        rotations,
        scaling,
        translation,
    )
    from invarieq.system import Grid, Simulation, System, Terms, load_system, read_toml, shipped_systems, write_toml
    from invarieq.system.conserved import conservation_laws
    from invarieq.system.reduced import reductions

__version__ = "0.1.0"

_HOMES = {
    "invarieq.budget": ("Budget",),
    "invarieq.progress": ("Cancel",),
    "invarieq.discovery.discover": ("discover",),
    "invarieq.discovery.discovery": ("Discovery",),
    "invarieq.data": (
        "add_noise",
        "simulate",
    ),
    "invarieq.engines.engine": (
        "Engine",
        "State",
    ),
    "invarieq.engines.found": (
        "Found",
        "Refused",
    ),
    "invarieq.data.records": ("Records",),
    "invarieq.space.searchspace": ("SearchSpace",),
    "invarieq.errors": ("InvarieqError",),
    "invarieq.invariants": (
        "differential_invariants",
        "equivariant_fields",
        "express",
        "invariant_derivations",
        "module_relations",
        "moving_frame",
        "relative_invariants",
    ),
    "invarieq.flows": ("Flow", "Solution", "flow", "move_jets", "move_solution", "prolonged_flow"),
    "invarieq.jets": ("Field", "JetSpace", "VectorField", "apply_prolonged", "coordinates", "prolong"),
    "invarieq.law": ("Law", "certify"),
    "invarieq.symmetry": (
        "Discrete",
        "PointSymmetries",
        "conserved_from_symmetries",
        "conserved_quantities",
        "exchange",
        "function_symmetries",
        "galilean_boost",
        "gradient_flow_isometries",
        "lorentz_boost",
        "point_symmetries",
        "projective",
        "reflection",
        "rotation",
        "rotations",
        "scaling",
        "translation",
    ),
    "invarieq.system": ("Grid", "Simulation", "System", "Terms", "load_system", "read_toml", "shipped_systems", "write_toml"),
    "invarieq.system.conserved": ("conservation_laws",),
    "invarieq.system.reduced": ("reductions",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Budget",
    "Cancel",
    "Discovery",
    "Discrete",
    "Engine",
    "Field",
    "Flow",
    "Found",
    "Grid",
    "InvarieqError",
    "JetSpace",
    "Law",
    "PointSymmetries",
    "Records",
    "Refused",
    "SearchSpace",
    "Simulation",
    "Solution",
    "State",
    "System",
    "Terms",
    "VectorField",
    "__version__",
    "add_noise",
    "apply_prolonged",
    "certify",
    "conservation_laws",
    "conserved_from_symmetries",
    "conserved_quantities",
    "coordinates",
    "differential_invariants",
    "discover",
    "equivariant_fields",
    "exchange",
    "express",
    "flow",
    "function_symmetries",
    "galilean_boost",
    "gradient_flow_isometries",
    "invariant_derivations",
    "load_system",
    "lorentz_boost",
    "module_relations",
    "move_jets",
    "move_solution",
    "moving_frame",
    "point_symmetries",
    "projective",
    "prolong",
    "prolonged_flow",
    "read_toml",
    "reductions",
    "reflection",
    "relative_invariants",
    "rotation",
    "rotations",
    "scaling",
    "shipped_systems",
    "simulate",
    "translation",
    "write_toml",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'invarieq' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
