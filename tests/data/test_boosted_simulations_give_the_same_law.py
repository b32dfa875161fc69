"""Claim: a discovery from simulated data that were moved by a symmetry ends at the law of the simulation."""

from __future__ import annotations

import pytest
from asked import find, truth_of
from sympy import cos

from invarieq import Field, Grid, Simulation, System, coordinates, galilean_boost, scaling, translation
from invarieq.data import simulate
from invarieq.data.transform import transform_dataset
from invarieq.flows import flow
from invarieq.jets import VectorField

t, x = coordinates("t x")
u = Field("u", t, x)
BURGERS = System(
    name="burgers_small",
    unknowns=[u],
    symmetry=[translation(t), translation(x), galilean_boost(t, x, u), scaling({t: 2, x: 1, u: -1})],
    law=[u[t] + u * u[x] - u[x, x] / 10],
    simulation=Simulation(
        grid=Grid({t: (0, 2, 81), x: (-4, 4, 96)}, periodic=[x]), start={u: 1 + cos(x * 3.141592653589793 / 4)}
    ),
)


@pytest.mark.parametrize(
    ("moved_by", "epsilon"),
    [({x: t, u: 1}, 0.7), ({x: t, u: 1}, -1.5), ({t: 2 * t, x: x, u: -u}, 0.2)],
    ids=["boost", "boost back", "scaling"],
)
def test_the_law_is_found_in_moved_data(moved_by: dict[object, object], epsilon: float) -> None:
    field = VectorField(moved_by)
    moved = transform_dataset(simulate(BURGERS), flow(field, BURGERS.space), epsilon)
    assert max(moved.error.values()) < 1e-3
    truth = truth_of(BURGERS, find(BURGERS, moved.dataset).law)
    assert truth.recovered
    assert truth.coefficient_error < 1e-3
