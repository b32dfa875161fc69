"""Claim: a relaxed search keeps a true symmetry, rejects a broken one, and names the term that breaks it."""

from __future__ import annotations

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, translation
from invarieq.budget import Meter
from invarieq.data import add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.evidence import Relaxed
from invarieq.discovery.relaxed import search_relaxed
from invarieq.engines.found import Found
from invarieq.engines.registry import engine_of
from invarieq.progress import Silent
from invarieq.space.searchspace import SearchSpace

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


def relaxed(violation: float) -> tuple[Found, Relaxed]:
    system = oscillator(violation)
    seen = System(name="oscillator", unknowns=[q, p], symmetry=[translation(t), rotation(q, p)])
    records = prepare(add_noise(simulate(system), 0.02, 1), seen.space)
    answer = search_relaxed(SearchSpace(seen), records, engine=engine_of("sparse"), seed=1, progress=Silent(), budget=Meter())
    assert answer.found is not None and answer.relaxed is not None
    return answer.found, answer.relaxed


def test_a_true_symmetry_is_not_rejected() -> None:
    _, found = relaxed(0.0)
    assert found.rejected is False
    assert found.breaking == ()


def test_a_broken_symmetry_is_rejected_and_the_law_explains_the_data() -> None:
    law, found = relaxed(0.1)
    assert found.rejected is True
    assert found.breaking
    assert law.explains
