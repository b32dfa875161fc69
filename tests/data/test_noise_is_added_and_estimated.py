"""Claim: noise has the asked size and depends on the seed alone; from the data its size is found again."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.io
from data_cases import BURGERS, Array, T, X, field_of, kdv, small, waves

from invarieq.data import Dataset, add_noise, estimate_noise
from invarieq.errors import DataError


def burgers() -> Array:
    return np.real(scipy.io.loadmat(str(BURGERS))["usol"])


FIELDS = {"kdv": kdv, "waves": lambda: waves()[2], "burgers": burgers}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("ratio", [0.001, 0.01, 0.1])
@pytest.mark.parametrize("periodic", [True, False])
def test_the_estimate_is_within_five_percent(name: str, ratio: float, periodic: bool) -> None:
    clean = FIELDS[name]()
    sigma = ratio * float(np.std(clean))
    noisy = clean + sigma * np.random.default_rng(1).standard_normal(clean.shape)
    assert estimate_noise(noisy, [periodic, False]) == pytest.approx(sigma, rel=0.05)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("periodic", [True, False])
def test_a_clean_field_has_almost_none(name: str, periodic: bool) -> None:
    clean = FIELDS[name]()
    assert 0 < estimate_noise(clean, [periodic, False]) < 1e-7 * float(np.std(clean))


@pytest.mark.parametrize("ratio", [0.0, 0.01, 0.1])
def test_trajectories_and_uneven_times_too(ratio: float) -> None:
    random = np.random.default_rng(2)
    times = np.sort(random.uniform(0, 20, 600))
    clean = np.sin(times) + 0.5 * np.cos(2 * times)
    sigma = ratio * float(np.std(clean))
    found = estimate_noise(clean + sigma * random.standard_normal(600), [False], grids=[times])
    assert abs(found - sigma) < 0.15 * sigma + 1e-6


def test_the_ratio_is_that_of_standard_deviations() -> None:
    data = field_of(kdv().T, T, X)
    added = add_noise(data, 0.05, 7).segments[0].u.values - data.segments[0].u.values
    assert np.std(added) == pytest.approx(0.05 * np.std(data.segments[0].u.values), rel=0.01)
    assert abs(np.mean(added)) < 5 * np.std(added) / np.sqrt(added.size)


def test_one_seed_one_noise_and_fields_are_independent() -> None:
    segment = small().segments[0]
    alone = Dataset((segment,), frozenset(), "a test")
    pair = Dataset((segment.assign(v=segment.u), segment.assign(v=segment.u)), frozenset(), "a test")
    assert add_noise(alone, 0.1, 3).segments[0].identical(add_noise(alone, 0.1, 3).segments[0])
    assert not add_noise(alone, 0.1, 3).segments[0].identical(add_noise(alone, 0.1, 4).segments[0])
    first, second = add_noise(pair, 0.1, 3).segments
    parts = [first.u, first.v, second.u, second.v]
    noise = [(p - segment.u).values.ravel() for p in parts]
    assert np.max(np.abs(np.corrcoef(noise) - np.eye(4))) < 0.2


def test_zero_changes_nothing() -> None:
    assert add_noise(small(), 0.0, 1).segments[0].identical(small().segments[0])


@pytest.mark.parametrize("ratio", [-0.1, np.nan, np.inf])
def test_senseless_ratios_are_refused(ratio: float) -> None:
    with pytest.raises(DataError, match="at least 0"):
        add_noise(small(), ratio, 1)
