"""Write a data set so that a killed process leaves either the old one or the new one."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import numpy as np
import xarray as xr

from invarieq.data.dataset import Dataset
from invarieq.data.read.formats import ATTRIBUTES, DIMS
from invarieq.data.read.names import TRAJECTORY
from invarieq.errors import DataError, MissingExtra
from invarieq.files import flush_folder, fresh_name, named, write_named

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
    if ending == ".zarr":
        _write_store(whole, path)
    elif ending == ".nc":
        write_named(path, lambda stream: _netcdf(whole, stream))
    else:
        write_named(path, lambda stream: np.savez(stream, allow_pickle=False, **_arrays(whole)))


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


def _netcdf(whole: xr.Dataset, stream: IO[bytes]) -> None:
    """HDF5 goes to and fro in a file of its own, which a pipe does not allow."""
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "made.nc"
        whole.to_netcdf(made, engine="h5netcdf")
        with made.open("rb") as source:
            shutil.copyfileobj(source, stream)


def _arrays(whole: xr.Dataset) -> dict[str, np.ndarray]:
    arrays = {str(n): np.asarray(v.values) for n, v in whole.variables.items()}
    arrays |= {DIMS + str(n): np.array(" ".join(map(str, v.dims))) for n, v in whole.variables.items()}
    return arrays | {ATTRIBUTES + str(n): np.array(v) for n, v in whole.attrs.items()}


def _write_store(whole: xr.Dataset, path: Path) -> None:
    """A .zarr folder, made beside the old one and exchanged for it; only a store is ever replaced."""
    if find_spec("zarr") is None:
        raise MissingExtra("writing .zarr", "zarr", "cluster")
    target = path.resolve() if path.is_symlink() else path
    if os.path.lexists(target) and not any((target / mark).exists() for mark in ("zarr.json", ".zgroup")):
        raise DataError(f"{path} exists and is no .zarr store; choose another name")
    with named(path, folder=True):
        place = target.parent / fresh_name()
        place.mkdir()
        try:
            whole.to_zarr(place / "new", consolidated=False, write_empty_chunks=True)
            _flush(place / "new")
            _exchange(place, target)
            flush_folder(target.parent)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _exchange(place: Path, target: Path) -> None:
    """The new store for the old one, which comes back if that fails."""
    there = target.exists()
    if there:
        target.replace(place / "old")
    try:
        (place / "new").replace(target)
    except BaseException:
        if there:
            (place / "old").replace(target)
        raise


def _flush(folder: Path) -> None:
    """Bring all files below a folder to the disk."""
    for path in folder.rglob("*"):
        if path.is_dir():
            flush_folder(path)
        else:
            with path.open("rb") as written:
                os.fsync(written.fileno())
    flush_folder(folder)
