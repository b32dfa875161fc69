"""A drum skin without an edge: the wave equation u_tt = c² (u_xx + u_yy) with c² = 2 (d'Alembert 1747, Poisson 1819).

Boosts are left out of the declared symmetry: they hold the speed of the waves and would leave nothing to find.
"""

from sympy import cos, exp, pi, sin

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, scaling, translation

t, x, y = coordinates("t x y")
u = Field("u", t, x, y)

system = System(
    name="wave",
    unknowns=[u],
    symmetry=[translation(t), translation(x), translation(y), rotation(x, y), scaling({t: 1, x: 1, y: 1}), scaling({u: 1})],
    law=[u[t, t] - 2 * (u[x, x] + u[y, y])],
    simulation=Simulation(
        grid=Grid({t: (0, 4, 81), x: (-pi, pi, 48), y: (-pi, pi, 48)}, periodic=[x, y]),
        start={u: exp(-2 * ((x - 1) ** 2 + y**2)) + cos(x + 2 * y) / 4, u[t]: sin(2 * x - y) / 2},
    ),
)
