"""Arrays by name out of files of each supported format. Nothing here knows a system."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from invarieq.errors import DataError, MissingExtra

Table = dict[str, np.ndarray]
NEGLIGIBLE = 1e-6  # what a solver at ordinary tolerance leaves of an imaginary part that should be zero


def read_arrays(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    """(arrays by name, dimension names of those arrays whose file states them)."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path}: the ending {path.suffix!r} is not known; expected one of {', '.join(sorted(_READERS))}")
    if not path.exists():
        raise DataError(f"data file {str(path)!r} does not exist")
    if path.is_dir() and path.suffix.lower() != ".zarr":
        raise DataError(f"{path} is a folder; name a file in it")
    try:
        arrays, dims = reader(path)
    except (DataError, MissingExtra):
        raise
    except Exception as error:
        raise DataError(f"{path} cannot be read as {path.suffix}: {type(error).__name__}: {error}; the file may be damaged") from None
    numeric = {name: _real(a) for name, a in arrays.items() if a.size and np.issubdtype(a.dtype, np.number)}
    if not numeric:
        raise DataError(f"{path} holds no arrays of numbers; found {', '.join(arrays) or 'nothing'}")
    return numeric, dims


def _real(array: np.ndarray) -> np.ndarray:
    """A complex array without an imaginary part (MATLAB stores such after a Fourier transform) as a real one."""
    if np.iscomplexobj(array) and np.max(np.abs(array.imag)) <= NEGLIGIBLE * np.max(np.abs(array.real)):
        return array.real
    return array


def _xarray(path: Path, **options: Any) -> tuple[Table, dict[str, tuple[str, ...]]]:
    import xarray as xr

    with xr.open_dataset(path, decode_times=False, **options) as opened:
        loaded = opened.load()
    arrays = {str(n): np.asarray(v.values) for n, v in loaded.variables.items()}
    return arrays, {str(n): tuple(map(str, v.dims)) for n, v in loaded.variables.items()}


def _netcdf(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    return _xarray(path, engine="h5netcdf")


def _zarr(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    try:
        import zarr  # noqa: F401
    except ImportError:
        raise MissingExtra("reading .zarr", "zarr", "cluster") from None
    return _xarray(path, engine="zarr")


def _npz(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    with np.load(path, allow_pickle=False) as opened:
        return {name: opened[name] for name in opened.files}, {}


def _mat(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    from scipy.io import loadmat

    try:
        found = loadmat(str(path))
    except NotImplementedError:
        return _mat73(path)
    return {n: np.asarray(a) for n, a in found.items() if not n.startswith("__") and isinstance(a, np.ndarray)}, {}


def _mat73(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    """MATLAB's HDF5 files: arrays are transposed, complex numbers are pairs (real, imag)."""
    import h5py

    arrays: Table = {}
    with h5py.File(path, "r") as opened:
        for name, item in opened.items():
            if isinstance(item, h5py.Dataset):
                values = np.asarray(item[()])
                if values.dtype.names and {"real", "imag"} <= set(values.dtype.names):
                    values = values["real"] + 1j * values["imag"]
                arrays[str(name)] = values.T
    return arrays, {}


def _csv(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    text = path.read_text(encoding="utf-8-sig")
    if not text.strip():
        raise DataError(f"{path} is empty")
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if row]
    header, body = [h.strip() for h in rows[0]], rows[1:]
    table = np.empty((len(body), len(header)))
    for i, row in enumerate(body):
        if len(row) != len(header):
            raise DataError(f"{path}, line {i + 2}: {len(row)} values; expected {len(header)}, as the header has")
        for j, cell in enumerate(row):
            try:
                table[i, j] = float(cell) if cell.strip() else np.nan
            except ValueError:
                raise DataError(f"{path}, line {i + 2}, column {header[j]!r}: {cell[:40]!r} is not a number") from None
    return {name: table[:, j] for j, name in enumerate(header)}, {}


def _parquet(path: Path) -> tuple[Table, dict[str, tuple[str, ...]]]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("reading .parquet", "pyarrow", "data") from None
    table = parquet.read_table(path)
    return {str(n): np.asarray(table[n].to_numpy()) for n in table.column_names}, {}


_READERS: dict[str, Callable[[Path], tuple[Table, dict[str, tuple[str, ...]]]]] = {
    ".nc": _netcdf,
    ".zarr": _zarr,
    ".npz": _npz,
    ".mat": _mat,
    ".csv": _csv,
    ".parquet": _parquet,
}
