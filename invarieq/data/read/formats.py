"""Arrays by name out of array files: .nc, .zarr, .npz and .mat. Nothing here knows a system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import numpy as np

from invarieq.data.memory import check_fits
from invarieq.data.read.contents import UNITS, Contents
from invarieq.data.read.tables import from_wide, read_csv, read_parquet
from invarieq.errors import DataError, MissingExtra
from invarieq.files import is_there

if TYPE_CHECKING:
    import xarray as xr

Arrays = dict[str, np.ndarray]
DIMS = "dims."  # an .npz file that write_dataset made holds the dimension names of u in the array "dims.u"
ATTRIBUTES = "attribute."
_WIDEST = 8  # bytes of a number in MATLAB, of which a complex array has two
_CELL = 6  # bytes in memory for one of a table as text


def read_contents(path: Path) -> Contents:
    """Everything of a data file that is numbers (of a table: every column); `DataError` says why a file cannot be read."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path}: the ending {path.suffix!r} is not known; expected one of {', '.join(sorted(_READERS))}")
    if not is_there(path):
        raise DataError(f"data file {str(path)!r} does not exist; check the path, which counts from {Path.cwd()}")
    if path.is_dir() and path.suffix.lower() != ".zarr":
        raise DataError(f"{path} is a folder; name a file in it")
    if path.is_file() and path.stat().st_size == 0:
        raise DataError(f"{path} is empty (0 bytes); write it again")
    try:
        contents = reader(path)
    except (DataError, MissingExtra):
        raise
    except PermissionError:
        raise DataError(f"{path} may not be read; give yourself the right to read it") from None
    except MemoryError:
        raise DataError(f"{path} does not fit into memory; give a part of it") from None
    except Exception as error:
        cause = " ".join(str(error).split())[:300]
        raise DataError(
            f"{path} cannot be read as {path.suffix}: {type(error).__name__}: {cause}. The file is damaged or of another kind; write it again"
        ) from None
    if not any(np.issubdtype(a.dtype, np.number) for a in contents.arrays.values()):
        raise DataError(f"{path} holds no numbers; it has {', '.join(map(repr, contents.arrays)) or 'nothing'}")
    return contents


def _numeric(arrays: Mapping[str, np.ndarray]) -> Arrays:
    """Arrays of numbers; truth values (masks) as 0 and 1."""
    found = {n: a.astype(np.int8) if a.dtype == bool else a for n, a in arrays.items()}
    return {n: a for n, a in found.items() if a.size and np.issubdtype(a.dtype, np.number)}


def _xarray(path: Path, **options: Any) -> Contents:
    import xarray as xr

    with xr.open_dataset(path, decode_times=False, **options) as opened:
        check_fits(path, opened.nbytes)
        return xarray_contents(opened.load())


def xarray_contents(loaded: xr.Dataset) -> Contents:
    """The contents of an xarray Dataset, whose times are numbers."""
    arrays = _numeric({str(n): np.asarray(v.values) for n, v in loaded.variables.items()})
    dims = {n: tuple(map(str, loaded.variables[n].dims)) for n in arrays}
    dates = {f"{UNITS}{n}": str(v.attrs["units"]) for n, v in loaded.variables.items() if " since " in str(v.attrs.get("units"))}
    units = {n: str(loaded.variables[n].attrs["units"]) for n in arrays if "units" in loaded.variables[n].attrs}
    beside = frozenset(map(str, loaded.coords)) - frozenset(map(str, loaded.dims))
    return Contents(arrays, dims, {str(k): str(v) for k, v in loaded.attrs.items()} | dates, units=units, beside=beside)


def _netcdf(path: Path) -> Contents:
    with path.open("rb") as opened:
        classic = opened.read(3) == b"CDF"
    return _xarray(path, engine="scipy" if classic else "h5netcdf")


def _zarr(path: Path) -> Contents:
    try:
        import zarr
    except ImportError:
        raise MissingExtra("reading .zarr", "zarr", "cluster") from None
    if not path.is_dir():
        raise DataError(f"{path} is a file; a .zarr store is a folder")
    group = zarr.open_group(str(path), mode="r")
    for name, array in sorted(group.arrays()):
        # A chunk that is not there reads as the fill value, which looks like data.
        lost = array.nchunks - array.nchunks_initialized
        if lost > 0 and array.fill_value is not None and np.all(np.isfinite(array.fill_value)):
            raise DataError(
                f"{path}: {lost} of the {array.nchunks} chunks of {name!r} are missing and would read as {array.fill_value}; write the store "
                "again (with write_empty_chunks=True if these values are real)"
            )
    return _xarray(path, engine="zarr", consolidated=False)


