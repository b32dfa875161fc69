"""Claim: least squares under ranges is what SciPy's bounded and constrained solvers find, and a coefficient at 0 leaves its model."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, lsq_linear, minimize

from invarieq.engines.weak.limits import Limits, fitted_within, lawful, lawful_path, pressed_out
from invarieq.engines.weak.path import Model, threshold_path


@pytest.mark.parametrize("seed", range(20))
def test_ranges_of_single_coefficients_agree_with_lsq_linear(seed: int) -> None:
    generator = np.random.default_rng(seed)
    count = int(generator.integers(1, 7))
    x = generator.normal(size=(20, count)) * 10 ** generator.uniform(-2, 2, size=count)
    y = generator.normal(size=20) * 10 ** generator.uniform(-3, 3)
    free = np.linalg.lstsq(x, y, rcond=None)[0]
    low = np.where(generator.random(count) < 0.5, -np.inf, free + generator.normal(size=count) * np.abs(free))
    base = np.where(np.isfinite(low), low, free)
    high = np.where(generator.random(count) < 0.5, np.inf, base + np.abs(free) * generator.uniform(0.1, 1, count))
    kept = fitted_within(x, y, range(count), Limits(np.eye(count), low, high))
    expected = lsq_linear(x, y, (low, high), method="bvls", tol=1e-14)
    assert kept is not None
    assert kept.misfit == pytest.approx(2 * expected.cost, rel=1e-8)
    assert np.all((kept.coefficients >= low) & (kept.coefficients <= high))


@pytest.mark.parametrize("seed", range(10))
def test_a_range_of_a_combination_agrees_with_a_constrained_minimum(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(30, 3)), generator.normal(size=30)
    row = np.array([[1.0, -2.0, 0.5]])
    centre = float((row @ np.linalg.lstsq(x, y, rcond=None)[0])[0])
    limits = Limits(row, np.array([centre + 0.3]), np.array([centre + 0.9]))
    kept = fitted_within(x, y, range(3), limits)
    expected = minimize(
        lambda c: float(np.sum((y - x @ c) ** 2)),
        np.zeros(3),
        method="SLSQP",
        constraints=[LinearConstraint(row, centre + 0.3, centre + 0.9)],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert kept is not None
    assert kept.free is not None and kept.free.shape == (3, 2)
    assert float((row @ kept.coefficients)[0]) == pytest.approx(centre + 0.3)
    assert kept.misfit == pytest.approx(expected.fun, rel=1e-7)


def test_a_term_that_ends_at_0_leaves_and_one_that_is_demanded_enters() -> None:
    generator = np.random.default_rng(3)
    x = generator.normal(size=(40, 4))
    y = x @ np.array([2.0, -1.0, 0.0, 0.0])
    signs = Limits(np.eye(4)[1:2], np.array([0.0]), np.array([np.inf]))
    found = lawful(x, y, (0, 1), signs)
    assert found is not None and found.support == (0,)
    assert pressed_out(x, y, (0,), signs, 12.0) == (0,)
    demanded = lawful(x, y, (0,), Limits(np.eye(4)[3:], np.array([0.5]), np.array([1.0])))
    assert demanded is not None and demanded.support == (0, 3)
    apart = Limits(np.eye(4)[[0, 0]], np.array([1.0, -np.inf]), np.array([np.inf, 0.5]))
    assert lawful(x, y, (0, 1), apart) is None


def test_every_model_of_a_path_obeys_and_rivals_take_the_place_of_what_is_pressed_out() -> None:
    generator = np.random.default_rng(5)
    x = generator.normal(size=(60, 6))
    x[:, 5] = x[:, 0] + 0.3 * generator.normal(size=60)  # a rival of the term whose sign is forbidden
    y = 3 * x[:, 0] - x[:, 1] + 0.01 * generator.normal(size=60)
    limits = Limits(np.eye(6)[:1], np.array([-np.inf]), np.array([0.0]))
    path = lawful_path(lambda kept: _over(x, y, list(kept)), x, y, limits)
    assert all(0 not in m.support for m in path)
    assert next(m for m in path if len(m.support) == 1).support == (5,)
    assert all((kept := fitted_within(x, y, m.support, limits)) and limits.allow(m.support, kept.coefficients) for m in path)


def _over(x: NDArray[np.float64], y: NDArray[np.float64], kept: list[int]) -> list[Model]:
    return [Model(tuple(kept[i] for i in m.support), m.misfit) for m in threshold_path(x[:, kept], y)]
