"""A small discovery that takes a second: a damped oscillator from two starts."""

from __future__ import annotations

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, translation
from invarieq.data import Dataset, simulate

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)
SYSTEM = System(
    name="swing",
    unknowns=[x, y],
    symmetry=[translation(t), rotation(x, y)],
    law=[x[t] + 0.1 * x + y, y[t] - x + 0.1 * y],
    simulation=Simulation(grid=Grid({t: (0, 10, 101)}), start={x: [1, 0.3], y: [0, 1.5]}),
)


def data() -> Dataset:
    return simulate(SYSTEM)
