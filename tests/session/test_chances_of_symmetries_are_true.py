"""Claim: a right generator is rejected about as often as its printed chance says, a wrong one always."""

from __future__ import annotations

import numpy as np
import pytest

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, scaling, translation
from invarieq.data import add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.arenas import Base, base_of, drift, trial
from invarieq.discovery.automatic import LEVEL
from invarieq.jets import VectorField
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed

(t,) = coordinates("t")
q, p = Field("q", t), Field("p", t)
DRAWS = 20

OSCILLATOR = System(
    name="oscillator",
    unknowns=[q, p],
    law=[q[t] - p, p[t] + q],
    simulation=Simulation(grid=Grid({t: (0, 15, 201)}), start={q: [1, 0.3], p: [0, 0.5]}),
)


@pytest.fixture(scope="module")
def bases() -> list[tuple[Base, list[float]]]:
    """For each draw of 5 % noise the measured candidates, and the chances of the drifts along t."""
    clean, blank = simulate(OSCILLATOR), changed(OSCILLATOR.searchable(), symmetry=())
    found = []
    for seed in range(DRAWS):
        pieces = prepare(add_noise(clean, 0.05, seed), blank.space).segments
        base = base_of(SearchSpace(blank), pieces, blank.coordinates, seed=seed)
        found.append((base, [v.p_value for _, v in drift(base, pieces, seed=seed)]))
    return found


def chances(bases: list[tuple[Base, list[float]]], generator: VectorField) -> np.ndarray:
    seen = [trial(base, [generator], free=False) for base, _ in bases]
    return np.array([[s.fit.p_value, s.held.p_value] for s in seen])


@pytest.mark.parametrize("generator", [rotation(q, p), scaling({q: 1, p: 1})])
def test_a_right_generator_is_seldom_rejected(bases: list[tuple[Base, list[float]]], generator: VectorField) -> None:
    # of 20 draws at most 4 fall below 5 % with probability 0.997
    fit, held = chances(bases, generator).T
    assert np.sum(fit < 0.05) <= 4
    assert np.sum(held < 0.05) <= 4
    assert np.min(fit) > LEVEL / 10


def test_chances_are_spread_and_not_all_in_the_middle(bases: list[tuple[Base, list[float]]]) -> None:
    fit = chances(bases, rotation(q, p))[:, 0]
    assert np.quantile(fit, 0.75) - np.quantile(fit, 0.25) > 0.25  # 1/2 for a uniform one
    drifts = np.array([value for _, values in bases for value in values])
    assert np.sum(drifts < 0.05) <= 4
    assert np.min(drifts) < 0.4


@pytest.mark.parametrize("generator", [translation(q), scaling({q: 1})])
def test_a_wrong_generator_is_rejected_in_every_draw(bases: list[tuple[Base, list[float]]], generator: VectorField) -> None:
    assert np.max(np.min(chances(bases, generator), axis=1)) < LEVEL
