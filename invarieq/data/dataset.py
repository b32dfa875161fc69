"""Data of the unknown fields on grids, with everything that would silently spoil a law refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.memory import fitting
from invarieq.errors import DataError, GridError
from invarieq.jets import JetSpace

FEWEST = 8  # samples along a coordinate; a law with more terms than this says so itself
UNEVEN = 1e-3  # of a step: periodic grids must be at least as uniform
GAP = 10.0  # usual steps that are a hole in the samples
LARGEST = 1e60  # beyond it fourth powers overflow
SMALLEST = 1e-60
FARTHEST = 1e40  # of a coordinate: sixth derivatives over its steps have to fit into numbers
NEAREST = 1e-40
MOST_MISSING = 0.8  # of the samples

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One `xarray.Dataset` a trajectory (a field of a PDE is one), each with a variable for every unknown.

    Dimensions are the names of the coordinates. A periodic coordinate leaves out the right end of its period. NaN marks a
    sample that is missing. `source` says where the data come from. Where they were given: `units` of coordinates and fields, and
    `errors`, the standard errors of a field's samples, an array a segment in the shape of the field's.
    """

    segments: tuple[xr.Dataset, ...]
    periodic: frozenset[str]
    source: str
    units: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    errors: Mapping[str, tuple[Array, ...]] = dataclasses.field(default_factory=dict[str, tuple[Array, ...]])


@fitting()
def check_dataset(dataset: Dataset, space: JetSpace) -> None:
    """Raise `DataError` or `GridError` for the first thing that makes the data unfit for a search."""
    if not dataset.segments:
        raise DataError(f"{dataset.source} holds no data; expected at least one trajectory")
    names = [c.name for c in space.coordinates]
    stray = sorted(dataset.periodic - set(names))
    if stray:
        raise GridError(
            f"{dataset.source}: periodic names {stray[0]!r}, which is no coordinate; the coordinates are {', '.join(names)}"
        )
    for number, segment in enumerate(dataset.segments):
        where = dataset.source if len(dataset.segments) == 1 else f"{dataset.source}, trajectory {number}"
        for field in space.fields:
            _check_shape(segment, field.name, tuple(a.name for a in field.arguments), where=where)
        for name in names:
            check_reach(segment, name, where)
            _check_coordinate(segment, name, where, splits=name == names[0] and name not in dataset.periodic)
            if name in dataset.periodic:
                _check_uniform(np.asarray(segment[name].values, dtype=float), name, where)
        for field in space.fields:
            check_reach(segment, field.name, where)
            _check_known(segment, field.name, where)
    for field in space.fields:
        _check_missing(dataset, field.name)
        _check_size(dataset, field.name)


def check_reach(segment: xr.Dataset, name: str, where: str) -> None:
    """Raise for a coordinate or a field whose values do not fit into numbers once anything is computed from them.

    It computes nothing itself that could overflow, and comes before everything that does.
    """
    values = np.asarray(segment[name].values) if name in segment.variables else np.zeros(0)
    if not values.size or not np.issubdtype(values.dtype, np.floating):
        return
    values = values.astype(np.promote_types(values.dtype, float), copy=False)
    if name not in segment.coords:
        _check_finite(segment, name, where)
        high = np.abs(values) > LARGEST
        if high.any():
            raise DataError(
                f"{where}: {name} reaches {_extreme(values):.3g} ({int(high.sum())} of {high.size} places beyond {LARGEST:g}, first at "
                f"{_places(segment[name], high)}); its powers do not fit into numbers. Correct these points, mark them as missing by "
                f"NaN, or change the unit of {name}"
            )
    elif values.ndim == 1 and np.isfinite(values).all():
        _check_coordinate_reach(values, name, where)


def _check_coordinate_reach(values: Array, name: str, where: str) -> None:
    high = np.abs(values) > FARTHEST
    if high.any():
        raise GridError(
            f"{where}: coordinate {name} reaches {_extreme(values):.3g} ({int(high.sum())} of {high.size} values beyond {FARTHEST:g}, first at "
            f"index {int(np.argmax(high))}); its powers do not fit into numbers. Correct the values, or change the unit of {name}"
        )
    steps = np.abs(np.diff(values))
    low = (steps > 0) & (steps < NEAREST)
    if low.any():
        i = int(np.argmax(low))
        raise GridError(
            f"{where}: coordinate {name} steps by {steps[i]:.3g} after index {i} ({int(low.sum())} of {low.size} steps are under "
            f"{NEAREST:g}); derivatives over it do not fit into numbers. Correct the values, or change the unit of {name}"
        )


def _extreme(values: Array) -> float:
    return float(values.flat[int(np.nanargmax(np.abs(values)))])


def _listing(names: object) -> str:
    found = sorted(map(str, names))  # type: ignore[call-overload]
    return ", ".join(found) if found else "nothing"


def _check_shape(segment: xr.Dataset, name: str, dims: tuple[str, ...], *, where: str) -> None:
    if name not in segment.data_vars:
        raise DataError(
            f"{where}: the field {name!r} is missing; the data have {_listing(segment.data_vars)}. Rename one of them, or the unknown"
        )
    array = segment[name]
    got = tuple(map(str, array.dims))
    if len(got) != len(dims):
        raise DataError(
            f"{where}: {name} has {len(got)} dimension(s) ({', '.join(got)}), shape {array.shape}; expected {len(dims)}: "
            f"({', '.join(dims)}). Give the values on the whole grid, or declare {name} as a function of what it depends on"
        )
    if set(got) != set(dims):
        raise DataError(f"{where}: {name} has the dimensions ({', '.join(got)}); expected ({', '.join(dims)}). Rename them")
    if np.iscomplexobj(array.values):
        raise DataError(f"{where}: {name} is complex; declare two real fields, for its real and its imaginary part")
    if not np.issubdtype(array.dtype, np.floating):
        raise DataError(
            f"{where}: {name} has values of type {array.dtype}; expected floating-point numbers: convert with .astype(float)"
        )


