"""Oversampled trajectories as means over blocks: the same information in fewer, less noisy samples.

The mean of y over a block of length A is y + (A²/24) y″ + …; the block is as long as that stays small beside y and beside
the noise that is left. How strongly y bends is read off second differences of the means, less what noise makes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BEND = 0.03  # (ωh)²: the largest rms second difference of the means, relative to the field
READABLE = 0.3  # of the field: second differences up to this still show how the field bends
SHARE = 0.25  # of the noise left in a mean, for the bias of averaging
DIFFERENCES = (2, 4, 6)
FEWEST = 60  # blocks that a trajectory keeps


def block_size(pieces: Sequence[Sequence[Array]], noise: Sequence[float], *, unbiased: bool) -> int:
    """Samples a block for trajectories (segments × fields × times) with this noise; 1 where averaging does not pay.

    `unbiased` asks that the bias of averaging is hidden in the noise, for users who do not correct it.
    """
    shortest = min(len(p[0]) for p in pieces)
    sizes = [_size([p[f] for p in pieces], level, shortest, unbiased=unbiased) for f, level in enumerate(noise)]
    return max(1, min(*sizes, shortest // FEWEST))


def _size(pieces: Sequence[Array], noise: float, shortest: int, *, unbiased: bool) -> int:
    """From the longest blocks whose second differences are readable, bend growing with the square of the length."""
    size = shortest // 8
    while size > 1:
        bend, spread = _bend(pieces, noise, size)
        if bend <= READABLE:
            best = size * min(1.0, np.sqrt(BEND / bend))
            hidden = size * (24 * SHARE * noise / (spread * bend * np.sqrt(size))) ** 0.4
            return int(min(best, hidden) if unbiased else best)
        size = min(size - 1, int(size * 0.8))
    return 1


def sampling(pieces: Sequence[Sequence[Array]], noise: Sequence[float]) -> float:
    """ωh, radians between two samples of the fastest field: the root of its second differences."""
    shortest = min(len(p[0]) for p in pieces)
    angles = []
    for f, level in enumerate(noise):
        found = [(size, _bend([p[f] for p in pieces], level, size)[0]) for size in (1, 2, 4, 8) if shortest >= 8 * size]
        angles.append(min((float(np.sqrt(b)) / size for size, b in found if size == 1 or b <= READABLE), default=1.0))
    return max(angles)


def rms_noise(pieces: Sequence[Array]) -> float:
    """Root mean square of the noise, by differences (also where it varies from sample to sample)."""
    found = []
    for k in DIFFERENCES:
        differences = np.concatenate([np.diff(p, k) for p in pieces if len(p) > k])
        found.append(float(np.sqrt(np.mean(differences**2) / comb(2 * k, k))))
    return max(min(found), 1e-300)


def _bend(pieces: Sequence[Array], noise: float, size: int) -> tuple[float, float]:
    """((ωh)² of block means, their standard deviation)."""
    means = [block_means(p, size) for p in pieces]
    second = np.concatenate([np.diff(m, 2) for m in means])
    # two standard errors of the noise's own share are allowed for
    rest = float(np.mean(second**2)) - 6 * noise**2 / size * (1 - 2 / np.sqrt(len(second)))
    spread = float(np.std(np.concatenate(means)))
    return (max(float(np.sqrt(max(rest, 0.0))) / spread, 1e-12) if spread else np.inf), spread


def block_means(values: Array, size: int) -> Array:
    """Means of consecutive blocks; samples that do not fill a block are left out at the end."""
    count = len(values) // size
    return values[: count * size].reshape(count, size).mean(axis=1)
