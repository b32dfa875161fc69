"""Schrödinger's equation of the harmonic oscillator, i ψ_t + ½ ψ_xx − ½ x² ψ = 0 with ψ = u + i v (Schrödinger 1926).

Data as in Rudy et al., Science Advances 2017: exp(−(x − 1)²/5), a wave packet that swings and breathes; every second
point of theirs. The potential x²/2 is not given: x enters the candidates as a coordinate.
"""

from sympy import Rational, exp

from invarieq import Field, Grid, Simulation, System, Terms, coordinates, rotation, scaling, translation

t, x = coordinates("t x")
u, v = Field("u", t, x), Field("v", t, x)
half = Rational(1, 2)

system = System(
    name="schroedinger",
    unknowns=[u, v],
    symmetry=[translation(t), rotation(u, v), scaling({u: 1, v: 1})],
    law=[u[t] + half * v[x, x] - half * x**2 * v, v[t] - half * u[x, x] + half * x**2 * u],
    simulation=Simulation(
        grid=Grid({t: (0, 10, 201), x: (Rational(-15, 2), Rational(15, 2), 256)}, periodic=[x]),
        start={u: exp(-((x - 1) ** 2) / 5), v: 0 * x},
    ),
    terms=Terms(order=2),
)
