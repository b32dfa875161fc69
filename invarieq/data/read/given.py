"""Data that a user hands in, of any kind: xarray, NumPy arrays with names, pandas and polars tables, records, files.

Each becomes the `Contents` that a file would have, so that a file and the same data in memory are matched alike. Neither pandas
nor polars is imported here: their tables are known by the module of their type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from xarray.conventions import encode_cf_variable

from invarieq.data.dataset import Dataset, check_dataset
from invarieq.data.memory import fitting
from invarieq.data.read.assemble import assembled
from invarieq.data.read.contents import UNITS, Contents
from invarieq.data.read.formats import read_contents, xarray_contents
from invarieq.data.read.measured import measured
from invarieq.data.read.named import Question
from invarieq.data.read.names import TRAJECTORY
from invarieq.data.read.tables import from_wide
from invarieq.errors import DataError
from invarieq.files import is_there
from invarieq.jets import JetSpace

MEASURED = "measured:"
EXPECTED = (
    "an xarray Dataset or DataArray, arrays by name such as {'t': t, 'x': x, 'u': u}, a pandas or polars table, a list of these (one a "
    "record), or the path of a file"
)


@fitting()
def dataset_from(
    data: Any,
    space: JetSpace,
    *,
    axes: Sequence[str] | None = None,
    periodic: Iterable[str] | None = None,
    records: str | None = None,
    source: str = "",
) -> Dataset:
    """The fields of `space` from whatever a user has: checked, and the same as from a file of that content.

    `data` is an xarray Dataset or DataArray, a mapping of NumPy arrays by name (axes are told by length, or by `axes`; vectors of one
    length are the columns of a table), a pandas or polars table, a list of these with one entry a record, or a path. Records are also
    told by a column or dimension `trajectory`, `record` or `run`, or that which `records` names. An array or column `u_error` (see
    `invarieq.data.read.uncertainty`) gives the standard errors of u, `attrs["units"]` of xarray the units. The rest is as in
    `read_dataset`. `source` says in the result and in messages where the data come from.

    Raises `DataError` or `GridError` for data of another kind, that do not match, or that no law can be read from.

    >>> import numpy as np
    >>> from invarieq import Field, JetSpace, coordinates
    >>> (t,) = coordinates("t")
    >>> found = dataset_from({"t": np.linspace(0, 1, 9), "q": np.linspace(0, 1, 9) ** 2}, JetSpace((t,), (Field("q", t),)))
    >>> found.segments[0].q.shape
    (9,)
    """
    if isinstance(data, Dataset):
        check_dataset(data, space)
        return data
    if isinstance(data, str) and data.startswith(MEASURED):
        dataset = measured(data.removeprefix(MEASURED))
    else:
        fields = [f.name for f in space.fields]
        question = Question(space, source or where_of(data), None if axes is None else tuple(axes))
        found = contents_of(data, question.where, records=records, nameless=fields[0] if len(fields) == 1 else "")
        dataset = assembled(found, question, source=source or kind_of(data), periodic=periodic)
    check_dataset(dataset, space)
    return dataset


def where_of(data: Any) -> str | Path:
    """What messages call the data: the path of a file, else "the data"."""
    return Path(data) if isinstance(data, (str, Path)) else "the data"


def kind_of(data: Any) -> str:
    """The kind of data in words: "file run.csv", "NumPy arrays", "pandas table", "3 records, xarray"."""
    if isinstance(data, (list, tuple)):
        kinds = ", ".join(dict.fromkeys(map(kind_of, data)))
        return kinds if len(data) == 1 else f"{len(data)} records, {kinds}"
    if isinstance(data, (str, Path)):
        return f"file {Path(data).name}"
    if isinstance(data, (xr.Dataset, xr.DataArray)):
        return "xarray"
    return "arrays in memory" if isinstance(data, Mapping) else f"{_library(data)} table"


def contents_of(data: Any, where: str | Path, *, records: str | None = None, nameless: str = "") -> list[Contents]:
    """The contents of each record. `records` names the column or dimension that tells records, `nameless` an array without a name."""
    if isinstance(data, (list, tuple)):
        if not data:
            raise DataError(f"{where}: the list of records is empty; give at least one of: {EXPECTED}")
        return [
            c
            for k, part in enumerate(data)
            for c in contents_of(part, f"{where}, record {k + 1}", records=records, nameless=nameless)
        ]
    found = _contents(data, where, nameless)
    return [found if records is None else _with_records(found, records, where)]


def _contents(data: Any, where: str | Path, nameless: str) -> Contents:
    if isinstance(data, (str, Path)):
        return _file(data)
    if isinstance(data, xr.DataArray):
        if not (data.name or nameless):
            raise DataError(f"{where}: the DataArray has no name; give it that of its field: data.rename('u')")
        return _of_xarray(data.to_dataset(name=data.name or nameless), where)
    if isinstance(data, xr.Dataset):
        return _of_xarray(data, where)
    if isinstance(data, Mapping):
        return _of_mapping(data, where)
    if isinstance(data, np.ndarray) and data.dtype.names:
        return _table({n: _array(n, data[n], where) for n in data.dtype.names}, where)
    reader = _TABLES.get(_library(data))
    if reader is not None:
        return reader(data, where)
    what = f"a {type(data).__name__}" + (f" of shape {data.shape}, without names" if isinstance(data, np.ndarray) else "")
    raise DataError(f"{where}: got {what}; expected {EXPECTED}")


def _file(data: str | Path) -> Contents:
    path = Path(data)
    if not path.suffix and not is_there(path):
        raise DataError(f"{str(data)!r} is no data file; expected {EXPECTED}")
    return read_contents(path)


def _with_records(found: Contents, records: str, where: str | Path) -> Contents:
    """The contents with the column or dimension of that name called `trajectory`."""
    named = {d for dims in found.dims.values() for d in dims}
    if records not in found.arrays and records not in named:
        have = ", ".join(map(repr, [*found.arrays, *sorted(named - set(found.arrays))]))
        raise DataError(f"{where}: records={records!r} names nothing in the data; they have {have}")
    dims = {n: tuple(TRAJECTORY if d == records else d for d in ds) for n, ds in found.dims.items()}
    arrays = {TRAJECTORY if n == records else n: a for n, a in found.arrays.items()}
    return replace(found, arrays=arrays, dims={TRAJECTORY if n == records else n: d for n, d in dims.items()})


def _of_xarray(data: xr.Dataset, where: str | Path) -> Contents:
    """As a .nc file of the data would be read: dates become numbers since one."""
    data = data.compute()  # what is still in a file is read, and the user's own stays there
    for name, variable in data.variables.items():
        if variable.dtype.kind in "mM":
            counted, unit = _counted(variable)
            data = data.assign({name: (variable.dims, counted, {"units": unit})})
        elif variable.dtype == object:
            raise DataError(_objects(str(name), where))
    return xarray_contents(data)


def _counted(dates: xr.Variable) -> tuple[np.ndarray, str]:
    """Dates, or spans of time, as numbers in a unit such as "days since 2020-01-01", as a .nc file would hold them."""
    counted = encode_cf_variable(dates)
    return np.asarray(counted.values), str(counted.attrs["units"])


def _with_dates(contents: Contents) -> Contents:
    """The contents with dates as numbers and their unit."""
    arrays, units, attributes = dict(contents.arrays), dict(contents.units), dict(contents.attributes)
    for name, array in contents.arrays.items():
        if array.dtype.kind in "mM":
            arrays[name], units[name] = _counted(xr.Variable([f"axis {k}" for k in range(array.ndim)], array))
            attributes[f"{UNITS}{name}"] = units[name]
    return replace(contents, arrays=arrays, units=units, attributes=attributes)


def _of_mapping(data: Mapping[Any, Any], where: str | Path) -> Contents:
    """Arrays by name; with text among them (labels of records) they are the columns of a table."""
    if not data:
        raise DataError(f"{where}: the mapping of arrays is empty; expected arrays by name such as {{'t': t, 'x': x, 'u': u}}")
    arrays: dict[str, np.ndarray] = {}
    dims: dict[str, tuple[str, ...]] = {}
    units: dict[str, str] = {}
    for name, value in data.items():
        if not isinstance(name, str):
            raise DataError(f"{where}: the name {name!r} of an array is no text; expected names such as 't', 'x', 'u'")
        arrays[name] = _array(name, value, where)
        if isinstance(value, xr.DataArray):
            dims[name] = tuple(map(str, value.dims))
            units |= {name: str(value.attrs["units"])} if "units" in value.attrs else {}
    found = _with_dates(Contents(arrays, dims, units=units))
    text = [n for n, a in found.arrays.items() if a.dtype.kind not in "iufc"]
    if text and (len({a.shape for a in arrays.values()}) > 1 or arrays[text[0]].ndim != 1):
        raise DataError(f"{where}: {text[0]!r} holds text; expected numbers, or a table of vectors of one length")
    return replace(found, table=bool(text))


def _array(name: str, value: Any, where: str | Path) -> np.ndarray:
    """A value as an array: truth values as 0 and 1, masked samples as NaN. Raises `DataError` for objects and for nothing."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise DataError(f"{where}: the rows of {name!r} have different lengths; give an array, or a list of records") from None
    if isinstance(value, np.ma.MaskedArray):
        array = np.where(np.ma.getmaskarray(value), np.nan, np.asarray(value.data, dtype=np.result_type(value.dtype, np.float64)))
    if array.dtype == object:
        raise DataError(_objects(name, where))
    if not array.size:
        raise DataError(f"{where}: {name!r} is empty; give its samples, or leave it out")
    return array.astype(np.int8) if array.dtype == bool else array