def _npz(path: Path) -> Contents:
    with path.open("rb") as opened:  # np.load leaves a damaged file open
        if opened.read(2) != b"PK" and opened.seek(0) == 0 and opened.read(6) != b"\x93NUMPY":
            raise DataError(
                f"{path} is not an .npz file (it does not begin as a ZIP archive); write it by np.savez(path, u=u, t=t, x=x)"
            )
        opened.seek(0)
        loaded = np.load(opened, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            raise DataError(f"{path} holds one unnamed array; save it with its coordinates by np.savez(path, u=u, t=t, x=x)")
        check_fits(path, sum(member.file_size for member in loaded.zip.infolist()))
        found = {name: loaded[name] for name in loaded.files if not _holds_objects(loaded.zip, name)}
    dims = {n.removeprefix(DIMS): tuple(str(a).split()) for n, a in found.items() if n.startswith(DIMS)}
    attributes = {n.removeprefix(ATTRIBUTES): str(a) for n, a in found.items() if n.startswith(ATTRIBUTES)}
    return Contents(_numeric(found), dims, attributes)


def _holds_objects(archive: ZipFile, name: str) -> bool:
    """Whether an array of an .npz file holds Python objects, which are never unpacked; its header says so."""
    with archive.open(name if name in archive.namelist() else f"{name}.npy") as member:
        version = np.lib.format.read_magic(member)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        return bool(read(member)[2].hasobject)


def _mat(path: Path) -> Contents:
    from scipy.io import loadmat, whosmat

    try:
        check_fits(path, sum(_WIDEST * prod(shape) for _, shape, _ in whosmat(str(path))))
        found = loadmat(str(path))
    except NotImplementedError:
        return _mat73(path)
    arrays: Arrays = {}
    for name, item in found.items():
        if not name.startswith("__"):
            _unpack(arrays, name, item)
    return Contents(_numeric(arrays))


def _unpack(arrays: Arrays, name: str, item: object) -> None:
    """Put the arrays of a MATLAB variable into `arrays`: of a structure by their own names, of a cell array numbered."""
    if not isinstance(item, np.ndarray):
        return
    if item.dtype.names:
        for part in item.dtype.names:
            for element in np.ravel(item):
                _unpack(arrays, part if part not in arrays else f"{name}.{part}", element[part])
    elif item.dtype == object:
        for k, element in enumerate(np.ravel(item)):
            _unpack(arrays, name if item.size == 1 else f"{name}_{k + 1}", element)
    else:
        arrays[name] = np.asarray(item)


def _mat73(path: Path) -> Contents:
    """MATLAB's HDF5 files: arrays are transposed, complex numbers are pairs (real, imag)."""
    import h5py

    arrays: Arrays = {}

    def unpack(name: str, item: object) -> None:
        if isinstance(item, h5py.Group):
            for part, inner in item.items():
                unpack(str(part) if part not in arrays else f"{name}.{part}", inner)
        elif isinstance(item, h5py.Dataset) and item.attrs.get("MATLAB_class", b"") != b"char":
            if item.dtype == h5py.ref_dtype:
                for k, reference in enumerate(np.ravel(item[()])):
                    unpack(name if item.size == 1 else f"{name}_{k + 1}", opened[reference])
                return
            values = np.asarray(item[()])
            if values.dtype.names and {"real", "imag"} <= set(values.dtype.names):
                values = values["real"] + 1j * values["imag"]
            arrays[name] = values.T

    sizes: list[int] = []
    with h5py.File(path, "r") as opened:
        opened.visititems(lambda _, item: sizes.append(item.nbytes) if isinstance(item, h5py.Dataset) else None)
        check_fits(path, sum(sizes))
        for name, item in opened.items():
            if not str(name).startswith("#"):  # MATLAB keeps the contents of cells there
                unpack(str(name), item)
    return Contents(_numeric(arrays))


def _csv(path: Path) -> Contents:
    check_fits(path, _CELL * path.stat().st_size)
    columns = read_csv(path)
    wide = from_wide(columns)
    return Contents(columns, table=True) if wide is None else Contents(wide)


def _parquet(path: Path) -> Contents:
    return Contents(read_parquet(path), table=True)


_READERS: dict[str, Callable[[Path], Contents]] = {
    ".nc": _netcdf,
    ".zarr": _zarr,
    ".npz": _npz,
    ".mat": _mat,
    ".csv": _csv,
    ".parquet": _parquet,
}
