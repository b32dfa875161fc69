"""Claim: however a file lays out one field, the same numbers arrive on the same axes; what cannot be told is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io
from data_cases import ONE, TWO, kdv

from invarieq.data import read_dataset
from invarieq.errors import DataError, GridError

# Every eighth place and every fifth time of a public layout: x has 64 points on a period, t has 41.
PLACES, TIMES = np.linspace(-30.0, 30.0, 513)[:-1:8], np.linspace(0.0, 20.0, 201)[::5]
FIELD = kdv()[::8, ::5]
WAVE = FIELD * np.exp(1j * FIELD + 0.3j * TIMES)
MESH_X, MESH_T = np.meshgrid(PLACES, TIMES, indexing="ij")
POTENTIAL = PLACES**2 / 2

Contents = Mapping[str, Any]


def cell(*items: np.ndarray) -> np.ndarray:
    """A MATLAB cell array."""
    result = np.empty((1, len(items)), dtype=object)
    for k, item in enumerate(items):
        result[0, k] = item
    return result


REAL: dict[str, Contents] = {
    "x × t": {"usol": FIELD, "x": PLACES, "t": TIMES},
    "t × x": {"usol": FIELD.T, "x": PLACES, "t": TIMES},
    "columns": {"q": FIELD, "x": PLACES[:, None], "t": TIMES[:, None]},
    "numbers beside": {"U": FIELD, "x": PLACES, "t": TIMES, "dx": PLACES[1] - PLACES[0], "nu": 0.1, "nx": 64},
    "meshes": {"u": FIELD, "X": MESH_X, "T": MESH_T},
    "meshes turned": {"u": FIELD.T, "X": MESH_X, "T": MESH_T},
    "stars": {"u_star": FIELD, "x_star": PLACES, "t_star": TIMES},
    "spans": {"sol": FIELD, "xspan": PLACES, "tspan": TIMES},
    "vectors": {"Exact": FIELD, "xvec": PLACES, "vec_t": TIMES},
    "derivatives beside": {"q": FIELD, "q_t": 2 * FIELD, "qxx": 3 * FIELD, "x": PLACES, "t": TIMES},
    "complex numbers without imaginary part": {"usol": FIELD + 0j, "x": PLACES + 0j, "t": TIMES + 0j},
    "structure": {"data": {"u": FIELD, "x": PLACES, "t": TIMES}, "about": "a text"},
    "cells": {"U_exact": cell(FIELD), "xs": PLACES, "ts": TIMES},
}
COMPLEX: dict[str, Contents] = {
    "x × t": {"psi": WAVE, "x": PLACES, "t": TIMES},
    "t × x": {"usol": WAVE.T, "x": PLACES, "t": TIMES},
    "potential": {"usol": WAVE, "x": PLACES, "t": TIMES, "V": POTENTIAL},
    "potential of a field's name": {"usol": WAVE, "x": PLACES, "t": TIMES, "v": POTENTIAL},
    "potential on the grid": {"usol": WAVE, "x": PLACES, "t": TIMES, "V": POTENTIAL[:, None] + 0 * TIMES},
    "modulus": {"psi": WAVE, "rho": np.abs(WAVE) ** 2, "x": PLACES, "t": TIMES},
    "derivatives": {"psi": WAVE, "psi_t": 1j * WAVE, "psi_xx": 2 * WAVE, "x": PLACES, "t": TIMES},
    "parts": {"psi_re": WAVE.real, "psi_im": WAVE.imag, "x": PLACES, "t": TIMES},
    "short parts": {"ui": WAVE.imag, "ur": WAVE.real, "x": PLACES, "t": TIMES},
    "stack in front": {"sol": np.stack([WAVE.real, WAVE.imag]), "x": PLACES, "t": TIMES},
    "stack behind": {"sol": np.stack([WAVE.T.real, WAVE.T.imag], axis=2), "x": PLACES, "t": TIMES},
}


def as_mat(folder: Path, arrays: Contents) -> Path:
    scipy.io.savemat(folder / "file.mat", arrays)
    return folder / "file.mat"


def as_npz(folder: Path, arrays: Contents) -> Path:
    np.savez(folder / "file.npz", **arrays)
    return folder / "file.npz"


def as_hdf5(folder: Path, arrays: Contents) -> Path:
    """As MATLAB 7.3 writes: arrays transposed, complex numbers as pairs, structures as groups, cells as references."""

    def put(group: h5py.Group, name: str, item: object) -> None:
        if isinstance(item, dict):
            for part, inner in item.items():
                put(group.require_group(name), part, inner)
        elif isinstance(item, str):
            group[name] = np.frombuffer(item.encode("utf-16-le"), dtype=np.uint16)[:, None]
            group[name].attrs["MATLAB_class"] = np.bytes_("char")
        elif isinstance(item, np.ndarray) and item.dtype == object:
            kept = group.file.require_group("#refs#")
            for k, element in enumerate(item.ravel()):
                put(kept, f"{name}{k}", element)
            group[name] = np.array([[kept[f"{name}{k}"].ref] for k in range(item.size)], dtype=h5py.ref_dtype)
        else:
            values: Any = np.atleast_2d(np.asarray(item)).T
            if np.iscomplexobj(values):
                pairs = np.zeros(values.shape, dtype=[("real", float), ("imag", float)])
                pairs["real"], pairs["imag"] = values.real, values.imag
                values = pairs
            group[name] = values

    with h5py.File(folder / "new.mat", "w", userblock_size=512) as opened:
        for name, item in arrays.items():
            put(opened, name, item)
    with (folder / "new.mat").open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x02IM")
    return folder / "new.mat"


Writer = Callable[[Path, Contents], Path]


@pytest.mark.parametrize("write", [as_mat, as_npz, as_hdf5])
@pytest.mark.parametrize("layout", REAL)
def test_a_real_field(tmp_path: Path, layout: str, write: Writer) -> None:
    if write is as_npz and layout in {"structure", "cells"}:
        pytest.skip("an .npz file holds arrays only")
    (segment,) = read_dataset(write(tmp_path, REAL[layout]), ONE).segments
    assert np.array_equal(segment.u.transpose("t", "x"), FIELD.T)
    assert np.array_equal(segment.t, TIMES)
    assert np.array_equal(segment.x, PLACES)


@pytest.mark.parametrize("write", [as_mat, as_npz, as_hdf5])
@pytest.mark.parametrize("layout", COMPLEX)
def test_a_complex_field(tmp_path: Path, layout: str, write: Writer) -> None:
    (segment,) = read_dataset(write(tmp_path, COMPLEX[layout]), TWO).segments
    assert np.array_equal(segment.u.transpose("t", "x"), WAVE.T.real)
    assert np.array_equal(segment.v.transpose("t", "x"), WAVE.T.imag)


@pytest.mark.parametrize("noise", [0.0, 0.01])
@pytest.mark.parametrize("turned", [False, True])
def test_the_period_tells_the_axes_of_a_square(tmp_path: Path, *, turned: bool, noise: float) -> None:
    square = kdv()[::4, :128] + noise * np.random.default_rng(0).standard_normal((128, 128)) * FIELD.std()
    places, times = np.linspace(-30.0, 30.0, 129)[:-1], np.linspace(0.0, 12.7, 128)
    arrays = {"usol": square.T if turned else square, "x": places, "t": times}
    data = read_dataset(as_mat(tmp_path, arrays), ONE)
    assert np.array_equal(data.segments[0].u.transpose("t", "x"), square.T)
    assert data.periodic == {"x"}
    assert "told by the period" in data.source


def test_a_square_without_a_period_is_refused_and_can_be_told(tmp_path: Path) -> None:
    square = FIELD[16:56, :40]
    path = as_mat(tmp_path, {"usol": square, "x": PLACES[16:56], "t": TIMES[:40]})
    with pytest.raises(GridError, match=r"cannot be told by length.*axes = \['t', 'x'\]"):
        read_dataset(path, ONE)
    assert np.array_equal(read_dataset(path, ONE, axes=("x", "t")).segments[0].u.transpose("t", "x"), square.T)


def test_python_objects_beside_are_left_alone(tmp_path: Path) -> None:
    np.savez(tmp_path / "o.npz", u=FIELD, x=PLACES, t=TIMES, about=np.array([{"by": "hand"}], dtype=object))
    assert np.array_equal(read_dataset(tmp_path / "o.npz", ONE).segments[0].u.transpose("t", "x"), FIELD.T)


def test_two_complex_fields_of_equal_right_are_refused(tmp_path: Path) -> None:
    path = as_mat(tmp_path, {"first": WAVE, "second": 2 * WAVE, "x": PLACES, "t": TIMES})
    with pytest.raises(DataError, match="no array for the field 'u'"):
        read_dataset(path, TWO)


def rows(path: Path, header: str, *columns: np.ndarray) -> Path:
    lines = [",".join(str(c) for c in row) for row in zip(*[c.ravel().tolist() for c in columns], strict=True)]
    path.write_text("\n".join([header, *lines]))
    return path


def test_tables_of_complex_numbers(tmp_path: Path) -> None:
    whole = rows(tmp_path / "whole.csv", "x,t,psi", MESH_X, MESH_T, WAVE)
    parts = rows(tmp_path / "parts.csv", "x,t,im,re", MESH_X, MESH_T, WAVE.imag, WAVE.real)
    for path in (whole, parts):
        (segment,) = read_dataset(path, TWO).segments
        assert np.array_equal(segment.u, WAVE.T.real)
        assert np.array_equal(segment.v, WAVE.T.imag)


def test_the_only_column_left_is_the_field(tmp_path: Path) -> None:
    data = read_dataset(rows(tmp_path / "h.csv", "x,t,height", MESH_X, MESH_T, FIELD), ONE)
    assert np.array_equal(data.segments[0].u, FIELD.T)
    assert "height" in data.source


@pytest.mark.parametrize("corner", ["t", "t\\x", "time"])
def test_wide_tables(tmp_path: Path, corner: str) -> None:
    lines = [",".join([corner, *map(repr, PLACES.tolist())])]
    lines += [",".join(map(repr, [t, *FIELD[:, j].tolist()])) for j, t in enumerate(TIMES.tolist())]
    (tmp_path / "wide.csv").write_text("\n".join(lines))
    (segment,) = read_dataset(tmp_path / "wide.csv", ONE).segments
    assert np.array_equal(segment.u, FIELD.T)
    assert np.array_equal(segment.x, PLACES)
