"""The Allen–Cahn equation: domains of two phases (Allen & Cahn, Acta Metallurgica 1979), u_t = u_xx/100 + u − u³."""

from sympy import Rational, cos, pi, sin

from invarieq import Field, Grid, Simulation, System, coordinates, translation

t, x = coordinates("t x")
u = Field("u", t, x)

system = System(
    name="allen_cahn",
    unknowns=[u],
    symmetry=[translation(t), translation(x)],
    law=[u[t] - Rational(1, 100) * u[x, x] - u + u**3],
    simulation=Simulation(
        grid=Grid({t: (0, 8, 201), x: (-pi, pi, 256)}, periodic=[x]),
        start={u: (cos(x) + sin(2 * x + 1) + cos(3 * x + 2) + sin(5 * x)) / 3},
    ),
)
