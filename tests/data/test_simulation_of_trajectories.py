"""Simulated trajectories are solutions: exact ones, conserved quantities, any units, several starts."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, cos, sqrt

from invarieq import Field, Grid, Simulation, System, coordinates, load_system
from invarieq.data import simulate

(t,) = coordinates("t")
q, p, z = Field("q", t), Field("p", t), Field("z", t)


def solve(law, start, *, times=(0, 20, 201), unknowns=(q,)):
    system = System("case", list(unknowns), law=law, simulation=Simulation(grid=Grid({t: times}), start=start))
    return simulate(system).segments


def test_the_harmonic_oscillator_turns_uniformly():
    (found,) = solve([q[t] - p, p[t] + q], {q: 1, p: 0}, unknowns=(q, p))
    times = found["t"].values
    assert np.max(np.abs(found["q"].values - np.cos(times))) < 1e-10
    assert np.max(np.abs(found["p"].values + np.sin(times))) < 1e-10


def test_a_law_of_third_order_is_reduced_to_first():
    (found,) = solve([q[t, t, t] - q], {q: 1, q[t]: 1, q[t, t]: 1}, times=(0, 5, 51))
    assert np.max(np.abs(found["q"].values / np.exp(found["t"].values) - 1)) < 1e-10


def test_every_shipped_planet_keeps_its_energy_and_angular_momentum():
    for segment in simulate(load_system("kepler")).segments:
        times, x, y = (segment[c].values for c in ("t", "x", "y"))
        step = times[1] - times[0]
        weights = np.array([3, -32, 168, -672, 0, 672, -168, 32, -3]) / 840 / step  # eighth order
        vx, vy = (np.convolve(a, weights[::-1], "valid") for a in (x, y))
        x, y = x[4:-4], y[4:-4]
        energy, momentum = (vx**2 + vy**2) / 2 - 1 / np.hypot(x, y), x * vy - y * vx
        assert np.ptp(energy) < 1e-6 and np.ptp(momentum) < 1e-6
        assert energy.mean() == pytest.approx(-0.5, abs=1e-7)


def test_predator_and_prey_stay_on_their_closed_orbit():
    for segment in simulate(load_system("lotka_volterra")).segments:
        H, L = segment["H"].values, segment["L"].values
        assert np.ptp(H - np.log(H) + 4 / 3 * L - 2 / 3 * np.log(L)) < 1e-10


@pytest.mark.parametrize("unit", [Rational(1, 10**15), Rational(10**15)])
def test_the_unit_of_a_field_does_not_change_its_accuracy(unit):
    (found,) = solve([q[t, t] + q], {q: unit, q[t]: 0})
    assert np.max(np.abs(found["q"].values / float(unit) - np.cos(found["t"].values))) < 1e-10


def test_every_list_of_starts_gives_one_trajectory_each():
    found = solve([q[t] + q], {q: [1, 2, sqrt(2)]})
    assert [float(s["q"].values[0]) for s in found] == [1.0, 2.0, pytest.approx(2**0.5)]


def test_a_law_that_holds_time_itself_is_integrated_along_it():
    (found,) = solve([q[t] - cos(t)], {q: 0})
    assert np.max(np.abs(found["q"].values - np.sin(found["t"].values))) < 1e-10


def test_a_stiff_law_ends_on_its_slow_curve():
    rate = 10**6
    (found,) = solve([q[t] + rate * (q - cos(t))], {q: 0}, times=(0, 2, 21))
    assert np.max(np.abs(found["q"].values[1:] - np.cos(found["t"].values[1:]))) < 2e-6
