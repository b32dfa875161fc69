"""Darcy flow through a medium whose permeability falls off from its centre (Darcy 1856): −∇·(a ∇u) = 1, a = exp(−4(x² + y²)).

The steady, non-polynomial law of Yang et al. on symmetry invariants: Δu − 8 (x u_x + y u_y) + exp(4(x² + y²)) = 0. Their
boundary and the place of the centre are not published: here the square [−1/2, 1/2]² with u = 0 on its border, and a second
pressure on the border that has less symmetry than the square. The exponential is offered as a function exp(x² + y²) whose
powers are candidates; that it is the fourth is left to find.
"""

from sympy import Rational, exp

from invarieq import Field, Grid, Simulation, System, Terms, coordinates, rotation

x, y = coordinates("x y")
u = Field("u", x, y)
square = x**2 + y**2
half = Rational(1, 2)

system = System(
    name="darcy",
    unknowns=[u],
    symmetry=[rotation(x, y)],
    law=[u[x, x] + u[y, y] - 8 * (x * u[x] + y * u[y]) + exp(4 * square)],
    simulation=Simulation(
        grid=Grid({x: (-half, half, 101), y: (-half, half, 101)}),
        start={u: [0 * x, (x + x * y + y**2) / 4]},
    ),
    terms=Terms(order=2, degree=4, functions=(exp(square),)),
)
