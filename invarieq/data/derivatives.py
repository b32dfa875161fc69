"""Derivatives of measured fields, by the method that suits the noise, with an estimate of their error."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline, make_smoothing_spline
from scipy.signal import savgol_coeffs, savgol_filter

Array = NDArray[np.float64]
CLEAN = 1e-7  # noise below this share of the field counts as rounding
DEGREES = (3, 5, 7)


def differentiate(values: Array, grid: Array, *, order: int, axis: int, periodic: bool, noise: float) -> tuple[Array, float]:
    """(∂^order values along `axis`, estimated rms error).

    Clean periodic data: Fourier. Clean other data: a spline of degree 9 through the points. Noisy data on a uniform grid:
    Savitzky–Golay with the window and degree of least estimated error; on a non-uniform grid: a smoothing spline (GCV).
    """
    spread = float(np.std(values)) or 1.0
    uniform = bool(np.allclose(np.diff(grid), grid[1] - grid[0], rtol=1e-6))
    if noise < CLEAN * spread:
        if periodic and uniform:
            return _fourier(values, grid, order, axis, noise)
        return _interpolate(values, grid, order, axis, noise)
    if uniform:
        return _savitzky_golay(values, grid, order, axis, periodic, noise)
    return _smoothing_spline(values, grid, order, axis, noise)


def _fourier(values: Array, grid: Array, order: int, axis: int, noise: float) -> tuple[Array, float]:
    n = values.shape[axis]
    k = 2j * np.pi * np.fft.rfftfreq(n, d=float(grid[1] - grid[0]))
    if n % 2 == 0 and order % 2:
        k[-1] = 0
    shape = [1] * values.ndim
    shape[axis] = -1
    result = np.fft.irfft(np.fft.rfft(values, axis=axis) * (k**order).reshape(shape), n=n, axis=axis)
    return result, float(noise * np.sqrt(np.mean(np.abs(k) ** (2 * order))))


def _interpolate(values: Array, grid: Array, order: int, axis: int, noise: float) -> tuple[Array, float]:
    high = make_interp_spline(grid, values, k=min(9, len(grid) - 1 - (len(grid) % 2)), axis=axis).derivative(order)(grid)
    low = make_interp_spline(grid, values, k=min(7, len(grid) - 1 - (len(grid) % 2)), axis=axis).derivative(order)(grid)
    high, low = np.moveaxis(high, 0, 0), np.moveaxis(low, 0, 0)
    step = float(np.min(np.diff(grid)))
    return high, float(np.sqrt(np.mean((high - low) ** 2)) + noise * (2 / step) ** order)


def _savitzky_golay(values: Array, grid: Array, order: int, axis: int, periodic: bool, noise: float) -> tuple[Array, float]:
    step = float((grid[-1] - grid[0]) / (len(grid) - 1))
    mode = "wrap" if periodic else "interp"
    best: tuple[float, int, int] | None = None
    for degree in DEGREES:
        if degree < order:
            continue
        window = degree + 2 + (degree % 2 == 0)
        while window <= max(values.shape[axis] // 2, degree + 2):
            h = savgol_coeffs(window, degree, deriv=order, delta=step)
            variance = noise**2 * float(h @ h)
            bias = _truncation(values, axis, mode, window, degree, order, step)
            error = np.sqrt(variance + bias**2)
            if best is None or error < best[0]:
                best = (float(error), window, degree)
            window = int(window * 1.25) // 2 * 2 + 3
    assert best is not None
    error, window, degree = best
    return savgol_filter(values, window, degree, deriv=order, delta=step, axis=axis, mode=mode), error


def _truncation(values: Array, axis: int, mode: str, window: int, degree: int, order: int, step: float) -> float:
    """First neglected Taylor term of the filter: its moment times a wide-window estimate of that derivative."""
    power = degree + 1 + ((degree + 1 - order) % 2)
    wide = min(values.shape[axis] // 2 * 2 - 1, max(int(2.2 * window) | 1, power + 3))
    if wide <= power + 1:
        return float("inf")
    higher = savgol_filter(values, wide, power + 1, deriv=power, delta=step, axis=axis, mode=mode)
    offsets = (np.arange(window) - window // 2) * step
    h = savgol_coeffs(window, degree, deriv=order, delta=step, use="dot")
    moment = abs(float(h @ offsets**power)) / factorial(power)
    return moment * float(np.sqrt(np.mean(higher**2)))


def _smoothing_spline(values: Array, grid: Array, order: int, axis: int, noise: float) -> tuple[Array, float]:
    moved = np.moveaxis(values, axis, 0).reshape(len(grid), -1)
    columns = [make_smoothing_spline(grid, moved[:, j]).derivative(order)(grid) for j in range(moved.shape[1])]
    shape = (len(grid), *np.moveaxis(values, axis, 0).shape[1:])
    result = np.moveaxis(np.stack(columns, axis=1).reshape(shape), 0, axis)
    span = float(grid[-1] - grid[0])
    return result, float(noise * (np.pi * len(grid) ** 0.5 / span) ** order)
