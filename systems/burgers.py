"""Burgers' equation: a viscous shock (Burgers 1948); data as in Rudy et al., Science Advances 2017."""

from sympy import Rational, exp

from invarieq import Field, Grid, Simulation, System, coordinates, galilean_boost, scaling, translation

t, x = coordinates("t x")
u = Field("u", t, x)

system = System(
    name="burgers",
    unknowns=[u],
    symmetry=[translation(t), translation(x), galilean_boost(t, x, u), scaling({t: 2, x: 1, u: -1})],
    law=[u[t] + u * u[x] - Rational(1, 10) * u[x, x]],
    simulation=Simulation(
        grid=Grid({t: (0, 10, 101), x: (-8, 8, 256)}, periodic=[x]),
        start={u: exp(-((x + 2) ** 2))},
    ),
)
