"""Which axis of an array is which coordinate.

Told by the user's word, by the dimension names of the file, by coordinates given as meshes, by lengths; and where lengths are
equal, by the period: of two orders the one counts in which the field runs on periodically in space and not in time. What
stays ambiguous is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from invarieq.data.clean.periodic import detect_periodic
from invarieq.data.read.named import Array, Named, Question, varying_axis
from invarieq.data.read.names import TRAJECTORY, find_name
from invarieq.errors import DataError, GridError

Hints = Mapping[tuple[int, ...], dict[int, str]]


def mesh_hints(arrays: Mapping[str, Named], used: Mapping[str, str]) -> dict[tuple[int, ...], dict[int, str]]:
    """Shape → axis → coordinate, from coordinates that the file gives as meshes."""
    hints: dict[tuple[int, ...], dict[int, str]] = {}
    for coordinate, name in used.items():
        values = arrays[name].values
        axis = varying_axis(values)
        if values.ndim > 1 and axis is not None:
            hints.setdefault(values.shape, {})[axis] = coordinate
    return hints


def axes_of(
    array: Named,
    names: tuple[str, ...],
    grids: Mapping[str, Array],
    hints: Hints,
    question: Question,
    notes: list[str],
) -> tuple[str, ...]:
    """The names of the array's axes: coordinates, perhaps with `trajectory`."""
    shape, where = array.values.shape, f"{question.where}: {array.name!r}"
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
    if len(options) > 1 and (told := _by_period(array, options, grids, question)) is not None:
        notes.append(f"axes of {array.name!r} told by the period")
        options = [told]
    if len(options) > 1:
        equal = [n for n in candidates if len({o.index(n) for o in options}) > 1]
        raise GridError(
            f"{where} has shape {shape}: which axis is {' and which '.join(equal)} cannot be told by length. Say it in the system, "
            f"axes = {list(options[0])!r}, or store the data as .nc with named dimensions"
        )
    return options[0]


def on_axes(values: np.ndarray, axes: tuple[str, ...], names: tuple[str, ...]) -> xr.DataArray:
    """Values with their axes named, in the order of the coordinates (trajectory first)."""
    first = (TRAJECTORY, *names) if TRAJECTORY in axes else names
    return xr.DataArray(np.asarray(values, dtype=float), dims=axes).transpose(*first)


def _known_axes(array: Named, candidates: tuple[str, ...], hints: Hints, question: Question) -> dict[int, str]:
    if question.axes is not None and len(question.axes) == array.values.ndim:
        return dict(enumerate(question.axes))
    known = dict(hints.get(array.values.shape, {}))
    stated = [d for d in array.dims if d is not None]
    for name in candidates:
        found = find_name(name, stated)
        if found is not None and stated.count(found) == 1:
            known[array.dims.index(found)] = name
    return {axis: n for axis, n in known.items() if n in candidates}


def _by_period(
    array: Named, options: Sequence[tuple[str, ...]], grids: Mapping[str, Array], question: Question
) -> tuple[str, ...] | None:
    """The one order of the axes in which the array is periodic in every space coordinate and not in time, if there is one."""
    time, *places = question.names
    if not places or TRAJECTORY in options[0]:
        return None
    found = []
    for order in options:
        data = xr.Dataset({"f": (order, np.asarray(array.values, dtype=float))}, coords={n: grids[n] for n in order})
        if all(detect_periodic(data, n) for n in places if n in order) and not detect_periodic(data, time):
            found.append(order)
    return found[0] if len(found) == 1 else None
