"""From the arrays of a file to the fields of a jet space, on named dimensions.

The rules are general: a coordinate is found by its name, else as the only vector (or mesh that varies along one axis) of
fitting length that is left; a field by its name, else as the only array of fitting shape that is left. Axes are told by
the dimension names of the file, by meshes, else by their lengths. What stays ambiguous is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.formats import Contents
from invarieq.data.names import TRAJECTORY, find_name
from invarieq.data.tables import from_table
from invarieq.errors import DataError, GridError
from invarieq.jets import JetSpace

Array = NDArray[np.float64]
ROUNDING = 1e-6  # an imaginary part below this share of the whole is what a solver by FFT leaves (9e-9 in a public file)
USUAL = ("usol", "uu", "sol", "solution", "data", "values", "field")


@dataclass(frozen=True, slots=True)
class Named:
    """An array of the file without axes of length 1, and what is known of its axes (None = nothing)."""

    name: str
    values: np.ndarray
    dims: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, where; `axes` is the user's word on the order of the axes."""

    space: JetSpace
    path: Path
    axes: tuple[str, ...] | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coordinates."""
        return tuple(c.name for c in self.space.coordinates)


def match(contents: Contents, question: Question) -> tuple[list[xr.Dataset], list[str]]:
    """(one data set a trajectory, notes on what was not taken literally)."""
    arrays = {n: _squeezed(n, a, contents.dims.get(n)) for n, a in contents.arrays.items()}
    notes: list[str] = []
    grids, used = _coordinates(arrays, question, notes)
    if (
        (labels := arrays.get(TRAJECTORY)) is not None
        and len(grids) == 1
        and labels.values.shape == next(iter(grids.values())).shape
    ):
        columns = {n: a.values for n, a in arrays.items() if n not in used}
        return from_table({**grids, **columns}, question.space, question.path), notes
    hints = _mesh_hints(arrays, used)
    fields = _fields({n: a for n, a in arrays.items() if n not in used.values()}, grids, question, notes)
    variables = {f: _on_axes(array, _arguments(question.space, f), grids, hints, question) for f, array in fields.items()}
    whole = xr.Dataset(variables, coords={n: (n, np.asarray(g, dtype=float)) for n, g in grids.items()})
    if TRAJECTORY not in whole.dims:
        return [whole], notes
    return [whole.isel({TRAJECTORY: i}, drop=True) for i in range(whole.sizes[TRAJECTORY])], notes


def _arguments(space: JetSpace, field: str) -> tuple[str, ...]:
    return next(tuple(a.name for a in f.arguments) for f in space.fields if f.name == field)


def _squeezed(name: str, array: np.ndarray, dims: tuple[str, ...] | None) -> Named:
    known: tuple[str | None, ...] = dims if dims is not None and len(dims) == array.ndim else (None,) * array.ndim
    kept = tuple(d for d, size in zip(known, array.shape, strict=True) if size != 1)
    return Named(name, np.squeeze(array), kept)


def _varying_axis(values: np.ndarray) -> int | None:
    """The one axis along which a coordinate array varies."""
    if values.ndim == 0 or np.iscomplexobj(values):
        return None
    if values.ndim == 1:
        return 0
    varying = [d for d in range(values.ndim) if np.any(np.diff(values, axis=d) != 0)]
    return varying[0] if len(varying) == 1 else None


def _vector(values: np.ndarray) -> Array | None:
    axis = _varying_axis(values)
    return None if axis is None else np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)[:, 0].astype(float)


def _coordinates(arrays: Mapping[str, Named], question: Question, notes: list[str]) -> tuple[dict[str, Array], dict[str, str]]:
    """(values by coordinate, array name by coordinate)."""
    wanted = [*question.names, *(f.name for f in question.space.fields)]
    grids: dict[str, Array] = {}
    used: dict[str, str] = {}
    for name in question.names:
        free = [n for n in arrays if n not in used.values() and (n == name or n not in wanted)]
        found = find_name(name, free)
        vector = _vector(arrays[found].values) if found is not None else None
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
    spare = {n: v for n, a in arrays.items() if n not in {*used.values(), *named} and (v := _vector(a.values)) is not None}
    fitting = [n for n, v in spare.items() if len(v) in _lengths({k: a for k, a in arrays.items() if k not in spare}, n)]
    if len(missing) == 1 and len(fitting) == 1:
        return spare[fitting[0]], fitting[0]
    raise GridError(
        f"{question.path}: no values for the coordinate {missing[0]!r}; the file has {_listing(arrays)}. Name one vector {missing[0]!r}, or name "
        "the coordinate in the system as the file does"
    )


def _listing(arrays: Mapping[str, Named]) -> str:
    return ", ".join(f"{n!r} {' × '.join(map(str, a.values.shape)) or 'single'}" for n, a in arrays.items()) or "nothing"


def _mesh_hints(arrays: Mapping[str, Named], used: Mapping[str, str]) -> dict[tuple[int, ...], dict[int, str]]:
    """Shape → axis → coordinate, from coordinates that the file gives as meshes."""
    hints: dict[tuple[int, ...], dict[int, str]] = {}
    for coordinate, name in used.items():
        values = arrays[name].values
        axis = _varying_axis(values)
        if values.ndim > 1 and axis is not None:
            hints.setdefault(values.shape, {})[axis] = coordinate
    return hints


def _fields(arrays: Mapping[str, Named], grids: Mapping[str, Array], question: Question, notes: list[str]) -> dict[str, Named]:
    wanted = [f.name for f in question.space.fields]
    found: dict[str, Named] = {}
    for name in wanted:
        taken = {a.name for a in found.values()}
        chosen = find_name(name, [n for n in arrays if n not in taken and (n == name or n not in wanted)])
        if chosen is not None and _fits(arrays[chosen], question.space, name, grids):
            found[name] = arrays[chosen]
        elif name in arrays and arrays[name].values.ndim > 0:
            found[name] = arrays[name]  # the right name with a wrong shape: let the axes say what is wrong
    if missing := [n for n in wanted if n not in found]:
        found |= _by_shape(missing, found, arrays, grids, question)
    notes += [f"{f} from {a.name!r}" for f, a in found.items() if f != a.name]
    if any(np.iscomplexobj(a.values) for a in found.values()):
        return _real(found, question, notes)
    return {n: found[n] for n in wanted}


def _by_shape(
    missing: Sequence[str],
    found: Mapping[str, Named],
    arrays: Mapping[str, Named],
    grids: Mapping[str, Array],
    question: Question,
) -> dict[str, Named]:
    """Arrays for fields that no name gives: the only one that fits, a complex one for two, or columns for all."""
    space, taken = question.space, {a.name for a in found.values()}
    fitting = [a for a in arrays.values() if a.name not in taken and _fits(a, space, missing[0], grids)]
    if len(fitting) > 1:
        fitting = [a for a in fitting if a.name.lower() in USUAL] or fitting
    pair = len(space.fields) == 2 and (len(missing) == 2 or any(np.iscomplexobj(a.values) for a in found.values()))
    if pair and len(missing) == 1:
        return {}
    if len(fitting) == 1 and (len(missing) == 1 or np.iscomplexobj(fitting[0].values)):
        return {missing[0]: fitting[0]}
    if len(missing) == len(space.fields) > 1 and len(grids) == 1:
        points, count = len(next(iter(grids.values()))), len(missing)
        tables = [a for a in arrays.values() if sorted(a.values.shape) == sorted((points, count))]
        if len(tables) == 1 and points != count:
            table = tables[0].values if tables[0].values.shape[0] == points else tables[0].values.T
            return {n: Named(f"{tables[0].name}, column {j + 1}", table[:, j], (None,)) for j, n in enumerate(missing)}
    shape = " × ".join(f"{n}: {len(grids[n])}" for n in _arguments(space, missing[0]))
    raise DataError(
        f"{question.path}: no array for the field {missing[0]!r} of shape ({shape}); the file has {_listing(arrays)}. "
        f"Name one array {missing[0]!r}, or name the unknown in the system as the file does"
    )


def _fits(array: Named, space: JetSpace, field: str, grids: Mapping[str, Array]) -> bool:
    lengths = [len(grids[n]) for n in _arguments(space, field)]
    left = list(array.values.shape)
    for length in lengths:
        if length not in left:
            return False
        left.remove(length)
    return len(left) <= 1


def _real(found: Mapping[str, Named], question: Question, notes: list[str]) -> dict[str, Named]:
    """Complex arrays as real fields: one array for two fields, or a vanishing imaginary part dropped."""
    wanted = [f.name for f in question.space.fields]
    if len(found) == len(wanted):
        for name, array in found.items():
            imaginary = float(np.max(np.abs(np.imag(array.values))))
            if imaginary > ROUNDING * float(np.max(np.abs(array.values))):
                raise DataError(
                    f"{question.path}: {array.name!r} is complex (imaginary part up to {imaginary:.3g}), and the system takes it for {name!r} alone; "
                    f"declare two real fields, for example {name}r and {name}i: the first takes the real part, the second the imaginary part"
                )
        notes.append("imaginary parts vanish and were dropped")
        return {n: Named(a.name, np.real(a.values), a.dims) for n, a in found.items()}
    array = next(iter(found.values()))
    first, second = wanted
    notes.append(f"{first} its real part, {second} its imaginary part")
    return {
        first: Named(array.name, np.real(array.values), array.dims),
        second: Named(array.name, np.imag(array.values), array.dims),
    }


def _on_axes(
    array: Named,
    names: tuple[str, ...],
    grids: Mapping[str, Array],
    hints: Mapping[tuple[int, ...], dict[int, str]],
    question: Question,
) -> xr.DataArray:
    """The array with its axes named, in the order of the coordinates (trajectory first)."""
    shape, where = array.values.shape, f"{question.path}: {array.name!r}"
    expected = " × ".join(f"{n}: {len(grids[n])}" for n in names)
    if len(shape) not in (len(names), len(names) + 1):
        raise DataError(
            f"{where} has shape {shape}, {len(shape)} dimension(s); expected {len(names)}: {expected}. Give the values on the whole grid"
        )
    candidates = names if len(shape) == len(names) else (*names, TRAJECTORY)
    known = _known_axes(array, candidates, hints, question)
    fitting = {
        order
        for order in itertools.permutations(candidates)
        if all(n == TRAJECTORY or len(grids[n]) == size for n, size in zip(order, shape, strict=True))
    }
    options = sorted(o for o in fitting if all(o[axis] == n for axis, n in known.items()))
    if not fitting or not options:
        raise DataError(
            f"{where} has shape {shape}; expected {expected}, in some order. Cut the array or the coordinates to the same length"
        )
    if len(options) > 1:
        equal = [n for n in candidates if len({o.index(n) for o in options}) > 1]
        raise GridError(
            f"{where} has shape {shape}: which axis is {' and which '.join(equal)} cannot be told by length. Store it as .nc with named dimensions, "
            f"or read it with read_dataset(..., axes={options[0]!r})"
        )
    first = (TRAJECTORY, *names) if TRAJECTORY in candidates else names
    return xr.DataArray(np.asarray(array.values, dtype=float), dims=options[0]).transpose(*first)


def _known_axes(
    array: Named, candidates: tuple[str, ...], hints: Mapping[tuple[int, ...], dict[int, str]], question: Question
) -> dict[int, str]:
    if question.axes is not None and len(question.axes) == array.values.ndim:
        return dict(enumerate(question.axes))
    known = dict(hints.get(array.values.shape, {}))
    stated = [d for d in array.dims if d is not None]
    for name in candidates:
        found = find_name(name, stated)
        if found is not None and stated.count(found) == 1:
            known[array.dims.index(found)] = name
    return {axis: n for axis, n in known.items() if n in candidates}
