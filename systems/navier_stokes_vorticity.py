"""Flow in the plane by its vorticity: w_t + u w_x + v w_y = ν Δw, ν = 1/100, on a torus (Helmholtz 1858, Taylor & Green 1937).

The velocity (u, v) follows from the vorticity, u_x + v_y = 0 and v_x − u_y = w; it is measured too, and a law is sought for
w alone. A periodic flow of a few vortices in place of the cylinder wake of Rudy et al., Science Advances 2017, with 64² points.
"""

from sympy import Rational, cos, pi, sin

from invarieq import Field, Grid, Simulation, System, Terms, VectorField, coordinates, galilean_boost, scaling, translation

t, x, y = coordinates("t x y")
w, u, v = (Field(name, t, x, y) for name in "wuv")

system = System(
    name="navier_stokes_vorticity",
    unknowns=[w, u, v],
    symmetry=[
        translation(t),
        translation(x),
        translation(y),
        galilean_boost(t, x, u),
        galilean_boost(t, y, v),
        VectorField({x: -y, y: x, u: -v, v: u}, name="rotation in the plane x, y"),
        scaling({t: 2, x: 1, y: 1, u: -1, v: -1, w: -2}),
    ],
    law=[
        w[t] + u * w[x] + v * w[y] - Rational(1, 100) * (w[x, x] + w[y, y]),
        u[x] + v[y],
        v[x] - u[y] - w,
    ],
    simulation=Simulation(
        grid=Grid({t: (0, 8, 81), x: (-pi, pi, 64), y: (-pi, pi, 64)}, periodic=[x, y]),
        start={w: 2 * cos(x) * sin(2 * y + 1) + sin(2 * x + y) + cos(3 * x - y) / 2 + cos(y) / 2},
    ),
    terms=Terms(order=2, degree=2, sought=("w",)),
)
