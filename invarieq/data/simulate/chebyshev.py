"""Chebyshev collocation on an interval: points, derivative matrices, and values elsewhere.

Source: Trefethen, Spectral Methods in MATLAB, 2000, ch. 6; Berrut & Trefethen, SIAM Rev. 46 (2004) 501.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Chebyshev points (ascending, both ends among them) of an interval, with weights for interpolation."""

    points: Array
    weights: Array

    def derivative(self, order: int) -> Array:
        """The matrix (points × points) that differentiates `order` times."""
        gaps = self.points[:, None] - self.points[None, :]
        np.fill_diagonal(gaps, 1.0)
        first = (self.weights[None, :] / self.weights[:, None]) / gaps
        np.fill_diagonal(first, 0.0)
        np.fill_diagonal(first, -first.sum(axis=1))
        return np.asarray(np.linalg.matrix_power(first, order), dtype=np.float64)

    def at(self, places: Array) -> Array:
        """The matrix (places × points) that interpolates."""
        gaps = places[:, None] - self.points[None, :]
        hit = np.abs(gaps) < 1e-14 * (self.points[-1] - self.points[0])
        share = self.weights / np.where(hit, 1.0, gaps)
        matrix = share / share.sum(axis=1, keepdims=True)
        rows = hit.any(axis=1)
        matrix[rows] = hit[rows]
        return np.asarray(matrix, dtype=np.float64)

    def tail(self, values: Array) -> float:
        """Share of the last eighth of the Chebyshev coefficients along the first axis: what the points do not resolve."""
        n = len(self.points) - 1
        angles = np.pi * (1 - np.arange(n + 1) / n)
        basis = np.cos(np.outer(angles, np.arange(n + 1)))
        coefficients = np.abs(np.linalg.solve(basis, values))
        return float(coefficients[-(n // 8) :].max() / (coefficients.max() or 1.0))


def interval(start: float, stop: float, count: int) -> Interval:
    """`count` Chebyshev points from `start` to `stop`."""
    n = count - 1
    points = start + (stop - start) * (1 - np.cos(np.pi * np.arange(count) / n)) / 2
    weights: Array = np.where(np.arange(count) % 2, -1.0, 1.0)
    weights[[0, -1]] /= 2
    return Interval(points, weights)
