"""Claim: a flow without closed form is followed by numbers with an honest error, and a blow-up is reported, never raised."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from invarieq.errors import DeclarationError, Undecided
from invarieq.flows import Flow, flow, move_solution
from invarieq.jets import Field, JetSpace, VectorField, coordinates

t, x = coordinates("t x")
u = Field("u", t, x)
SPACE = JetSpace((t, x), (u,))
PENDULUM = VectorField({x: u, u: -sp.sin(x)})


def test_a_pendulum_keeps_its_energy_to_the_error_given() -> None:
    found = flow(PENDULUM, SPACE)
    assert found.certainty == "numeric"
    start = {t: 0.0, x: np.array([0.5, 1.0, 3.0]), u: np.array([0.0, 1.0, 0.1])}
    moved = found.points(start, 10.0)
    assert moved.complete
    assert moved.error < 1e-7
    energy = [np.asarray(v[u.symbol]) ** 2 / 2 - np.cos(np.asarray(v[x])) for v in ({**start, u.symbol: start[u]}, moved.values)]
    np.testing.assert_allclose(energy[1], energy[0], atol=1e-8)


def test_a_flow_without_closed_form_refuses_to_be_symbolic() -> None:
    found = flow(PENDULUM, SPACE)
    with pytest.raises(Undecided, match="move points by numbers"):
        found.at(1)
    with pytest.raises(Undecided):
        move_solution(found, {u: x})


def test_a_pole_of_a_closed_flow_ends_it() -> None:
    found = flow(VectorField({x: x**2}), SPACE)
    assert found.closed is not None
    moved = found.points({t: 0.0, x: np.array([0.5, 2.0, -2.0]), u: 1.0}, 1.0)
    np.testing.assert_allclose(moved.values[x], [1.0, np.nan, -2 / 3])
    assert not moved.complete
    assert 0.4 < moved.reached[1] < 0.51  # the pole is at 1/2
    assert moved.reached[0] == moved.reached[2] == 1.0


def test_a_pole_of_the_formula_that_is_none_of_the_flow_is_passed() -> None:
    found = flow(VectorField({x: 2 + sp.cos(x)}), SPACE)
    assert found.certainty == "proved"
    moved = found.points({t: 0.0, x: np.array([0.1, 3.0, 12.0]), u: 0.0}, 4.0)
    period = 2 * np.pi / np.sqrt(3)  # ∫ dx/(2 + cos x) over a turn
    turns = found.points({t: 0.0, x: np.array([0.1, 3.0, 12.0]), u: 0.0}, period)
    assert moved.complete
    np.testing.assert_allclose(turns.values[x], np.array([0.1, 3.0, 12.0]) + 2 * np.pi, rtol=1e-8)


def test_a_numeric_blow_up_is_told_for_the_point_that_blows_up() -> None:
    found = flow(VectorField({x: x**2 + sp.sin(u.symbol) + sp.exp(-x)}), SPACE)
    assert found.closed is None
    moved = found.points({t: 0.0, x: np.array([0.1, 2.0]), u: np.array([0.0, 0.3])}, 0.6)
    assert np.isfinite(moved.values[x][0])
    assert np.isnan(moved.values[x][1])
    assert 0 < moved.reached[1] < 0.6 == moved.reached[0]


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(DeclarationError, match="lack u"):
        flow(PENDULUM, SPACE).points({x: 1.0}, 1.0)


def test_the_group_parameter_avoids_the_names_of_the_user() -> None:
    epsilon = sp.Symbol("epsilon", real=True)
    found = flow(VectorField({x: epsilon}), JetSpace((t, x), (u,), (epsilon,)))
    assert found.parameter != epsilon
    assert found.at()[x] == x + epsilon * found.parameter


def test_an_exact_point_stays_exact() -> None:
    found = flow(VectorField({t: t**2, x: t * x, u: x - t * u}), SPACE)
    assert found.point({t: sp.Rational(1, 2), x: 1, u: 0}, 1) == {t: 1, x: 2, u.symbol: 1}


def test_the_zero_field_moves_nothing() -> None:
    found = flow(VectorField({}), SPACE)
    assert found.at(3) == {t: t, x: x, u.symbol: u.symbol}
    assert isinstance(found, Flow)
