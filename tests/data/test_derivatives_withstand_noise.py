"""Claim: derivatives of sin on 400 points of a period are at least as good as the best of the usual methods at every noise.

The bounds are the best column of a measured comparison (finite differences of order 6, Savitzky–Golay 51/5, smoothing
spline by cross validation, FFT), root mean square away from the ends, true amplitude 1.
"""

from __future__ import annotations

import numpy as np
import pytest
from data_cases import Array, X, kdv

from invarieq.data import differentiate
from invarieq.errors import DataError, GridError

N = 400
BEST = {(0.0, 1): 2e-14, (0.0, 3): 1.5e-10, (1e-4, 1): 3e-4, (1e-4, 3): 4e-2, (1e-2, 1): 1.0e-2, (1e-2, 3): 0.77}
SEEDS = 3


def grid_of(kind: str) -> Array:
    if kind == "periodic":
        return np.arange(N) * 2 * np.pi / N
    if kind == "open":
        return np.linspace(0, 2 * np.pi, N)
    return np.linspace(0, 2 * np.pi, N) + 0.3 * np.sin(np.linspace(0, 2 * np.pi, N))


def errors(kind: str, noise: float, order: int) -> tuple[float, float, float]:
    """(rms away from the ends, rms of all, estimated), each a mean square over seeds."""
    grid, found = grid_of(kind), []
    for seed in range(SEEDS):
        noisy = np.sin(grid) + noise * np.random.default_rng(seed).standard_normal(N)
        derivative, estimate = differentiate(noisy, grid, order=order, periodic=kind == "periodic", noise=noise)
        wrong = (derivative - np.sin(grid + order * np.pi / 2)) ** 2
        found.append((np.mean(wrong[40:-40]), np.mean(wrong), estimate**2))
    inside, whole, estimate = np.sqrt(np.mean(found, axis=0))
    return inside, whole, estimate


@pytest.mark.parametrize(("noise", "order"), BEST)
@pytest.mark.parametrize("kind", ["periodic", "open"])
def test_the_best_usual_method_is_met(kind: str, noise: float, order: int) -> None:
    assert errors(kind, noise, order)[0] <= BEST[noise, order]


@pytest.mark.parametrize(("noise", "order"), [(1e-4, 1), (1e-4, 3), (1e-2, 1), (1e-2, 3)])
def test_uneven_grids_are_as_good(noise: float, order: int) -> None:
    assert errors("uneven", noise, order)[0] <= 2 * BEST[noise, order]


@pytest.mark.parametrize("kind", ["periodic", "open", "uneven"])
@pytest.mark.parametrize("order", [1, 2])
def test_the_estimated_error_is_of_the_right_size(kind: str, order: int) -> None:
    _, whole, estimate = errors(kind, 1e-2, order)
    assert whole / 5 < estimate < 5 * whole


def test_random_points_do_no_harm() -> None:
    grid = np.sort(np.random.default_rng(4).uniform(0, 2 * np.pi, N))
    noisy = np.sin(grid) + 1e-2 * np.random.default_rng(5).standard_normal(N)
    derivative, _ = differentiate(noisy, grid, order=2, noise=1e-2)
    assert np.sqrt(np.mean((derivative + np.sin(grid))[40:-40] ** 2)) < 0.1


@pytest.mark.parametrize(("ratio", "bound"), [(0.0, 1e-7), (0.01, 0.08), (0.1, 0.25)])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_soliton_field_along_any_axis(ratio: float, bound: float, axis: int) -> None:
    clean = kdv()
    sigma = ratio * float(np.std(clean))
    noisy = clean + sigma * np.random.default_rng(0).standard_normal(clean.shape)
    waves = 2j * np.pi * np.fft.rfftfreq(len(X), X[1] - X[0])[:, None]
    true = np.fft.irfft(np.fft.rfft(clean, axis=0) * waves**2, n=len(X), axis=0)
    values = noisy if axis == 0 else noisy.T
    derivative, _ = differentiate(values, X, order=2, axis=axis, periodic=True, noise=sigma)
    wrong = (derivative if axis == 0 else derivative.T) - true
    assert np.std(wrong) < bound * np.std(true)


def test_polynomials_are_exact() -> None:
    grid = np.cumsum(np.random.default_rng(0).uniform(0.5, 1.5, 60)) / 30
    derivative, estimate = differentiate(grid**5, grid, order=3)
    assert np.max(np.abs(derivative - 60 * grid**2)) < 1e-6
    assert estimate < 1e-6


def test_bad_questions_are_refused() -> None:
    grid = np.linspace(0, 1, 50)
    with pytest.raises(GridError, match="one point a sample"):
        differentiate(grid, grid[:-1], order=1)
    with pytest.raises(DataError, match="order 0"):
        differentiate(grid, grid, order=0)
    with pytest.raises(DataError, match="noise nan"):
        differentiate(grid, grid, order=1, noise=float("nan"))
    with pytest.raises(GridError, match="at least 8"):
        differentiate(grid[:7], grid[:7], order=3)
    with pytest.raises(GridError, match="rise at index 1"):
        differentiate(grid, -grid, order=1)
    with pytest.raises(GridError, match="periodic grid must be uniform"):
        differentiate(grid, grid**2 + grid, order=1, periodic=True)
    with pytest.raises(DataError, match="1 values are NaN"):
        differentiate(np.where(grid == 0, np.nan, grid), grid, order=1)
