"""Growth with a quadratic feed (system 14 of Yang et al., NeurIPS 2024): the scaling (x, y) → (a²x, a y).

A hundred trajectories of 100 samples 0.02 apart, from [1/5, 1]²; the starts are spread evenly instead of drawn.
"""

from sympy import Expr, Rational

from invarieq import Field, Grid, Simulation, System, coordinates, scaling, translation

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)


def spread(k: int, multiplier: int) -> Expr:
    """Number k of an even spread over [1/5, 1]."""
    return Rational(1, 5) + Rational(4, 5) * Rational(multiplier * k % 1000, 1000)


system = System(
    name="growth",
    unknowns=[x, y],
    symmetry=[translation(t), scaling({x: 2, y: 1})],
    law=[x[t] + Rational(3, 10) * x - Rational(1, 10) * y**2, y[t] - y],
    simulation=Simulation(
        grid=Grid({t: (0, Rational(99, 50), 100)}),
        start={x: [spread(k, 618) for k in range(100)], y: [spread(k, 271) for k in range(100)]},
    ),
)
