"""The sine-Gordon equation u_tt = u_xx − sin u: coupled pendulums, and surfaces of constant curvature (Bour 1862).

In units where waves have speed 1, so that the boosts of special relativity are declared. A high bump falls apart into kinks.
"""

from sympy import Rational, exp, pi, sin

from invarieq import Field, Grid, Simulation, System, Terms, coordinates, lorentz_boost, translation

t, x = coordinates("t x")
u = Field("u", t, x)

system = System(
    name="sine_gordon",
    unknowns=[u],
    symmetry=[translation(t), translation(x), lorentz_boost(t, x)],
    law=[u[t, t] - u[x, x] + sin(u.symbol)],
    simulation=Simulation(
        grid=Grid({t: (0, 10, 201), x: (-10, 10, 256)}, periodic=[x]),
        start={u: 2 * pi * exp(-((x - Rational(1, 2)) ** 2)), u[t]: 0 * x},
    ),
    terms=Terms(order=2, functions=(sin(u.symbol),)),
)
