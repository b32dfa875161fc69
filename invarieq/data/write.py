"""Write a data set so that a killed process leaves either the old file or the new one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import xarray as xr

from invarieq.data.dataset import Dataset
from invarieq.errors import DataError


def write_dataset(dataset: Dataset, path: str | Path) -> None:
    """Write to .nc or .npz; several trajectories become a leading dimension `trajectory`."""
    path = Path(path)
    if path.suffix not in {".nc", ".npz"}:
        raise DataError(f"{path}: data are written to .nc or .npz, not {path.suffix or 'a name without ending'!r}")
    whole = _joined(dataset, path)
    whole.attrs.update(source=dataset.source, periodic=" ".join(sorted(dataset.periodic)))
    handle = None
    try:
        handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=".writing-", dir=path.parent)
        os.close(handle)
        if path.suffix == ".nc":
            whole.to_netcdf(name, engine="h5netcdf")
        else:
            np.savez(name, **{str(n): v.values for n, v in whole.variables.items()})
        with Path(name).open("rb+") as written:
            os.fsync(written.fileno())
        Path(name).replace(path)
    except OSError as error:
        if handle is not None:
            Path(name).unlink(missing_ok=True)
        raise DataError(f"{path} cannot be written: {error.strerror or error}; choose a folder that exists and is writable") from None


def _joined(dataset: Dataset, path: Path) -> xr.Dataset:
    if len(dataset.segments) == 1:
        return dataset.segments[0].copy()
    first = dataset.segments[0]
    if not all(all(np.array_equal(s[c].values, first[c].values) for c in first.coords) for s in dataset.segments):
        raise DataError(f"{path}: the trajectories have different grids; write them to a file each")
    return xr.concat(dataset.segments, dim="trajectory")
