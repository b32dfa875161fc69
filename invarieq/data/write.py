"""Write a data set so that a killed process leaves either the old file or the new one."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import xarray as xr

from invarieq.data.dataset import Dataset
from invarieq.data.read.formats import ATTRIBUTES, DIMS
from invarieq.data.read.names import TRAJECTORY
from invarieq.errors import DataError, MissingExtra

ENDINGS = (".nc", ".npz", ".zarr")
SAMPLE = "sample"


def write_dataset(dataset: Dataset, path: str | Path) -> None:
    """Write to .nc, .npz or .zarr; `read_dataset` gives it back, with its periodic coordinates and its source.

    Trajectories on one grid become a leading dimension `trajectory`; trajectories of an ODE on grids of their own are
    written one after the other, with the number of the trajectory beside each sample.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise DataError(f"{path}: data are written to {', '.join(ENDINGS)}; got {path.suffix or 'a name without ending'!r}")
    if not dataset.segments:
        raise DataError(f"{path}: the data set is empty; there is nothing to write")
    whole = _joined(dataset, path)
    whole.attrs = {"source": dataset.source, "periodic": " ".join(sorted(dataset.periodic))}
    try:
        if ending == ".zarr":
            _write_store(whole, path)
        else:
            _write_file(whole, path, ending)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror or error}; choose a folder that exists, is writable and has "
            f"{whole.nbytes / 1e6:.3g} MB of space"
        ) from None


def _joined(dataset: Dataset, path: Path) -> xr.Dataset:
    first = dataset.segments[0]
    if len(dataset.segments) == 1:
        return first.copy()
    if all(
        set(s.coords) == set(first.coords) and all(np.array_equal(s[c].values, first[c].values) for c in first.coords)
        for s in dataset.segments
    ):
        return xr.concat(dataset.segments, dim=TRAJECTORY)
    if len(first.coords) > 1:
        raise DataError(f"{path}: the {len(dataset.segments)} fields have different grids; write each to a file of its own")
    (name,) = first.coords
    numbers = np.concatenate([np.full(s.sizes[name], k, dtype=float) for k, s in enumerate(dataset.segments)])
    columns = {str(n): np.concatenate([s[n].values for s in dataset.segments]) for n in (name, *first.data_vars)}
    return xr.Dataset({n: (SAMPLE, v) for n, v in {**columns, TRAJECTORY: numbers}.items()})


def _write_file(whole: xr.Dataset, path: Path, ending: str) -> None:
    handle, name = tempfile.mkstemp(suffix=ending, prefix=".writing-", dir=path.parent)
    os.close(handle)
    try:
        if ending == ".nc":
            whole.to_netcdf(name, engine="h5netcdf")
        else:
            arrays = {str(n): np.asarray(v.values) for n, v in whole.variables.items()}
            arrays |= {DIMS + str(n): np.array(" ".join(map(str, v.dims))) for n, v in whole.variables.items()}
            arrays |= {ATTRIBUTES + str(n): np.array(v) for n, v in whole.attrs.items()}
            np.savez(name, allow_pickle=False, **arrays)
        with Path(name).open("rb+") as written:
            os.fsync(written.fileno())
        Path(name).chmod(0o666 & ~_umask())  # mkstemp makes files that only the owner reads
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power loss, where the system can open folders."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_store(whole: xr.Dataset, path: Path) -> None:
    """A .zarr folder, made beside the old one and exchanged for it; only a store is ever replaced."""
    if find_spec("zarr") is None:
        raise MissingExtra("writing .zarr", "zarr", "cluster")
    if path.exists() and not any((path / mark).exists() for mark in ("zarr.json", ".zgroup")):
        raise DataError(f"{path} exists and is no .zarr store; choose another name")
    folder = Path(tempfile.mkdtemp(prefix=".writing-", dir=path.parent))
    try:
        whole.to_zarr(folder / "new", consolidated=False, write_empty_chunks=True)
        if path.exists():
            path.replace(folder / "old")
        (folder / "new").replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
