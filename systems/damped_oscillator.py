"""The damped oscillator in phase space (system 13 of Yang et al., NeurIPS 2024): rotation of both fields.

Fifty trajectories of 100 samples 0.2 apart, from radii 1/2 to 2; the starts are spread evenly instead of drawn.
"""

from sympy import Rational, cos, pi, sin

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, translation

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)
damping = Rational(1, 10)
starts = [(Rational(1, 2) + Rational(3, 2) * Rational(618 * k % 1000, 1000), 2 * pi * Rational(k, 50)) for k in range(50)]

system = System(
    name="damped_oscillator",
    unknowns=[x, y],
    symmetry=[translation(t), rotation(x, y)],
    law=[x[t] + damping * x + y, y[t] - x + damping * y],
    simulation=Simulation(
        grid=Grid({t: (0, Rational(99, 5), 100)}),
        start={x: [r * cos(angle) for r, angle in starts], y: [r * sin(angle) for r, angle in starts]},
    ),
)
