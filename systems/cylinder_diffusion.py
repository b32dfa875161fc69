"""Diffusion in a pipe wall, u_t = u_rr + u_r/r: no dependence on angle and height (Fourier 1822; Carslaw & Jaeger 1959, ch. VII).

The wall reaches from r = 1/2 to 3 and its faces keep their temperature: the axis, where 1/r is not defined, is left out.
The quotient is offered as the function 1/r.
"""

from sympy import Rational, exp, pi, sin

from invarieq import Field, Grid, Simulation, System, Terms, coordinates, scaling, translation

t, r = coordinates("t r")
u = Field("u", t, r)
depth = (2 * r - 1) / 5

system = System(
    name="cylinder_diffusion",
    unknowns=[u],
    symmetry=[translation(t), scaling({t: 2, r: 1}), scaling({u: 1})],
    law=[u[t] - u[r, r] - u[r] / r],
    simulation=Simulation(
        grid=Grid({t: (0, Rational(1, 2), 101), r: (Rational(1, 2), 3, 101)}),
        start={u: sin(pi * depth) ** 3 + exp(-10 * (r - 1) ** 2) * sin(pi * depth) ** 3},
    ),
    terms=Terms(functions=(1 / r,)),
)
