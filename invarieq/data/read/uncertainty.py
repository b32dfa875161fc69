"""Standard errors beside the data: which array or column gives those of which other one.

Of u: `u_error`, `u_err`, `u_std`, `u_sd`, `u_sigma`, `u_stderr`, `u_uncertainty`, or the word in front (`sigma_u`, `std_u`, …). One number
stands for all samples; else a number a sample, in the shape of u.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.read.contents import Contents
from invarieq.data.read.names import plain_name
from invarieq.errors import DataError

Array = NDArray[np.float64]
WORDS = ("error", "err", "std", "sd", "sigma", "stderr", "uncertainty")
_PREFIX = "standard error of "


def owner_of(name: str, arrays: Collection[str]) -> str | None:
    """The array whose standard errors an array of this name holds; None if it holds none."""
    low = plain_name(name)[0].lower()
    if not any(low.endswith(f"_{word}") or low.startswith(f"{word}_") for word in WORDS):
        return None
    for owner in arrays:
        own = plain_name(owner)[0].lower()
        if any(low in (f"{own}_{word}", f"{word}_{own}") for word in WORDS):
            return owner
    return None


def errors_apart(contents: Contents, known: Collection[str]) -> Contents:
    """The contents with standard errors taken out of the arrays; names that the system knows are no errors."""
    owners = {n: o for n in contents.arrays if n not in known and (o := owner_of(n, contents.arrays)) is not None}
    errors = {o: contents.arrays[n] for n, o in owners.items()}
    return replace(contents, arrays={n: a for n, a in contents.arrays.items() if n not in owners}, errors=errors)


def error_variable(field: str) -> str:
    """What carries a field's standard errors while its data are put on axes: a coordinate of many dimensions, so that it is no field."""
    return _PREFIX + field


def error_values(name: str, values: np.ndarray, contents: Contents, where: str | Path) -> Array:
    """Standard errors in the shape of `values`. Raises `DataError` for another shape, no numbers, and negative or missing errors."""
    given = np.squeeze(np.asarray(contents.errors[name]))
    if not np.issubdtype(given.dtype, np.number) or np.iscomplexobj(given):
        raise DataError(f"{where}: the standard errors of {name!r} are of type {given.dtype}; expected numbers of at least 0")
    if given.size != 1 and given.shape != values.shape:
        raise DataError(
            f"{where}: the standard errors of {name!r} have shape {given.shape}; expected one number, or {values.shape}, that of {name!r}"
        )
    errors = np.array(np.broadcast_to(given.astype(float), values.shape))
    wrong = np.isfinite(np.real(values)) & ~(np.isfinite(errors) & (errors >= 0))
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise DataError(
            f"{where}: the standard error of {name!r} is {errors[place]} at {place}, in {int(wrong.sum())} places in all; expected numbers of at "
            "least 0 wherever there is a sample"
        )
    return errors


def taken_out(segments: Sequence[xr.Dataset]) -> tuple[list[xr.Dataset], Mapping[str, tuple[Array, ...]]]:
    """The segments without what carries standard errors, and those by field where every segment has them, an array a segment."""
    carried = [[str(n) for n in s.coords if str(n).startswith(_PREFIX)] for s in segments]
    everywhere = [n for n in carried[0] if all(n in names for names in carried)] if carried else []
    errors = {n.removeprefix(_PREFIX): tuple(np.asarray(s[n].values, dtype=float) for s in segments) for n in everywhere}
    return [s.drop_vars(names) for s, names in zip(segments, carried, strict=True)], errors
