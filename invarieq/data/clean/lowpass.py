"""Derivatives of periodic data in Fourier space, with the waves that noise hides left out.

A wave whose power (over all lines of the data) exceeds what noise alone gives is kept, damped by Wiener's factor
signal/(signal + noise); the others are set to zero. For clean data the noise is that of rounding.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

Array = NDArray[np.float64]

FALSE = 1e-4  # probability that a wave of noise alone is kept: one of them spoils a high derivative
NEIGHBOURHOOD = 1.5  # waves up to this multiple of the highest kept one may hide signal


def differentiate_periodic(values: Array, step: float, order: int, *, noise: float) -> tuple[Array, float]:
    """(derivative along the first axis, estimated rms error) on a uniform periodic grid of spacing `step`."""
    n = len(values)
    flat = values.reshape(n, -1)
    factor, error = periodic_filter(flat, step, order, noise=noise)
    result = np.fft.irfft(np.fft.rfft(flat, axis=0) * factor[:, None], n=n, axis=0)
    return result.reshape(values.shape), error


def periodic_filter(lines: Array, step: float, order: int, *, noise: float) -> tuple[NDArray[np.complex128], float]:
    """(what each wave is multiplied by, estimated rms error) for the derivative of lines along the first axis."""
    n = len(lines)
    waves = 2 * np.pi * np.fft.rfftfreq(n, d=step)
    factor = (1j * waves) ** order
    if n % 2 == 0 and order % 2:
        factor[-1] = 0  # the wave of two points has no odd derivative on the grid
    power = np.mean(np.abs(np.fft.rfft(lines, axis=0)) ** 2, axis=1)
    floor = noise**2 * n
    kept = power > floor * float(gamma.isf(FALSE / n, lines.shape[1])) / lines.shape[1]
    if order == 0:
        kept[0] = True
    signal = np.where(kept, np.maximum(power - floor, 0.0), 0.0)
    damping = np.divide(signal, signal + floor, out=np.zeros_like(signal), where=signal > 0)
    weight = np.abs(factor) ** 2
    error = _error(power, floor, kept=kept, damping=damping, weight=weight, points=n)
    return np.asarray(factor * damping, dtype=np.complex128), float(np.sqrt(error))


def _error(power: Array, floor: float, *, kept: Array, damping: Array, weight: Array, points: int) -> float:
    """Mean square error: noise let through, signal damped, and signal hidden among the next waves that were left out."""
    pairs = np.full(len(power), 2.0)
    pairs[0] = 1.0
    if points % 2 == 0:
        pairs[-1] = 1.0
    signal = np.maximum(power - floor, 0.0)
    inside = np.where(kept, damping**2 * floor + (1 - damping) ** 2 * signal, 0.0)
    highest = int(np.flatnonzero(kept)[-1]) if kept.any() else 0
    near = np.logical_not(kept) & (np.arange(len(power)) <= max(highest + 3, NEIGHBOURHOOD * highest))
    hidden = max(0.0, float(np.sum((pairs * weight * (power - floor))[near])))
    return (float(np.sum(pairs * weight * inside)) + hidden) / points**2
