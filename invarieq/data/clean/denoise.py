"""Smoothing of gridded data by Savitzky–Golay filters whose windows the noise chooses.

In each direction the window is widened as long as the estimated error (what the filter removes beyond noise, plus the
noise that it lets through) falls. Clean data pass unchanged to the noise level of the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import savgol_coeffs, savgol_filter

Array = NDArray[np.float64]
DEGREE = 5
JUDGED = 200_000
WINDOWS = (7, 9, 11, 13, 15, 19, 23, 27, 33, 41, 51, 63, 77, 95, 117)


@dataclass(frozen=True)
class Smoother:
    """One window (number of points, 1 = none) a direction."""

    windows: tuple[int, ...]
    periodic: tuple[bool, ...]
    steps: tuple[float, ...]

    def along(self, values: Array, d: int, order: int) -> Array:
        """The values smoothed in direction d, or their derivative of this order in it."""
        window = self.windows[d]
        if window == 1 and order == 0:
            return values
        window = max(window, 7 + 2 * (order > 2))
        mode = "wrap" if self.periodic[d] else "interp"
        filtered = savgol_filter(values, window, DEGREE, deriv=order, delta=self.steps[d], axis=d, mode=mode)
        return np.asarray(filtered, dtype=np.float64)


def choose_smoother(
    values: Array, steps: Sequence[float], periodic: Sequence[bool], noise: float, *, known: NDArray[np.bool_] | None = None
) -> Smoother:
    """Windows that minimise the estimated mean square error of the smoothed field for noise of standard deviation `noise`.

    Large fields are judged on evenly spread lines, and where `known` is False (gaps) not at all.
    """
    windows: list[int] = []
    remaining = noise**2
    for d in range(values.ndim):
        lines = _lines(values, d)
        seen = None if known is None else _lines(known, d)
        best, best_error, best_gain = 1, remaining, 1.0
        for window in WINDOWS:
            if window > values.shape[d] // 2:
                break
            h = savgol_coeffs(window, DEGREE)
            smoothed = np.asarray(savgol_filter(lines, window, DEGREE, axis=0, mode="wrap" if periodic[d] else "interp"))
            removed = _mean_where((lines - smoothed) ** 2, seen, window)
            gain = float(h @ h)
            # the lines still hold all the noise; what earlier directions removed of it only scales the comparison
            bias = max(removed - noise**2 * (1 - 2 * h[window // 2] + gain), 0.0)
            error = bias + remaining * gain
            if error < best_error:
                best, best_error, best_gain = window, error, gain
        windows.append(best)
        remaining *= best_gain
    return Smoother(tuple(windows), tuple(periodic), tuple(steps))


def _mean_where(squares: Array, seen: NDArray[np.bool_] | None, window: int) -> float:
    """The mean over all points, or over those whose window holds no gap."""
    if seen is None:
        return float(np.mean(squares))
    inside = minimum_filter1d(seen.astype(np.uint8), window, axis=0, mode="nearest").astype(bool)
    return float(np.mean(squares[inside])) if np.count_nonzero(inside) > window else float("inf")


def _lines(values: Any, d: int) -> Any:
    """Lines along direction d as columns, at most about `JUDGED` values of them."""
    columns = np.moveaxis(values, d, 0).reshape(values.shape[d], -1)
    return columns[:, :: max(1, columns.size // JUDGED)]
