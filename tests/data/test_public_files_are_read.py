"""Claim: public files, and files like them, are read onto named dimensions without being told how they are laid out."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
import xarray as xr
from data_cases import BURGERS, ODE, ONE, PLANE, TWO, T, X, kdv, waves

from invarieq.data import Dataset, check_dataset, read_dataset
from invarieq.errors import DataError, GridError


def held(data: Dataset, name: str = "u") -> np.ndarray:
    """Values t × x of the only segment."""
    (segment,) = data.segments
    assert segment[name].dims == ("t", "x")
    assert segment[name].dtype == np.float64
    return segment[name].values


def test_burgers() -> None:
    data = read_dataset(BURGERS, ONE)
    check_dataset(data, ONE)
    raw = scipy.io.loadmat(str(BURGERS))
    assert np.array_equal(held(data), raw["usol"].real.T)
    assert np.array_equal(data.segments[0].x, raw["x"].ravel())
    assert data.periodic == {"x"}
    assert "u from 'usol'" in data.source
    assert "imaginary parts vanish" in data.source


def test_korteweg_de_vries_with_lying_vectors(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "kdv.mat", {"usol": kdv(), "x": X[None, :], "t": T[None, :]})
    data = read_dataset(tmp_path / "kdv.mat", ONE)
    assert np.array_equal(held(data), kdv().T)
    assert data.periodic == {"x"}


def test_kuramoto_sivashinsky_with_doubled_letters(tmp_path: Path) -> None:
    places, times, field = waves()
    scipy.io.savemat(tmp_path / "ks.mat", {"uu": field, "x": places[:, None], "tt": times[None, :]})
    data = read_dataset(tmp_path / "ks.mat", ONE)
    assert np.array_equal(held(data), field.T)
    assert np.array_equal(data.segments[0].t, times)
    assert data.periodic == {"x"}


@pytest.mark.parametrize("times", [401, 501])
def test_a_complex_field_becomes_two(tmp_path: Path, times: int) -> None:
    places, when = np.linspace(-7.5, 7.5, 512), np.linspace(0, 10, times)
    wave = np.exp(-((places - 1) ** 2) + 1j * when[:, None] * (1 + places))
    scipy.io.savemat(tmp_path / "nls.mat", {"usol": wave, "x": places[None, :], "t": when[:, None]})
    data = read_dataset(tmp_path / "nls.mat", TWO)
    assert np.array_equal(held(data, "u"), np.real(wave))
    assert np.array_equal(held(data, "v"), np.imag(wave))
    with pytest.raises(DataError, match="declare two real fields"):
        read_dataset(tmp_path / "nls.mat", ONE)


def test_two_real_fields_stay_two(tmp_path: Path) -> None:
    np.savez(tmp_path / "pair.npz", u=kdv(), v=-kdv(), x=X, t=T)
    assert np.array_equal(held(read_dataset(tmp_path / "pair.npz", TWO), "v"), -kdv().T)


def test_matlab_files_of_version_seven_three(tmp_path: Path) -> None:
    pairs = np.zeros((201, 512), dtype=[("real", float), ("imag", float)])
    pairs["real"], pairs["imag"] = kdv().T, 2 * kdv().T
    with h5py.File(tmp_path / "new.mat", "w", userblock_size=512) as opened:
        for name, values in {"usol": pairs, "x": X[:, None], "t": T[:, None]}.items():
            opened[name] = values
    head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x02IM"
    with (tmp_path / "new.mat").open("r+b") as opened:
        opened.write(head)
    data = read_dataset(tmp_path / "new.mat", TWO)
    assert np.array_equal(held(data, "u"), kdv().T)
    assert np.array_equal(held(data, "v"), 2 * kdv().T)


def test_names_in_other_cases_and_long_names(tmp_path: Path) -> None:
    np.savez(tmp_path / "names.npz", U=kdv(), x_grid=X, Time=T, mask=np.ones(3))
    assert np.array_equal(held(read_dataset(tmp_path / "names.npz", ONE)), kdv().T)


def test_a_vector_of_fitting_length_is_the_missing_coordinate(tmp_path: Path) -> None:
    np.savez(tmp_path / "left.npz", data=kdv(), x=X, when=T, other=np.ones(7))
    data = read_dataset(tmp_path / "left.npz", ONE)
    assert np.array_equal(held(data), kdv().T)
    assert "t from 'when'" in data.source


def test_meshes_tell_equal_lengths_apart(tmp_path: Path) -> None:
    times, places = np.arange(30.0), np.linspace(0, 1, 30)
    mesh_x, mesh_t = np.meshgrid(places, times, indexing="ij")
    np.savez(tmp_path / "mesh.npz", u=np.exp(mesh_x - mesh_t), x=mesh_x, t=mesh_t)
    assert np.array_equal(held(read_dataset(tmp_path / "mesh.npz", ONE)), np.exp(mesh_x - mesh_t).T)


def test_equal_lengths_without_a_word_on_the_order_are_refused(tmp_path: Path) -> None:
    places, times = np.linspace(0, 1, 30), np.linspace(0, 2, 40)
    np.savez(tmp_path / "plane.npz", u=np.random.default_rng(0).random((30, 30, 40)), x=places, y=places, t=times)
    with pytest.raises(
        GridError, match=r"which axis is x and which y cannot be told.*axes = \['x', 'y', 't'\].*\.nc with named dimensions"
    ):
        read_dataset(tmp_path / "plane.npz", PLANE)
    told = read_dataset(tmp_path / "plane.npz", PLANE, axes=("x", "y", "t"))
    turned = read_dataset(tmp_path / "plane.npz", PLANE, axes=("y", "x", "t"))
    assert np.array_equal(told.segments[0].u, turned.segments[0].u.transpose("t", "y", "x").values)


def test_dimension_names_tell_equal_lengths_apart(tmp_path: Path) -> None:
    field = xr.DataArray(
        np.random.default_rng(0).random((30, 30)), dims=("x", "time"), coords={"x": np.arange(30.0), "time": np.arange(30.0)}
    )
    field.to_dataset(name="u").to_netcdf(tmp_path / "square.nc", engine="h5netcdf")
    assert np.array_equal(held(read_dataset(tmp_path / "square.nc", ONE)), field.values.T)


def test_classic_netcdf(tmp_path: Path) -> None:
    field = xr.DataArray(kdv(), dims=("x", "t"), coords={"x": X, "t": T})
    field.to_dataset(name="u").to_netcdf(tmp_path / "old.nc", engine="scipy")
    assert np.array_equal(held(read_dataset(tmp_path / "old.nc", ONE)), kdv().T)


def test_a_falling_coordinate_is_turned_round_and_a_jumping_one_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "down.npz", u=kdv()[::-1], x=X[::-1], t=T)
    data = read_dataset(tmp_path / "down.npz", ONE)
    assert np.array_equal(held(data), kdv().T)
    assert "x turned round" in data.source
    jumping = T.copy()
    jumping[[10, 11]] = jumping[[11, 10]]
    np.savez(tmp_path / "jump.npz", u=kdv(), x=X, t=jumping)
    with pytest.raises(GridError, match="t is not sorted at index 11"):
        read_dataset(tmp_path / "jump.npz", ONE)


def test_a_repeated_end_of_the_period_is_dropped(tmp_path: Path) -> None:
    closed = np.concatenate([kdv(), kdv()[:1]])
    np.savez(tmp_path / "closed.npz", u=closed, x=np.append(X, 30.0), t=T)
    data = read_dataset(tmp_path / "closed.npz", ONE)
    assert np.array_equal(held(data), kdv().T)
    assert data.periodic == {"x"}
    assert "repeats the first" in data.source


def test_what_the_user_says_of_periods_counts(tmp_path: Path) -> None:
    np.savez(tmp_path / "kdv.npz", u=kdv(), x=X, t=T)
    assert read_dataset(tmp_path / "kdv.npz", ONE, periodic=()).periodic == frozenset()
    with pytest.raises(DataError, match="periodic names 'z'"):
        read_dataset(tmp_path / "kdv.npz", ONE, periodic=["z"])


def test_trajectories_and_columns(tmp_path: Path) -> None:
    times, states = np.linspace(0, 1, 50), np.random.default_rng(0).random((3, 50, 2))
    np.savez(tmp_path / "many.npz", t=times, x=states[:, :, 0], y=states[:, :, 1])
    many = read_dataset(tmp_path / "many.npz", ODE).segments
    assert [s.x.values.tolist() for s in many] == states[:, :, 0].tolist()
    np.savez(tmp_path / "columns.npz", t=times, z=states[0])
    (one,) = read_dataset(tmp_path / "columns.npz", ODE).segments
    assert np.array_equal(one.y, states[0, :, 1])
