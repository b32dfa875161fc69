"""Heat conduction in a ring (Fourier 1822); symmetries after Lie 1881, Olver 1993, example 2.41."""

from sympy import cos, pi

from invarieq import Field, Grid, Simulation, System, coordinates, scaling, translation

t, x = coordinates("t x")
u = Field("u", t, x)

system = System(
    name="heat",
    unknowns=[u],
    symmetry=[
        translation(t),
        translation(x),
        scaling({t: 2, x: 1}),
        scaling({u: 1}),
    ],
    law=[u[t] - u[x, x]],
    simulation=Simulation(
        grid=Grid({t: (0, 1, 101), x: (-pi, pi, 128)}, periodic=[x]),
        start={u: cos(x + 0.3) + 0.8 * cos(2 * x + 1) + 0.6 * cos(3 * x + 2) + 0.4 * cos(5 * x + 0.5)},
    ),
)
