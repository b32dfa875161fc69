"""Derivatives of a gridded field as linear operators: one matrix a direction and order, chosen by the data and the noise.

D_J u is the product of one matrix a direction, applied to the whole field; the same matrices then tell what noise does to any
function of derivatives. Each matrix is chosen on the field smoothed in the other directions, by the noise left there.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.data.clean.denoise import Smoother, choose_smoother
from invarieq.data.clean.lowpass import periodic_filter
from invarieq.data.clean.polynomials import Filter, choose_filter, local_polynomials

Array = NDArray[np.float64]
JUDGED = 400  # lines of a field by which a matrix is chosen
MARGIN = 0.04  # of a direction that is not periodic is left out at each end, and at least 3 points: derivatives are worse there


@dataclass(frozen=True)
class Operators:
    """`matrices[d, n]` (places × points of direction d) gives the n-th derivative at the chosen places of direction d.

    `errors[d, n]` is the estimated error of that derivative other than by noise, relative to its size.
    """

    matrices: Mapping[tuple[int, int], Array]
    errors: Mapping[tuple[int, int], float]

    def derivative(self, values: Array, index: Sequence[int]) -> Array:
        """D_J of a field at all places."""
        for d, n in enumerate(index):
            values = np.moveaxis(np.tensordot(self.matrices[d, n], values, (1, d)), 0, d)
        return values

    def error(self, index: Sequence[int]) -> float:
        """Estimated error of D_J other than by noise, relative to its size."""
        return float(np.sqrt(sum(self.errors[d, n] ** 2 for d, n in enumerate(index))))


def choose_operators(
    values: Array,
    grids: Sequence[Array],
    periodic: Sequence[bool],
    noise: float,
    *,
    indices: Sequence[Sequence[int]],
    places: Sequence[NDArray[np.intp]],
) -> Operators:
    """Matrices for the derivatives `indices` of a field at the grid points `places[d]` of each direction (uniform grids)."""
    steps = [float((g[-1] - g[0]) / (len(g) - 1)) for g in grids]
    rounding = float(np.finfo(float).eps) * float(np.max(np.abs(values)))
    sigma = float(np.hypot(noise, rounding))
    smoother = choose_smoother(values, steps, periodic, sigma)
    gains = [_gain(smoother, d, len(g)) for d, g in enumerate(grids)]
    matrices: dict[tuple[int, int], Array] = {}
    errors: dict[tuple[int, int], float] = {}
    for d, grid in enumerate(grids):
        left = sigma * float(np.sqrt(np.prod([g for k, g in enumerate(gains) if k != d])))
        lines = _lines(values, smoother, d)
        for n in sorted({int(index[d]) for index in indices}):
            matrix, error = _matrix(lines, grid, n, periodic=periodic[d], noise=max(left, rounding))
            matrices[d, n] = np.ascontiguousarray(matrix[places[d]])
            size = float(np.sqrt(np.mean((matrix @ lines) ** 2)))
            errors[d, n] = float(np.hypot(error, rounding)) / size if size else 0.0
    return Operators(matrices, errors)


def inner_places(points: int, most: int, *, periodic: bool) -> NDArray[np.intp]:
    """At most about `most` evenly spread indices, away from the ends where the direction is not periodic."""
    cut = 0 if periodic else max(3, round(MARGIN * points))
    stride = max(1, -(-(points - 2 * cut) // most))
    return np.arange(cut, points - cut, stride)


def _lines(values: Array, smoother: Smoother, d: int) -> Array:
    """Lines along direction d of the field smoothed in the other directions, at most about `JUDGED`."""
    for k in range(values.ndim):
        if k != d:
            values = smoother.along(values, k, 0)
    columns = np.moveaxis(values, d, 0).reshape(values.shape[d], -1)
    return columns[:, :: max(1, columns.shape[1] // JUDGED)]


def _gain(smoother: Smoother, d: int, points: int) -> float:
    """What smoothing in direction d leaves of the variance of noise."""
    if smoother.windows[d] == 1:
        return 1.0
    impulse = np.zeros((1,) * d + (points,) + (1,) * (len(smoother.windows) - d - 1))
    impulse.ravel()[points // 2] = 1.0
    return float(np.sum(smoother.along(impulse, d, 0) ** 2))


def _matrix(lines: Array, grid: Array, order: int, *, periodic: bool, noise: float) -> tuple[Array, float]:
    """(the matrix of least estimated error, that error without the part of the noise)."""
    n = len(grid)
    step = float(grid[-1] - grid[0]) / (n - 1)
    chosen, error = choose_filter(lines[:, :: max(1, lines.shape[1] // 48)], grid, order, periodic=periodic, noise=noise)
    if periodic:
        rounding = 4 * float(np.finfo(float).eps) * float(np.max(np.abs(lines)))
        factor, other = periodic_filter(lines, step, order, noise=max(noise, rounding))
        if other <= error:
            turned = np.asarray(np.fft.irfft(np.fft.rfft(np.eye(n), axis=0) * factor[:, None], n=n, axis=0), dtype=np.float64)
            return turned, float(np.sqrt(max(other**2 - noise**2 * float(np.mean(np.sum(turned**2, axis=1))), 0.0)))
    gains = chosen.gains
    inside = gains if periodic else gains[chosen.window // 2 : n - chosen.window // 2]
    by_ends = float(np.mean(gains)) / float(np.mean(inside))
    hidden = max(error**2 / by_ends - noise**2 * float(np.mean(inside)), 0.0)  # away from the ends
    bias = _stencil_error(chosen, lines, grid, order, periodic=periodic)
    return np.asarray(chosen.matrix.toarray(), dtype=np.float64), float(np.hypot(np.sqrt(hidden), bias))


def _stencil_error(chosen: Filter, lines: Array, grid: Array, order: int, *, periodic: bool) -> float:
    """Error of a difference stencil by those of lower degree: where nothing more exact was tried, nothing else shows it."""
    if chosen.window > chosen.degree + 2 or chosen.degree - 4 <= order:
        return 0.0
    results = [chosen.matrix @ lines]
    for degree in (chosen.degree - 2, chosen.degree - 4):
        lower = local_polynomials(grid, (degree + 1) | 1, degree, order=order, periodic=periodic)
        results.append(lower.matrix @ lines)
    inside = slice(None) if periodic else slice(chosen.window // 2, len(grid) - chosen.window // 2)
    first, second = (float(np.sqrt(np.mean((a - b)[inside] ** 2))) for a, b in itertools.pairwise(results))
    return first * min(1.0, first / second) if second else 0.0
