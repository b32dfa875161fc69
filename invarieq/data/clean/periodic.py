"""Does a field continue periodically past the end of its grid?

A polynomial is fitted to windows that straddle the wrap, and to windows just inside each end. Where the field runs on
smoothly, the wrap leaves no more than its neighbours do; a jump or a kink there leaves more. Noise leaves the same
everywhere, so what it leaves is subtracted, and a claim needs enough points to have seen a jump.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.clean.noise import estimate_noise
from invarieq.data.dataset import LARGEST, Dataset

Array = NDArray[np.float64]

HALF_WIDTHS = (4, 8, 16)
DEGREE = 4
STRICTNESS = 10.0  # times the mean square that neighbouring windows leave beyond noise
NOISIEST = 0.3  # of the field's standard deviation: more noise hides what happens at the wrap
UNEVEN = 1e-3
FEWEST = 16


def periodic_axes(dataset: Dataset) -> frozenset[str]:
    """Names of the space coordinates (all but the first) along which every segment is periodic."""
    names = [str(d) for d in max((v.dims for v in dataset.segments[0].data_vars.values()), key=len)]
    return frozenset(n for n in names[1:] if all(detect_periodic(s, n) for s in dataset.segments))


def detect_periodic(segment: xr.Dataset, name: str) -> bool:
    """Whether every field on `name` runs on smoothly from the last point to the first, one step further."""
    grid = np.asarray(segment[name].values, dtype=float)
    if len(grid) < FEWEST:
        return False
    steps = np.diff(grid)
    if np.max(np.abs(steps - steps.mean())) > UNEVEN * abs(float(steps.mean())):
        return False
    fields = [v for v in segment.data_vars.values() if name in v.dims]
    if any(np.abs(v.values).max(initial=0.0) > LARGEST for v in fields):  # too large to compute with
        return False
    return bool(fields) and all(_continues(v.values, v.dims.index(name)) for v in fields)


def ends_repeat(segment: xr.Dataset, name: str) -> bool:
    """Whether the last sample along `name` is the first one again, in fields that change along `name` at their ends."""
    fields = [np.moveaxis(v.values, v.dims.index(name), 0) for v in segment.data_vars.values() if name in v.dims]
    for values in fields:
        if len(values) < FEWEST:
            return False
        gap, step = _largest(values[-1] - values[0]), _largest(values[1] - values[0])
        if not gap <= 1e-9 * _largest(values) or not gap <= 1e-3 * step:
            return False
    return bool(fields)


def _largest(values: Array) -> float:
    """The largest size of a value that is not missing."""
    return float(np.nanmax(np.abs(values), initial=0.0))


def _continues(values: Array, axis: int) -> bool:
    lines = np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)
    lines = lines[:, np.isfinite(lines).all(axis=0)]  # gaps: the lines that have none say it
    spread = float(np.nanstd(values))
    if not lines.size or spread == 0 or np.isinf(values).any():
        return False
    noise = estimate_noise(values, [False] * values.ndim)
    if noise > NOISIEST * spread:
        return False
    tried = [h for h in HALF_WIDTHS if 4 * h <= len(lines)]
    rounding = (1e-10 * _largest(values)) ** 2
    for half in tried:
        width = 2 * half
        free = (width - DEGREE - 1) * lines.shape[1]
        tolerance = noise**2 * 4 * np.sqrt(2 / free)
        wrap = _left(np.concatenate([lines[-half:], lines[:half]])) - noise**2
        ends = [lines[i : i + width] for i in (0, half, len(lines) - width, len(lines) - width - half)]
        near = max(max(_left(window) - noise**2, 0.0) for window in ends)
        if wrap > STRICTNESS * near + tolerance + rounding:
            return False
    return bool(tried) and (noise < 1e-6 * spread or lines.size >= 1000)


def _left(window: Array) -> float:
    """Mean square of what a polynomial leaves of a window (points × lines), per degree of freedom."""
    v = np.linspace(-1, 1, len(window))
    q, _ = np.linalg.qr(np.polynomial.legendre.legvander(v, DEGREE))
    rest = window - q @ (q.T @ window)
    return float(np.sum(rest**2)) / ((len(window) - DEGREE - 1) * window.shape[1])
