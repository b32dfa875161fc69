"""λ–ω reaction–diffusion with a coupling that breaks the rotation of the fields u, v by ε = 1/20.

As `reaction_diffusion` (Kopell & Howard 1973), but −ε v is added to u_t and −ε u to v_t: the second imperfection of Yang
et al. on symmetry invariants, who give no ε. Only what is left exactly is declared.
"""

from sympy import Rational, cos, sin, sqrt, tanh

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, translation

t, x, y = coordinates("t x y")
u, v = Field("u", t, x, y), Field("v", t, x, y)
size = u**2 + v**2
diffusion, epsilon = Rational(1, 10), Rational(1, 20)
r = sqrt(x**2 + y**2 + Rational(1, 10**12))

system = System(
    name="reaction_diffusion_broken_coupling",
    unknowns=[u, v],
    symmetry=[translation(t), translation(x), translation(y), rotation(x, y)],
    law=[
        u[t] - (1 - size) * u - size * v - diffusion * (u[x, x] + u[y, y]) + epsilon * v,
        v[t] - (1 - size) * v + size * u - diffusion * (v[x, x] + v[y, y]) + epsilon * u,
    ],
    simulation=Simulation(
        grid=Grid({t: (0, 10, 101), x: (-10, 10, 64), y: (-10, 10, 64)}, periodic=[x, y]),
        start={
            u: tanh(r) * (x * cos(r) + y * sin(r)) / r,
            v: tanh(r) * (y * cos(r) - x * sin(r)) / r,
        },
    ),
)
