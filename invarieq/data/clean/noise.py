"""Noise: adding it with a seed, and estimating it from data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import comb

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from invarieq.data.dataset import Dataset, field_values
from invarieq.errors import DataError

Array = NDArray[np.float64]

DIFFERENCES = (4, 6, 8, 10, 12)
MEDIAN = 0.6744897501960817  # median of |z| for a standard normal z
FEWEST_DIFFERENCES = 5
CHOICE = 2.0  # standard errors within which a lower order is as good as the least estimate


def add_noise(dataset: Dataset, ratio: float, seed: int) -> Dataset:
    """Add Gaussian noise of standard deviation ratio × std(field); the field's std is taken over all segments.

    Each field (by name) of each segment has its own generator, so that one field's noise does not depend on the others.
    """
    if not (np.isfinite(ratio) and ratio >= 0):
        raise DataError(f"noise {ratio!r}: expected a finite ratio of at least 0, e.g. 0.01 for 1 %")
    if seed < 0:
        raise DataError(f"seed {seed!r}: expected an integer of at least 0")
    if ratio == 0:
        return dataset
    names = sorted(str(n) for n in dataset.segments[0].data_vars)
    spread = {n: float(np.nanstd(np.concatenate([v.ravel() for v in field_values(dataset, n)]))) for n in names}
    noisy = []
    for number, segment in enumerate(dataset.segments):
        changed = {}
        for f, name in enumerate(names):
            generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(f, number)))
            values = segment[name].values
            changed[name] = segment[name].copy(data=values + ratio * spread[name] * generator.standard_normal(values.shape))
        noisy.append(segment.assign(changed))
    source = f"{dataset.source}, with {100 * ratio:g} % noise"
    return replace(dataset, segments=tuple(noisy), source=source, errors={})  # what was known of the errors is true no more


def estimate_noise(values: Array, periodic: Sequence[bool], *, grids: Sequence[Array] | None = None) -> float:
    """Standard deviation of white noise in a smooth field on a grid with one `periodic` flag an axis.

    A difference of order k, with weights scaled to unit length, keeps white noise and shrinks a smooth field by about
    (step)^k / √C(2k, k). Its median over the grid is the noise plus what little the field leaves; in periodic directions
    the upper third of the spectrum says the same. Of all orders and directions the most certain one near the least is taken.
    Non-uniform axes need their `grids`. Missing samples (NaN) are left out. Never less than the rounding of the values.
    """
    whole = bool(np.all(np.isfinite(values)))
    found: list[tuple[float, float]] = []  # (estimate, its relative standard error)
    for axis, wraps in enumerate(periodic):
        grid = None if grids is None else _uneven(np.asarray(grids[axis], dtype=float))
        found += list(_by_differences(values, axis, wraps, grid))
        if wraps and whole and grid is None and values.shape[axis] >= 24:
            found.append(_by_spectrum(values, axis))
    floor = 0.25 * float(np.finfo(float).eps) * float(np.sqrt(np.nanmean(values**2)))
    if not found:
        return max(float(np.nanstd(values)), floor)
    least = min(estimate for estimate, _ in found)
    near = [pair for pair in found if pair[0] <= least * (1 + CHOICE * pair[1])]
    return max(min(near, key=lambda pair: pair[1])[0], floor)


def _uneven(grid: Array) -> Array | None:
    steps = np.diff(grid)
    return None if np.allclose(steps, steps.mean(), rtol=1e-6) else grid


def _by_differences(values: Array, axis: int, wraps: bool, grid: Array | None) -> Iterator[tuple[float, float]]:
    for k in DIFFERENCES:
        if values.shape[axis] < 3 * k:
            return
        if grid is not None:
            difference = _divided(np.moveaxis(values, axis, 0), grid, k)
        else:
            padded = np.concatenate([values, np.take(values, range(k), axis=axis)], axis=axis) if wraps else values
            difference = np.diff(padded, n=k, axis=axis) / np.sqrt(comb(2 * k, k))
        difference = difference[np.isfinite(difference)]
        if difference.size < FEWEST_DIFFERENCES:
            return
        independent = difference.size * comb(2 * k, k) ** 2 / comb(4 * k, 2 * k)
        yield float(np.median(np.abs(difference))) / MEDIAN, 1.17 / float(np.sqrt(independent))


def _divided(values: Array, grid: Array, k: int) -> Array:
    """Divided differences of order k along the first axis, weights of each scaled to unit length."""
    x = sliding_window_view(grid / np.median(np.diff(grid)), k + 1)
    gaps = x[:, :, None] - x[:, None, :] + np.eye(k + 1)
    weights = 1.0 / np.prod(gaps, axis=2)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    return np.einsum("i...k,ik->i...", sliding_window_view(values, k + 1, axis=0), weights)


def _by_spectrum(values: Array, axis: int) -> tuple[float, float]:
    n = values.shape[axis]
    spectrum = np.moveaxis(np.abs(np.fft.rfft(values, axis=axis)) ** 2, axis, 0)
    high = spectrum[n // 3 : (n + 1) // 2]
    return float(np.sqrt(np.median(high) / np.log(2) / n)), 0.72 / float(np.sqrt(high.size))
