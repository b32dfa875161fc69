"""Claim: tables with one row a sample become fields on grids, and a bad cell is named with its place."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from data_cases import ODE, ONE

from invarieq.data import read_dataset
from invarieq.errors import DataError, GridError, MissingExtra

TIMES, PLACES = np.linspace(0, 1, 12), np.linspace(-1, 1, 9)
FIELD = np.sin(TIMES[:, None] + PLACES)


def long_rows() -> list[tuple[float, float, float]]:
    rows = [(t, x, FIELD[i, j]) for i, t in enumerate(TIMES) for j, x in enumerate(PLACES)]
    order = np.random.default_rng(0).permutation(len(rows))
    return [rows[k] for k in order]


def written(path: Path, header: str, rows: list[tuple[Any, ...]], delimiter: str = ",") -> Path:
    path.write_text(
        "\n".join([header, *(delimiter.join(map(repr, r)) if r else "" for r in rows)])
        .replace("np.float64(", "")
        .replace(")", "")
    )
    return path


@pytest.mark.parametrize(("header", "delimiter"), [("t,x,u", ","), ("T;X;U", ";"), ("time\tx\tu", "\t"), ("# t, x, u", ",")])
def test_rows_in_any_order_fill_the_grid(tmp_path: Path, header: str, delimiter: str) -> None:
    data = read_dataset(written(tmp_path / "long.csv", header, long_rows(), delimiter), ONE)
    (segment,) = data.segments
    assert segment.u.dims == ("t", "x")
    assert np.array_equal(segment.u, FIELD)
    assert np.array_equal(segment.t, TIMES)


def test_the_same_from_parquet(tmp_path: Path) -> None:
    columns = dict(zip(("t", "x", "u"), map(list, zip(*long_rows(), strict=True)), strict=True))
    parquet.write_table(pa.table(columns), tmp_path / "long.parquet")
    assert np.array_equal(read_dataset(tmp_path / "long.parquet", ONE).segments[0].u, FIELD)


def test_parquet_without_its_package_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    parquet.write_table(pa.table({"t": [1.0]}), tmp_path / "a.parquet")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"invarieq\[data\]"):
        read_dataset(tmp_path / "a.parquet", ONE)


@pytest.mark.parametrize("labels", [("1", "0"), ("second", "first")])
def test_a_column_trajectory_splits(tmp_path: Path, labels: tuple[str, str]) -> None:
    rows = [f"{label},{t},{t * k},{-t}" for k, label in enumerate(labels) for t in range(10)]
    (tmp_path / "runs.csv").write_text("\n".join(["trajectory,t,x,y", *rows]))
    first, second = read_dataset(tmp_path / "runs.csv", ODE).segments
    assert first.x.values.tolist() == [0.0] * 10
    assert second.x.values.tolist() == list(range(10))


def test_letters_of_two_cases_are_two_columns(tmp_path: Path) -> None:
    (tmp_path / "case.csv").write_text("t,X,x,y\n" + "\n".join(f"{k},{-k},{k * k},0" for k in range(9)))
    assert read_dataset(tmp_path / "case.csv", ODE).segments[0].x.values.tolist() == [k * k for k in range(9)]


BAD = {
    "text": ("t,x,y\n0,1,2\n1,oops,3", "row 2 of the table, column 'x': 'oops' is not a number"),
    "ragged": ("t,x,y\n0,1,2\n1,2", "line 3: 2 values; expected 3"),
    "no header": ("0,1,2\n1,2,3", "the first line holds numbers"),
    "only a header": ("t,x,y\n", "no rows"),
    "empty": ("", "empty"),
    "blank": ("\n \n", "empty"),
    "no such column": ("t,x,z,w\n0,1,2,3", "no column 'y'; the table has 't', 'x', 'z', 'w'"),
    "twice": ("t,x,x,y\n0,1,2,3", "'x' occurs twice"),
    "binary": ("t,x,y\n\x00\x00", "line 2: 1 values"),
    "out of order": ("t,x,y\n0,1,2\n2,1,2\n1,1,2\n3,1,2", "t is not sorted at index 2"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_tables_are_refused(tmp_path: Path, case: str) -> None:
    text, expected = BAD[case]
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(DataError) as caught:
        read_dataset(tmp_path / "bad.csv", ODE)
    assert expected in str(caught.value)


def test_absent_rows_are_missing_samples_and_a_double_row_is_named(tmp_path: Path) -> None:
    rows = sorted(long_rows())
    (segment,) = read_dataset(written(tmp_path / "hole.csv", "t,x,u", rows[:1] + rows[2:]), ONE).segments
    assert np.flatnonzero(np.isnan(segment.u.values)).tolist() == [1]
    (tmp_path / "line.csv").write_text("t,x,u\n0,0,1\n1,1,2\n2,2,3\n")
    with pytest.raises(GridError, match=r"first wrong place t = 0, x = 1, which has 0 row"):
        read_dataset(tmp_path / "line.csv", ONE)
    with pytest.raises(GridError, match="which has 2 row"):
        read_dataset(written(tmp_path / "double.csv", "t,x,u", [*rows, rows[-1]]), ONE)


def test_an_empty_cell_is_nan(tmp_path: Path) -> None:
    (tmp_path / "gap.csv").write_text("t,x,y\n0,1,2\n1,,3\n2,1,1")
    assert np.isnan(read_dataset(tmp_path / "gap.csv", ODE).segments[0].x.values[1])
