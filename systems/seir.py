"""An epidemic with a latent period, births and deaths (system 34 of Yang et al., NeurIPS 2024, App. C.1.2).

S susceptible, E exposed, I infectious, R removed. The number N of all people is kept, and N ∂_R is the symmetry. The
starts are not published: here twelve of them, of different N.
"""

from sympy import Expr, Rational

from invarieq import Field, Grid, Simulation, System, Terms, VectorField, coordinates, translation

(t,) = coordinates("t")
S, E, I, R = (Field(name, t) for name in "SEIR")  # noqa: E741 (the letters of the model)
births, contacts, recovery = Rational(3, 20), Rational(3, 5), Rational(1, 2)
count = 12


def spread(multiplier: int, low: Expr, high: Expr) -> list[Expr]:
    """An even spread over [low, high]."""
    return [low + (high - low) * Rational(multiplier * k % 1000, 1000) for k in range(count)]


system = System(
    name="seir",
    unknowns=[S, E, I, R],
    symmetry=[translation(t), VectorField({R: S + E + I + R}, name="everybody into R")],
    law=[
        S[t] - births + contacts * S * I,
        E[t] - contacts * S * I + E,
        I[t] - E + recovery * I,
        R[t] - recovery * I + births,
    ],
    simulation=Simulation(
        grid=Grid({t: (0, 10, 201)}),
        start={
            S: spread(618, Rational(1, 2), Rational(2)),
            E: spread(271, Rational(1, 10), Rational(1)),
            I: spread(414, Rational(1, 10), Rational(1)),
            R: spread(732, Rational(0), Rational(1)),
        },
    ),
    terms=Terms(degree=2),
)
