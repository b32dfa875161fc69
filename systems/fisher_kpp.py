"""The Fisher–KPP equation: an advantageous gene spreads (Fisher 1937; Kolmogorov, Petrovsky & Piskunov 1937).

u_t = u_xx/10 + u(1 − u) on a ring, from two small groups of different size to two pairs of fronts.
"""

from sympy import Rational, exp

from invarieq import Field, Grid, Simulation, System, coordinates, translation

t, x = coordinates("t x")
u = Field("u", t, x)

system = System(
    name="fisher_kpp",
    unknowns=[u],
    symmetry=[translation(t), translation(x)],
    law=[u[t] - Rational(1, 10) * u[x, x] - u + u**2],
    simulation=Simulation(
        grid=Grid({t: (0, 10, 201), x: (-10, 10, 256)}, periodic=[x]),
        start={u: exp(-((x + 4) ** 2)) / 2 + exp(-2 * (x - 3) ** 2) / 5},
    ),
)
