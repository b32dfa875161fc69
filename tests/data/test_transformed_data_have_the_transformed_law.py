"""Claim: data moved by a symmetry of their law obey the same law; moved by anything else they don't."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr

from invarieq.data.dataset import Dataset, check_dataset
from invarieq.data.transform import transform_dataset
from invarieq.errors import DataError, GridError
from invarieq.flows import flow
from invarieq.jets import Field, JetSpace, VectorField, coordinates

t, x = coordinates("t x")
u = Field("u", t, x)
SPACE = JetSpace((t, x), (u,))
Array = Any


def kdv_wave(times: Array, places: Array) -> Array:
    """The soliton of speed 1, repeated with period 40."""
    z = np.mod(places[None, :] - times[:, None] + 20, 40) - 20
    return 0.5 / np.cosh(z / 2) ** 2


def burgers_shock(times: Array, places: Array) -> Array:
    """The travelling shock of u_t + u u_x = u_xx."""
    return 1 - np.tanh((places[None, :] - times[:, None]) / 2)


def data(wave: object, times: Array, places: Array, *, periodic: bool) -> Dataset:
    values = wave(times, places)  # type: ignore[operator]
    segment = xr.Dataset({"u": (("t", "x"), values)}, coords={"t": times, "x": places})
    return Dataset((segment,), frozenset({"x"} if periodic else ()), "a wave")


def residual(segment: xr.Dataset, law: str) -> float:
    """The law by finite differences of eighth order, relative to its largest term, away from the edges."""
    values, dt, dx = segment["u"].values, np.diff(segment["t"].values).mean(), np.diff(segment["x"].values).mean()
    weights = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])

    def derive(array: Array, axis: int, h: float) -> Array:
        return np.sum([w * np.roll(array, 4 - k, axis=axis) for k, w in enumerate(weights)], axis=0) / h

    first = derive(values, 1, dx)
    second = derive(first, 1, dx)
    terms = {
        "kdv": [derive(values, 0, dt), 6 * values * first, derive(second, 1, dx)],
        "burgers": [derive(values, 0, dt), values * first, -second],
    }[law]
    inner = (slice(14, -14), slice(14, -14))
    return float(np.max(np.abs(np.sum(terms, axis=0)[inner])) / max(np.max(np.abs(a[inner])) for a in terms))


KDV = data(kdv_wave, np.linspace(0, 4, 101), np.linspace(-20, 20, 256, endpoint=False), periodic=True)
BURGERS = data(burgers_shock, np.linspace(0, 2, 81), np.linspace(-6, 6, 241), periodic=False)


def test_a_boost_on_a_periodic_grid_is_a_fourier_shift() -> None:
    moved = transform_dataset(KDV, flow(VectorField({x: 6 * t, u: 1}), SPACE), 0.2)
    assert moved.regridded
    assert moved.dataset.periodic == {"x"}
    assert moved.error["u"] < 1e-4
    (segment,) = moved.dataset.segments
    times, places = segment["t"].values, segment["x"].values
    z = np.mod(places[None, :] - (1 + 1.2) * times[:, None] + 20, 40) - 20
    exact = 0.2 + 0.5 / np.cosh(z / 2) ** 2
    np.testing.assert_allclose(segment["u"].values, exact, atol=2e-6)
    assert residual(segment, "kdv") < 2e-3


def test_the_wrong_boost_breaks_the_law() -> None:
    moved = transform_dataset(KDV, flow(VectorField({x: 5 * t, u: 1}), SPACE), 0.2)
    assert residual(moved.dataset.segments[0], "kdv") > 0.05


def test_a_scaling_only_relabels_the_grid() -> None:
    moved = transform_dataset(KDV, flow(VectorField({t: 3 * t, x: x, u: -2 * u}), SPACE), 0.3)
    assert not moved.regridded
    assert moved.error == {"u": 0.0}
    assert moved.dataset.periodic == {"x"}
    (segment,) = moved.dataset.segments
    np.testing.assert_allclose(segment["t"].values, KDV.segments[0]["t"].values * np.exp(0.9))
    np.testing.assert_allclose(segment["u"].values, KDV.segments[0]["u"].values * np.exp(-0.6))
    assert residual(segment, "kdv") < 2e-3


def test_the_projective_group_bends_the_grid_of_burgers() -> None:
    moved = transform_dataset(BURGERS, flow(VectorField({t: t**2, x: t * x, u: x - t * u}), SPACE), 0.2)
    assert moved.regridded
    (segment,) = moved.dataset.segments
    check_dataset(moved.dataset, SPACE)
    times, places = segment["t"].values[:, None], segment["x"].values[None, :]
    scale = 1 + 0.2 * times
    exact = (1 - np.tanh((places - times) / scale / 2) + 0.2 * places) / scale  # from the closed form of the group
    np.testing.assert_allclose(segment["u"].values, exact, atol=moved.error["u"])
    assert moved.error["u"] < 1e-3


def test_a_boost_without_a_period_keeps_what_is_covered() -> None:
    moved = transform_dataset(BURGERS, flow(VectorField({x: t, u: 1}), SPACE), 0.5)
    (segment,) = moved.dataset.segments
    assert residual(segment, "burgers") < 2e-3
    edge = segment["x"].values
    assert edge[0] >= -6.0
    assert edge[-1] <= 7.0
    assert segment["u"].notnull().all()


def test_trajectories_move_as_curves() -> None:
    y, z = Field("y", t), Field("z", t)
    times = np.linspace(0, 5, 50)
    circle = xr.Dataset({"y": ("t", np.cos(times)), "z": ("t", np.sin(times))}, coords={"t": times})
    turn = flow(VectorField({y: -z.symbol, z: y.symbol}), JetSpace((t,), (y, z)))
    moved = transform_dataset(Dataset((circle,), frozenset(), "a circle"), turn, 0.7)
    np.testing.assert_allclose(moved.dataset.segments[0]["y"].values, np.cos(times + 0.7), atol=1e-14)


def test_a_flow_that_ends_on_the_data_is_refused_with_the_place() -> None:
    with pytest.raises(DataError, match=r"does not reach ε = 1 at t = "):
        transform_dataset(BURGERS, flow(VectorField({t: t**2, x: t * x, u: x - t * u}), SPACE), 1.0)


def test_coordinates_that_move_with_the_field_leave_no_grid() -> None:
    with pytest.raises(DataError, match="depends on u"):
        transform_dataset(BURGERS, flow(VectorField({x: u.symbol}), SPACE), 0.1)


def test_a_curve_that_turns_back_is_refused() -> None:
    y = Field("y", t)
    times = np.linspace(0, 5, 50)
    wave = xr.Dataset({"y": ("t", np.sin(2 * times))}, coords={"t": times})
    turn = flow(VectorField({t: -y.symbol, y: t}), JetSpace((t,), (y,)))
    with pytest.raises(GridError, match="no longer rise"):
        transform_dataset(Dataset((wave,), frozenset(), "a wave"), turn, 1.2)


def test_a_parameter_of_the_generator_needs_a_value() -> None:
    c = sp.Symbol("c", real=True)
    boost = flow(VectorField({x: c * t, u: 1}), JetSpace((t, x), (u,), (c,)))
    moved = transform_dataset(KDV, boost, 0.2, parameters={c: 6.0})
    assert residual(moved.dataset.segments[0], "kdv") < 2e-3
