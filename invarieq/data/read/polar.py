"""Polar motion: where the Earth's axis of rotation meets its surface, day by day, out of an IERS file of fixed columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.errors import DataError

Array = NDArray[np.float64]

YEAR = 365.2422  # days
COLUMNS = {"day": (7, 15), "x": (18, 27), "x_error": (27, 36), "y": (37, 46), "y_error": (46, 55)}
FLAG = 16  # I: measured, P: predicted


def read_finals(path: Path) -> xr.Dataset:
    """x and y of the pole in arc seconds, with their standard errors, against t in modified Julian days (finals2000A format).

    Only measured days (flag I) are kept; predictions (flag P) and blank lines are dropped. Raises `DataError` for a line that is
    none of the format.
    """
    rows = [
        row for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), 1) for row in _row(line, number, path)
    ]
    if not rows:
        raise DataError(f"{path} holds no measured day (flag I in column {FLAG + 1}); give an IERS file finals2000A.all")
    values = np.array(rows)
    fields = {n: ("t", values[:, k], {"units": "arcsec"}) for k, n in enumerate(COLUMNS) if n != "day"}
    return xr.Dataset(fields, coords={"t": ("t", values[:, 0], {"units": "d"})})


def _row(line: str, number: int, path: Path) -> Iterator[list[float]]:
    if len(line) <= FLAG or line[FLAG] != "I":
        return
    try:
        yield [float(line[a:b]) for a, b in COLUMNS.values()]
    except ValueError:
        raise DataError(
            f"{path}, line {number}: {line[:60]!r} is not a line of the format finals2000A (numbers in columns 8–15, 19–55)"
        ) from None


def free_motion(pole: xr.Dataset, step: int) -> xr.Dataset:
    """What is left of x and y when the mean, its drift (to t²) and the annual motion are taken out by least squares, a mean each `step` days.

    The annual motion is driven by the seasons; the rest is the Earth's own wobble (Chandler 1891), excited and damped.
    """
    t = pole.t.values
    v = (t - t.mean()) / (t[-1] - t[0])
    phase = 2 * np.pi * t / YEAR
    basis = np.stack([np.ones_like(t), v, v**2, np.cos(phase), np.sin(phase)], axis=1)
    count = len(t) // step
    fields = {}
    for name in "xy":
        values = pole[name].values
        rest = values - basis @ np.linalg.lstsq(basis, values, rcond=None)[0]
        fields[name] = ("t", rest[: count * step].reshape(count, step).mean(axis=1), {"units": "arcsec"})
    return xr.Dataset(fields, coords={"t": ("t", t[: count * step].reshape(count, step).mean(axis=1), {"units": "d"})})
