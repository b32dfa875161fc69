"""Claim: what is written is read back the same, and a failed write leaves the old file and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from data_cases import ODE, ONE, T, X, field_of, kdv

from invarieq.data import Dataset, read_dataset, write_dataset
from invarieq.errors import DataError


def trajectories(*lengths: int) -> Dataset:
    random = np.random.default_rng(0)
    made = [xr.Dataset({n: ("t", random.random(k)) for n in "xy"}, coords={"t": np.linspace(0, 1, k)}) for k in lengths]
    return Dataset(tuple(made), frozenset(), "a test")


@pytest.mark.parametrize("ending", [".nc", ".npz", ".zarr"])
@pytest.mark.parametrize("periodic", [(), ("x",)])
def test_a_field_comes_back(tmp_path: Path, ending: str, periodic: tuple[str, ...]) -> None:
    data = field_of(kdv().T, T, X, periodic)
    write_dataset(data, tmp_path / f"ü b{ending}")
    back = read_dataset(tmp_path / f"ü b{ending}", ONE)
    assert np.array_equal(back.segments[0].u, data.segments[0].u)
    assert np.array_equal(back.segments[0].x, X)
    assert back.periodic == data.periodic
    assert back.source == f"file ü b{ending} ({data.source})"  # where it was read from, and what the file says of itself


@pytest.mark.parametrize("ending", [".nc", ".npz", ".zarr"])
@pytest.mark.parametrize("lengths", [(30,), (30, 30), (30, 40, 20), (20, 20, 20, 20)])
def test_trajectories_come_back(tmp_path: Path, ending: str, lengths: tuple[int, ...]) -> None:
    data = trajectories(*lengths)
    write_dataset(data, tmp_path / f"many{ending}")
    back = read_dataset(tmp_path / f"many{ending}", ODE)
    assert len(back.segments) == len(lengths)
    for one, two in zip(data.segments, back.segments, strict=True):
        assert all(np.array_equal(one[n].values, two[n].values) for n in "txy")


def test_equal_lengths_come_back(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((30, 30))
    write_dataset(field_of(values, np.arange(30.0), np.linspace(0, 1, 30)), tmp_path / "square.npz")
    assert np.array_equal(read_dataset(tmp_path / "square.npz", ONE).segments[0].u, values)


@pytest.mark.parametrize("ending", [".nc", ".npz", ".zarr"])
def test_a_second_write_replaces_the_first(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"one{ending}"
    write_dataset(trajectories(30), path)
    write_dataset(trajectories(40), path)
    assert read_dataset(path, ODE).segments[0].sizes["t"] == 40
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", [".nc", ".npz"])
def test_a_failed_write_keeps_the_old_file(tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"one{ending}"
    write_dataset(trajectories(30), path)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"No space left on device; choose a folder"):
        write_dataset(trajectories(40), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_no_folder_and_no_right_to_write_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.*No such file or directory; choose a folder that exists"):
        write_dataset(trajectories(30), tmp_path / "none" / "a.nc")
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="Not a directory"):
        write_dataset(trajectories(30), tmp_path / "file" / "a.npz")
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        with pytest.raises(DataError, match="writable"):
            write_dataset(trajectories(30), tmp_path / "a.nc")


def test_a_folder_that_is_no_store_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.zarr").mkdir()
    (tmp_path / "mine.zarr" / "letter.txt").write_text("dear")
    with pytest.raises(DataError, match=r"no \.zarr store"):
        write_dataset(trajectories(30), tmp_path / "mine.zarr")
    assert (tmp_path / "mine.zarr" / "letter.txt").read_text() == "dear"


def test_strange_endings_and_unequal_fields_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\.nc, \.npz"):
        write_dataset(trajectories(30), tmp_path / "a.csv")
    one, two = field_of(kdv().T, T, X), field_of(kdv().T[:100], T[:100], X)
    with pytest.raises(DataError, match="different grids"):
        write_dataset(Dataset(one.segments + two.segments, frozenset(), "a test"), tmp_path / "a.nc")
