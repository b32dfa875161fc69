"""Claim: without a system, data say which names are coordinates and which are fields; where they could mean two things, they are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.io
import xarray as xr

from invarieq.data import infer_system, write_dataset
from invarieq.errors import DataError, GridError

T, X = np.linspace(0.0, 2.0, 20), np.linspace(0.0, 3.0, 30)
U = np.sin(T[:, None] - X)
PLANE = np.sin(T[:, None, None] + X[:9, None] * X[:12])
GRID = xr.Dataset({"h": (("time", "x"), U, {"units": "m"})}, coords={"time": ("time", T, {"units": "s"}), "x": X})
LONG = GRID.to_dataframe().reset_index()
HARES = pd.DataFrame({"": range(20), "time": T, "Hare count [thousands]": 2 + np.sin(T), "Lynx": np.cos(T), "place": "north"})
RUNS = pd.concat([HARES.assign(run="a"), HARES.assign(run="b")])

TAKEN: dict[str, tuple[Any, str]] = {
    "a trajectory": ({"t": T, "x": np.sin(T)}, "coordinates t; fields x(t)"),
    "several": ({"v": T**2, "tau": T, "x": np.sin(T), "x_std": 0.1}, "coordinates tau; fields v(tau), x(tau)"),
    "temperature beside time": ({"t": T, "T": np.sin(T)}, "coordinates t; fields T(t)"),
    "a grid": ({"t": T, "x": X, "u": U}, "coordinates t, x; fields u(t, x)"),
    "a grid turned": ({"usol": U.T, "xgrid": X, "tt": T}, "coordinates t, x; fields usol(t, x)"),
    "meshes": ({"X": np.meshgrid(X, T)[0], "T": np.meshgrid(X, T)[1], "u": U}, "coordinates T, X; fields u(T, X)"),
    "a potential beside": ({"t": T, "x": X, "u": U, "V": X**2}, "coordinates t, x; fields u(t, x); left out: V"),
    "derivatives beside": ({"t": T, "x": X, "u": U, "u_t": U, "uxx": U}, "coordinates t, x; fields u(t, x); left out: u_t, uxx"),
    "a plane": ({"t": T, "x": X[:9], "y": X[:12], "w": PLANE}, "coordinates t, x, y; fields w(t, x, y)"),
    "a complex field": ({"t": T, "x": X, "psi": U * np.exp(1j * U)}, "coordinates t, x; fields psi_re(t, x), psi_im(t, x)"),
    "a mask beside": ({"t": T, "x": X, "u": U, "u_mask": U > 0.99}, "coordinates t, x; fields u(t, x)"),
    "xarray": (GRID, "coordinates time, x; fields h(time, x)"),
    "xarray turned": (GRID.transpose("x", "time"), "coordinates time, x; fields h(time, x)"),
    "xarray with more coordinates": (GRID.assign_coords(k=("x", X**2)), "coordinates time, x; fields h(time, x); left out: k"),
    "a DataArray without a name": (GRID.h.rename(None), "coordinates time, x; fields u(time, x)"),
    "rows that fill a grid": (LONG, "coordinates time, x; fields h(time, x)"),
    "the same in polars": (pl.from_pandas(LONG), "coordinates time, x; fields h(time, x)"),
    "a steady field": (LONG.rename(columns={"time": "y"}), "coordinates y, x; fields h(y, x)"),
    "a table": (HARES, "coordinates time; fields Hare_count(time), Lynx(time); left out: place"),
    "runs": (RUNS, "coordinates time; fields Hare_count(time), Lynx(time); 2 records; left out: place"),
    "a list of runs": ([HARES, HARES], "coordinates time; fields Hare_count(time), Lynx(time); 2 records; left out: place"),
    "wide": (pd.DataFrame(U, index=pd.Index(T, name="t"), columns=X), "coordinates t, x; fields u(t, x)"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_names_and_shapes_tell(case: str) -> None:
    data, statement = TAKEN[case]
    found = infer_system(data)
    assert found.statement == statement
    assert found.system.name == "data"
    moved = [generator.components for generator in found.system.symmetry]
    assert moved == [((c, 1),) for c in found.system.coordinates]
    (first, *_), names = found.dataset.segments, [c.name for c in found.system.coordinates]
    assert set(first.data_vars) == {f.name for f in found.system.unknowns}
    assert all(v.dims == tuple(names) for v in first.data_vars.values())


def test_values_stand_where_they_were() -> None:
    found = infer_system({"usol": U.T, "xgrid": X, "tt": T})
    assert np.array_equal(found.dataset.segments[0].usol, U) and np.array_equal(found.dataset.segments[0].x, X)
    wave = U * np.exp(1j * U)
    parts = infer_system({"t": T, "x": X, "psi": wave}).dataset.segments[0]
    assert np.array_equal(parts.psi_re, np.real(wave)) and np.array_equal(parts.psi_im, np.imag(wave))
    hares = infer_system(HARES).dataset
    assert np.array_equal(hares.segments[0].Hare_count, HARES["Hare count [thousands]"])
    assert hares.units == {"Hare_count": "thousands"} and infer_system(GRID).dataset.units == {"time": "s", "h": "m"}
    assert infer_system({"t": T, "x": np.sin(T), "x_std": 0.1}).dataset.errors["x"][0].tolist() == [0.1] * 20


def test_files_say_the_same_as_what_was_written(tmp_path: Path) -> None:
    LONG.to_csv(tmp_path / "my run.csv")
    GRID.to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    np.savez(tmp_path / "run.npz", h=U, time=T, x=X)
    scipy.io.savemat(tmp_path / "run.mat", {"h": U, "time": T, "x": X})
    for path in tmp_path.iterdir():
        found = infer_system(path)
        assert found.statement == "coordinates time, x; fields h(time, x)"
        assert found.system.name == path.stem.replace(" ", "-")
        assert np.allclose(found.dataset.segments[0].h, U, rtol=1e-15)


@pytest.mark.parametrize("ending", [".nc", ".npz"])
def test_data_sets_that_were_written_are_known_again(tmp_path: Path, ending: str) -> None:
    pieces = infer_system([HARES[["time", "Lynx"]], HARES[["time", "Lynx"]].iloc[:12]]).dataset
    for dataset, fields in ((pieces, "Lynx(time)"), (infer_system([GRID, 2 * GRID]).dataset, "h(time, x)")):
        write_dataset(dataset, tmp_path / f"it{ending}")
        found = infer_system(tmp_path / f"it{ending}")
        assert f"fields {fields}; 2 records" in found.statement
        assert all(
            np.array_equal(a.to_array(), b.to_array()) for a, b in zip(found.dataset.segments, dataset.segments, strict=True)
        )
        assert infer_system(dataset).statement == found.statement


def test_a_word_on_the_axes_settles_what_is_open() -> None:
    animals = pd.DataFrame({"t": np.tile(T, 10), "tag": np.repeat(range(10), 20), "x": np.sin(np.arange(200.0))})
    with pytest.raises(DataError, match=r"may be \(t, tag\), or 'tag' only tells records; say which by axes=.* or records='tag'"):
        infer_system(animals)
    assert infer_system(animals, records="tag").statement == "coordinates t; fields x(t); 10 records"
    assert infer_system(animals, axes=["t", "tag"]).statement == "coordinates t, tag; fields x(t, tag)"
    square = {"t": T, "x": X[:20], "u": U[:, :20]}
    with pytest.raises(GridError, match="cannot be told by length"):
        infer_system(square)
    assert np.array_equal(infer_system(square, axes=["x", "t"]).dataset.segments[0].u, U[:, :20].T)
    assert infer_system({"a": T, "b": np.sin(T)}, axes=["a"]).statement == "coordinates a; fields b(a)"


OPEN: dict[str, tuple[Any, str]] = {
    "no time": (
        pd.DataFrame({"a": T, "b": np.sin(T)}),
        "which of 'a', 'b' is time is not told, and the rows fill no grid; name one of them 't'",
    ),
    "only vectors": ({"t": T, "x": X}, "the vectors have different lengths"),
    "a matrix of states": ({"t": T, "X": np.stack([T, T**2], axis=1)}, "the components of a state as arrays of their own"),
    "records or an axis": ({"t": T, "x": X, "u": np.stack([U, U])}, "several records as a list"),
    "vectors for one axis": ({"t": T, "a": X, "b": X**2, "u": U}, "'t', 'a', 'b' could be their coordinates"),
    "runs without a mark": (pd.concat([HARES, HARES]), "mark several records by a column 'record'"),
    "a dimension without values": (xr.DataArray(U, dims=("t", "x")), "the dimension 't' has no values"),
    "objects": ({"t": T, "x": X, "u": U.astype(object)}, "'u' holds Python objects"),
    "a table with text": (HARES.astype({"Lynx": object}).replace({"Lynx": {1.0: "one"}}), "column 'Lynx': 'one' is not a number"),
    "times as text": (pd.DataFrame({"t": [f"{v} s" for v in T], "x": T}), "column 't': '0.0 s' is not a number"),
    "unlike tables": ([HARES, HARES.rename(columns={"Lynx": "Fox"})], "record 2 has coordinates time; fields Hare_count"),
    "NaN times": ({"t": np.where(T > 1.9, np.nan, T), "x": np.sin(T)}, "coordinate t holds NaN"),
    "only times": ({"t": T}, "no field on t"),
    "single numbers": ({"t": 1.0, "x": 2.0}, "hold no array of several samples"),
    "axes that are none": ([{"t": T, "x": T**2}, {"t": T, "y": T**2}], "record 2 has coordinates t; fields y"),
    "empty": ([], "the list of records is empty"),
    "a number": (3, "got a int; expected"),
}


@pytest.mark.parametrize("case", OPEN)
def test_what_could_mean_two_things_or_none_is_refused_with_the_mend(case: str) -> None:
    data, message = OPEN[case]
    with pytest.raises(DataError, match=message):
        infer_system(data)


def test_axes_that_are_no_arrays_are_named() -> None:
    with pytest.raises(DataError, match="axes names 's', which is no array of the data; they have 't' 20, 'x' 20"):
        infer_system({"t": T, "x": np.sin(T)}, axes=["s"])