def _objects(name: str, where: str | Path) -> str:
    return f"{where}: {name!r} holds Python objects (an object array); convert it to numbers with .astype(float), or leave it out"


def _library(data: Any) -> str:
    return type(data).__module__.partition(".")[0]


def _of_pandas(data: Any, where: str | Path) -> Contents:
    """Columns by name; a named index is a column, an index of whole numbers without a name only counts the rows."""
    if not hasattr(data, "columns"):
        if not hasattr(data, "to_frame"):
            raise DataError(f"{where}: got a {type(data).__name__} of pandas; expected a DataFrame")
        data = data.to_frame(name=data.name or "values")
    if any(name is not None for name in data.index.names):
        data = data.reset_index()
    elif len(data) and data.index.dtype.kind not in "iu":
        raise DataError(
            f"{where}: the rows are labelled by an index without a name; name it, as in data.rename_axis('t'), or drop it with "
            "data.reset_index(drop=True)"
        )
    names = list(map(str, data.columns))
    if data.columns.name is not None and len(names) > 1:  # of a wide table: what goes down, and what goes across
        names[0] += rf"\{data.columns.name}"
    _once(names, where)
    return _table({n: _series(data.iloc[:, k]) for k, n in enumerate(names)}, where)


def _series(column: Any) -> np.ndarray:
    """A column of pandas: numbers with NaN for what is missing, else text or dates."""
    kind = getattr(column.dtype, "kind", "O")
    if kind in "iufb":
        missing = bool(column.isna().any())
        return column.to_numpy(dtype=float, na_value=np.nan) if missing or kind == "f" else np.asarray(column.to_numpy())
    return np.asarray(column.to_numpy())


