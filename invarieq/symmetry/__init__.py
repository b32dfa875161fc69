"""Symmetries: named ones, the check by prolongation, and all point symmetries of a system."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from invarieq.symmetry.named import (
    galilean_boost,
    lorentz_boost,
    projective,
    rotation,
    scaling,
    translation,
)

if TYPE_CHECKING:
    from invarieq.symmetry.families import Family
    from invarieq.symmetry.point import PointSymmetries, point_symmetries

# What needs numerics is loaded on first use: a system is declared without it.
_HOME = {
    "Family": "invarieq.symmetry.families",
    "PointSymmetries": "invarieq.symmetry.point",
    "point_symmetries": "invarieq.symmetry.point",
}

__all__ = [
    "Family",
    "PointSymmetries",
    "galilean_boost",
    "lorentz_boost",
    "point_symmetries",
    "projective",
    "rotation",
    "scaling",
    "translation",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'invarieq.symmetry' has no attribute {name!r}")
