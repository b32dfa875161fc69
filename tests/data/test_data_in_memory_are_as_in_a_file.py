"""Claim: arrays, xarray, pandas and polars, in memory and written to a file, give equal data sets; what is unfit is one clear error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xarray as xr
from data_cases import ODE, ONE, TWO, kdv

from invarieq.data import Dataset, dataset_from, read_dataset
from invarieq.errors import DataError, GridError
from invarieq.jets import JetSpace

TIMES, PLACES = np.linspace(0.0, 20.0, 41), np.linspace(-30.0, 30.0, 65)[:-1]
FIELD = kdv()[::8, ::5].T
WAVE = FIELD * np.exp(1j * FIELD + 0.3j * TIMES[:, None])
ORBIT = {"t": TIMES, "x": np.cos(TIMES), "y": -np.sin(TIMES)}
GRID = {"t": TIMES, "x": PLACES, "u": FIELD}


def gridded() -> xr.Dataset:
    return xr.Dataset({"u": (("t", "x"), FIELD, {"units": "m"})}, coords={"t": ("t", TIMES, {"units": "s"}), "x": PLACES})


def long_table() -> pd.DataFrame:
    table = gridded().to_dataframe().reset_index()
    return table.sample(frac=1.0, random_state=0)


def labelled() -> pd.DataFrame:
    """Two orbits with a column that names them."""
    first = pd.DataFrame(ORBIT)
    return pd.concat([first.assign(record="b"), (2 * first).assign(t=TIMES, record="a")])


def same(one: Dataset, other: Dataset) -> bool:
    return (
        len(one.segments) == len(other.segments)
        and all(a.identical(b) for a, b in zip(one.segments, other.segments, strict=True))
        and one.periodic == other.periodic
        and one.units == other.units
        and one.errors.keys() == other.errors.keys()
        and all(np.array_equal(a, b) for n in one.errors for a, b in zip(one.errors[n], other.errors[n], strict=True))
    )


def as_npz(folder: Path, arrays: dict[str, Any]) -> Path:
    np.savez(folder / "it.npz", **arrays)
    return folder / "it.npz"


def as_nc(folder: Path, data: xr.Dataset) -> Path:
    data.to_netcdf(folder / "it.nc", engine="h5netcdf")
    return folder / "it.nc"


def as_csv(folder: Path, table: pd.DataFrame) -> Path:
    table.to_csv(folder / "it.csv", index=False)
    return folder / "it.csv"


def as_wide_csv(folder: Path, table: pd.DataFrame) -> Path:
    table.to_csv(folder / "it.csv")
    return folder / "it.csv"


def as_parquet(folder: Path, table: pl.DataFrame) -> Path:
    table.write_parquet(folder / "it.parquet")
    return folder / "it.parquet"


HELD: dict[str, tuple[Any, JetSpace, Callable[[Path, Any], Path]]] = {
    "arrays": (GRID, ONE, as_npz),
    "arrays turned": ({"usol": FIELD.T, "xgrid": PLACES, "tt": TIMES}, ONE, as_npz),
    "arrays with errors": (GRID | {"u_std": 0.1 + FIELD**2}, ONE, as_npz),
    "arrays with one error": (GRID | {"sigma_u": np.array(0.3)}, ONE, as_npz),
    "a complex array": ({"t": TIMES, "x": PLACES, "psi": WAVE}, TWO, as_npz),
    "a mask": (GRID | {"mask": (np.abs(FIELD) < 1e-3).astype(int)}, ONE, as_npz),
    "vectors": (ORBIT, ODE, as_npz),
    "columns of a grid": ({n: c.to_numpy() for n, c in long_table().items()}, ONE, as_npz),
    "xarray": (gridded(), ONE, as_nc),
    "xarray falling": (gridded().isel(x=slice(None, None, -1)), ONE, as_nc),
    "xarray over dates": (gridded().assign_coords(t=pd.date_range("2020-01-01", periods=41, freq="6h")), ONE, as_nc),
    "xarray of records": (xr.concat([gridded(), 2 * gridded()], dim="trajectory"), ONE, as_nc),
    "pandas": (long_table(), ONE, as_csv),
    "pandas of orbits": (pd.DataFrame(ORBIT | {"x_error": 0.1, "species": "bee"}), ODE, as_csv),
    "pandas of records": (labelled(), ODE, as_csv),
    "pandas, wide": (pd.DataFrame(FIELD, index=pd.Index(TIMES, name="t"), columns=PLACES), ONE, as_wide_csv),
    "polars": (pl.from_pandas(long_table()), ONE, as_parquet),
    "polars of records": (pl.from_pandas(labelled()), ODE, as_parquet),
}


@pytest.mark.parametrize("case", HELD)
def test_a_file_and_the_same_in_memory_are_equal(case: str, tmp_path: Path) -> None:
    data, space, write = HELD[case]
    path = write(tmp_path, data)
    found = dataset_from(data, space)
    assert same(found, read_dataset(path, space))
    assert same(found, dataset_from(path, space)) and same(found, dataset_from(str(path), space))


def test_every_kind_gives_the_same_field() -> None:
    given = [GRID, gridded(), gridded().u, gridded().to_dataframe(), long_table(), pl.from_pandas(long_table())]
    for data in [*given, [GRID], {n: list(v) for n, v in GRID.items()}, {n: gridded()[n] for n in GRID}]:
        (segment,) = dataset_from(data, ONE).segments
        assert segment.u.dims == ("t", "x")
        assert np.array_equal(segment.u, FIELD) and np.array_equal(segment.t, TIMES) and np.array_equal(segment.x, PLACES)
    assert dataset_from(given[-1], ONE).source == "polars table"
    assert dataset_from(GRID, ONE, source="tank 3").source == "tank 3"


def test_records_are_a_list_or_what_names_them() -> None:
    table = labelled()
    parts = [table[table.record == r].drop(columns="record") for r in "ba"]
    listed = dataset_from(parts, ODE)
    assert same(listed, dataset_from(table, ODE))
    assert same(listed, dataset_from(table.rename(columns={"record": "animal"}), ODE, records="animal"))
    assert np.array_equal(listed.segments[1].x, 2 * np.cos(TIMES))
    whole = xr.concat([gridded(), 2 * gridded()], dim="draw")
    assert same(dataset_from(whole, ONE, records="draw"), dataset_from([gridded(), 2 * gridded()], ONE))


def test_the_period_is_of_all_records() -> None:
    assert dataset_from([GRID, GRID], ONE).periodic == {"x"}
    assert dataset_from([GRID, GRID | {"u": FIELD + PLACES / 60}], ONE).periodic == frozenset()
    assert dataset_from([GRID, GRID], ONE, periodic=[]).periodic == frozenset()


def test_the_axes_of_a_square_are_told() -> None:
    square = {"t": TIMES, "x": PLACES[:41], "u": FIELD[:, :41].T}
    with pytest.raises(GridError, match="which axis is t and which x cannot be told by length"):
        dataset_from(square, ONE)
    assert np.array_equal(dataset_from(square, ONE, axes=("x", "t")).segments[0].u, FIELD[:, :41])
    with pytest.raises(DataError, match=r"axes=\('x', 'y'\); expected the coordinates t, x"):
        dataset_from(square, ONE, axes=("x", "y"))


def test_masked_samples_are_missing() -> None:
    hidden = np.abs(FIELD) < 1e-3
    (segment,) = dataset_from(GRID | {"u": np.ma.masked_array(FIELD, hidden)}, ONE).segments
    assert np.array_equal(np.isnan(segment.u), hidden)
    nulls = pd.DataFrame(ORBIT).astype({"x": "Float64"})
    nulls.loc[3, "x"] = pd.NA
    assert np.flatnonzero(np.isnan(dataset_from(nulls, ODE).segments[0].x)).tolist() == [3]


TABLE = pd.DataFrame(ORBIT)
TEXT = TABLE.astype({"x": object})
TEXT.loc[1, "x"] = "oops"
BAD: dict[str, tuple[Any, str]] = {
    "scalar": (3.0, "the data: got a float; expected an xarray Dataset"),
    "nothing": (None, "the data: got a NoneType; expected an xarray Dataset"),
    "array without names": (FIELD, r"got a ndarray of shape \(41, 64\), without names"),
    "empty list": ([], "the list of records is empty"),
    "empty mapping": ({}, "the mapping of arrays is empty"),
    "a string that is no file": ("somewhere", "'somewhere' is no data file"),
    "a file that is not there": ("somewhere.csv", r"'somewhere.csv' does not exist"),
    "object array": (ORBIT | {"x": ORBIT["x"].astype(object)}, "'x' holds Python objects"),
    "xarray of objects": (xr.Dataset({"x": ("t", ORBIT["x"].astype(object))}, coords={"t": TIMES}), "'x' holds Python objects"),
    "ragged": (ORBIT | {"x": [[1.0], [1.0, 2.0]]}, "the rows of 'x' have different lengths"),
    "nothing in an array": (ORBIT | {"x": []}, "'x' is empty"),
    "a number for a name": ({1: TIMES}, "the name 1 of an array is no text"),
    "text": (ORBIT | {"x": "abc"}, "'x' holds text; expected numbers"),
    "a table with text": (TEXT, r"row 2 of the table, column 'x': 'oops' is not a number"),
    "wrong names": (TABLE.rename(columns={"y": "q", "x": "p"}), "no column 'x'; the table has 't', 'p', 'q'"),
    "wrong names of vectors": ({"s": TIMES, "p": TIMES, "q": TIMES}, "no values for the coordinate 't'"),
    "unlike tables": ([TABLE, TABLE.rename(columns={"y": "q", "x": "p"})], r"record 2: no column 'x'"),
    "a column twice": (pd.concat([TABLE, TABLE[["x"]]], axis=1), "the column 'x' occurs twice"),
    "rows labelled": (TABLE.set_index("t").rename_axis(None), r"labelled by an index without a name; name it"),
    "no rows": (TABLE.iloc[:0], "the table has no rows"),
    "lazy": (pl.from_pandas(TABLE).lazy(), r"got a LazyFrame of polars; expected a DataFrame: data.collect\(\)"),
    "NaN times": (TABLE.assign(t=np.where(TIMES > 19, np.nan, TIMES)), "coordinate t holds NaN or infinity 2 time"),
    "negative errors": (ORBIT | {"x_err": -1.0}, "the standard error of 'x' is -1.0"),
    "errors of another shape": (ORBIT | {"x_err": TIMES[:5]}, r"the standard errors of 'x' have shape \(5,\)"),
    "metres and feet": (
        [xr.Dataset({n: ("t", v, {"units": u}) for n, v in ORBIT.items() if n != "t"}, {"t": TIMES}) for u in ("m", "ft")],
        "x is in 'm' in one record and in 'ft' in another",
    ),
    "too few": (TABLE.iloc[:5], "t has 5 samples; a law needs at least 8"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_unfit_is_one_clear_error(case: str) -> None:
    data, message = BAD[case]
    with pytest.raises(DataError, match=message) as caught:
        dataset_from(data, ODE)
    assert "\n" not in str(caught.value)


def test_records_that_nothing_names_are_an_error() -> None:
    with pytest.raises(DataError, match=r"records='animal' names nothing in the data; they have 't', 'x', 'y'"):
        dataset_from(TABLE, ODE, records="animal")


def test_units_and_standard_errors_travel_with_the_field_that_they_belong_to() -> None:
    named = gridded().rename(u="usol", x="xgrid").assign(usol_sigma=(("t", "xgrid"), 0.1 + FIELD**2)).transpose("xgrid", "t")
    found = dataset_from(named.isel(t=slice(None, None, -1)), ONE)
    assert found.units == {"t": "s", "u": "m"}
    assert np.array_equal(found.errors["u"][0], 0.1 + FIELD**2) and found.errors["u"][0].shape == found.segments[0].u.shape
    assert set(found.segments[0].variables) == {"t", "x", "u"}
    two = dataset_from([GRID | {"u_error": 0.1}, GRID], ONE)
    assert two.errors == {} and two.units == {}
    table = long_table().assign(u_uncertainty=lambda d: d.u**2)
    assert np.array_equal(dataset_from(table, ONE).errors["u"][0], FIELD**2)


def test_a_heading_may_hold_the_unit(tmp_path: Path) -> None:
    table = pd.DataFrame({"Time [s]": TIMES, "x [m]": ORBIT["x"], "y": ORBIT["y"], "x_error [m]": 0.1})
    for found in (dataset_from(table, ODE), read_dataset(as_csv(tmp_path, table), ODE)):
        assert found.units == {"t": "s", "x": "m"}
        assert found.errors["x"][0].tolist() == [0.1] * 41
        assert np.array_equal(found.segments[0].x, ORBIT["x"])


def test_a_dataset_that_is_still_in_its_file_is_read_and_left_there(tmp_path: Path) -> None:
    gridded().to_netcdf(tmp_path / "wave.nc")
    with xr.open_dataset(tmp_path / "wave.nc") as lazy:
        assert dataset_from(lazy, ONE).segments[0]["u"].shape == FIELD.shape
        assert not lazy.u.variable._in_memory
