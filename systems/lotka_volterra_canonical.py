"""Predator and prey in canonical coordinates, the logarithms of both numbers (system 15 of Yang et al., NeurIPS 2024).

p' = 2/3 − 4/3 exp(q), q' = exp(p) − 1: `lotka_volterra` with p = log H, q = log L. Hamilton's equations of
exp(p) − p + 4/3 exp(q) − 2/3 q, which is kept. Eleven trajectories instead of 200, from (0, 1]² in H, L on energies between 3 and 4.5; every
tenth step is kept.
"""

from sympy import Rational, exp, log

from invarieq import Field, Grid, Simulation, System, Terms, coordinates, translation

(t,) = coordinates("t")
p, q = Field("p", t), Field("q", t)
numbers = [(Rational(h, 40), Rational(g, 40)) for h in range(1, 41, 3) for g in range(1, 41, 3)]
energies = [float(h - log(h) + Rational(4, 3) * g - Rational(2, 3) * log(g)) for h, g in numbers]
kept = [n for n, energy in zip(numbers, energies, strict=True) if 3 <= energy <= 4.5][::4]

system = System(
    name="lotka_volterra_canonical",
    unknowns=[p, q],
    symmetry=[translation(t)],
    law=[p[t] - Rational(2, 3) + Rational(4, 3) * exp(q.symbol), q[t] - exp(p.symbol) + 1],
    simulation=Simulation(
        grid=Grid({t: (0, 20, 1001)}),
        start={p: [log(h) for h, _ in kept], q: [log(g) for _, g in kept]},
    ),
    terms=Terms(degree=2, functions=(exp(p.symbol), exp(q.symbol))),
)
