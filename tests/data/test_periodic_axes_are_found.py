"""Claim: a space axis is called periodic where the field runs on smoothly across the wrap, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from data_cases import Array, T, X, field_of, kdv, waves

from invarieq.data import detect_periodic, periodic_axes


def found(values: Array, places: Array) -> bool:
    """`values` x × t."""
    return detect_periodic(field_of(values.T, np.arange(values.shape[1]) * 1.0, places).segments[0], "x")


def noisy(values: Array, ratio: float) -> Array:
    return values + ratio * np.std(values) * np.random.default_rng(0).standard_normal(values.shape)


@pytest.mark.parametrize("ratio", [0.0, 0.01, 0.1])
def test_whole_periods_are_found_and_parts_are_not(ratio: float) -> None:
    places, _, field = waves()
    for values, grid in ((kdv(), X), (field, places)):
        assert found(noisy(values, ratio), grid)
        for low, high in ((0, 0.99), (0, 0.95), (0.2, 0.9), (0.1, 0.6), (0, 0.5)):
            part = slice(int(low * len(grid)), int(high * len(grid)))
            assert not found(noisy(values[part], ratio), grid[part]), (low, high)


def test_a_kink_without_a_jump_is_seen() -> None:
    places = np.linspace(0, 1, 65)[:-1]
    times = np.linspace(0, 1, 40)
    heat = np.exp(-(np.pi**2) * times / 50) * np.sin(np.pi * places[:, None])
    assert not found(heat, places)


def test_both_ends_included_is_not_a_period_with_a_step_between() -> None:
    places = np.linspace(0, 2 * np.pi, 65)
    assert not found(np.sin(places[:, None] - np.linspace(0, 1, 30)), places)


def test_uneven_grids_few_points_and_mere_noise_are_never_periodic() -> None:
    assert not found(kdv(), X + 0.05 * np.sin(X))
    assert not found(kdv()[::64], X[::64])
    assert not found(np.random.default_rng(1).standard_normal((128, 50)), np.arange(128.0))


def test_the_first_coordinate_is_never_asked() -> None:
    values = np.sin(np.arange(64)[:, None] * np.pi / 32 + np.arange(64) * np.pi / 32)
    assert periodic_axes(field_of(values, np.arange(64.0), np.arange(64.0))) == {"x"}


def test_the_field_of_a_plane_wave_does_not_depend_on_time_order() -> None:
    values = kdv()
    assert found(values[:, ::-1], X) == found(values, X)


def test_times_of_the_soliton_are_those_of_the_claims() -> None:
    assert kdv().shape == (len(X), len(T))
