"""Sel'kov's model of glycolysis (Sel'kov 1968; system 16 of Yang et al., NeurIPS 2024): trajectories that settle on a cycle.

Ten trajectories over 20 time units from [1/2, 1]²; the starts are spread evenly instead of drawn, every fifth step is kept.
"""

from sympy import Rational

from invarieq import Field, Grid, Simulation, System, coordinates, translation

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)
tenth = Rational(1, 10)

system = System(
    name="selkov",
    unknowns=[x, y],
    symmetry=[translation(t)],
    law=[x[t] - Rational(3, 4) + tenth * x + x * y**2, y[t] + y - tenth * x - x * y**2],
    simulation=Simulation(
        grid=Grid({t: (0, 20, 2001)}),
        start={
            x: [Rational(1, 2) + Rational(618 * k % 1000, 2000) for k in range(10)],
            y: [Rational(1, 2) + Rational(271 * k % 1000, 2000) for k in range(10)],
        },
    ),
)