def _check_coordinate(segment: xr.Dataset, name: str, where: str, *, splits: bool) -> None:
    if name not in segment.coords:
        raise GridError(
            f"{where}: the values of coordinate {name!r} are missing; the data give {_listing(segment.coords)}. Add them"
        )
    values = np.asarray(segment[name].values)
    if values.ndim != 1:
        raise GridError(f"{where}: coordinate {name} has shape {values.shape}; expected one dimension")
    if not np.issubdtype(values.dtype, np.number) or np.iscomplexobj(values):
        raise GridError(
            f"{where}: coordinate {name} has values of type {values.dtype}; expected real numbers, such as seconds since the start"
        )
    if len(values) < FEWEST:
        raise GridError(
            f"{where}: {name} has {len(values)} samples; a law needs at least {FEWEST} along every coordinate. Give more samples along {name}"
        )
    values = values.astype(float)
    finite = np.isfinite(values)
    if not finite.all():
        bad = int(np.count_nonzero(~finite))
        raise GridError(
            f"{where}: coordinate {name} holds NaN or infinity {bad} time(s), first at index {int(np.argmin(finite))}; cut these samples"
        )
    _check_rising(values, name, where)
    if not splits:
        _check_gaps(values, name, where)


def _check_rising(values: Array, name: str, where: str) -> None:
    steps = np.diff(values)
    wrong = steps <= 0
    if wrong.any():
        i = int(np.argmax(wrong))
        what = "repeats a value" if steps[i] == 0 else "is not sorted"
        raise GridError(
            f"{where}: coordinate {name} {what} at index {i + 1} ({float(values[i])!r}, then {float(values[i + 1])!r}; {int(wrong.sum())} such "
            f"place(s)); sort the data along {name} and keep one sample a point"
        )


def _check_gaps(values: Array, name: str, where: str) -> None:
    """A hole in the samples, over which nothing is known and a spline would invent waves (the first coordinate is split there)."""
    steps = np.diff(values)
    beside = np.maximum(np.append(steps[1:], 0.0), np.insert(steps[:-1], 0, 0.0))
    wide = (steps > GAP * np.median(steps)) & (steps > GAP * beside)
    if wide.any():
        i = int(np.argmax(wide))
        raise GridError(
            f"{where}: {name} has a gap after index {i}: from {values[i]:g} to {values[i + 1]:g}, {steps[i] / np.median(steps):.0f} usual steps; "
            "give one of the two parts, both as two trajectories (a dimension or column 'trajectory'), or the missing samples as NaN"
        )


def _check_uniform(values: Array, name: str, where: str) -> None:
    steps = np.diff(values)
    step = float(np.median(steps))
    i = int(np.argmax(np.abs(steps - step)))
    if abs(steps[i] - step) > UNEVEN * step:
        raise GridError(
            f"{where}: {name} is declared periodic, but its grid is not uniform: the step after index {i} is {steps[i]:g}, the usual one "
            f"{step:g}. Resample {name}, or do not declare it periodic"
        )


def _check_finite(segment: xr.Dataset, name: str, where: str) -> None:
    """NaN is a sample that is missing; infinity is a fault."""
    array = segment[name]
    wrong = np.isinf(array.values)
    if wrong.any():
        raise DataError(
            f"{where}: {name} holds infinity in {int(wrong.sum())} of {wrong.size} places, first at {_places(array, wrong)}. "
            "Correct these points, or mark them as missing by NaN"
        )


def _check_known(segment: xr.Dataset, name: str, where: str) -> None:
    """A record without a value is none."""
    if np.isnan(segment[name].values).all():
        raise DataError(f"{where}: {name} has no value at all, only NaN; leave this record out")


def _check_missing(dataset: Dataset, name: str) -> None:
    arrays = [segment[name] for segment in dataset.segments]
    lost, size = sum(int(np.isnan(a.values).sum()) for a in arrays), sum(a.size for a in arrays)
    if lost > MOST_MISSING * size:
        first = next(a for a in arrays if np.isnan(a.values).any())
        raise DataError(
            f"{dataset.source}: {name} is missing (NaN) in {lost} of {size} places, first at {_places(first, np.isnan(first.values))}; at most "
            f"{100 * MOST_MISSING:.0f} % may be. Cut the data to a part with fewer gaps"
        )


def _places(array: xr.DataArray, wrong: NDArray[np.bool_]) -> str:
    return "; ".join(
        ", ".join(f"{d} = {float(array[d].values[i]):g}" for d, i in zip(array.dims, place, strict=True))
        for place in np.argwhere(wrong)[:3]
    )


def _check_size(dataset: Dataset, name: str) -> None:
    low = min(float(np.nanmin(values)) for values in field_values(dataset, name))
    high = max(float(np.nanmax(values)) for values in field_values(dataset, name))
    size = max(abs(low), abs(high))
    if high - low <= 1e-12 * size:
        raise DataError(
            f"{dataset.source}: {name} is constant ({high:g} everywhere); a law cannot be read from a field that does not change. "
            f"Give data in which {name} varies, or take it out of the unknowns"
        )
    if size < SMALLEST:
        raise DataError(
            f"{dataset.source}: {name} reaches {size:.3g}; its powers do not fit into numbers. Change the unit of {name}"
        )


def field_values(dataset: Dataset, name: str) -> Iterator[Array]:
    """The values of a field, a segment at a time."""
    for segment in dataset.segments:
        yield segment[name].values
