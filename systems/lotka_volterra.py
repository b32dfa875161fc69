"""Predator and prey (Lotka 1925, Volterra 1926)."""

from sympy import Rational

from invarieq import Field, Grid, Simulation, System, coordinates, translation

(t,) = coordinates("t")
H, L = Field("H", t), Field("L", t)

system = System(
    name="lotka_volterra",
    unknowns=[H, L],
    symmetry=[translation(t)],
    law=[H[t] - Rational(2, 3) * H + Rational(4, 3) * H * L, L[t] + L - H * L],
    simulation=Simulation(grid=Grid({t: (0, 30, 601)}), start={H: [1, 0.6, 1.5], L: [1, 0.8, 0.5]}),
)
