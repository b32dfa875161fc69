"""Spaces and fields that the claims of this folder share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data import Dataset
from invarieq.jets import Field, JetSpace, coordinates

Array = NDArray[np.float64]

BURGERS = Path(__file__).parent / "files" / "burgers.mat"

t, x, y = coordinates("t x y")
ONE = JetSpace((t, x), (Field("u", t, x),))
TWO = JetSpace((t, x), (Field("u", t, x), Field("v", t, x)))
PLANE = JetSpace((t, x, y), (Field("u", t, x, y),))
ODE = JetSpace((t,), (Field("x", t), Field("y", t)))

X = np.linspace(-30.0, 30.0, 513)[:-1]  # one period, right end left out
T = np.linspace(0.0, 20.0, 201)


def soliton(speed: float, start: float) -> Array:
    """One soliton of u_t + 6 u u_x + u_xxx = 0, x × t, on the period of `X`."""
    place = (X[:, None] - speed * T - start + 30) % 60 - 30
    return speed / 2 / np.cosh(np.sqrt(speed) / 2 * place) ** 2


def kdv() -> Array:
    """x × t, 512 × 201."""
    return soliton(2.0, -10.0) + soliton(0.6, 5.0)


def waves(points: int = 1024, times: int = 251) -> tuple[Array, Array, Array]:
    """(x, t, x × t field) like Kuramoto–Sivashinsky: many waves on a period of 32π that starts one step after 0."""
    random = np.random.default_rng(3)
    places, when = np.arange(1, points + 1) * 32 * np.pi / points, np.linspace(0, 100, times)
    field = np.zeros((points, times))
    for k in range(1, 30):
        a, b, c, d = random.standard_normal(4)
        field += a * np.exp(-(((k - 8) / 4) ** 2)) * np.cos(k * places[:, None] / 16 + 3 * b * np.cos(0.1 * when + c) + 3 * d)
    return places, when, field


def field_of(values: Array, times: Array, places: Array, periodic: tuple[str, ...] = ()) -> Dataset:
    """A data set of u(t, x) from values t × x."""
    return Dataset((xr.Dataset({"u": (("t", "x"), values)}, coords={"t": times, "x": places}),), frozenset(periodic), "a test")


def small(**changes: object) -> Dataset:
    """u = sin(x − t) on 20 × 32 points; `changes` replace t, x or u."""
    parts: dict[str, object] = {"t": np.linspace(0, 2, 20), "x": np.arange(32) * np.pi / 16}
    parts["u"] = np.sin(parts["x"] - parts["t"][:, None])  # type: ignore[index, operator]
    parts |= changes
    return field_of(parts["u"], parts["t"], parts["x"])  # type: ignore[arg-type]
