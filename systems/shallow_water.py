"""Shallow water over a flat bed (Saint-Venant 1871): depth h and velocity u, gravity 1, before waves break.

Symmetry after Olver 1993 and Ovsiannikov 1982: boosts and two scalings; with them hardly any law is left to choose from.
"""

from sympy import Rational, cos, pi, sin

from invarieq import Field, Grid, Simulation, System, coordinates, galilean_boost, scaling, translation

t, x = coordinates("t x")
h, u = Field("h", t, x), Field("u", t, x)
tenth = Rational(1, 10)

system = System(
    name="shallow_water",
    unknowns=[h, u],
    symmetry=[
        translation(t),
        translation(x),
        galilean_boost(t, x, u),
        scaling({t: 1, x: 1}),
        scaling({x: 1, u: 1, h: 2}),
    ],
    law=[h[t] + u * h[x] + h * u[x], u[t] + u * u[x] + h[x]],
    simulation=Simulation(
        grid=Grid({t: (0, 3, 151), x: (-pi, pi, 128)}, periodic=[x]),
        start={h: 1 + tenth * cos(x) + tenth / 2 * sin(2 * x + 1), u: tenth * sin(x + 2)},
    ),
)
