"""Masks in data files: an array of zeros and ones that says which samples are missing.

As in NumPy's masked arrays, a `mask` (also `missing`, `gaps`) is 1 or True where a sample is missing; `valid` (also `observed`)
is 1 where it was measured. `u_mask` and `mask_u` hide samples of `u` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from invarieq.data.read.contents import Contents
from invarieq.data.read.names import find_name
from invarieq.jets import JetSpace

HIDES = ("mask", "missing", "gaps")
SHOWS = ("valid", "observed")


def apply_masks(contents: Contents, space: JetSpace, notes: list[str]) -> Contents:
    """The contents without their masks, with NaN at the hidden samples of every array of fitting shape but the coordinates."""
    known = {*(c.name for c in space.coordinates), *(f.name for f in space.fields)}
    masks = {n: found for n, a in contents.arrays.items() if n not in known and (found := _hidden(n, a, contents.arrays))}
    if not masks:
        return contents
    arrays = {n: a for n, a in contents.arrays.items() if n not in masks}
    spared = {find_name(c.name, arrays) for c in space.coordinates} | {find_name("trajectory", arrays)}
    for name, (hidden, owner) in masks.items():
        for target in [n for n in arrays if n not in spared and owner in (None, n)]:
            shaped = _on(hidden, contents.dims.get(name), arrays[target], contents.dims.get(target))
            if shaped is not None and np.issubdtype(arrays[target].dtype, np.number):
                kind = np.result_type(arrays[target].dtype, np.float64)
                arrays[target] = np.where(shaped, np.nan, arrays[target].astype(kind))
                notes.append(f"{int(shaped.sum())} of {shaped.size} samples of {target!r} are hidden by {name!r}")
    return replace(contents, arrays=arrays)


def is_mask(name: str, array: np.ndarray, arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether an array says, by its name and its zeros and ones, which samples of others are missing."""
    return _hidden(name, array, arrays) is not None


def _hidden(name: str, array: np.ndarray, arrays: Mapping[str, np.ndarray]) -> tuple[NDArray[np.bool_], str | None] | None:
    """(where samples are hidden, the array that is meant or None for all) if `name` is a mask."""
    word, owner = _parts(name.lower(), arrays)
    if word is None or not array.size or array.dtype.kind not in "iufb" or not np.all((array == 0) | (array == 1)):
        return None
    return (array == 1) if word in HIDES else (array == 0), owner


def _parts(name: str, arrays: Iterable[str]) -> tuple[str | None, str | None]:
    for word in (*HIDES, *SHOWS):
        if name == word:
            return word, None
        for owner in arrays:
            if name in (f"{owner.lower()}_{word}", f"{word}_{owner.lower()}"):
                return word, owner
    return None, None


def _on(
    hidden: NDArray[np.bool_], dims: tuple[str, ...] | None, array: np.ndarray, other: tuple[str, ...] | None
) -> NDArray[np.bool_] | None:
    """The mask on the array's axes: told by dimension names, else by equal shape, else as NumPy broadcasts; None if it does not fit."""
    if (
        dims is not None
        and other is not None
        and len(dims) == hidden.ndim
        and len(other) == array.ndim
        and set(dims) <= set(other)
    ):
        order = [d for d in other if d in dims]
        turned = hidden.transpose([dims.index(d) for d in order])
        shape = [array.shape[k] if d in dims else 1 for k, d in enumerate(other)]
        return np.broadcast_to(turned.reshape(shape), array.shape) if turned.size == np.prod(shape) else None
    if hidden.ndim and hidden.ndim <= array.ndim and hidden.shape == array.shape[array.ndim - hidden.ndim :]:
        return np.broadcast_to(hidden, array.shape)
    return None
