"""Claim: a term whose effect on clean data is below the floor of discretization is found where it takes away all that is left."""

from __future__ import annotations

import numpy as np
import pytest
from asked import find, truth_of

from invarieq.data import Dataset, simulate
from invarieq.engines.weak import select
from invarieq.engines.weak.select import Fit, beyond_floor
from invarieq.system import System, load_system


@pytest.fixture(scope="module")
def spiral() -> tuple[System, Dataset]:
    """A coupling −v/20, −u/20 that hardly acts on a spiral of u² + v² nearly 1; every second moment."""
    system = load_system("reaction_diffusion_broken_coupling")
    clean = simulate(system)
    every = tuple(s.isel(t=slice(None, None, 2)) for s in clean.segments)
    return system, Dataset(every, clean.periodic, clean.source)


def test_a_coupling_that_breaks_the_rotation_is_found(spiral: tuple[System, Dataset]) -> None:
    system, data = spiral
    truth = truth_of(system, find(system, data).law)
    assert truth.recovered
    assert truth.coefficient_error < 1e-6


def test_without_looking_beyond_the_floor_it_would_be_missed(
    spiral: tuple[System, Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    system, data = spiral
    monkeypatch.setattr(select, "beyond_floor", lambda chosen, path: chosen)
    found = find(system, data)
    assert found.residual < 0.005
    assert not truth_of(system, found.law).recovered


def _fit(size: int, residual: float, noise: float = 0.0) -> Fit:
    return Fit(tuple(range(size)), np.ones(size), np.zeros(size), 0.0, 1, residual, noise)


def test_terms_that_take_the_residual_away_little_by_little_are_not_added() -> None:
    short = _fit(2, 2e-3)
    gradual = [short, *(_fit(2 + n, 2e-3 / 2**n) for n in range(1, 6))]
    assert beyond_floor(short, gradual) == short
    cliff = _fit(4, 1e-9)
    assert beyond_floor(short, [*gradual, cliff]) == cliff
    noisy = _fit(2, 2e-3, noise=1.5e-3)
    assert beyond_floor(noisy, [noisy, cliff]) == noisy
