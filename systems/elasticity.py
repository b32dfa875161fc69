"""Waves in a solid: u_tt = (c_p² − c_s²) ∇(∇·u) + c_s² Δu, c_p² = 3, c_s² = 1 (Navier 1821, Cauchy 1828).

Displacement of an isotropic body on a torus: waves of pressure run faster than those of shear.
"""

from sympy import cos, pi, sin

from invarieq import (
    Field,
    Grid,
    Simulation,
    System,
    Terms,
    coordinates,
    reflection,
    rotations,
    scaling,
    translation,
)

t, x, y, z = coordinates("t x y z")
u, v, w = (Field(name, t, x, y, z) for name in "uvw")

system = System(
    name="elasticity",
    unknowns=[u, v, w],
    symmetry=[
        *(translation(s) for s in (t, x, y, z, u, v, w)),
        *rotations((x, y, z), vectors=[(u, v, w)]),
        scaling({t: 1, x: 1, y: 1, z: 1}),
        scaling({u: 1, v: 1, w: 1}),
        reflection(x, y, z, u, v, w),
    ],
    law=[
        u[t, t] - 2 * (u[x, x] + v[x, y] + w[x, z]) - (u[x, x] + u[y, y] + u[z, z]),
        v[t, t] - 2 * (u[x, y] + v[y, y] + w[y, z]) - (v[x, x] + v[y, y] + v[z, z]),
        w[t, t] - 2 * (u[x, z] + v[y, z] + w[z, z]) - (w[x, x] + w[y, y] + w[z, z]),
    ],
    simulation=Simulation(
        grid=Grid({t: (0, 4, 41), x: (-pi, pi, 16), y: (-pi, pi, 16), z: (-pi, pi, 16)}, periodic=[x, y, z]),
        start={
            u: sin(x + 1) + cos(y) / 2 + sin(x + y - z) / 3,
            v: cos(y + z) / 2 + sin(x) / 2,
            w: sin(z - 1) / 2 + cos(x + y) / 3,
            u[t]: cos(x + z) / 2,
            v[t]: sin(y - 2),
            w[t]: cos(x - y) / 2,
        },
    ),
    terms=Terms(order=2, degree=2),
)
