"""From a `Dataset` to segments with noise levels, smoothers and test functions, all chosen from the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from invarieq.data import Dataset, estimate_noise
from invarieq.data.denoise import Smoother, choose_smoother
from invarieq.data.weak import TestFunctions, test_functions
from invarieq.engines.moments import Segment, derivative_orders
from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace
from invarieq.space.library import Library

Array = NDArray[np.float64]

# Half-widths of test functions in units of the window that suits noise of NOMINAL: measured on KdV, Kuramoto–Sivashinsky,
# Burgers and heat at 0–10 % noise, coefficient errors are flat between 1.2 and 1.7 and grow on both sides.
# A trajectory has one direction only to learn from, and keeps more with narrower test functions.
WIDTH = 1.4
TRAJECTORY_WIDTH = 0.8
NOMINAL = 0.03
# Smoothing for products is narrower than is best for the field itself: noise that is left averages out in the weak form,
# smoothing bias does not.
UNDERSMOOTHING = 0.6


def segments(dataset: Dataset, space: JetSpace) -> tuple[Segment, ...]:
    """The segments of a data set, with noise estimated a field (pooled over segments) and smoothers chosen by it.

    Grids that are not uniform are brought to uniform ones by a cubic spline through the samples.
    """
    names = [c.name for c in space.coordinates]
    for field in space.fields:
        if field.arguments != space.coordinates:
            raise DeclarationError(
                f"field {field.name} does not depend on all of {', '.join(names)}; a search needs fields that do"
            )
    periodic = tuple(name in dataset.periodic for name in names)
    pieces = [_arrays(piece, space, names) for piece in dataset.segments]
    noise = tuple(
        float(np.sqrt(np.mean([estimate_noise(values[f], periodic, grids=grids) ** 2 for grids, values in pieces])))
        for f in range(len(space.fields))
    )
    result = []
    for grids, values in pieces:
        even, values = _uniform(grids, values)
        steps = _steps(even)
        smoothers = tuple(_narrow(choose_smoother(v, steps, periodic, n)) for v, n in zip(values, noise, strict=True))
        result.append(Segment(space, even, periodic, values, smoothers, noise))
    return tuple(result)


def _arrays(piece: xr.Dataset, space: JetSpace, names: list[str]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """(grids, values of each field) of one segment, axes in the order of the coordinates."""
    grids = tuple(np.asarray(piece[name].values, dtype=float) for name in names)
    return grids, tuple(np.ascontiguousarray(piece[f.name].transpose(*names).values, dtype=float) for f in space.fields)


def _uniform(grids: tuple[Array, ...], values: tuple[Array, ...]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    even = tuple(np.linspace(g[0], g[-1], len(g)) for g in grids)
    for d, (old, new) in enumerate(zip(grids, even, strict=True)):
        if not np.allclose(old, new, rtol=0, atol=1e-6 * (new[1] - new[0])):
            values = tuple(np.ascontiguousarray(make_interp_spline(old, v, k=3, axis=d)(new)) for v in values)
    return even, values


def _steps(grid: Sequence[Array]) -> tuple[float, ...]:
    return tuple(float((g[-1] - g[0]) / (len(g) - 1)) for g in grid)


def _narrow(smoother: Smoother) -> Smoother:
    narrowed = (w if w == 1 else max(7, round(w * UNDERSMOOTHING) | 1) for w in smoother.windows)
    return replace(smoother, windows=tuple(narrowed))


def tests_for(pieces: Sequence[Segment], library: Library) -> tuple[TestFunctions, ...]:
    """Test functions a segment: half-widths follow the scale on which the fields vary."""
    orders = derivative_orders(library)
    width = TRAJECTORY_WIDTH if len(orders) == 1 else WIDTH
    result = []
    for piece in pieces:
        windows = [
            choose_smoother(v, _steps(piece.grids), piece.periodic, max(n, NOMINAL * float(np.std(v)))).windows
            for v, n in zip(piece.values, piece.noise, strict=True)
        ]
        half = [
            _half_width(min(w[d] for w in windows), len(g), piece.periodic[d], orders[d], width=width)
            for d, g in enumerate(piece.grids)
        ]
        result.append(test_functions(piece.grids, piece.periodic, half, orders))
    return tuple(result)


def _half_width(window: int, points: int, periodic: bool, order: int, *, width: float) -> int:
    """width × window, at most a fifth of the grid (a third where it is periodic), at least what `order` derivatives need."""
    largest = max(2, (points - 1) // (3 if periodic else 5))
    return int(min(max(round(width * window), order + 3), largest))
