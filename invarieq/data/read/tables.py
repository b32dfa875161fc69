"""Columns out of .csv and .parquet files, and from columns to fields on a grid."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.memory import check_fits
from invarieq.data.read.contents import Contents
from invarieq.data.read.names import TRAJECTORY, find_name, paired_parts
from invarieq.data.read.uncertainty import error_values, error_variable
from invarieq.errors import DataError, GridError, MissingExtra
from invarieq.jets import JetSpace

Array = NDArray[np.float64]
FEWEST_FILLED = 0.5  # of the points of a grid that rows must give; the others are missing samples


def read_csv(path: Path) -> dict[str, np.ndarray]:
    """Columns by header name; columns that are not numbers throughout stay text, an empty cell is NaN."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        head = opened.readline()
        delimiter = max(",;\t", key=head.count)
        opened.seek(0)
        reader = csv.reader(opened, delimiter=delimiter, skipinitialspace=True)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    if not rows:
        raise DataError(f"{path} is empty; expected a line of column names and lines of numbers")
    header, body = [h.strip().removeprefix("#").strip() for h in rows[0][1]], rows[1:]
    if all(is_number(h) for h in header):
        raise DataError(f"{path}: the first line holds numbers; expected the names of the columns, e.g. t,x,u")
    for line, row in body:
        if len(row) != len(header):
            raise DataError(f"{path}, line {line}: {len(row)} values; expected {len(header)}, one a column of the header")
    if not body:
        raise DataError(f"{path} has column names ({', '.join(header)}) but no rows")
    repeated = sorted({h for h in header if h and header.count(h) > 1})
    if repeated:
        raise DataError(f"{path}: the column {repeated[0]!r} occurs twice; give every column its own name")
    return {name: _column([row[j] for _, row in body]) for j, name in enumerate(header)}


def is_number(cell: str) -> bool:
    """Whether a cell of a table is a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _column(cells: Sequence[str]) -> np.ndarray:
    text = np.array([cell.strip() or "nan" for cell in cells])
    try:
        return text.astype(float)
    except ValueError:
        return _complex(text)


def _complex(text: np.ndarray) -> np.ndarray:
    """Cells such as 1+2j, (1+2j) or MATLAB's 1+2i as complex numbers; text stays text."""
    try:
        return np.array([complex(cell.strip("()").replace(" ", "").replace("i", "j")) for cell in text])
    except ValueError:
        return text


def from_wide(columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray] | None:
    r"""A table whose column names but the first are numbers as two vectors and a matrix, else None.

    The first name says what goes down the rows (t), or both (t\x: t down, x across).
    """
    first, *others = columns
    if len(others) < 2 or not all(is_number(name) for name in others):
        return None
    names = [n for n in re.split(r"\W+", first) if n]
    down, across = (names[0], names[1]) if len(names) == 2 else (names[0] if names else "rows", "columns")
    values = np.stack([columns[name] for name in others], axis=1)
    return {down: columns[first], across: np.array([float(n) for n in others]), "values": values}


def read_parquet(path: Path) -> dict[str, np.ndarray]:
    """Columns by name; nulls are NaN."""
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("reading .parquet", "pyarrow", "data") from None
    told = parquet.read_metadata(path)
    check_fits(path, 8 * told.num_rows * told.num_columns)
    table = parquet.read_table(path)
    columns = {str(n): np.asarray(table[n].to_numpy()) for n in table.column_names}
    return {n: a.astype(str) if a.dtype == object else a for n, a in columns.items()}


def from_table(table: Contents, space: JetSpace, path: str | Path, notes: list[str]) -> list[xr.Dataset]:
    """One data set a value of the column `trajectory`; rows may come in any order where the coordinates span a grid.

    `notes` takes what was not found by its name.
    """
    known = (*(c.name for c in space.coordinates), *(f.name for f in space.fields))
    group = find_name(TRAJECTORY, [c for c in table.arrays if c not in known])
    picked, taken = _picked(table, space, group, path, notes)
    for name in [f.name for f in space.fields if taken.get(f.name) in table.errors]:
        picked[error_variable(name)] = error_values(taken[name], picked[name], table, path)
    found = [picked]
    if group is not None:
        labels = table.arrays[group]
        _, first = np.unique(labels, return_index=True)
        found = [{n: v[labels == labels[i]] for n, v in picked.items()} for i in np.sort(first)]
    gridded = [_gridded(part, space, path) for part in found]
    for segment in gridded:
        for name, column in taken.items():
            if column in table.units:
                segment[name].attrs["units"] = table.units[column]
    return gridded


