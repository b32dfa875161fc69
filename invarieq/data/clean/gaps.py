"""Gaps in the samples: NaN stands for a value that was not measured, or that a mask hides.

A hole of one to three samples is bridged by a cubic spline along the axis that predicts known samples best, if it predicts
them as well as the noise allows. A longer gap along the first coordinate splits the record in two. Whatever is left stays
missing: the weak form then places no test function over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline
from scipy.ndimage import distance_transform_edt

from invarieq.data.dataset import FEWEST, GAP, Dataset
from invarieq.errors import DataError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LONGEST = 3  # samples missing in a row that are bridged
SPREAD = 1.39  # of the noise: what it leaves between a sample and the cubic through its neighbours
ALLOWED = 3.0
SMALL = 3e-4  # of the field's standard deviation: errors that no law is judged by
STENCIL = ((-2, -1 / 6), (-1, 4 / 6), (1, 4 / 6), (2, -1 / 6))


def known_samples(values: Sequence[Array]) -> Mask:
    """Where every field has a value."""
    return np.all([np.isfinite(v) for v in values], axis=0)


def has_gaps(dataset: Dataset) -> bool:
    """Whether a sample is missing, or the first coordinate has a hole."""
    return any(not np.all(np.isfinite(v.values)) for s in dataset.segments for v in s.data_vars.values()) or any(
        _breaks(np.asarray(s[_first(s)].values, dtype=float)).size for s in dataset.segments
    )


def bridged(values: Array, grids: Sequence[Array], periodic: Sequence[bool], noise: float) -> Array:
    """The field with small holes filled where that is as good as measuring; what stays NaN is a gap."""
    if np.all(np.isfinite(values)) or not np.any(np.isfinite(values)):
        return values
    tolerance = max(ALLOWED * SPREAD * noise, SMALL * float(np.nanstd(values)))
    for limit, stride in ((LONGEST, 2), (1, 1)):
        errors = {d: _prediction_error(values, d, stride) for d in range(values.ndim)}
        for d in sorted((d for d, e in errors.items() if e <= tolerance), key=lambda d: errors[d]):
            values = _along(values, grids[d], d, wraps=periodic[d], limit=limit)
    return values


def _prediction_error(values: Array, d: int, stride: int) -> float:
    """Median error of the cubic through four neighbours (`stride` apart) at samples that are known, scaled to a standard deviation."""
    reach = 2 * stride
    n = values.shape[d]
    if n < 2 * reach + 3:
        return float("inf")
    moved = np.moveaxis(values, d, 0)
    predicted = sum(w * moved[reach + k * stride : n - reach + k * stride] for k, w in STENCIL)
    error = np.abs(moved[reach : n - reach] - predicted)
    error = error[np.isfinite(error)]
    return float(np.median(error)) / 0.6745 if error.size > 4 * reach else float("inf")


def _along(values: Array, grid: Array, d: int, *, wraps: bool, limit: int) -> Array:
    """Runs of at most `limit` missing samples along an axis, with known ones on both sides, by a spline through their line."""
    moved = np.moveaxis(values, d, 0)
    shape = moved.shape
    lines = moved.reshape(shape[0], -1).copy()
    step = float(grid[-1] - grid[0]) / (len(grid) - 1)
    period = float(grid[-1] - grid[0]) + step
    for j in np.flatnonzero(~np.isfinite(lines).all(axis=0)):
        line = lines[:, j]
        known = np.isfinite(line)
        short = _short_runs(known, limit, wraps=wraps)
        if not short.any() or known.sum() < FEWEST:
            continue
        places, seen = grid[known], line[known]
        if wraps:
            places = np.concatenate([places[-4:] - period, places, places[:4] + period])
            seen = np.concatenate([seen[-4:], seen, seen[:4]])
        line[short] = make_interp_spline(places, seen, k=3)(grid[short])
    return np.moveaxis(lines.reshape(shape), 0, d)


def _short_runs(known: Mask, limit: int, *, wraps: bool) -> Mask:
    """Missing samples in runs of at most `limit`, each with two known samples before and after it."""
    n = len(known)
    ring = np.concatenate([known[-limit - 2 :], known, known[: limit + 2]]) if wraps else known
    shift = limit + 2 if wraps else 0
    result = np.zeros(n, dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], ring, [True]]).astype(int)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        inside = first >= 2 and last + 2 <= len(ring) and ring[first - 2 : first].all() and ring[last : last + 2].all()
        if inside and last - first <= limit:
            result[(np.arange(first, last) - shift) % n] = True
    return result


def filled(values: Array) -> Array:
    """The field with every gap given the value of the nearest sample: something finite for filters to run over, never data."""
    missing = ~np.isfinite(values)
    if not missing.any():
        return values
    nearest = np.asarray(distance_transform_edt(missing, return_distances=False, return_indices=True))
    return np.asarray(values[tuple(nearest)], dtype=np.float64)


def split_in_time(dataset: Dataset, shortest: int) -> Dataset:
    """Every segment cut where its first coordinate has a hole or a whole slice is missing; parts of fewer samples are dropped.

    Raises `DataError` where nothing is left.
    """
    if not has_gaps(dataset):
        return dataset
    segments = tuple(part for segment in dataset.segments for part in _parts(segment, shortest))
    if not segments:
        raise DataError(
            f"{dataset.source}: gaps leave no stretch of at least {shortest} samples along {_first(dataset.segments[0])}; give a longer "
            "record, or fill single missing samples yourself"
        )
    return Dataset(segments, dataset.periodic, dataset.source)


def _first(segment: xr.Dataset) -> str:
    longest = max((v.dims for v in segment.data_vars.values()), key=len)
    return str(longest[0])


def _breaks(times: Array) -> NDArray[np.intp]:
    """Indices after which the samples have a hole."""
    steps = np.diff(times)
    if not steps.size or not np.all(steps > 0):
        return np.zeros(0, dtype=np.intp)
    beside = np.maximum(np.append(steps[1:], 0.0), np.insert(steps[:-1], 0, 0.0))
    return np.flatnonzero((steps > GAP * np.median(steps)) & (steps > GAP * beside))


def _parts(segment: xr.Dataset, shortest: int) -> Iterator[xr.Dataset]:
    name = _first(segment)
    known = np.ones(segment.sizes[name], dtype=bool)
    for v in segment.data_vars.values():
        if name in v.dims:
            rows = np.moveaxis(np.isfinite(v.values), v.dims.index(name), 0).reshape(len(known), -1)
            known &= rows.any(axis=1)
    holes = set(_breaks(np.asarray(segment[name].values, dtype=float)).tolist())
    start: int | None = None
    for i in range(len(known) + 1):
        if start is not None and (i == len(known) or not known[i] or i - 1 in holes):
            if i - start >= shortest:
                yield segment if i - start == len(known) else segment.isel({name: slice(start, i)})
            start = None
        if start is None and i < len(known) and known[i]:
            start = i
