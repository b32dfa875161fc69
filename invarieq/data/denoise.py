"""Smoothing of gridded data by Savitzky–Golay filters whose windows the noise chooses.

In each direction the window is widened as long as the estimated error (what the filter removes beyond noise, plus the
noise that it lets through) falls. Clean data pass unchanged to the noise level of the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_coeffs, savgol_filter

Array = NDArray[np.float64]
DEGREE = 5
WINDOWS = (7, 9, 11, 13, 15, 19, 23, 27, 33, 41, 51, 63, 77, 95, 117)


@dataclass(frozen=True)
class Smoother:
    """One window (number of points, 1 = none) a direction."""

    windows: tuple[int, ...]
    periodic: tuple[bool, ...]
    steps: tuple[float, ...]

    def __call__(self, values: Array, index: Sequence[int] | None = None) -> Array:
        """The smoothed values, or their derivative D_J for a multi-index `index`."""
        index = index or (0,) * values.ndim
        for d, order in enumerate(index):
            window = self.windows[d]
            if window == 1 and order == 0:
                continue
            window = max(window, 7 + 2 * (order > 2))
            mode = "wrap" if self.periodic[d] else "interp"
            values = savgol_filter(values, window, DEGREE, deriv=order, delta=self.steps[d], axis=d, mode=mode)
        return values


def choose_smoother(values: Array, steps: Sequence[float], periodic: Sequence[bool], noise: float) -> Smoother:
    """Windows that minimise the estimated mean square error of the smoothed field for noise of standard deviation `noise`."""
    windows: list[int] = []
    current, remaining = values, noise**2
    for d in range(values.ndim):
        best, best_error, best_values, best_gain = 1, remaining, current, 1.0
        for window in WINDOWS:
            if window > values.shape[d] // 2:
                break
            h = savgol_coeffs(window, DEGREE)
            mode = "wrap" if periodic[d] else "interp"
            smoothed = savgol_filter(current, window, DEGREE, axis=d, mode=mode)
            removed = float(np.mean((current - smoothed) ** 2))
            gain = float(h @ h)
            expected = remaining * (1 - 2 * h[window // 2] + gain)
            error = max(removed - expected, 0.0) + remaining * gain
            if error < best_error:
                best, best_error, best_values, best_gain = window, error, smoothed, gain
        windows.append(best)
        current, remaining = best_values, remaining * best_gain
    return Smoother(tuple(windows), tuple(periodic), tuple(steps))
