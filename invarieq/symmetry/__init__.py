"""Named symmetries, each a function that returns a `VectorField`."""

from invarieq.symmetry.named import (
    galilean_boost,
    lorentz_boost,
    projective,
    rotation,
    scaling,
    translation,
)

__all__ = ["galilean_boost", "lorentz_boost", "projective", "rotation", "scaling", "translation"]
