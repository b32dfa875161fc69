"""Claim: the data tell which changes of sign a law admits, and a bracket of supported generators is tested as they were."""

from __future__ import annotations

import pytest

from invarieq import Field, Grid, Simulation, System, coordinates, load_system, translation
from invarieq.data import add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.arenas import Base, Trial, base_of
from invarieq.discovery.brackets import closed_under_brackets
from invarieq.discovery.reflections import ask_reflections
from invarieq.jets import VectorField
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed


def base(system: System, noise: float, time_order: int = 1) -> Base:
    blank = changed(system.searchable(), symmetry=())
    pieces = prepare(add_noise(simulate(system), noise, 0), blank.space).segments
    return base_of(SearchSpace(blank, time_order), pieces, blank.coordinates, seed=0)


# by hand: which signs of (t, x, u) or (t, q, p) carry each term of the law into a multiple of the law
ADMITTED: dict[str, list[set[str]]] = {
    "burgers": [{"x", "u"}],
    "kdv": [{"t", "x"}],
    "heat": [{"x"}, {"u"}],
    "harmonic_oscillator": [{"t", "q"}, {"t", "p"}],
}


@pytest.mark.parametrize("name", sorted(ADMITTED))
def test_the_reflections_of_known_laws_are_found_and_no_others(name: str) -> None:
    rows = ask_reflections(base(load_system(name), 0.02))
    kept = [set(r.signs) for r in rows if r.kept]
    assert kept == ADMITTED[name]
    assert all(r.p_value < 1e-3 or r.note.startswith(("no law", "not decided", "rejected")) for r in rows if not r.kept)


def test_the_bracket_of_two_supported_generators_joins_them_and_the_algebra_is_named() -> None:
    (t,) = coordinates("t")
    q, p = Field("q", t), Field("p", t)
    decay = System(
        name="decay",
        unknowns=[q, p],
        law=[q[t] + q, p[t] + p],
        simulation=Simulation(grid=Grid({t: (0, 3, 201)}), start={q: [1, 0.3, -1], p: [0, 0.8, 0.5]}),
    )
    raising, lowering = VectorField({p: q.symbol}), VectorField({q: p.symbol})
    measured = base(decay, 0.01)

    def against(found: Trial) -> str:
        return "rejected" if found.fit.p_value < 1e-3 else ""

    tested, algebra = closed_under_brackets(measured, [raising, lowering], against)
    assert [why for *_, why in tested] == [""]
    assert algebra.closed
    assert algebra.name is not None and algebra.name.startswith("sl(2,R)")
    _, alone = closed_under_brackets(measured, [translation(t)], against)
    assert alone.name == "A_1"
