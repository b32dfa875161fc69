"""Flow without divergence in space, velocity and pressure: u_t + (u·∇)u + ∇p = ν Δu, ∇·u = 0, ν = 1/10 (Navier 1823, Stokes 1845).

A few shear waves that meet on a small torus; all terms of vector calculus up to degree two are candidates.
"""

from sympy import Rational, cos, pi, sin

from invarieq import (
    Field,
    Grid,
    Simulation,
    System,
    Terms,
    coordinates,
    galilean_boost,
    reflection,
    rotations,
    scaling,
    translation,
)

t, x, y, z = coordinates("t x y z")
u, v, w, p = (Field(name, t, x, y, z) for name in "uvwp")


def along(f: Field) -> object:
    """(u·∇)f − ν Δf."""
    return u * f[x] + v * f[y] + w * f[z] - Rational(1, 10) * (f[x, x] + f[y, y] + f[z, z])


system = System(
    name="navier_stokes_3d",
    unknowns=[u, v, w, p],
    symmetry=[
        *(translation(s) for s in (t, x, y, z, p)),
        *rotations((x, y, z), vectors=[(u, v, w)]),
        *(galilean_boost(t, s, f) for s, f in ((x, u), (y, v), (z, w))),
        scaling({t: 2, x: 1, y: 1, z: 1, u: -1, v: -1, w: -1, p: -2}),
        reflection(x, y, z, u, v, w),
    ],
    law=[u[t] + along(u) + p[x], v[t] + along(v) + p[y], w[t] + along(w) + p[z], u[x] + v[y] + w[z]],
    simulation=Simulation(
        grid=Grid({t: (0, 2, 33), x: (-pi, pi, 24), y: (-pi, pi, 24), z: (-pi, pi, 24)}, periodic=[x, y, z]),
        start={  # shear waves: an amplitude at right angles to each wave vector
            u: sin(y + z) + cos(x + y + 1) + sin(x - y + 2 * z) / 2,
            v: cos(x) + sin(y + z) - cos(x + y + 1) + sin(x - y + 2 * z) / 2,
            w: cos(x) / 2 - sin(y + z) + cos(x + y + 1) / 2,
        },
    ),
    terms=Terms(order=2, degree=2, sought=("u", "v", "w"), constraints=(u[x] + v[y] + w[z],)),
)
