"""From the arrays of a file to the fields of a jet space, on named dimensions.

The rules are general: a coordinate is found by its name, else as the only vector (or mesh that varies along one axis) of
fitting length that is left; a field by its name, else as the only array of fitting shape that is left. Axes are told by
the dimension names of the file, by meshes, else by their lengths. What stays ambiguous is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from invarieq.data.read.axes import axes_of, mesh_hints, on_axes
from invarieq.data.read.contents import Contents
from invarieq.data.read.fields import find_fields
from invarieq.data.read.named import Array, Named, Question, listing, vector_of
from invarieq.data.read.names import TRAJECTORY, find_name
from invarieq.data.read.tables import from_table
from invarieq.data.read.uncertainty import error_values, error_variable
from invarieq.errors import GridError


def match(contents: Contents, question: Question, notes: list[str]) -> list[xr.Dataset]:
    """One data set a trajectory; `notes` takes what was not taken literally."""
    arrays = {n: _squeezed(n, a, contents.dims.get(n)) for n, a in contents.arrays.items()}
    grids, used = _coordinates(arrays, question, notes)
    if (
        (labels := arrays.get(TRAJECTORY)) is not None
        and len(grids) == 1
        and labels.values.shape == next(iter(grids.values())).shape
    ):
        columns = {n: a.values for n, a in arrays.items() if n not in used.values()}
        stated = {c: contents.units[n] for c, n in used.items() if n in contents.units}
        table = replace(contents, arrays={**grids, **columns}, units={**contents.units, **stated})
        return from_table(table, question.space, question.where, notes)
    hints = mesh_hints(arrays, used)
    fields = find_fields({n: a for n, a in arrays.items() if n not in used.values()}, grids, question, notes)
    variables: dict[str, xr.DataArray] = {}
    errors: dict[str, xr.DataArray] = {}
    for f, array in fields.items():
        names = question.arguments(f)
        axes = axes_of(array, names, grids, hints, question, notes)
        variables[f] = on_axes(array.values, axes, names)
        if array.name in contents.errors:
            errors[error_variable(f)] = on_axes(error_values(array.name, array.values, contents, question.where), axes, names)
    whole = xr.Dataset(variables, coords={n: (n, np.asarray(g, dtype=float)) for n, g in grids.items()}).assign_coords(errors)
    for name, given in {**used, **{f: a.name for f, a in fields.items()}}.items():
        if given in contents.units:
            whole[name].attrs["units"] = contents.units[given]
    if TRAJECTORY not in whole.dims:
        return [whole]
    return [whole.isel({TRAJECTORY: i}, drop=True) for i in range(whole.sizes[TRAJECTORY])]


def _squeezed(name: str, array: np.ndarray, dims: tuple[str, ...] | None) -> Named:
    known: tuple[str | None, ...] = dims if dims is not None and len(dims) == array.ndim else (None,) * array.ndim
    kept = tuple(d for d, size in zip(known, array.shape, strict=True) if size != 1)
    return Named(name, np.squeeze(array), kept)


def _coordinates(arrays: Mapping[str, Named], question: Question, notes: list[str]) -> tuple[dict[str, Array], dict[str, str]]:
    """(values by coordinate, array name by coordinate)."""
    wanted = [*question.names, *(f.name for f in question.space.fields)]
    grids: dict[str, Array] = {}
    used: dict[str, str] = {}
    for name in question.names:
        free = [n for n in arrays if n not in used.values() and (n == name or n not in wanted)]
        found = find_name(name, free)
        vector = vector_of(arrays[found].values) if found is not None else None
        if found is not None and vector is not None and (found == name or len(vector) in _lengths(arrays, found)):
            grids[name], used[name] = vector, found
    missing = [n for n in question.names if n not in grids]
    if missing:
        chosen = _last_vector(arrays, used, question, missing)
        grids[missing[0]], used[missing[0]] = chosen
    notes += [f"{c} from {n!r}" for c, n in used.items() if c != n]
    return {n: grids[n] for n in question.names}, used


def _lengths(arrays: Mapping[str, Named], without: str) -> set[int]:
    return {size for n, a in arrays.items() if n != without for size in a.values.shape}


def _last_vector(
    arrays: Mapping[str, Named], used: Mapping[str, str], question: Question, missing: list[str]
) -> tuple[Array, str]:
    """The only vector that can be the one missing coordinate."""
    named = {find_name(f.name, arrays) for f in question.space.fields}
    spare = {n: v for n, a in arrays.items() if n not in {*used.values(), *named} and (v := vector_of(a.values)) is not None}
    fitting = [n for n, v in spare.items() if len(v) in _lengths({k: a for k, a in arrays.items() if k not in spare}, n)]
    if len(missing) == 1 and len(fitting) == 1:
        return spare[fitting[0]], fitting[0]
    raise GridError(
        f"{question.where}: no values for the coordinate {missing[0]!r}; given are {listing(arrays)}. Name one vector {missing[0]!r}, or name "
        "the coordinate in the system as the data do"
    )
