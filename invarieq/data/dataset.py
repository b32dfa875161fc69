"""Data of the unknown fields on grids, with everything that would silently spoil a law refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from invarieq.errors import DataError, GridError
from invarieq.jets import JetSpace

FEWEST = 16


@dataclass(frozen=True, slots=True)
class Dataset:
    """One `xarray.Dataset` a trajectory (a field of a PDE is one), each with a variable for every unknown.

    Dimensions are the names of the coordinates. A periodic coordinate leaves out the right end of its period. `source`
    says where the data come from.
    """

    segments: tuple[xr.Dataset, ...]
    periodic: frozenset[str]
    source: str


def check_dataset(dataset: Dataset, space: JetSpace) -> None:
    """Raise `DataError` or `GridError` for the first thing that makes the data unfit for a search."""
    if not dataset.segments:
        raise DataError(f"{dataset.source} holds no data")
    for number, segment in enumerate(dataset.segments):
        where = dataset.source if len(dataset.segments) == 1 else f"{dataset.source}, trajectory {number}"
        for coordinate in space.coordinates:
            _check_coordinate(segment, coordinate.name, where)
        for field in space.fields:
            _check_field(segment, field.name, tuple(a.name for a in field.arguments), where)
    for field in space.fields:
        spread = max(float(np.ptp(segment[field.name].values)) for segment in dataset.segments)
        size = max(float(np.max(np.abs(segment[field.name].values))) for segment in dataset.segments)
        if spread <= 1e-12 * max(size, 1e-300):
            raise DataError(f"{dataset.source}: {field.name} is constant; a law cannot be read from a field that does not change")


def _check_coordinate(segment: xr.Dataset, name: str, where: str) -> None:
    if name not in segment.coords:
        raise GridError(f"{where}: coordinate {name!r} is missing; the data have {', '.join(map(str, segment.coords)) or 'none'}")
    values = np.asarray(segment[name].values, dtype=float)
    if values.ndim != 1:
        raise GridError(f"{where}: coordinate {name} has shape {values.shape}; expected one dimension")
    if len(values) < FEWEST:
        raise GridError(f"{where}: {name} has {len(values)} samples; a law needs at least {FEWEST} along every coordinate")
    if not np.all(np.isfinite(values)):
        raise GridError(f"{where}: coordinate {name} holds NaN or infinity at index {int(np.argmin(np.isfinite(values)))}")
    steps = np.diff(values)
    if np.any(steps <= 0):
        i = int(np.argmax(steps <= 0))
        what = "repeats a value" if steps[i] == 0 else "is not sorted"
        raise GridError(
            f"{where}: coordinate {name} {what} at index {i + 1} ({values[i]:g}, then {values[i + 1]:g}); sort the data along "
            f"{name} and keep one sample a point"
        )


def _check_field(segment: xr.Dataset, name: str, dims: tuple[str, ...], where: str) -> None:
    if name not in segment.data_vars:
        raise DataError(f"{where}: field {name!r} is missing; the data have {', '.join(map(str, segment.data_vars)) or 'none'}")
    array = segment[name]
    if set(array.dims) != set(dims):
        raise DataError(f"{where}: {name} has the dimensions ({', '.join(map(str, array.dims))}); expected ({', '.join(dims)})")
    values = array.values
    if np.iscomplexobj(values):
        raise DataError(f"{where}: {name} is complex; declare two real fields, for its real and its imaginary part")
    wrong = ~np.isfinite(values)
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        at = ", ".join(f"{d} = {float(segment[d].values[i]):g}" for d, i in zip(array.dims, place, strict=True))
        raise DataError(
            f"{where}: {name} holds NaN or infinity in {int(wrong.sum())} of {wrong.size} places, first at {at}; "
            "fill or cut these points before the search"
        )


def field_values(dataset: Dataset, name: str) -> Iterator[np.ndarray]:
    """The values of a field, a segment at a time."""
    for segment in dataset.segments:
        yield segment[name].values
