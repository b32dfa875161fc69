"""Claim: flows, light and elastic waves are found from noisy fields; constraints are found before, and used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from asked import answer_to, find, truth_of

from invarieq import Grid, Simulation, System, load_system, write_toml
from invarieq.data import Dataset, add_noise, simulate
from invarieq.data.records import Records, prepare
from invarieq.discovery.constraints import seek_constraints
from invarieq.discovery.evidence import searched
from invarieq.discovery.notes import notes_of
from invarieq.discovery.orders import preferred
from invarieq.law import certify
from invarieq.progress import Silent
from invarieq.session import Settings
from invarieq.session.stages import discover
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed

NOISE = 0.01
QUICK = {"navier_stokes": (31, 32), "maxwell": (21, 10), "elasticity": (21, 10)}


def smaller(name: str, *, times: int, points: int) -> System:
    """The same start and span of time on fewer points."""
    system = load_system(name)
    assert system.simulation is not None
    axes: dict[sp.Symbol, Any] = {s: (a, b, times if s.name == "t" else points) for s, a, b, _ in system.simulation.grid.axes}
    places = [s for s in axes if s.name != "t"]
    return changed(system, simulation=Simulation(Grid(axes, places), dict(system.simulation.start)))


def noisy(system: System) -> Dataset:
    return add_noise(simulate(system), NOISE, 3)


def records(system: System) -> Records:
    return prepare(noisy(system), system.space)


@pytest.mark.parametrize("name", QUICK)
def test_the_law_is_found_in_covariants(name: str) -> None:
    times, points = QUICK[name]
    system = smaller(name, times=times, points=points)
    data = noisy(system)
    orders = (1, 2) if name == "elasticity" else (1,)
    chosen = preferred([searched(answer_to(system, data, time_order=m)) for m in orders])
    assert chosen is not None and chosen.found is not None
    law = chosen.found.law
    truth = truth_of(system, law)
    assert truth.recovered and truth.coefficient_error < 0.01
    assert certify(law, (*system.symmetry, *system.discrete)).certified is True
    terms = {c.term for c in law.coefficients}
    assert terms == {"navier_stokes": {"∇p", "Δu"}, "maxwell": {"∇×B", "∇×E"}, "elasticity": {"Δu", "∇(∇·u)"}}[name]


def test_only_rotations_and_parity_are_enough_for_a_flow() -> None:
    """Without boosts and scaling 20 covariants are left of 508 candidates, and (u·∇)u is measured."""
    system = smaller("navier_stokes", times=31, points=32)
    kept = [g for g in system.symmetry if g.label.startswith(("translation", "rotation"))]
    bare = changed(system, symmetry=kept)
    library = SearchSpace(bare).library()
    assert (library.restricted, library.unrestricted) == (20, 508)
    assert "∇(∇·u)" in library.vanishing and "(∇·u) u" in library.vanishing and "(u·∇)u" in library.names
    found = find(bare, noisy(system))
    assert truth_of(bare, found.law).recovered
    assert {c.term for c in found.law.coefficients} == {"∇p", "Δu", "(u·∇)u"}
    assert any("left out, since the constraints" in note for note in notes_of(found))


def test_what_vanishes_on_the_data_is_found() -> None:
    """∇·u = 0 and Poisson's equation for the pressure; nothing that follows from them, nothing trivial."""
    system = smaller("navier_stokes", times=31, points=32)
    unaware = changed(system.searchable(), terms=replace(system.terms, constraints=()))
    found = seek_constraints(unaware, records(system), seed=0)
    assert [c.name for c in found] == ["∇·u", "Δp + ∇u:(∇u)ᵀ"]
    u, v, _ = system.unknowns
    _, x, y = system.coordinates
    assert found[0].expressions == (u[x] + v[y],)


def test_fields_without_a_constraint_give_none() -> None:
    system = smaller("elasticity", times=21, points=10)
    quiet = changed(system.searchable(), terms=replace(system.terms, degree=1))
    assert [c.name for c in seek_constraints(quiet, records(system), seed=0)] == []


def test_a_discovery_seeks_constraints_where_it_is_asked_to(tmp_path: Path) -> None:
    system = smaller("navier_stokes", times=31, points=32)
    asked = changed(system, terms=replace(system.terms, constraints=(), seek_constraints=True))
    path = tmp_path / "flow.toml"
    path.write_text(write_toml(asked), encoding="utf-8")

    answer = discover(Settings(str(path), noise=NOISE), tmp_path / "run", Silent())
    assert [c["name"] for c in answer["constraints"]] == ["∇·u", "Δp + ∇u:(∇u)ᵀ"]
    assert answer["truth"]["recovered"] and np.isfinite(answer["truth"]["coefficient_error"])