def _of_polars(data: Any, where: str | Path) -> Contents:
    if not hasattr(data, "to_dict"):
        raise DataError(f"{where}: got a {type(data).__name__} of polars; expected a DataFrame: data.collect(), data.to_frame()")
    return _table({str(n): np.asarray(c.to_numpy()) for n, c in data.to_dict(as_series=True).items()}, where)


_TABLES: Mapping[str, Callable[[Any, str | Path], Contents]] = {"pandas": _of_pandas, "polars": _of_polars}


def _once(names: Sequence[str], where: str | Path) -> None:
    repeated = sorted({n for n in names if names.count(n) > 1})
    if repeated:
        raise DataError(f"{where}: the column {repeated[0]!r} occurs twice; give every column its own name")


def _table(columns: Mapping[str, np.ndarray], where: str | Path) -> Contents:
    """Columns as a table, or as vectors and a matrix where the names of all but the first are numbers."""
    if not columns or not len(next(iter(columns.values()))):
        raise DataError(f"{where}: the table has {'no rows' if columns else 'no columns'}; expected columns such as t, x, u")
    plain: dict[str, np.ndarray] = {}
    for name, column in columns.items():
        values = column.astype(str) if column.dtype == object else column
        plain[name] = values.astype(np.int8) if values.dtype == bool else values
    wide = from_wide(plain)
    return (
        _with_dates(Contents({n.partition("\\")[0]: a for n, a in plain.items()}, table=True)) if wide is None else Contents(wide)
    )
