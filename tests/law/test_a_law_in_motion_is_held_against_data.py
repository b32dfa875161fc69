"""Claim: a law is simulated from the data's state, noise taken out; its error, its valid time and its blow-up are told, not raised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
import xarray as xr
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from invarieq import Field, coordinates
from invarieq.data import Dataset, add_noise
from invarieq.data.records import Segment, prepare
from invarieq.forecast.prediction import Prediction, predict
from invarieq.forecast.residuals import residual_maps
from invarieq.jets import JetSpace
from invarieq.law import Coefficient, Law

t, x = coordinates("t x")
q, p, u = Field("q", t), Field("p", t), Field("u", t, x)
PLANE, LINE, POINT = JetSpace((t,), (q, p)), JetSpace((t, x), (u,)), JetSpace((t,), (q,))
c1, c2 = sp.symbols("c1 c2", real=True)


def law(space: JetSpace, leading: tuple[sp.Symbol, ...], right: tuple[sp.Expr, ...], *values: float) -> Law:
    found = tuple(Coefficient(s, v, abs(v) / 1000) for s, v in zip((c1, c2), values, strict=False))
    return Law(space, leading, right, found, 0.0, 1)


def records(data: Dataset, space: JetSpace) -> tuple[Segment, ...]:
    return prepare(data, space).samples


def circle(times: NDArray[np.float64]) -> Dataset:
    return Dataset((xr.Dataset({"q": ("t", np.cos(times)), "p": ("t", -np.sin(times))}, coords={"t": times}),), frozenset(), "")


ROTATION = law(PLANE, (q[t], p[t]), (c1 * p.symbol, c2 * q.symbol), 1.0, -1.0)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_right_law_leaves_the_noise_and_lasts(noise: float) -> None:
    data = add_noise(circle(np.linspace(0, 20, 400)), noise, 1)
    (piece,) = records(data, PLANE)
    found = predict(ROTATION, "fitted", piece)
    assert found.lasts
    assert found.stopped is None
    assert found.error == pytest.approx(noise, rel=0.1, abs=1e-6)
    assert found.noise == pytest.approx(noise, rel=0.1, abs=1e-6)


def test_the_valid_time_is_that_of_the_phase_error() -> None:
    (piece,) = records(circle(np.linspace(0, 40, 801)), PLANE)
    fast = law(PLANE, (q[t], p[t]), (c1 * p.symbol, c2 * q.symbol), 1.02, -1.02)
    found = predict(fast, "fitted", piece)
    # |e^{i 1.02 t} − e^{i t}| / rms = 2 sin(0.01 t), over both fields
    np.testing.assert_allclose(found.errors, 2 * np.sin(0.01 * found.times), rtol=0.02, atol=1e-6)
    assert found.valid == pytest.approx(np.arcsin(0.2) / 0.01, abs=0.2)
    assert not found.lasts


def test_fitted_and_rounded_coefficients_are_told_apart() -> None:
    (piece,) = records(circle(np.linspace(0, 20, 400)), PLANE)
    near = replace(ROTATION, coefficients=(Coefficient(c1, 1.0004, 0.001), Coefficient(c2, -1.0004, 0.001)))
    fitted, rounded = (predict(near, kind, piece) for kind in ("fitted", "rounded"))
    assert rounded.error is not None
    assert fitted.error is not None
    assert rounded.error < 1e-4 < fitted.error


def test_a_blow_up_is_told_and_not_raised() -> None:
    times = np.linspace(0, 3, 200)
    data = Dataset((xr.Dataset({"q": ("t", np.exp(times / 3))}, coords={"t": times}),), frozenset(), "")
    (piece,) = records(data, POINT)
    found = predict(law(POINT, (q[t],), (c1 * q.symbol**2,), 1.0), "fitted", piece)  # q = 1/(1 − t)
    assert found.stopped == pytest.approx(1.0, abs=0.03)
    assert found.error is None
    assert np.all(np.isnan(found.values[0][found.times > 1.05]))
    assert found.valid < 1


def test_what_cannot_be_simulated_is_said() -> None:
    (piece,) = records(waves(), LINE)
    backwards = predict(law(LINE, (u[t],), (c1 * u[x, x],), -1.0), "fitted", piece)
    assert "ill posed" in backwards.why
    sideways = predict(law(LINE, (u[x, x],), (c1 * u.symbol,), -1.0), "fitted", piece)
    assert "expected one pure derivative by t" in sideways.why
    assert len(sideways.times) == 0
    (pair,) = records(circle(np.linspace(0, 20, 400)), PLANE)
    assert "says nothing of p" in predict(law(PLANE, (q[t],), (c1 * p.symbol,), 1.0), "fitted", pair).why


def waves(points: int = 128, length: float = 2 * np.pi, *, ends: bool = False) -> Dataset:
    """u = Σ e^{−k²t/10} cos k(x − t): u_t = u_xx/10 − u_x."""
    times, places = np.linspace(0, 2, 81), np.linspace(0, length, points, endpoint=ends)
    field = sum(np.exp(-(k**2) * times[:, None] / 10) * np.cos(k * (places - times[:, None]) + k) for k in (1, 2, 3))
    data = xr.Dataset({"u": (("t", "x"), np.asarray(field))}, coords={"t": times, "x": places})
    return Dataset((data,), frozenset() if ends else frozenset({"x"}), "")


DRIFT = law(LINE, (u[t],), (c1 * u[x, x] + c2 * u[x],), 0.1, -1.0)


@pytest.mark.parametrize("noise", [0.0, 0.05])
@pytest.mark.parametrize("ends", [False, True])
def test_fields_on_a_ring_and_on_an_interval_are_set_in_motion(ends: bool, noise: float) -> None:
    data = add_noise(waves(length=5.0 if ends else 2 * np.pi, ends=ends), noise, 2)
    (piece,) = records(data, LINE)
    found = predict(DRIFT, "fitted", piece)
    assert found.lasts
    assert found.error is not None
    assert found.error < 1.2 * found.noise + 1e-3


def test_gaps_are_not_compared_and_do_not_spoil_the_start() -> None:
    data = waves()
    values = data.segments[0].u.values.copy()
    values[0:12, 30:60] = np.nan
    values[50:70, 10:40] = np.nan
    (piece,) = records(Dataset((data.segments[0].assign(u=(("t", "x"), values)),), data.periodic, ""), LINE)
    found = predict(DRIFT, "fitted", piece)
    assert found.times[0] >= piece.grids[0][12]
    assert found.error is not None
    assert found.error < 1e-3


def test_the_state_behind_a_border_comes_from_before_it() -> None:
    data = add_noise(circle(np.linspace(0, 20, 401)), 0.05, 3)
    (piece,) = records(data, PLANE)
    spoiled = replace(piece, values=tuple(np.concatenate([v[:300], 7 + v[300:]]) for v in piece.values))
    found, same = predict(ROTATION, "fitted", piece, border=300), predict(ROTATION, "fitted", spoiled, border=300)
    assert found.times[0] == piece.grids[0][300]
    assert found.error == pytest.approx(0.05, rel=0.3)
    np.testing.assert_allclose(same.values[0], found.values[0], atol=1e-6)


def test_the_residual_map_shows_where_a_law_fails() -> None:
    times = np.linspace(0, 30, 601)
    done = solve_ivp(lambda s, y: [y[1], -y[0] - (s > 20) * y[1] / 2], (0, 30), [1, 0], t_eval=times, rtol=1e-9, atol=1e-11)
    data = Dataset((xr.Dataset({"q": ("t", done.y[0]), "p": ("t", done.y[1])}, coords={"t": times}),), frozenset(), "")
    (found,) = residual_maps(ROTATION, records(data, PLANE))
    early, late = found.centres[0] < 20 - found.widths[0] / 2, found.centres[0] > 20
    assert np.max(np.abs(found.values[1][early])) < 1e-3
    assert np.max(np.abs(found.values[1][late])) > 0.05
    assert np.max(np.abs(found.values[0])) < 1e-3
    assert found.rms()[1] > found.rms()[0]


def test_predictions_are_plain_data() -> None:
    (piece,) = records(circle(np.linspace(0, 20, 400)), PLANE)
    found = predict(ROTATION, "fitted", piece)
    assert isinstance(found, Prediction)
    assert [v.shape for v in (*found.values, *found.data)] == [found.times.shape] * 4
