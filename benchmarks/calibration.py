"""Are the chances that `--symmetry auto` prints true? p-values of right and of wrong generators over independent draws of noise.

For each system and noise level: the share of draws in which a right generator is rejected at the 5 % and the 1 % level, on all
data and on held-back data (it should be 0.05 and 0.01), the same for the drift of the law's coefficients along t and x, and the share
of draws in which a wrong generator is rejected at the level that the search uses (it should be 1). Called by
`automatic.py --calibration`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sympy import Rational, cos, exp, pi

from invarieq import Field, Grid, Simulation, System, coordinates, galilean_boost, load_system, rotation, scaling, translation
from invarieq.data import add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.arenas import base_of, drift, trial
from invarieq.discovery.automatic import LEVEL
from invarieq.jets import VectorField
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed

t, x = coordinates("t x")
u = Field("u", t, x)
q, p = Field("q", t), Field("p", t)


@dataclass(frozen=True)
class Question:
    """A system with generators that its law admits and generators that it does not."""

    system: System
    right: tuple[VectorField, ...]
    wrong: tuple[VectorField, ...]


def questions() -> tuple[Question, ...]:
    """Heat, Burgers and KdV on small grids, and the harmonic oscillator."""
    ring = Grid({t: (0, 2, 81), x: (0, 2 * pi, 96)}, periodic=[x])
    waves = cos(x) + Rational(4, 5) * cos(2 * x + 1) + Rational(3, 5) * cos(3 * x + 2)
    heat = System(
        name="heat", unknowns=[u], law=[u[t] - Rational(1, 5) * u[x, x]], simulation=Simulation(grid=ring, start={u: waves})
    )
    burgers = System(
        name="burgers",
        unknowns=[u],
        law=[u[t] + u * u[x] - Rational(1, 10) * u[x, x]],
        simulation=Simulation(grid=Grid({t: (0, 8, 81), x: (-8, 8, 128)}, periodic=[x]), start={u: exp(-((x + 2) ** 2))}),
    )
    kdv = load_system("kdv")
    assert kdv.simulation is not None
    coarse = Grid({t: (0, 20, 101), x: (-30, 30, 256)}, periodic=[x])
    kdv = changed(kdv, simulation=Simulation(grid=coarse, start=dict(kdv.simulation.start)))
    oscillator = load_system("harmonic_oscillator")
    return (
        Question(heat, (scaling({u: 1}), scaling({t: 2, x: 1}), translation(u)), (scaling({t: 1, x: 1}), scaling({x: 1}))),
        Question(
            burgers,
            (galilean_boost(t, x, u), scaling({t: 2, x: 1, u: -1})),
            (translation(u), scaling({u: 1}), scaling({t: 1, u: -1})),
        ),
        Question(
            kdv,
            (galilean_boost(t, x, u, rate=6), scaling({t: 3, x: 1, u: -2})),
            (translation(u), scaling({u: 1}), scaling({t: 1, u: -1})),
        ),
        Question(oscillator, (rotation(q, p), scaling({q: 1, p: 1})), (translation(q), scaling({q: 1}))),
    )


def chances(question: Question, noise: float, seeds: Sequence[int]) -> dict[str, list[float]]:
    """p-values over the draws: `fit` and `held` of right generators, `drift`, and `wrong` (the smaller of the two)."""
    clean, found = simulate(question.system), defaultdict(list)
    blank = changed(question.system.searchable(), symmetry=())
    for seed in seeds:
        pieces = prepare(add_noise(clean, noise, seed), blank.space).segments
        base = base_of(SearchSpace(blank), pieces, blank.coordinates, seed=seed)
        for generator in question.right:
            seen = trial(base, [generator], free=False)
            found["fit"].append(seen.fit.p_value)
            found["held"].append(seen.held.p_value)
        for generator in question.wrong:
            seen = trial(base, [generator], free=False)
            found["wrong"].append(min(seen.fit.p_value, seen.held.p_value))
        found["drift"] += [v.p_value for _, v in drift(base, pieces, seed=seed)]
    return dict(found)


def table(seeds: int, noises: Sequence[float] = (0.01, 0.05, 0.2)) -> list[str]:
    """The printed table."""
    lines = [
        "p-values of right generators: share of draws below 0.05 / 0.01 (all data, held-back data, drift); power against wrong ones"
    ]
    for question in questions():
        for noise in noises:
            start = time.process_time()
            found = chances(question, noise, range(seeds))
            cells = []
            for kind in ("fit", "held", "drift"):
                values = np.array(found[kind])
                cells.append(f"{kind} {np.mean(values < 0.05):.3f} / {np.mean(values < 0.01):.3f}")
            power = np.mean(np.array(found["wrong"]) < LEVEL)
            seconds = (time.process_time() - start) / seeds
            lines.append(f"{question.system.name:20} {100 * noise:3.0f} % {'  '.join(cells)}  power {power:.3f}  {seconds:.2f} s")
            print(lines[-1], flush=True)
    return lines
