"""λ–ω reaction–diffusion: a rotating spiral (Kopell & Howard 1973); settings of Champion et al., PNAS 2019, periodic here.

The spiral tanh(r)·(cos, sin)(θ − r) is written with r = √(x² + y² + 10⁻¹²), so that it is defined at the centre.
"""

from sympy import Rational, cos, sin, sqrt, tanh

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, translation

t, x, y = coordinates("t x y")
u, v = Field("u", t, x, y), Field("v", t, x, y)
size = u**2 + v**2
diffusion = Rational(1, 10)
r = sqrt(x**2 + y**2 + Rational(1, 10**12))

system = System(
    name="reaction_diffusion",
    unknowns=[u, v],
    symmetry=[translation(t), translation(x), translation(y), rotation(x, y), rotation(u, v)],
    law=[
        u[t] - (1 - size) * u - size * v - diffusion * (u[x, x] + u[y, y]),
        v[t] - (1 - size) * v + size * u - diffusion * (v[x, x] + v[y, y]),
    ],
    simulation=Simulation(
        grid=Grid({t: (0, 10, 201), x: (-10, 10, 128), y: (-10, 10, 128)}, periodic=[x, y]),
        start={
            u: tanh(r) * (x * cos(r) + y * sin(r)) / r,
            v: tanh(r) * (y * cos(r) - x * sin(r)) / r,
        },
    ),
)
