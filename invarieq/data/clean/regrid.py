"""Values of a gridded field at other places: Fourier shifts along a periodic axis, quintic splines else, with the error named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

Array = NDArray[np.float64]
PADDING = 12  # nodes repeated beyond each end of a periodic axis


def shifted(values: Array, shift: Array, *, axis: int, period: float) -> tuple[Array, float]:
    """u(…, x − shift, …) along a periodic axis, exactly for what the grid resolves, and the share of the unresolved spectrum.

    `shift` broadcasts against `values` and has length 1 along `axis`.
    """
    n = values.shape[axis]
    spectrum = np.fft.rfft(values, axis=axis)
    waves = np.fft.rfftfreq(n, d=1.0 / n)
    shape = [1] * values.ndim
    shape[axis] = len(waves)
    phase = np.exp(-2j * np.pi / period * waves.reshape(shape) * shift)
    if n % 2 == 0:  # the highest wave of an even grid has no phase of its own
        last: list[slice | int] = [slice(None)] * values.ndim
        last[axis] = slice(-1, None)
        phase[tuple(last)] = phase[tuple(last)].real
    power = np.abs(np.moveaxis(spectrum, axis, 0).reshape(len(waves), -1)) ** 2
    tail = float(np.sqrt(power[2 * len(waves) // 3 :].sum() / max(power[1:].sum(), 1e-300)))
    return np.fft.irfft(spectrum * phase, n=n, axis=axis), tail


def interpolated(
    segment: xr.Dataset, name: str, places: Mapping[str, Array], periods: Mapping[str, float]
) -> tuple[Array, float]:
    """The field at scattered places (arrays of one shape, one for each of its dimensions) by quintic splines, and the error.

    `periods`: length of the period of each periodic dimension; its places are wrapped. The error is the largest difference from
    cubic splines, relative to the field's standard deviation: an upper estimate where the field is smooth on the grid.
    """
    from scipy.interpolate import RegularGridInterpolator  # here, because it is slow to import

    array = segment[name]
    dims = [str(d) for d in array.dims]
    axes, values = _padded(segment, dims, np.asarray(array.values, dtype=float), periods)
    points = np.stack([_wrapped(np.asarray(places[d]), segment[d].values, periods.get(d)) for d in dims], axis=-1)
    fine = RegularGridInterpolator(axes, values, method="quintic")(points)
    coarse = RegularGridInterpolator(axes, values, method="cubic")(points)
    return fine, float(np.max(np.abs(fine - coarse), initial=0.0) / max(float(np.std(values)), 1e-300))


def _padded(segment: xr.Dataset, dims: Sequence[str], values: Array, periods: Mapping[str, float]) -> tuple[list[Array], Array]:
    axes = []
    for k, d in enumerate(dims):
        axis = np.asarray(segment[d].values, dtype=float)
        if d in periods:
            widths = [(0, 0)] * values.ndim
            widths[k] = (PADDING, PADDING)
            values = np.pad(values, widths, mode="wrap")
            axis = np.concatenate([axis[-PADDING:] - periods[d], axis, axis[:PADDING] + periods[d]])
        axes.append(axis)
    return axes, values


def _wrapped(places: Array, axis: Array, period: float | None) -> Array:
    return places if period is None else axis[0] + np.mod(places - axis[0], period)
