"""Arrays of a file with what is known of their axes, and the question that a file is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from invarieq.jets import JetSpace

Array = NDArray[np.float64]
ROUNDING = 1e-6  # an imaginary part below this share of the whole is what a solver by FFT leaves (9e-9 in a public file)


@dataclass(frozen=True, slots=True)
class Named:
    """An array of the file without axes of length 1, and what is known of its axes (None = nothing)."""

    name: str
    values: np.ndarray
    dims: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, where (a path, or words); `axes` is the user's word on the order of the axes."""

    space: JetSpace
    where: str | Path
    axes: tuple[str, ...] | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates."""
        return tuple(c.name for c in self.space.coordinates)

    def arguments(self, field: str) -> tuple[str, ...]:
        """Names of the coordinates that a field depends on."""
        return next(tuple(a.name for a in f.arguments) for f in self.space.fields if f.name == field)


def truly_complex(values: np.ndarray) -> bool:
    """Whether an imaginary part is more than rounding."""
    if not np.iscomplexobj(values):
        return False
    return not float(np.max(np.abs(np.imag(values)))) <= ROUNDING * float(np.max(np.abs(values)))


def varying_axis(values: np.ndarray) -> int | None:
    """The one axis along which a coordinate array varies."""
    if values.ndim == 0 or truly_complex(values):
        return None
    values = np.real(values)
    if values.ndim == 1:
        return 0
    varying = [d for d in range(values.ndim) if np.any(np.diff(values, axis=d) != 0)]
    return varying[0] if len(varying) == 1 else None


def vector_of(values: np.ndarray) -> Array | None:
    """A vector, or a mesh that varies along one axis, as a vector of real numbers."""
    axis = varying_axis(values)
    return None if axis is None else np.moveaxis(np.real(values), axis, 0).reshape(values.shape[axis], -1)[:, 0].astype(float)


def listing(arrays: Mapping[str, Named]) -> str:
    """The arrays of a file with their shapes, for messages."""
    return ", ".join(f"{n!r} {' × '.join(map(str, a.values.shape)) or 'single'}" for n, a in arrays.items()) or "nothing"
