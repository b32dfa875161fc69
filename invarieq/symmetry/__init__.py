"""Symmetries: named ones, the check by prolongation, and all point symmetries of a system."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from invarieq.symmetry.discrete import Discrete, exchange, reflection
from invarieq.symmetry.named import (
    galilean_boost,
    lorentz_boost,
    projective,
    rotation,
    rotations,
    scaling,
    translation,
)

if TYPE_CHECKING:
    from invarieq.symmetry.classify import Classification, special_functions, special_parameters
    from invarieq.symmetry.families import Family
    from invarieq.symmetry.functions import FunctionSymmetries, function_symmetries
    from invarieq.symmetry.gradient import (
        ConservedQuantities,
        conserved_from_symmetries,
        conserved_quantities,
        gradient_flow_isometries,
    )
    from invarieq.symmetry.measured import MeasuredSymmetries, measured_symmetries
    from invarieq.symmetry.point import PointSymmetries, point_symmetries

# What needs numerics is loaded on first use: a system is declared without it.
_HOME = {
    "Classification": "invarieq.symmetry.classify",
    "MeasuredSymmetries": "invarieq.symmetry.measured",
    "measured_symmetries": "invarieq.symmetry.measured",
    "special_functions": "invarieq.symmetry.classify",
    "special_parameters": "invarieq.symmetry.classify",
    "ConservedQuantities": "invarieq.symmetry.gradient",
    "Family": "invarieq.symmetry.families",
    "FunctionSymmetries": "invarieq.symmetry.functions",
    "PointSymmetries": "invarieq.symmetry.point",
    "conserved_from_symmetries": "invarieq.symmetry.gradient",
    "conserved_quantities": "invarieq.symmetry.gradient",
    "function_symmetries": "invarieq.symmetry.functions",
    "gradient_flow_isometries": "invarieq.symmetry.gradient",
    "point_symmetries": "invarieq.symmetry.point",
}

__all__ = [
    "Classification",
    "ConservedQuantities",
    "Discrete",
    "Family",
    "FunctionSymmetries",
    "MeasuredSymmetries",
    "PointSymmetries",
    "conserved_from_symmetries",
    "conserved_quantities",
    "exchange",
    "function_symmetries",
    "galilean_boost",
    "gradient_flow_isometries",
    "lorentz_boost",
    "measured_symmetries",
    "point_symmetries",
    "projective",
    "reflection",
    "rotation",
    "rotations",
    "scaling",
    "special_functions",
    "special_parameters",
    "translation",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'invarieq.symmetry' has no attribute {name!r}")
