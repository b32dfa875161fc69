"""Claim: the relation among decoys is found whichever side it is solved for, and what holds for every field is not taken for a law."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
import xarray as xr

from invarieq.data import Dataset
from invarieq.data.clean.operators import choose_operators, inner_places
from invarieq.data.records import Segment, prepare
from invarieq.engines.points.implicit import agreement, relations
from invarieq.engines.points.samples import Samples, sample
from invarieq.engines.points.trivial import nearly_constant, strangers
from invarieq.jets import Field, JetSpace, coordinates

t, x = coordinates("t x")
u = Field("u", t, x)
SPACE = JetSpace((t, x), (u,))
U = u.symbol


@pytest.fixture(scope="module")
def heat() -> tuple[Samples, tuple[Segment, ...]]:
    """u_t = u_xx exactly: two decaying waves and a mean."""
    times, places = np.linspace(0, 1, 80), np.arange(128) * 2 * np.pi / 128
    values = 2 + np.exp(-times)[:, None] * np.sin(places) + 0.5 * np.exp(-4 * times)[:, None] * np.cos(2 * places + 1)
    data = xr.Dataset({"u": (("t", "x"), values)}, coords={"t": times, "x": places})
    pieces = prepare(Dataset((data,), frozenset({"x"}), "two waves"), SPACE).segments
    return sample(pieces, [t, x, U, u[t], u[x], u[x, x], u[t, x]], seed=0), pieces


def test_the_heat_equation_is_found_among_decoys_from_either_side(heat: tuple[Samples, tuple[Segment, ...]]) -> None:
    samples, _ = heat
    terms = [U, u[x], u[t], U**2, U * u[x], u[x, x], u[x] ** 2, sp.S.One]
    table = samples.table(terms)
    found = relations(table, [1, 2, 4, 5, 6], range(len(terms)), lambda r: "")
    assert set(found[0].terms) == {2, 5}
    assert found[0].coefficients == pytest.approx([1, -1], abs=1e-6)
    assert found[0].votes == 2
    assert agreement(table, found[0], range(len(terms)), seed=0) == 1.0


def test_an_identity_is_refused_and_its_superfluous_term_named(heat: tuple[Samples, tuple[Segment, ...]]) -> None:
    samples, pieces = heat
    terms = [U * u[x], u[x], (U + 1) * u[x], u[t], u[x, x]]
    others = strangers(terms, samples, pieces[0], seed=0)
    assert others.dependent() == [2]
    assert "identity" in others.reason([2, 0, 1], np.array([1.0, -1.0, -1.0]), 0.0)
    assert others.reason([3, 4], np.array([1.0, -1.0]), 1e-6) == ""


def test_what_a_random_field_obeys_as_well_is_trivial(heat: tuple[Samples, tuple[Segment, ...]]) -> None:
    """u_x = 10⁻⁹ u u_x + u_x says nothing, although its terms are independent."""
    samples, pieces = heat
    terms = [u[x], u[x] + sp.Rational(1, 10**6) * u[t, x]]
    others = strangers(terms, samples, pieces[0], seed=0)
    assert not others.dependent()
    table = samples.table(terms)
    found = relations(table, [0], [0, 1], lambda r: others.reason(r.terms, r.coefficients, r.left_over))
    assert found[0].trivial


def test_a_candidate_that_hardly_varies_is_left_out(heat: tuple[Samples, tuple[Segment, ...]]) -> None:
    samples, _ = heat
    terms: list[sp.Expr] = [U, sp.Add(1000, U / 10), sp.S.One, u[x]]
    assert nearly_constant(samples.table(terms)) == [1]


def test_cube_roots_are_real_and_the_share_of_data_lost_is_told(heat: tuple[Samples, tuple[Segment, ...]]) -> None:
    samples, _ = heat
    table = samples.table([u[x, x], u[x], u[x] ** sp.Rational(1, 3)])
    root, slope = table.columns[:, 2], table.columns[:, 1]
    assert np.any(slope < 0)
    assert root**3 == pytest.approx(slope)
    divided, lost = table.divided(2)
    assert 0 <= lost < 0.02
    assert np.all(np.isfinite(divided.columns))
    assert len(divided.columns) == round((1 - lost) * len(table.columns))


def test_operators_differentiate_waves_and_say_their_error() -> None:
    grids = (np.linspace(0, 3, 90), np.arange(64) * 2 * np.pi / 64)
    values = np.sin(2 * grids[0])[:, None] * np.cos(3 * grids[1])
    places = tuple(inner_places(len(g), 40, periodic=p) for g, p in zip(grids, (False, True), strict=True))
    operators = choose_operators(values, grids, (False, True), 0.0, indices=[(0, 0), (1, 2)], places=places)
    exact = -18 * np.cos(2 * grids[0][places[0]])[:, None] * np.cos(3 * grids[1][places[1]])
    found = operators.derivative(values, (1, 2))
    assert found == pytest.approx(exact, abs=1e-6)
    assert np.sqrt(np.mean((found - exact) ** 2)) < 10 * operators.error((1, 2)) * np.sqrt(np.mean(exact**2)) + 1e-9


def test_with_noise_a_derivative_is_doubted_where_the_field_is_steep() -> None:
    times, places = np.linspace(0, 1, 80), np.linspace(-4, 4, 240)
    values = np.tanh(12 * places)[None, :] + np.sin(2 * times)[:, None] * np.cos(places)[None, :]
    noisy = values + 0.005 * np.random.default_rng(0).standard_normal(values.shape)
    data = xr.Dataset({"u": (("t", "x"), noisy)}, coords={"t": times, "x": places})
    samples = sample(prepare(Dataset((data,), frozenset(), "a step"), SPACE).segments, [x, u[x, x]], seed=0)
    errors, where = (dict(zip(samples.symbols, c, strict=True)) for c in (samples.errors, samples.values))
    assert not np.any(errors[x])
    near = np.abs(where[x]) < 0.3
    assert np.median(errors[u[x, x]][near]) > 20 * np.median(errors[u[x, x]][~near])
    assert np.median(errors[u[x, x]][near]) > 1
