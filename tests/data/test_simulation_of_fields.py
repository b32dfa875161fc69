"""Simulated fields are solutions: published data, exact solutions, symmetries, order of the stepper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.io
import sympy as sp
from sympy import Rational, cos, cosh, exp, pi, sin, sqrt

from invarieq import Field, Grid, Simulation, System, coordinates
from invarieq.data import simulate
from invarieq.data.simulate.etdrk4 import Integrator, advance, matrix_phi, scalar_phi, stepper

FILES = Path(__file__).parent / "files"

t, x, y = coordinates("t x y")
u, v = Field("u", t, x), Field("v", t, x)


def solve(law, start, *, times=(0, 1, 11), place=(-pi, pi, 64), unknowns=(u,), periodic=(x,), **more):
    grid = Grid({t: times, x: place}, periodic=list(periodic))
    return simulate(System("case", list(unknowns), law=law, simulation=Simulation(grid=grid, start=start), **more)).segments[0]


def mesh(segment):
    return np.meshgrid(segment["t"].values, segment["x"].values, indexing="ij")


def error(segment, exact, name="u"):
    return float(np.max(np.abs(segment[name].values - exact)))


def test_the_published_burgers_data_are_reproduced():
    law = u[t] + u * u[x] - Rational(1, 10) * u[x, x]
    found = solve([law], {u: exp(-((x + 2) ** 2))}, times=(0, 10, 101), place=(-8, 8, 256))
    published = scipy.io.loadmat(FILES / "burgers.mat")["usol"].real.T
    assert error(found, published) < 1e-7


def test_a_single_soliton_travels_unchanged():
    start = Rational(1, 2) / cosh(x / 2) ** 2
    found = solve([u[t] + 6 * u * u[x] + u[x, x, x]], {u: start}, times=(0, 5, 51), place=(-40, 40, 256))
    times, places = mesh(found)
    assert error(found, 0.5 / np.cosh((places - times) / 2) ** 2) < 1e-7


def test_each_heat_mode_decays_at_its_own_rate():
    found = solve([u[t] - u[x, x]], {u: cos(x) + sin(3 * x)})
    times, places = mesh(found)
    assert error(found, np.exp(-times) * np.cos(places) + np.exp(-9 * times) * np.sin(3 * places)) < 1e-13


def test_a_second_order_wave_equation_is_solved_exactly():
    found = solve([u[t, t] - 4 * u[x, x]], {u: cos(3 * x), u[t]: 0}, times=(0, 7, 15))
    times, places = mesh(found)
    assert error(found, np.cos(3 * places) * np.cos(6 * times)) < 1e-11


def test_a_breather_of_the_sine_gordon_equation_oscillates_as_it_should():
    # 4 atan(tan μ sin(t cos μ) / cosh(x sin μ)), μ = π/3
    rate = 2 * sqrt(3) / cosh(x * sqrt(3) / 2)
    found = solve([u[t, t] - u[x, x] + sin(u.symbol)], {u: 0, u[t]: rate}, times=(0, 10, 41), place=(-30, 30, 256))
    times, places = mesh(found)
    mu = np.pi / 3
    assert error(found, 4 * np.arctan(np.tan(mu) * np.sin(times * np.cos(mu)) / np.cosh(places * np.sin(mu)))) < 1e-7


def test_linearly_coupled_fields_follow_the_free_schroedinger_equation():
    law = [u[t] + v[x, x] / 2, v[t] - u[x, x] / 2]
    found = solve(law, {u: cos(4 * x), v: sin(4 * x)}, unknowns=(u, v))
    times, places = mesh(found)
    assert error(found, np.cos(4 * places - 8 * times)) < 1e-12
    assert error(found, np.sin(4 * places - 8 * times), "v") < 1e-12


def test_a_purely_nonlinear_equation_keeps_its_characteristics():
    found = solve([u[t] + u * u[x]], {u: Rational(1, 10) * sin(x)}, times=(0, 4, 9), place=(-pi, pi, 128))
    times, places = mesh(found)
    value = np.zeros_like(times)
    for _ in range(200):  # u = 0.1 sin(x − ut) by fixed-point iteration, a contraction while t < 10
        value = 0.1 * np.sin(places - value * times)
    assert error(found, value) < 1e-9


def test_a_term_with_a_mixed_derivative_slows_short_waves():
    found = solve([u[t] + u[x] - u[t, x, x]], {u: cos(2 * x)}, leading=[u[t]])
    times, places = mesh(found)
    assert error(found, np.cos(2 * (places - times / 5))) < 1e-12


def test_explicit_time_and_place_are_honoured():
    found = solve([u[t] - 2 * t * cos(x)], {u: 0})
    times, places = mesh(found)
    assert error(found, times**2 * np.cos(places)) < 1e-12


def test_a_plane_wave_travels_in_two_dimensions():
    w = Field("w", t, x, y)
    grid = Grid({t: (0, 2, 9), x: (-pi, pi, 16), y: (0, 2 * pi, 18)}, periodic=[x, y])
    system = System("plane", [w], law=[w[t] + 2 * w[x] - 3 * w[y]], simulation=Simulation(grid=grid, start={w: sin(2 * x + y)}))
    found = simulate(system).segments[0]
    times, places, others = np.meshgrid(*(found[c].values for c in "txy"), indexing="ij")
    assert np.max(np.abs(found["w"].values - np.sin(2 * (places - 2 * times) + others + 3 * times))) < 1e-12


def test_rotating_the_start_of_the_lambda_omega_system_rotates_its_solution():
    size = u**2 + v**2
    law = [u[t] - (1 - size) * u - size * v - u[x, x] / 10, v[t] - (1 - size) * v + size * u - v[x, x] / 10]
    a, b = cos(x) / 2 + Rational(1, 5), sin(2 * x) / 3
    c, s = Rational(3, 5), Rational(4, 5)
    one = solve(law, {u: a, v: b}, times=(0, 3, 31), unknowns=(u, v))
    other = solve(law, {u: c * a - s * b, v: s * a + c * b}, times=(0, 3, 31), unknowns=(u, v))
    assert error(other, 0.6 * one["u"].values - 0.8 * one["v"].values) < 1e-9
    assert error(other, 0.8 * one["u"].values + 0.6 * one["v"].values, "v") < 1e-9


@pytest.mark.parametrize("coupled", [False, True])
def test_the_stepper_has_order_four(coupled):
    linear = np.array([[-3.0], [-1.0]])
    linear = np.einsum("ik,ij->ijk", linear, np.eye(2)) if coupled else linear

    def nonlinear(time, w):
        return np.array([w[1] ** 2 + np.cos(time), -w[0] * w[1]])

    def end(steps):
        s, w = stepper(linear, 1 / steps, coupled=coupled), np.array([[0.5], [1.0]], dtype=complex)
        for j in range(steps):
            w = advance(s, nonlinear, j / steps, w)
        return w

    best = end(1024)
    errors = [np.max(np.abs(end(n) - best)) for n in (8, 16, 32)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all((orders > 3.7) & (orders < 4.5)), orders


def test_the_phi_functions_are_right_to_rounding_near_and_far_from_zero():
    points = np.array([0.0, 1e-9, -0.3, 0.999, -1.001, -40.0, 0.5j, 3 + 4j])
    found = scalar_phi(points)
    for k, z in enumerate(points):
        w = sp.sympify(complex(z)).evalf(60) if z else sp.Integer(0)
        value = sp.exp(w).evalf(60)
        for order in range(4):
            assert abs(found[order][k] - complex(value)) <= 2e-14 * max(1.0, abs(complex(value)))
            value = ((value - 1 / sp.factorial(order)) / w).evalf(60) if z else 1 / sp.factorial(order + 1)
    for one, other in zip(matrix_phi(points[None, None]), found, strict=True):
        assert np.allclose(one[0, 0], other, rtol=1e-13, atol=1e-14)


def test_the_reported_error_bounds_what_is_lost():
    start = np.array([[1.0 + 0j]])
    solver = Integrator(np.array([[-1.0]]), lambda _, w: w**2 / 2, False, {})
    times = np.linspace(0, 3, 7)
    found = np.array([w[0, 0].real for w in solver.solution(start, times)])
    exact = 2 / (1 + np.exp(times))  # w' = −w + w²/2, w(0) = 1
    assert np.max(np.abs(found - exact)) <= solver.error < 1e-8
