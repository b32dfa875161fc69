"""invarieq: find the differential equation behind data, in the invariants of its symmetry.

Public names are loaded on first use, so that `import invarieq` is immediate.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from invarieq.errors import InvarieqError
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
    from invarieq.symmetry import (
        PointSymmetries,
        galilean_boost,
        lorentz_boost,
        point_symmetries,
        projective,
        rotation,
        scaling,
        translation,
    )
    from invarieq.system import Grid, Simulation, System, Terms, load_system, read_toml, shipped_systems, write_toml

__version__ = "0.1.0"

_HOMES = {
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
    "invarieq.jets": ("Field", "JetSpace", "VectorField", "apply_prolonged", "coordinates", "prolong"),
    "invarieq.law": ("Law", "certify"),
    "invarieq.symmetry": (
        "PointSymmetries",
        "galilean_boost",
        "lorentz_boost",
        "point_symmetries",
        "projective",
        "rotation",
        "scaling",
        "translation",
    ),
    "invarieq.system": ("Grid", "Simulation", "System", "Terms", "load_system", "read_toml", "shipped_systems", "write_toml"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Field",
    "Grid",
    "InvarieqError",
    "JetSpace",
    "Law",
    "PointSymmetries",
    "Simulation",
    "System",
    "Terms",
    "VectorField",
    "__version__",
    "apply_prolonged",
    "certify",
    "coordinates",
    "differential_invariants",
    "equivariant_fields",
    "express",
    "galilean_boost",
    "invariant_derivations",
    "load_system",
    "lorentz_boost",
    "module_relations",
    "moving_frame",
    "point_symmetries",
    "projective",
    "prolong",
    "read_toml",
    "relative_invariants",
    "rotation",
    "scaling",
    "shipped_systems",
    "translation",
    "write_toml",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'invarieq' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
