"""From contents, of files or in memory, to one data set: masks, standard errors, matching, order, periods, units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray as xr

from invarieq.data.clean.periodic import detect_periodic, ends_repeat
from invarieq.data.dataset import Dataset, check_reach
from invarieq.data.read.contents import UNITS, Contents
from invarieq.data.read.masks import apply_masks
from invarieq.data.read.match import match
from invarieq.data.read.named import Question
from invarieq.data.read.names import plain_name
from invarieq.data.read.tables import from_table
from invarieq.data.read.uncertainty import errors_apart, taken_out
from invarieq.errors import DataError, GridError


def assembled(records: Sequence[Contents], question: Question, *, source: str, periodic: Iterable[str] | None) -> Dataset:
    """The fields that the question asks for, out of the contents of one or several records.

    Raises `DataError` or `GridError` for axes and periodic names that are none, contents that do not match, coordinates out of order
    and records with different units.
    """
    notes: list[str] = []
    names, where = question.names, question.where
    _check_axes(question)
    segments: list[xr.Dataset] = []
    for number, contents in enumerate(records):
        here = question if len(records) == 1 else replace(question, where=f"{where}, record {number + 1}")
        segments += _segments(contents, here, notes)
    stated = {c.attributes.get("periodic") for c in records}
    word = stated.pop() if len(stated) == 1 else None
    if periodic is None and word is not None and set(word.split()) <= set(names):
        periodic = word.split()
    if periodic is None:
        cyclic, segments = _detected(segments, names[1:], notes)
    else:
        cyclic = _checked_periodic(periodic, names, where)
        segments = [_without_repeated_end(s, sorted(cyclic), notes) for s in segments]
    if word is not None and "source" in records[0].attributes:
        notes.insert(0, records[0].attributes["source"])
    segments, errors = taken_out(segments)
    origin = source + (f" ({'; '.join(dict.fromkeys(notes))})" if notes else "")
    return Dataset(tuple(segments), cyclic, origin, _units(segments, where), errors)


def _segments(contents: Contents, question: Question, notes: list[str]) -> list[xr.Dataset]:
    """The segments of one record, coordinates rising."""
    names, space = question.names, question.space
    known = {*names, *(f.name for f in space.fields)}
    contents = errors_apart(apply_masks(contents, space, notes), known)
    headed = {n: unit for n in contents.arrays if (unit := plain_name(n)[1]) is not None}
    contents = replace(contents, units={**headed, **contents.units})
    table = contents.table or (len(names) > 1 and is_long(contents))
    segments = from_table(contents, space, question.where, notes) if table else match(contents, question, notes)
    notes += [f"{k.removeprefix(UNITS)} in {v}" for k, v in contents.attributes.items() if k.startswith(UNITS)]
    for number, segment in enumerate(segments):
        where = str(question.where) if len(segments) == 1 else f"{question.where}, trajectory {number}"
        for name in (*names, *(f.name for f in space.fields)):
            check_reach(segment, name, where)
    for name in names:
        segments = [_rising(s, name, question.where, notes) for s in segments]
    return segments


def is_long(contents: Contents) -> bool:
    """Whether the arrays are the columns of a table: vectors of one length."""
    shapes = {a.shape for a in contents.arrays.values() if a.size > 1}
    return len(shapes) == 1 and len(next(iter(shapes))) == 1


def _units(segments: Sequence[xr.Dataset], where: str | Path) -> dict[str, str]:
    """The units of coordinates and fields, where they are stated. Raises `DataError` where records disagree."""
    found: dict[str, str] = {}
    for segment in segments:
        for name, variable in segment.variables.items():
            unit = variable.attrs.get("units")
            if unit is None:
                continue
            if found.setdefault(str(name), str(unit)) != str(unit):
                raise DataError(
                    f"{where}: {name} is in {found[str(name)]!r} in one record and in {unit!r} in another; bring all to one unit"
                )
    return found


def _check_axes(question: Question) -> None:
    names, axes = question.names, question.axes
    if axes is not None and (not set(names) >= set(axes) - {"trajectory"} or len(set(axes)) != len(axes)):
        raise DataError(
            f"{question.where}: axes={tuple(axes)!r}; expected the coordinates {', '.join(names)} (and 'trajectory'), each once"
        )


def _checked_periodic(periodic: Iterable[str], names: tuple[str, ...], where: str | Path) -> frozenset[str]:
    cyclic = frozenset([periodic] if isinstance(periodic, str) else periodic)
    stray = sorted(cyclic - set(names))
    if stray:
        raise DataError(f"{where}: periodic names {stray[0]!r}; expected some of the coordinates {', '.join(names)}")
    return cyclic


def _rising(segment: xr.Dataset, name: str, where: str | Path, notes: list[str]) -> xr.Dataset:
    """The segment with a strictly falling coordinate turned round; anything else unsorted is refused."""
    values = segment[name].values
    steps = np.diff(values)
    if len(steps) == 0 or np.all(steps > 0) or not np.all(np.isfinite(steps)):
        return segment
    if np.all(steps < 0):
        notes.append(f"{name} turned round")
        return segment.isel({name: slice(None, None, -1)})
    falling = int(np.count_nonzero(steps < 0)) > len(steps) // 2
    i = int(np.argmax(steps >= 0 if falling else steps <= 0))
    what = "repeats a value" if steps[i] == 0 else "is not sorted"
    raise GridError(
        f"{where}: coordinate {name} {what} at index {i + 1} ({float(values[i])!r}, then {float(values[i + 1])!r}); sort the data along {name} and keep "
        "one sample a point, or mark several runs by a column or dimension 'trajectory'"
    )


def _detected(segments: list[xr.Dataset], names: tuple[str, ...], notes: list[str]) -> tuple[frozenset[str], list[xr.Dataset]]:
    cyclic: set[str] = set()
    for name in names:
        cut = [_without_repeated_end(s, [name], []) for s in segments]
        if all(detect_periodic(s, name) for s in cut):
            segments = [_without_repeated_end(s, [name], notes) for s in segments]
            cyclic.add(name)
    return frozenset(cyclic), segments


def _without_repeated_end(segment: xr.Dataset, names: Iterable[str], notes: list[str]) -> xr.Dataset:
    for name in names:
        if ends_repeat(segment, name):
            notes.append(f"the last point of {name} repeats the first and was dropped")
            segment = segment.isel({name: slice(None, -1)})
    return segment
