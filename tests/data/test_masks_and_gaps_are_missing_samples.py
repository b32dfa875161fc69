"""Claim: a mask in a file hides exactly its samples, and a gap is bridged only where that is as good as measuring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from data_cases import ODE, ONE, field_of
from numpy.typing import NDArray

from invarieq.data import Dataset, check_dataset, estimate_noise, periodic_axes, read_dataset
from invarieq.data.clean.gaps import bridged, filled, split_in_time
from invarieq.errors import DataError

T, X = np.linspace(0, 2, 30), np.arange(40) * np.pi / 20
U = np.sin(X - T[:, None])
HIDDEN = np.zeros(U.shape, dtype=bool)
HIDDEN[5:9, 10:20] = True


def missing(path: Path) -> NDArray[np.bool_]:
    data = read_dataset(path, ONE)
    assert "160" not in data.source
    assert f"{int(np.isnan(data.segments[0].u.values).sum())} of 1200 samples of 'u' are hidden by" in data.source
    return np.isnan(data.segments[0].u.values)


@pytest.mark.parametrize("name", ["mask", "missing", "u_mask", "mask_u", "valid", "observed"])
@pytest.mark.parametrize("kind", [bool, float, np.int8])
def test_a_mask_of_truth_values_or_numbers_is_applied(tmp_path: Path, name: str, kind: type) -> None:
    stored = ~HIDDEN if name in ("valid", "observed") else HIDDEN
    np.savez(tmp_path / "u.npz", allow_pickle=False, **{"t": T, "x": X, "u": U, name: stored.astype(kind)})
    np.testing.assert_array_equal(missing(tmp_path / "u.npz"), HIDDEN)


def test_a_mask_of_named_dimensions_is_turned_and_repeated(tmp_path: Path) -> None:
    land = HIDDEN.any(axis=0)
    data = xr.Dataset({"u": (("x", "t"), U.T), "mask": (("x",), land)}, coords={"t": T, "x": X})
    data.to_netcdf(tmp_path / "u.nc", engine="h5netcdf")
    np.testing.assert_array_equal(missing(tmp_path / "u.nc"), np.broadcast_to(land, U.shape))


def test_a_fill_value_of_a_file_is_a_gap(tmp_path: Path) -> None:
    data = xr.Dataset({"u": (("t", "x"), np.where(HIDDEN, np.nan, U))}, coords={"t": T, "x": X})
    data.to_netcdf(tmp_path / "u.nc", engine="h5netcdf", encoding={"u": {"_FillValue": -999.0}})
    np.testing.assert_array_equal(np.isnan(read_dataset(tmp_path / "u.nc", ONE).segments[0].u.values), HIDDEN)


def test_a_mask_of_a_table_hides_fields_and_no_coordinates(tmp_path: Path) -> None:
    rows = "\n".join(f"{i},{np.sin(i)},{np.cos(i)},{int(i in (3, 4))}" for i in range(12))
    (tmp_path / "a.csv").write_text("t,x,y,mask\n" + rows)
    (segment,) = read_dataset(tmp_path / "a.csv", ODE).segments
    assert np.all(np.isfinite(segment.t.values))
    assert np.flatnonzero(np.isnan(segment.x.values)).tolist() == [3, 4]
    assert np.flatnonzero(np.isnan(segment.y.values)).tolist() == [3, 4]


def test_numbers_that_are_no_mask_are_left_alone(tmp_path: Path) -> None:
    np.savez(tmp_path / "u.npz", t=T, x=X, u=U, mask=0.5 * HIDDEN)
    assert np.all(np.isfinite(read_dataset(tmp_path / "u.npz", ONE).segments[0].u.values))


def test_noise_and_periods_are_seen_beside_gaps() -> None:
    generator = np.random.default_rng(4)
    t, x = np.linspace(0, 2, 80), np.arange(128) * np.pi / 64
    u = np.sin(x - t[:, None]) + 0.02 * generator.standard_normal((80, 128))
    u[generator.random(u.shape) < 0.02] = np.nan
    u[20:50, 30:60] = np.nan
    assert estimate_noise(u, (False, True)) == pytest.approx(0.02, rel=0.1)
    u = np.sin(x - t[:, None])
    u[20:50, 30:60] = np.nan
    assert periodic_axes(field_of(u, t, x)) == {"x"}
    assert periodic_axes(field_of(np.sin(0.9 * x - t[:, None]) + 0 * u, t, x)) == frozenset()


def test_single_samples_are_bridged_and_blocks_stay_missing() -> None:
    generator = np.random.default_rng(5)
    t, x = np.linspace(0, 2, 200), np.arange(256) * np.pi / 128
    u = np.sin(x - t[:, None])
    holes = generator.random(u.shape) < 0.03
    block = np.zeros_like(holes)
    block[50:80, 60:100] = True
    mended = bridged(np.where(holes | block, np.nan, u), (t, x), (False, True), 1e-9)
    inside = holes & ~block
    assert np.mean(np.isfinite(mended[inside])) > 0.99
    assert np.nanmax(np.abs(mended - u)) < 1e-6
    assert np.all(np.isnan(mended[53:77, 63:97]))
    assert np.all(np.isfinite(filled(mended)))


def test_a_field_of_few_samples_a_wave_is_not_bridged() -> None:
    t = np.arange(200.0)
    u = np.sin(2.1 * t)
    u[[50, 90]] = np.nan
    assert np.isnan(bridged(u, (t,), (False,), 1e-9)[[50, 90]]).all()


def test_a_record_is_split_where_slices_or_times_are_missing() -> None:
    t = np.arange(100.0)
    t[70:] += 40
    u = np.sin(t / 5)
    u[20:30] = np.nan
    data = Dataset((xr.Dataset({"x": ("t", u), "y": ("t", np.cos(t / 5))}, coords={"t": t}),), frozenset(), "a test")
    assert [s.t.values[[0, -1]].tolist() for s in split_in_time(data, 16).segments] == [[0, 19], [30, 69], [110, 139]]
    assert [s.sizes["t"] for s in split_in_time(data, 35).segments] == [40]
    with pytest.raises(DataError, match="no stretch of at least 50 samples along t"):
        split_in_time(data, 50)


def test_records_padded_with_nan_have_lengths_of_their_own(tmp_path: Path) -> None:
    t = np.linspace(0, 9, 200)
    x, y = np.sin(t) * np.ones((3, 1)), np.cos(t) * np.ones((3, 1))
    for k, end in enumerate((200, 120, 30)):
        x[k, end:] = y[k, end:] = np.nan
    np.savez(tmp_path / "padded.npz", t=t, x=x, y=y)
    data = read_dataset(tmp_path / "padded.npz", ODE)
    check_dataset(data, ODE)
    assert [s.sizes["t"] for s in split_in_time(data, 16).segments] == [200, 120, 30]
    x[1] = np.nan
    np.savez(tmp_path / "empty.npz", t=t, x=x, y=y)
    with pytest.raises(DataError, match="trajectory 1: x has no value at all"):
        check_dataset(read_dataset(tmp_path / "empty.npz", ODE), ODE)
