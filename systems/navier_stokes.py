"""Flow without divergence in the plane, velocity and pressure: u_t + (u·∇)u + ∇p = ν Δu, ∇·u = 0, ν = 1/50 (Navier 1823, Stokes 1845).

A decaying flow of a few vortices on a torus; the pressure keeps ∇·u = 0 and is measured too, a law is sought for the velocity.
The constraint is known to the search, so that u ∇·u and ∇(∇·u) are no candidates; parity rules out terms such as u^⊥.
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

t, x, y = coordinates("t x y")
u, v, p = (Field(name, t, x, y) for name in "uvp")

system = System(
    name="navier_stokes",
    unknowns=[u, v, p],
    symmetry=[
        *(translation(z) for z in (t, x, y, p)),
        *rotations((x, y), vectors=[(u, v)]),
        galilean_boost(t, x, u),
        galilean_boost(t, y, v),
        scaling({t: 2, x: 1, y: 1, u: -1, v: -1, p: -2}),
        reflection(x, u),
    ],
    law=[
        u[t] + u * u[x] + v * u[y] + p[x] - Rational(1, 50) * (u[x, x] + u[y, y]),
        v[t] + u * v[x] + v * v[y] + p[y] - Rational(1, 50) * (v[x, x] + v[y, y]),
        u[x] + v[y],
    ],
    simulation=Simulation(
        grid=Grid({t: (0, 4, 61), x: (-pi, pi, 64), y: (-pi, pi, 64)}, periodic=[x, y]),
        start={  # derivatives of the stream function sin(x) cos(2y+1) + cos(2x+y)/2 + sin(y−x+2)/2
            u: -2 * sin(x) * sin(2 * y + 1) - sin(2 * x + y) / 2 + cos(y - x + 2) / 2,
            v: -cos(x) * cos(2 * y + 1) + sin(2 * x + y) + cos(y - x + 2) / 2,
        },
    ),
    terms=Terms(order=2, degree=3, sought=("u", "v"), constraints=(u[x] + v[y],)),
)
