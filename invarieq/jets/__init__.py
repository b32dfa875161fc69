"""Jet spaces: coordinates (x, u, u_x, …), total derivatives, vector fields and their prolongation."""

from invarieq.jets.derive import derive
from invarieq.jets.prolong import apply_prolonged, prolong
from invarieq.jets.space import Field, JetSpace, coordinates, substitute, symbols_of, variable_of
from invarieq.jets.vectorfield import VectorField

__all__ = [
    "Field",
    "JetSpace",
    "VectorField",
    "apply_prolonged",
    "coordinates",
    "derive",
    "prolong",
    "substitute",
    "symbols_of",
    "variable_of",
]
