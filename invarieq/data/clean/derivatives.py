"""Derivatives of measured fields, by the method that suits the noise, with an estimate of their error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from invarieq.data.clean.lowpass import differentiate_periodic
from invarieq.data.clean.polynomials import differentiate_locally
from invarieq.errors import DataError, GridError

Array = NDArray[np.float64]
UNEVEN = 1e-6


def differentiate(
    values: Array, grid: Array, *, order: int, axis: int = 0, periodic: bool = False, noise: float = 0.0
) -> tuple[Array, float]:
    """(∂^order values along `axis`, estimated rms error over all points, the ends included).

    `grid` holds the coordinate along `axis`, uniform or not; `noise` is the standard deviation of the noise in `values`,
    as `estimate_noise` gives it. Periodic data on a uniform grid go through Fourier space with the noisy waves left out,
    other data through local polynomials whose window and degree are chosen by the noise; where both apply, the one of
    smaller estimated error is taken. Clean data are treated as having the noise of rounding. At the ends of
    non-periodic data derivatives are several times worse than inside. For order ≥ 3 of noisy data prefer the weak form.
    """
    grid, values = np.asarray(grid, dtype=float), np.asarray(values, dtype=float)
    _check(values, grid, order=order, axis=axis, periodic=periodic, noise=noise)
    moved = np.moveaxis(values, axis, 0)
    rounding = float(np.finfo(float).eps) * float(np.max(np.abs(moved)))
    sigma = float(np.hypot(noise, rounding))
    result, error = differentiate_locally(moved, grid, order, periodic=periodic, noise=sigma)
    if periodic:
        # The transform rounds too, and unevenly over the waves.
        other = differentiate_periodic(moved, float(grid[-1] - grid[0]) / (len(grid) - 1), order, noise=max(sigma, 4 * rounding))
        if other[1] <= error:
            result, error = other
    return np.moveaxis(result, 0, axis), error


def _check(values: Array, grid: Array, *, order: int, axis: int, periodic: bool, noise: float) -> None:
    if grid.ndim != 1 or values.ndim == 0 or values.shape[axis] != len(grid):
        raise GridError(
            f"differentiate: values of shape {values.shape} along axis {axis}, but a grid of shape {grid.shape}; give one point a sample"
        )
    if order < 1 or noise < 0 or not np.isfinite(noise):
        raise DataError(
            f"differentiate: order {order!r}, noise {noise!r}; expected an order of at least 1 and a finite noise of at least 0"
        )
    if len(grid) < order + 5:
        raise GridError(f"differentiate: {len(grid)} samples; a derivative of order {order} needs at least {order + 5}")
    steps = np.diff(grid)
    if np.any(steps <= 0):
        raise GridError(
            f"differentiate: the grid does not rise at index {int(np.argmax(steps <= 0)) + 1}; sort the data along it"
        )
    uniform = bool(np.max(np.abs(steps - steps.mean())) <= UNEVEN * steps.mean())
    if periodic and not uniform:
        raise GridError("differentiate: a periodic grid must be uniform; resample the data, or pass periodic=False")
    if not np.all(np.isfinite(values)):
        raise DataError(f"differentiate: {int(np.sum(~np.isfinite(values)))} values are NaN or infinite; fill or cut them")
