"""Claim: a relaxed search keeps a true symmetry, rejects a broken one, and names the term that breaks it."""

from __future__ import annotations

from typing import Any

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, translation
from invarieq.data import add_noise, simulate
from invarieq.discovery.relaxed import search_relaxed

(t,) = coordinates("t")
q, p = Field("q", t), Field("p", t)


def oscillator(violation: float) -> System:
    """A damped oscillator whose damping differs in q and p."""
    return System(
        name="oscillator",
        unknowns=[q, p],
        symmetry=[translation(t)] if violation else [translation(t), rotation(q, p)],
        law=[q[t] + 0.1 * q - p, p[t] + q + (0.1 + violation) * p],
        simulation=Simulation(grid=Grid({t: (0, 15, 301)}), start={q: [1, 0.3, 2], p: [0, 0.5, -1]}),
    )


def relaxed(violation: float) -> dict[str, Any]:
    system = oscillator(violation)
    seen = System(name="oscillator", unknowns=[q, p], symmetry=[translation(t), rotation(q, p)])
    return search_relaxed(seen, add_noise(simulate(system), 0.02, 1), time_order=1, engine="sparse", seed=1)


def test_a_true_symmetry_is_not_rejected() -> None:
    document = relaxed(0.0)
    assert document["relaxed"]["rejected"] is False
    assert document["relaxed"]["breaking"] == []


def test_a_broken_symmetry_is_rejected_and_the_law_explains_the_data() -> None:
    document = relaxed(0.1)
    assert document["relaxed"]["rejected"] is True
    assert document["relaxed"]["breaking"]
    assert document["explains"]
