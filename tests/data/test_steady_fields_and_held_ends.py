"""Claim: steady fields, fields between held ends and flows from their vorticity are the known exact solutions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import root_scalar
from scipy.special import j0, y0
from sympy import Rational, cos, exp, pi, sin

from invarieq import Field, Grid, Simulation, System, coordinates
from invarieq.data import simulate
from invarieq.errors import SimulationError

t, x, y = coordinates("t x y")
u, q = Field("u", x, y), Field("q", t, x)
w, a, b = (Field(name, t, x, y) for name in "wab")
SQUARE = Grid({x: (-1, 1, 21), y: (0, 2, 31)})


def steady(law, start, grid=SQUARE):
    return simulate(System("case", [u], law=[law], simulation=Simulation(grid, {u: start})))


def held(law, start, *, times=(0, 1, 11), place=(0, pi, 33)):
    grid = Grid({t: times, x: place})
    return simulate(System("case", [q], law=[law], simulation=Simulation(grid, start))).segments[0]


def test_a_harmonic_function_is_found_from_its_border():
    law, exact = u[x, x] + u[y, y], exp(x) * sin(y)
    found = steady(law, [exact, x**2 - y**2]).segments
    places = np.meshgrid(found[0]["x"].values, found[0]["y"].values, indexing="ij")
    assert np.max(np.abs(found[0]["u"].values - np.exp(places[0]) * np.sin(places[1]))) < 1e-11
    assert np.max(np.abs(found[1]["u"].values - (places[0] ** 2 - places[1] ** 2))) < 1e-11


def test_a_nonlinear_elliptic_law_with_variable_coefficients_is_solved():
    """The source is made such that u = 1 + x y/2 + x² solves (1 + x²) u_xx + u_yy − u³ = source."""
    exact = 1 + x * y / 2 + x**2
    source = (1 + x**2) * 2 - exact**3
    found = steady((1 + x**2) * u[x, x] + u[y, y] - u**3 - source, exact + sin(pi * x) * y * (2 - y) / 3).segments[0]
    places = np.meshgrid(found["x"].values, found["y"].values, indexing="ij")
    error = np.abs(found["u"].values - (1 + places[0] * places[1] / 2 + places[0] ** 2))
    assert error.max() < 1e-10


def test_heat_between_held_ends_decays_to_the_straight_line():
    found = held(q[t] - q[x, x], {q: sin(x) + 2 * sin(2 * x) + x})
    times, places = np.meshgrid(found["t"].values, found["x"].values, indexing="ij")
    exact = np.exp(-times) * np.sin(places) + 2 * np.exp(-4 * times) * np.sin(2 * places) + places
    assert np.max(np.abs(found["q"].values - exact)) < 1e-7


def test_a_string_between_held_ends_swings():
    found = held(q[t, t] - 4 * q[x, x], {q: sin(3 * x), q[t]: 0 * x})
    times, places = np.meshgrid(found["t"].values, found["x"].values, indexing="ij")
    assert np.max(np.abs(found["q"].values - np.cos(6 * times) * np.sin(3 * places))) < 1e-6


def test_heat_in_a_pipe_wall_keeps_its_integral_against_bessel_functions():
    """∫ r φ u dr decays at the rate λ² for the radial mode φ = J0(λr) Y0(λ) − Y0(λr) J0(λ) that vanishes at both faces."""
    rate = root_scalar(lambda k: j0(3 * k) * y0(k) - y0(3 * k) * j0(k), bracket=(1.0, 2.0)).root
    found = held(q[t] - q[x, x] - q[x] / x, {q: sin(pi * (x - 1) / 2) ** 3}, place=(1, 3, 2001)).transpose("t", "x")
    r = found["x"].values
    mode = j0(rate * r) * y0(rate) - y0(rate * r) * j0(rate)
    weights = np.full(len(r), (r[1] - r[0]) / 3) * np.where(np.arange(len(r)) % 2, 4, 2)
    weights[[0, -1]] /= 2
    sums = found["q"].values @ (weights * r * mode)
    assert np.allclose(sums, sums[0] * np.exp(-(rate**2) * found["t"].values), rtol=0, atol=1e-7 * abs(sums[0]))


def test_vortices_of_taylor_and_green_decay_in_place():
    grid = Grid({t: (0, 2, 9), x: (-pi, pi, 16), y: (-pi, pi, 16)}, periodic=[x, y])
    law = [w[t] + a * w[x] + b * w[y] - (w[x, x] + w[y, y]) / 10, a[x] + b[y], b[x] - a[y] - w]
    found = simulate(System("case", [w, a, b], law=law, simulation=Simulation(grid, {w: 2 * cos(x) * cos(y)}))).segments[0]
    times, left, right = np.meshgrid(*(found[c].values for c in "txy"), indexing="ij")
    decay = np.exp(-0.2 * times)
    assert np.max(np.abs(found["w"].values - 2 * decay * np.cos(left) * np.cos(right))) < 1e-11
    assert np.max(np.abs(found["a"].values + decay * np.cos(left) * np.sin(right))) < 1e-11
    assert np.max(np.abs(found["b"].values - decay * np.sin(left) * np.cos(right))) < 1e-11


REFUSED = {
    "a hyperbolic law without a time": (lambda: steady(u[x, x] - u[y, y], 0 * x), "not elliptic at"),
    "a law of third order": (lambda: steady(u[x, x, x] + u[y, y], 0 * x), "one equation of second order"),
    "a border without values": (lambda: steady(u[x, x] + u[y, y], 1 / (x + 1)), "not finite everywhere"),
    "third order between held ends": (lambda: held(q[t] + q[x, x, x], {q: sin(x)}), "not of second order"),
    "a start that is too steep": (lambda: held(q[t] - q[x, x], {q: exp(-(10**5) * (x - 1) ** 2)}), "do not resolve the start"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name):
    make, message = REFUSED[name]
    with pytest.raises(SimulationError, match=message):
        make()


def test_constraints_that_are_not_linear_are_refused():
    grid = Grid({t: (0, 1, 9), x: (-pi, pi, 16), y: (-pi, pi, 16)}, periodic=[x, y])
    law = [w[t] + a * w[x], a[x] * w + b[y], b[x] - a[y] - w]
    system = System("case", [w, a, b], law=law, simulation=Simulation(grid, {w: cos(x) * Rational(1, 2)}))
    with pytest.raises(SimulationError, match="not linear with constant coefficients"):
        simulate(system)
