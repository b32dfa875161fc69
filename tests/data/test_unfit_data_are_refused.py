"""Claim: what would silently spoil a law is refused, with the variable, the place and the mend."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from data_cases import ODE, ONE, small

from invarieq.data import Dataset, check_dataset
from invarieq.errors import DataError, GridError


def refused(dataset: Dataset, *expected: str, kind: type[Exception] = DataError) -> None:
    with pytest.raises(kind) as caught:
        check_dataset(dataset, ONE)
    for text in expected:
        assert text in str(caught.value), str(caught.value)


def test_good_data_pass() -> None:
    check_dataset(small(), ONE)


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_infinity_is_named_with_its_place(bad: float) -> None:
    data = small()
    data.segments[0].u[3, 4] = bad
    data.segments[0].u[5, 6] = bad
    refused(data, "u holds infinity in 2 of 640 places", f"t = {2 / 19 * 3:g}, x = {np.pi / 4:g}", "Correct")


def test_nan_is_a_missing_sample_until_most_are_missing() -> None:
    data = small()
    data.segments[0].u[3:8, 4] = np.nan
    check_dataset(data, ONE)
    data.segments[0].u[3:] = np.nan
    refused(data, "u is missing (NaN) in 544 of 640 places", f"first at t = {2 / 19 * 3:g}, x = 0", "at most 80 %", "fewer gaps")


def test_three_samples_are_too_few() -> None:
    data = small()
    short = Dataset((data.segments[0].isel(t=slice(3)),), frozenset(), "a test")
    refused(short, "t has 3 samples; a law needs at least 8", "Give more samples", kind=GridError)


def test_a_constant_field_is_refused() -> None:
    refused(small(u=np.full((20, 32), 0.3)), "u is constant (0.3 everywhere)", "take it out")


def test_a_repeated_time_is_named() -> None:
    times = np.linspace(0, 2, 20)
    times[7] = times[6]
    refused(small(t=times), "t repeats a value at index 7", "0.63157", "keep one sample", kind=GridError)


def test_an_unsorted_coordinate_is_named() -> None:
    times = np.linspace(0, 2, 20)
    times[[7, 8]] = times[[8, 7]]
    refused(small(t=times), "t is not sorted at index 8", "sort the data along t", kind=GridError)


def test_a_coordinate_that_is_not_finite_is_named() -> None:
    times = np.linspace(0, 2, 20)
    times[4] = np.nan
    refused(small(t=times), "t holds NaN or infinity 1 time(s), first at index 4", kind=GridError)


def test_a_missing_field_and_a_missing_coordinate_are_named() -> None:
    segment = small().segments[0]
    refused(Dataset((segment.rename(u="w"),), frozenset(), "a test"), "field 'u' is missing", "w", "Rename")
    refused(Dataset((segment.drop_vars("x"),), frozenset(), "a test"), "coordinate 'x' are missing", kind=GridError)


def test_one_dimension_where_two_are_expected() -> None:
    line = small().segments[0].isel(x=0, drop=True).assign_coords(x=np.arange(9.0))
    refused(Dataset((line,), frozenset(), "a test"), "1 dimension(s) (t)", "expected 2: (t, x)")


def test_complex_and_whole_numbers_are_refused() -> None:
    refused(small(u=small().segments[0].u.values * (1 + 1j)), "u is complex", "two real fields")
    refused(small(u=np.arange(640).reshape(20, 32)), "type int64", ".astype(float)")


def test_a_scale_whose_powers_overflow_is_refused() -> None:
    refused(small(u=1e200 * small().segments[0].u.values), "u reaches 1e+200", "unit")


def test_a_gap_in_a_grid_declared_periodic_is_named() -> None:
    places = np.arange(32) * np.pi / 16
    places[10:] += 0.1
    assert 0.1 < 10 * np.pi / 16  # not yet a hole
    data = Dataset(small(x=places).segments, frozenset({"x"}), "a test")
    refused(data, "x is declared periodic", "after index 9", "Resample", kind=GridError)


def test_a_hole_in_space_is_named_and_one_in_time_is_a_gap() -> None:
    places = np.arange(32) * np.pi / 16
    places[12:] += 6
    refused(small(x=places), "x has a gap after index 11", "32 usual steps", "two trajectories", "as NaN", kind=GridError)
    times = np.linspace(0, 2, 20)
    times[12:] += 3
    check_dataset(small(t=times), ONE)


def test_uneven_samples_are_no_hole() -> None:
    check_dataset(small(t=np.linspace(0, 1, 20) ** 3), ONE)
    check_dataset(small(t=np.cumsum(np.random.default_rng(1).uniform(0.1, 2, 20))), ONE)


def test_a_periodic_coordinate_must_exist() -> None:
    refused(Dataset(small().segments, frozenset({"z"}), "a test"), "'z'", kind=GridError)


def test_no_data_at_all_are_refused() -> None:
    refused(Dataset((), frozenset(), "a test"), "holds no data")


def test_the_trajectory_is_named() -> None:
    good = xr.Dataset({"x": ("t", np.sin(np.arange(20.0))), "y": ("t", np.cos(np.arange(20.0)))}, coords={"t": np.arange(20.0)})
    bad = good.copy(deep=True)
    bad.y[3] = np.inf
    with pytest.raises(DataError, match=r"trajectory 1: y holds infinity .* first at t = 3"):
        check_dataset(Dataset((good, bad), frozenset(), "a test"), ODE)
