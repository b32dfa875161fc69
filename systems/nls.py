"""The nonlinear Schrödinger equation i ψ_t + ½ ψ_xx + |ψ|² ψ = 0 with ψ = u + i v (Zakharov & Shabat 1972).

Data as in Rudy et al., Science Advances 2017: 2 sech x, a breather of two solitons; every second point of theirs.
"""

from sympy import Rational, cosh, pi

from invarieq import Field, Grid, Simulation, System, VectorField, coordinates, rotation, scaling, translation

t, x = coordinates("t x")
u, v = Field("u", t, x), Field("v", t, x)
size, half = u**2 + v**2, Rational(1, 2)

system = System(
    name="nls",
    unknowns=[u, v],
    symmetry=[
        translation(t),
        translation(x),
        rotation(u, v),
        scaling({t: 2, x: 1, u: -1, v: -1}),
        VectorField({x: t, u: -x * v, v: x * u}, name="Galilean boost in x"),
    ],
    law=[u[t] + half * v[x, x] + size * v, v[t] - half * u[x, x] - size * u],
    simulation=Simulation(
        grid=Grid({t: (0, pi, 251), x: (-5, 5, 256)}, periodic=[x]),
        start={u: 2 / cosh(x), v: 0 * x},
    ),
)
