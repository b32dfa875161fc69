"""Claim: missing samples, interrupted records and grids of their own do not hide a law; too few points are refused by name."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import xarray as xr
from asked import find, truth_of
from scipy.integrate import solve_ivp

from invarieq import Field, System, Terms, coordinates, translation
from invarieq.data import Dataset, add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.notes import notes_of
from invarieq.engines.found import Found
from invarieq.engines.weak import placement
from invarieq.errors import DataError
from invarieq.space import build_library
from invarieq.system import load_system

(t,) = coordinates("t")
q, p = Field("q", t), Field("p", t)
PENDULUM = System(name="pendulum", unknowns=[q, p], symmetry=[translation(t)], terms=Terms(degree=2))


@cache
def clean() -> Dataset:
    return simulate(load_system("kdv"))


def kdv(noise: float) -> Dataset:
    return add_noise(clean(), noise, 1)


def found(hidden: np.ndarray, noise: float) -> Found:
    data = kdv(noise)
    (segment,) = data.segments
    values = np.where(hidden, np.nan, segment.u.values)
    gappy = Dataset((segment.assign(u=(segment.u.dims, values)),), data.periodic, "kdv with gaps")
    return find(load_system("kdv"), gappy)


@pytest.mark.parametrize("noise", [0.0, 0.03])
@pytest.mark.parametrize("shape", ["scattered", "blocks", "times"])
def test_kdv_is_found_beside_gaps(shape: str, noise: float) -> None:
    hidden = np.zeros((201, 512), dtype=bool)
    if shape == "scattered":
        hidden = np.random.default_rng(0).random(hidden.shape) < 0.05
    elif shape == "blocks":
        hidden[50:70, 100:260] = hidden[:, 400:440] = True
    else:
        hidden[70:100] = True
    answer = found(hidden, noise)
    truth, gaps = truth_of(load_system("kdv"), answer.law), answer.gaps
    assert gaps is not None
    assert truth.recovered
    assert truth.coefficient_error < (1e-3 if noise else 1e-6)
    assert gaps.missing == pytest.approx(hidden.mean())
    assert gaps.parts == (2 if shape == "times" else 1)
    assert (gaps.lost > 0.3) == (shape == "blocks")
    note = next(n for n in notes_of(answer) if n.startswith("gaps: "))
    assert f"{100 * hidden.mean():.2g} % of the samples are missing" in note


def test_no_test_function_sees_a_filling() -> None:
    data = kdv(0.0)
    (segment,) = data.segments
    values = segment.u.values.copy()
    values[50:70, 100:260] = np.nan
    system = load_system("kdv")
    (piece,) = prepare(Dataset((segment.assign(u=(segment.u.dims, values)),), data.periodic, ""), system.space).segments
    library = build_library(system.space, system.symmetry, time_order=1, order=4, degree=3)
    (tests,) = placement.tests_for((piece,), library)
    assert piece.known is not None
    assert tests.kept is not None
    wild = np.where(piece.known, piece.values[0], 1e30)
    np.testing.assert_array_equal(tests.moment((0, 3), wild)[tests.kept], tests.moment((0, 3), piece.values[0])[tests.kept])
    assert np.all(tests.moment((0, 3), wild)[~tests.kept] == 0)


def swing(start: float, times: np.ndarray) -> xr.Dataset:
    """q' = p, p' = −q − p/5 + q²/3."""
    done = solve_ivp(
        lambda _, y: [y[1], -y[0] - y[1] / 5 + y[0] ** 2 / 3], (0, times[-1]), [start, 0], t_eval=times, rtol=1e-10, atol=1e-12
    )
    return xr.Dataset({"q": ("t", done.y[0]), "p": ("t", done.y[1])}, coords={"t": times})


def test_trajectories_on_different_grids_give_one_law() -> None:
    grids = (np.linspace(0, 20, 201), np.linspace(0, 7, 141), np.linspace(0, 12, 80), np.linspace(0, 9, 25))
    data = Dataset(tuple(swing(1.6 - k / 3, g) for k, g in enumerate(grids)), frozenset(), "four swings")
    law = find(PENDULUM, add_noise(data, 0.005, 2)).law
    first, second = (side.as_coefficients_dict(q.symbol, p.symbol, q.symbol**2) for side in law.right_sides())
    assert [float(first[p.symbol])] == pytest.approx([1.0], abs=0.01)
    assert [float(second[s]) for s in (q.symbol, p.symbol, q.symbol**2)] == pytest.approx([-1, -0.2, 1 / 3], abs=0.02)
    assert law.complexity == 4


def test_too_few_points_name_points_terms_and_the_mend() -> None:
    system = System(name="sparse", unknowns=[q, p], symmetry=[translation(t)], terms=Terms(degree=8))
    short = Dataset((swing(1.0, np.linspace(0, 6, 16)),), frozenset(), "a short swing")
    with pytest.raises(
        DataError, match=r"too few points for the terms: 16 samples along t give \d+ weak equations for 90 cand"
    ) as got:
        find(system, short)
    assert "expected at least 90" in str(got.value)
    assert "more samples or trajectories, lower terms.degree" in str(got.value)


def test_gaps_that_leave_too_little_are_named() -> None:
    times = np.linspace(0, 12, 120)
    whole = swing(1.0, times)
    holes = (np.arange(120) % 14) < 5
    data = Dataset((whole.assign(q=("t", np.where(holes, np.nan, whole.q.values))),), frozenset(), "interrupted")
    with pytest.raises(DataError, match="gaps leave no stretch of at least 16 samples along t"):
        find(PENDULUM, data)
