"""Names of columns and arrays as names of coordinates and fields: "u [m/s]" becomes u in m/s, "Hare count" becomes Hare_count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from invarieq.data.read.contents import Contents
from invarieq.data.read.named import truly_complex
from invarieq.data.read.names import plain_name
from invarieq.data.read.uncertainty import owner_of

WIDE = {"rows": "t", "columns": "x", "values": "u"}  # what a wide table has no names for


def legible(contents: Contents) -> Contents:
    """The contents under names that a system may use, complex arrays in two (`psi_re`, `psi_im`), row numbers left out."""
    kept = {n: a for n, a in contents.arrays.items() if not _counts(n, a)}
    names: dict[str, str] = {}
    units = dict(contents.units)
    wide = not contents.table and "values" in kept and "columns" in kept
    for name in kept:
        plain, unit = plain_name(WIDE.get(name, name) if wide else name)
        names[name] = _free(plain, names.values())
        if unit is not None:
            units.setdefault(name, unit)
    dims = {d: plain_name(d)[0] for ds in contents.dims.values() for d in ds if d not in names}
    return _parted(renamed(replace(contents, arrays=kept, units=units), {**dims, **names}))


def renamed(contents: Contents, names: Mapping[str, str]) -> Contents:
    """The contents with arrays and dimensions under other names."""

    def new(name: str) -> str:
        return names.get(name, name)

    return replace(
        contents,
        arrays={new(n): a for n, a in contents.arrays.items()},
        dims={new(n): tuple(map(new, ds)) for n, ds in contents.dims.items()},
        units={new(n): u for n, u in contents.units.items()},
        beside=frozenset(map(new, contents.beside)),
    )


def _counts(name: str, array: np.ndarray) -> bool:
    """Whether a column only counts the rows: whole numbers without a name, or an `index` from 0."""
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        return False
    if not name.strip() or name.startswith("Unnamed"):
        return bool(np.all(array == np.round(array)))
    return name.lower() == "index" and np.array_equal(array, np.arange(len(array)))


def _free(name: str, taken: object) -> str:
    """The name, with a number behind it if it is taken."""
    used, number = set(taken), 2  # type: ignore[call-overload]
    free = name
    while free in used:
        free, number = f"{name}{number}", number + 1
    return free


def _parted(contents: Contents) -> Contents:
    """Complex arrays as two real ones, or as one where the imaginary part is rounding; what belongs to one goes with both."""
    arrays: dict[str, np.ndarray] = {}
    dims, units = dict(contents.dims), dict(contents.units)
    split = [n for n, a in contents.arrays.items() if np.iscomplexobj(a) and truly_complex(a)]
    for name, array in contents.arrays.items():
        owner = name if name in split else owner_of(name, split)
        if owner is None:
            arrays[name] = np.real(array) if np.iscomplexobj(array) else array
            continue
        for part, values in (("re", np.real(array)), ("im", np.imag(array) if name == owner else np.real(array))):
            new = name.replace(owner, f"{owner}_{part}", 1)
            arrays[new] = values
            dims |= {new: dims[name]} if name in dims else {}
            units |= {new: units[name]} if name in units else {}
    return replace(contents, arrays=arrays, dims=dims, units=units)
