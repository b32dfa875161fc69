"""Kuramoto–Sivashinsky: flame fronts and thin films, chaotic in space and time (Kuramoto & Tsuzuki 1976, Sivashinsky 1977)."""

from sympy import cos, pi, sin

from invarieq import Field, Grid, Simulation, System, coordinates, galilean_boost, translation

t, x = coordinates("t x")
u = Field("u", t, x)

system = System(
    name="kuramoto_sivashinsky",
    unknowns=[u],
    symmetry=[translation(t), translation(x), galilean_boost(t, x, u)],
    law=[u[t] + u * u[x] + u[x, x] + u[x, x, x, x]],
    simulation=Simulation(
        grid=Grid({t: (0, 150, 301), x: (0, 32 * pi, 256)}, periodic=[x]),
        start={u: cos(x / 16) * (1 + sin(x / 16))},
    ),
)
