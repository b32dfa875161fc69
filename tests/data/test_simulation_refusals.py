"""What cannot be simulated is refused with what, where and what to do."""

from __future__ import annotations

import re

import pytest
from sympy import exp, log, sin

from invarieq import Field, Grid, Simulation, System, coordinates
from invarieq.data import simulate
from invarieq.errors import SimulationError

t, x, y, z, s, nu = coordinates("t x y z s nu")
u, q, w = Field("u", t, x), Field("q", t), Field("w", t, x, y, z, s)
LONG = Grid({t: (0, 9, 11), x: (-3, 3, 32)}, periodic=[x])
RING = Grid({t: (0, 1, 11), x: (-3, 3, 32)}, periodic=[x])


def case(law, start=None, *, grid: Grid | None = RING, unknowns=(u,), **more):
    start = {u: sin(x)} if start is None else start
    return System("case", list(unknowns), law=law, simulation=Simulation(grid=grid, start=start) if grid else None, **more)


BLOCK = Grid({t: (0, 1, 9), x: (0, 1, 8), y: (0, 1, 8), z: (0, 1, 8), s: (0, 1, 8)}, periodic=[x, y, z, s])
LINE = Grid({t: (0, 2, 21)})

REFUSED = {
    "no law": (case([]), "declares no law"),
    "no simulation": (case([u[t] - u[x, x]], grid=None), "declares no simulation"),
    "no value of a parameter": (case([u[t] - nu * u[x, x]], parameters=[nu]), "'nu' has no value"),
    "no start": (case([u[t, t] - u[x, x]]), "gives u, but not u_t; add u_t"),
    "no axis": (case([u[t] - u[x, x]], grid=Grid({t: (0, 1, 11)})), "x"),
    "no period": (
        case([u[t] - u[x, x, x]], grid=Grid({t: (0, 1, 11), x: (0, 1, 32)})),
        "is not periodic, and the rate of u is not of second order",
    ),
    "four dimensions": (case([w[t] - w[x, x]], {w: sin(x)}, grid=BLOCK, unknowns=(w,)), "4 space dimensions"),
    "no evolution": (case([u[x, x] + u], leading=[u[x, x]]), "one pure derivative by t"),
    "a start that is infinite": (case([u[t] - u[x, x]], {u: log(x + 3)}), "not finite at x = -3"),
    "periodic time": (case([u[t] - u[x, x]], grid=Grid({t: (0, 1, 11), x: (0, 1, 32)}, periodic=[t, x])), "t is periodic"),
    "heat backwards": (case([u[t] + u[x, x]]), "ill posed"),
    "Laplace's equation as evolution": (case([u[t, t] + u[x, x]], {u: sin(x), u[t]: 0}, grid=LONG), "ill posed"),
    "a field that blows up": (case([u[t] - u[x, x] - exp(3 * u.symbol)], {u: 1 + 0 * x}), "blows up between 0"),
    "a trajectory that blows up": (case([q[t] - q**2], {q: 1}, grid=LINE, unknowns=(q,)), r"after 0\.9|after 1\b"),
    "a start that is no number": (case([q[t] - q], {q: t}, grid=LINE, unknowns=(q,)), "expected a finite real number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name):
    system, expected = REFUSED[name]
    with pytest.raises(SimulationError) as caught:
        simulate(system)
    assert re.search(expected, str(caught.value)), str(caught.value)


def test_progress_ends_at_one():
    shares: list[float] = []
    simulate(case([u[t] - u[x, x]]), progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