def _picked(
    table: Contents, space: JetSpace, group: str | None, path: str | Path, notes: list[str]
) -> tuple[dict[str, Array], dict[str, str]]:
    """(values, column) by coordinate and field; a field that is a part of a complex column has no column."""
    columns = table.arrays
    coordinates, fields = [c.name for c in space.coordinates], [f.name for f in space.fields]
    taken: dict[str, str] = {}
    for name in [*coordinates, *fields]:
        free = [c for c in columns if c not in (*taken.values(), group) and (c == name or c not in (*coordinates, *fields))]
        found = find_name(name, free)
        if found is not None:
            taken[name] = found
    spare = {c: v for c, v in columns.items() if c not in (*taken.values(), group)}
    picked = {name: numbers_of(columns[taken[name]], taken[name], path) for name in coordinates if name in taken}
    missing = next((n for n in coordinates if n not in picked), None)
    if missing is None:
        given = {n: columns[taken[n]] for n in fields if n in taken}
        if len(given) < len(fields):
            given |= _by_elimination(given, fields, spare)
            taken |= {n: c for n in given if n not in taken for c, v in spare.items() if v is given[n]}
            if len(given) == len(fields):
                notes.append(f"{', '.join(fields)} from the columns that no other name takes: {', '.join(spare)}")
        missing = next((n for n in fields if n not in given), None)
        picked |= {name: numbers_of(values, taken.get(name, name), path) for name, values in given.items()}
    if missing is not None:
        raise DataError(
            f"{path}: no column {missing!r}; the table has {', '.join(map(repr, columns))}. Rename a column, or the {_kind(missing, space)} in the system"
        )
    return picked, taken


def _by_elimination(
    given: Mapping[str, np.ndarray], fields: Sequence[str], spare: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Columns for fields that no name gives: the only one left, or real and imaginary part for two."""
    numbers = {c: v for c, v in spare.items() if np.issubdtype(v.dtype, np.number)}
    single = next(iter(numbers.values())) if len(numbers) == 1 else None
    if len(fields) == 2:
        whole = next((v for v in (*given.values(), single) if v is not None and np.iscomplexobj(v)), None)
        if whole is not None and len(given) + (single is not None) == 1:
            return {fields[0]: np.real(whole), fields[1]: np.imag(whole)}
        if not given and (pair := paired_parts(numbers)) is not None:
            return {fields[0]: numbers[pair[0]], fields[1]: numbers[pair[1]]}
    missing = [n for n in fields if n not in given]
    return {missing[0]: single} if len(missing) == 1 and single is not None else {}


def _kind(name: str, space: JetSpace) -> str:
    return "coordinate" if name in [c.name for c in space.coordinates] else "unknown"


def numbers_of(values: np.ndarray, column: str, path: str | Path) -> Array:
    """A column as numbers; `DataError` names the first cell that is none."""
    if np.iscomplexobj(values):
        raise DataError(f"{path}: column {column!r} is complex; give its real and imaginary part in two columns")
    if np.issubdtype(values.dtype, np.number):
        return np.asarray(values, dtype=float)
    place = next((i for i, v in enumerate(values) if not is_number(str(v))), 0)
    raise DataError(
        f"{path}, row {place + 1} of the table, column {column!r}: {str(values[place])[:40]!r} is not a number; correct the cell (decimal "
        "point, no units), or leave it empty"
    )


def _gridded(columns: Mapping[str, Array], space: JetSpace, path: str | Path) -> xr.Dataset:
    names = tuple(c.name for c in space.coordinates)
    if len(names) == 1:
        return _with_errors({n: (names, v) for n, v in columns.items()}, space)
    axes, places = zip(*(np.unique(columns[n], return_inverse=True) for n in names), strict=True)
    shape, rows = tuple(len(a) for a in axes), len(columns[names[0]])
    filled = np.zeros(shape, dtype=np.intp)
    np.add.at(filled, places, 1)
    if filled.max() > 1 or rows < FEWEST_FILLED * filled.size:
        wrong = np.unravel_index(int(np.argmax(filled > 1 if filled.max() > 1 else filled == 0)), shape)
        at = ", ".join(f"{n} = {axis[i]:g}" for n, axis, i in zip(names, axes, wrong, strict=True))
        raise GridError(
            f"{path}: {rows} rows do not fill the grid {' × '.join(f'{n}: {c}' for n, c in zip(names, shape, strict=True))} once; first wrong "
            f"place {at}, which has {int(filled[wrong])} row(s). Give one row a grid point (where samples are missing, none)"
        )
    fields: dict[str, tuple[tuple[str, ...], Array]] = {}
    for name in [n for n in columns if n not in names]:
        values = np.full(shape, np.nan)
        values[places] = columns[name]
        fields[name] = (names, values)
    return _with_errors({**fields, **{n: ((n,), a) for n, a in zip(names, axes, strict=True)}}, space)


def _with_errors(variables: Mapping[str, tuple[tuple[str, ...], Array]], space: JetSpace) -> xr.Dataset:
    """The fields as variables, everything else (coordinates and what carries standard errors) as coordinates."""
    fields = [f.name for f in space.fields]
    coords = {n: v for n, v in variables.items() if n not in fields}
    return xr.Dataset({n: variables[n] for n in fields}, coords=coords)
