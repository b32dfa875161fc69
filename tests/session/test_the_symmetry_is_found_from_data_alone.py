"""Claim: from data alone the right generators are kept and the wrong ones rejected, and the law comes out in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp

from invarieq import load_system, point_symmetries
from invarieq.budget import Meter
from invarieq.data import add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.automatic import search_automatically
from invarieq.discovery.evidence import Automatic, generators_of
from invarieq.documents import to_document
from invarieq.engines.registry import engine_of
from invarieq.jets import VectorField
from invarieq.progress import Silent
from invarieq.session import Settings
from invarieq.session.stages import discover
from invarieq.space.searchspace import SearchSpace
from invarieq.symmetry.check import residuals
from invarieq.system.system import changed


def automatic(name: str, noise: float, seed: int = 0) -> tuple[Automatic, tuple[VectorField, ...]]:
    system = load_system(name)
    blank = changed(system.searchable(), symmetry=())
    records = prepare(add_noise(simulate(system), noise, seed), system.space)
    answer = search_automatically(
        SearchSpace(blank), records, engine=engine_of("sparse"), seed=seed, progress=Silent(), budget=Meter()
    )
    assert answer.automatic is not None
    return answer.automatic, generators_of(system.space, answer.automatic.kept)


@pytest.mark.parametrize(("name", "count"), [("burgers", 4), ("heat", 5), ("harmonic_oscillator", 3), ("lotka_volterra", 1)])
def test_kept_generators_are_symmetries_of_the_true_law(name: str, count: int) -> None:
    _, kept = automatic(name, 0.02)
    system = load_system(name)
    assert len(kept) >= count
    for generator in kept:
        assert all(left == 0 for left in residuals(generator, system.space, system.law, system.leading)), generator


def test_burgers_symmetries_up_to_degree_one_are_found_whole() -> None:
    _, kept = automatic("burgers", 0.05)
    system = load_system("burgers")
    whole = point_symmetries(system.space, system.law).generators
    linear = [g for g in whole if all(sp.Poly(e, *system.space.variables(0)).total_degree() <= 1 for _, e in g.components)]
    assert len(kept) == len(linear) == 4


def test_a_wrong_symmetry_is_rejected_with_its_chance() -> None:
    learnt, _ = automatic("burgers", 0.05)
    shift = next(r for r in learnt.tested if r.generator == "translation in u")
    assert shift.p_value is not None and shift.p_value < 1e-6
    assert not shift.kept


def test_a_declared_symmetry_and_law_do_not_reach_the_automatic_search(tmp_path: Path) -> None:
    answer = discover(Settings("heat", noise=0.05, mode="auto"), tmp_path / "run", Silent())
    system = load_system("heat")
    alone, _ = automatic("heat", 0.05)
    assert answer["automatic"] == to_document(alone)
    assert answer["truth"]["recovered"]
    assert answer["best"]["certified"] is True
    assert system.symmetry
