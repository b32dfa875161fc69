"""Noise: adding it with a seed, and estimating it from data."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from invarieq.data.dataset import Dataset, field_values
from invarieq.errors import DataError

Array = NDArray[np.float64]
DIFFERENCES = (4, 6, 8)


def add_noise(dataset: Dataset, ratio: float, seed: int) -> Dataset:
    """Add Gaussian noise of standard deviation ratio × std(field); one random generator a field and segment."""
    if not (np.isfinite(ratio) and ratio >= 0):
        raise DataError(f"noise {ratio!r}: expected a ratio of at least 0, e.g. 0.01 for 1 %")
    if ratio == 0:
        return dataset
    names = sorted(str(n) for n in dataset.segments[0].data_vars)
    spread = {n: float(np.std(np.concatenate([v.ravel() for v in field_values(dataset, n)]))) for n in names}
    noisy = []
    for number, segment in enumerate(dataset.segments):
        changed = {}
        for f, name in enumerate(names):
            generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(f, number)))
            values = segment[name].values
            changed[name] = segment[name].copy(data=values + ratio * spread[name] * generator.standard_normal(values.shape))
        noisy.append(segment.assign(changed))
    return Dataset(tuple(noisy), dataset.periodic, f"{dataset.source}, with {100 * ratio:g} % noise")


def estimate_noise(values: Array, periodic: Sequence[bool]) -> float:
    """Standard deviation of white noise in a smooth field, from its high-order differences.

    A difference of order k multiplies white noise by √C(2k, k) and a smooth field by (step)^k; the smallest estimate over
    orders and directions is the noise plus what little the field leaves.
    """
    best = float(np.std(values))
    for axis, wraps in enumerate(periodic):
        for k in DIFFERENCES:
            if values.shape[axis] < 3 * k:
                continue
            padded = np.concatenate([values, np.take(values, range(k), axis=axis)], axis=axis) if wraps else values
            difference = np.diff(padded, n=k, axis=axis)
            best = min(best, float(np.sqrt(np.mean(difference**2) / comb(2 * k, k))))
    return best
