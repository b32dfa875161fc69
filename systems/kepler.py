"""A planet round a fixed sun (Newton 1687), with Kepler's third law as the scaling (t, r) → (λ³t, λ²r)."""

from sympy import Rational, sqrt

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, scaling, translation

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)
distance = sqrt(x**2 + y**2)
eccentricities = [Rational(1, 5), Rational(2, 5), Rational(3, 5)]

system = System(
    name="kepler",
    unknowns=[x, y],
    symmetry=[translation(t), rotation(x, y), scaling({t: 3, x: 2, y: 2})],
    law=[x[t, t] + x / distance**3, y[t, t] + y / distance**3],
    simulation=Simulation(
        grid=Grid({t: (0, 20, 1001)}),
        start={
            x: [1 - e for e in eccentricities],
            y: [0, 0, 0],
            x[t]: [0, 0, 0],
            y[t]: [sqrt((1 + e) / (1 - e)) for e in eccentricities],
        },
    ),
)
