"""Claim: what is called a first integral does not change along solutions that SciPy integrates."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from conserved import read, space_of
from scipy.integrate import solve_ivp

from invarieq.conservation import first_integrals
from invarieq.jets import JetSpace

KEPLER = ["x_tt + x*(x**2 + y**2)**(-3/2)", "y_tt + y*(x**2 + y**2)**(-3/2)"]


def along(space: JetSpace, law: list[str], leading: list[str], integrals: tuple[sp.Expr, ...], start: list[float]) -> np.ndarray:
    """Values of the integrals (integrals × times)."""
    heads = read(space, *leading)
    sides = {s: sp.solve(e, s)[0] for s, e in zip(heads, read(space, *law), strict=True)}
    states = [space.jet(a, (n,)) for a in range(len(space.fields)) for n in range(space.order(heads[a]))]
    raised = [space.jet(a, (n + 1,)) for a in range(len(space.fields)) for n in range(space.order(heads[a]))]
    rates = [sides.get(s, s) for s in raised]
    (t,) = space.coordinates
    right = sp.lambdify([t, states], rates)
    times = np.linspace(0.3, 3.0, 12)
    solved = solve_ivp(lambda at, z: right(at, z), (0.3, 3.0), start, t_eval=times, rtol=1e-11, atol=1e-12, method="DOP853")
    measure = sp.lambdify([t, states], list(integrals))
    return np.array([measure(at, z) for at, z in zip(times, solved.y.T, strict=True)]).T


@pytest.mark.parametrize(
    ("fields", "law", "leading", "start", "count"),
    [
        ("x y", KEPLER, ["x_tt", "y_tt"], [1.0, 0.2, 0.1, 0.9], 4),
        ("x y", ["x_t - x + x*y", "y_t + y - x*y"], ["x_t", "y_t"], [0.7, 1.6], 1),
        ("y", ["y_tt + 3*y_t + 2*y"], ["y_tt"], [0.7, -0.4], 2),
        ("y", ["y_tt + 2*y_t + 5*y"], ["y_tt"], [0.7, -0.4], 3),
        ("y", ["y_tt + y - y**(-3)"], ["y_tt"], [0.9, -0.4], 1),
        ("x y z", ["x_t - 2*y*z", "y_t + 3*x*z", "z_t - x*y"], ["x_t", "y_t", "z_t"], [0.5, 0.9, -0.4], 2),
        ("y", ["y_ttt - 3*y_tt**2/(2*y_t)"], ["y_ttt"], [0.1, 0.4, 0.05], 3),
    ],
)
def test_integrals_stay_what_they_are(fields: str, law: list[str], leading: list[str], start: list[float], count: int) -> None:
    space = space_of("t", fields)
    found = first_integrals(space, read(space, *law))
    assert len(found.integrals) >= count
    values = along(space, law, leading, found.integrals, start)
    assert np.max(np.ptp(values, axis=1) / (1 + np.abs(values[:, 0]))) < 1e-7


def test_the_independent_integrals_are_counted() -> None:
    space = space_of("t", "x y")
    found = first_integrals(space, read(space, *KEPLER))
    assert (len(found.integrals), found.independent, found.dimension) == (
        4,
        3,
        4,
    )  # energy, momentum, and the Laplace vector of 2
