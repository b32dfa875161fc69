"""Claim: fields without a law of their own that keep a constraint are found with it; linear laws are crossed exactly."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Rational, cos, pi, sin

from invarieq import Field, Grid, Simulation, System, coordinates, load_system
from invarieq.data import simulate
from invarieq.errors import SimulationError
from invarieq.system.system import changed

t, x, y, z = coordinates("t x y z")
u, v, p = (Field(n, t, x, y) for n in "uvp")
NU = Rational(1, 10)
GRID = Grid({t: (0, 1, 5), x: (-pi, pi, 16), y: (-pi, pi, 16)}, periodic=[x, y])
LAW = [
    u[t] + u * u[x] + v * u[y] + p[x] - NU * (u[x, x] + u[y, y]),
    v[t] + u * v[x] + v * v[y] + p[y] - NU * (v[x, x] + v[y, y]),
    u[x] + v[y],
]


def flow(start, law=LAW, fields=(u, v, p)):
    return System("flow", list(fields), law=law, simulation=Simulation(GRID, start))


def test_taylor_and_greens_vortices_decay_as_they_should() -> None:
    """u = sin x cos y e^(−2νt), p = (cos 2x + cos 2y)/4 e^(−4νt): Taylor & Green 1937."""
    found = simulate(flow({u: sin(x) * cos(y), v: -cos(x) * sin(y)})).segments[0]
    place = np.meshgrid(found.t, found.x, found.y, indexing="ij")
    fall = np.exp(-2 * float(NU) * place[0])
    np.testing.assert_allclose(found.u, np.sin(place[1]) * np.cos(place[2]) * fall, atol=1e-9)
    np.testing.assert_allclose(found.p, (np.cos(2 * place[1]) + np.cos(2 * place[2])) / 4 * fall**2, atol=1e-9)


def test_the_divergence_stays_zero_in_space_too() -> None:
    system = load_system("navier_stokes_3d")
    assert system.simulation is not None
    sizes = {c: (-pi, pi, 12) for c in (x, y, z)}
    short = Simulation(Grid({t: (0, Rational(1, 10), 4), **sizes}, periodic=[x, y, z]), dict(system.simulation.start))
    found = simulate(changed(system, simulation=short)).segments[0]
    waves = np.fft.fftfreq(12, 1 / 12)
    waves[6] = 0
    spectra = [np.fft.fftn(found[n].values[-1]) for n in "uvw"]
    parts = [1j * waves.reshape([-1 if e == d else 1 for e in range(3)]) * s for d, s in enumerate(spectra)]
    assert np.linalg.norm(sum(parts)) < 1e-10 * np.linalg.norm(parts[0])


def test_light_crosses_the_torus_and_comes_back() -> None:
    """After one period 2π the waves cos(kx) and sin(ky) stand where they started: exact but for the twelve digits of a step."""
    system = load_system("maxwell")
    assert system.simulation is not None
    E1, E2, E3, B1, B2, B3 = system.unknowns
    start = {E1: 0 * x, E2: cos(2 * x), E3: sin(x), B1: sin(3 * y), B2: 0 * x, B3: cos(2 * x)}
    grid = Grid({t: (0, 6 * pi, 4), **{c: (-pi, pi, 8) for c in (x, y, z)}}, periodic=[x, y, z])
    found = simulate(changed(system, simulation=Simulation(grid, start))).segments[0]
    assert found.attrs["time_error"] == 0
    for name in system.unknowns:
        np.testing.assert_allclose(found[name.name].values[-1], found[name.name].values[0], atol=1e-10)


def test_a_broken_start_and_an_unfit_constraint_are_named() -> None:
    with pytest.raises(SimulationError, match=r"the start breaks the constraint u_x \+ v_y = 0"):
        simulate(flow({u: sin(x), v: sin(y)}))
    with pytest.raises(SimulationError, match=r"no law determines p, and .* is not linear with constant coefficients"):
        simulate(flow({u: sin(y), v: sin(x)}, law=[LAW[0] + p**2, *LAW[1:]]))
    with pytest.raises(SimulationError, match=r"no law determines p, and they cannot keep the constraints"):
        simulate(flow({u: sin(y), v: sin(x)}, law=[LAW[0] - p[x] + p[y], LAW[1] - p[y] - p[x], LAW[2]]))
