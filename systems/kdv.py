"""Korteweg–de Vries: long waves in shallow water (Korteweg & de Vries 1895); two solitons as in Rudy et al. 2017."""

from sympy import Expr, Rational, cosh, sqrt

from invarieq import Field, Grid, Simulation, System, coordinates, galilean_boost, scaling, translation

t, x = coordinates("t x")
u = Field("u", t, x)


def soliton(speed: Expr, place: int) -> Expr:
    """The travelling wave of a given speed."""
    return speed / 2 / cosh(sqrt(speed) / 2 * (x - place)) ** 2


system = System(
    name="kdv",
    unknowns=[u],
    symmetry=[translation(t), translation(x), galilean_boost(t, x, u, rate=6), scaling({t: 3, x: 1, u: -2})],
    law=[u[t] + 6 * u * u[x] + u[x, x, x]],
    simulation=Simulation(
        grid=Grid({t: (0, 20, 201), x: (-30, 30, 512)}, periodic=[x]),
        start={u: soliton(Rational(1), -20) + soliton(Rational(1, 2), 5)},
    ),
)
