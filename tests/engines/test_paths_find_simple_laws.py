"""Claim: a path finds the law that is there, also among many terms that the data hardly tell apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from invarieq.engines.weak.path import misfit, nested_path, threshold_path

Array = NDArray[np.float64]


def problem(seed: int, *, rows: int, terms: int, alike: float) -> tuple[Array, Array]:
    """Columns that share a common part, and a right side from three of them with unit noise."""
    generator = np.random.default_rng(seed)
    x = generator.standard_normal((rows, terms)) + alike * generator.standard_normal((rows, 1))
    return 30 * x, 30 * x[:, :3] @ np.array([1.0, -0.7, 0.4]) + generator.standard_normal(rows)


@pytest.mark.parametrize("seed", range(5))
def test_small_problems_are_solved_as_by_trying_every_support(seed: int) -> None:
    x, y = problem(seed, rows=30, terms=8, alike=0.3)
    models = {len(m.support): m for m in threshold_path(x, y)}
    for size in (1, 2, 3):
        best = min(misfit(x, y, support)[1] for support in itertools.combinations(range(8), size))
        assert models[size].misfit == pytest.approx(best, rel=1e-9)


def test_misfits_belong_to_their_supports_at_every_size() -> None:
    x, y = problem(1, rows=120, terms=90, alike=1.0)
    for model in threshold_path(x, y):
        assert len(set(model.support)) == len(model.support)
        if model.support:
            assert model.misfit == pytest.approx(misfit(x, y, model.support)[1], rel=1e-6, abs=1e-6 * float(y @ y) / 1e3)


def test_nested_paths_are_never_worse() -> None:
    x, y = problem(2, rows=60, terms=50, alike=2.0)
    complexity = [1 + k // 10 for k in range(50)]
    plain = {len(m.support): m.misfit for m in threshold_path(x, y)}
    nested = {len(m.support): m.misfit for m in nested_path(x, y, complexity, threshold_path)}
    assert nested.keys() >= plain.keys()
    assert all(nested[size] <= plain[size] * (1 + 1e-9) for size in plain)


@pytest.mark.parametrize("seed", range(5))
def test_a_simple_law_is_found_where_many_complicated_terms_imitate_it(seed: int) -> None:
    """Simple terms that nearly cancel in the law, beside more imitations than rows, each close to the right side alone."""
    generator = np.random.default_rng(seed)
    simple = generator.standard_normal((60, 12)) + 3 * generator.standard_normal((60, 1))
    y = simple[:, :6] @ np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    imitations = y[:, None] + 0.5 * float(np.std(y)) * generator.standard_normal((60, 120))
    x, y = 100 * np.concatenate([simple, imitations], axis=1), 100 * y + 0.5 * generator.standard_normal(60)
    found = {len(m.support): m.support for m in nested_path(x, y, [1] * 12 + [2] * 120, threshold_path)}
    assert found[6] == (0, 1, 2, 3, 4, 5)
