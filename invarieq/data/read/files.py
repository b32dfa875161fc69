"""Read the fields of a system from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from invarieq.data.clean.periodic import detect_periodic, ends_repeat
from invarieq.data.dataset import Dataset, check_reach
from invarieq.data.memory import fitting
from invarieq.data.read.formats import UNITS, read_contents
from invarieq.data.read.masks import apply_masks
from invarieq.data.read.match import match
from invarieq.data.read.named import Question
from invarieq.data.read.tables import from_table
from invarieq.errors import DataError, GridError
from invarieq.jets import JetSpace


@fitting()
def read_dataset(
    path: str | Path, space: JetSpace, *, periodic: Iterable[str] | None = None, axes: Sequence[str] | None = None
) -> Dataset:
    """The fields of `space` from a .nc, .zarr, .npz, .mat, .csv or .parquet file.

    A complex array gives its real part to the first and its imaginary part to the second of two fields. A dimension or
    column `trajectory` splits the data into segments. NaN, empty cells, absent rows of a grid and what a `mask` hides (see
    `invarieq.data.read.masks`) are missing samples. Coordinates in falling order are turned round. `periodic` names the
    periodic coordinates; without it the file's own statement counts, else they are found from the data (never the first
    coordinate). A periodic grid that repeats its first point at the end loses the last. `axes` names the axes of arrays
    whose order cannot be told by length. `source` of the result tells whatever was not taken literally.

    Raises `DataError`, `GridError`, `MissingExtra` (.parquet without pyarrow, .zarr without zarr).
    """
    path = Path(path)
    notes: list[str] = []
    contents = apply_masks(read_contents(path), space, notes)
    names = tuple(c.name for c in space.coordinates)
    question = Question(space, path, _checked_axes(axes, names, path))
    segments = from_table(contents.arrays, space, path, notes) if contents.table else match(contents, question, notes)
    notes += [f"{k.removeprefix(UNITS)} in {v}" for k, v in contents.attributes.items() if k.startswith(UNITS)]
    for number, segment in enumerate(segments):
        where = str(path) if len(segments) == 1 else f"{path}, trajectory {number}"
        for name in (*names, *(f.name for f in space.fields)):
            check_reach(segment, name, where)
    for name in names:
        segments = [_rising(s, name, path, notes) for s in segments]
    stated = contents.attributes.get("periodic")
    if periodic is None and stated is not None and set(stated.split()) <= set(names):
        periodic = stated.split()
    if periodic is None:
        cyclic, segments = _detected(segments, names[1:], notes)
    else:
        cyclic = _checked_periodic(periodic, names, path)
        segments = [_without_repeated_end(s, sorted(cyclic), notes) for s in segments]
    if "source" in contents.attributes and stated is not None:
        notes.insert(0, contents.attributes["source"])
    for name, unit in contents.units.items():
        for segment in (s for s in segments if name in s.variables):
            segment[name].attrs["units"] = unit
    source = f"file {path.name}" + (f" ({'; '.join(dict.fromkeys(notes))})" if notes else "")
    return Dataset(tuple(segments), cyclic, source)


def _checked_axes(axes: Sequence[str] | None, names: tuple[str, ...], path: Path) -> tuple[str, ...] | None:
    if axes is None:
        return None
    if not set(names) >= set(axes) - {"trajectory"} or len(set(axes)) != len(axes):
        raise DataError(
            f"{path}: axes={tuple(axes)!r}; expected the coordinates {', '.join(names)} (and 'trajectory'), each once"
        )
    return tuple(axes)


def _checked_periodic(periodic: Iterable[str], names: tuple[str, ...], path: Path) -> frozenset[str]:
    cyclic = frozenset([periodic] if isinstance(periodic, str) else periodic)
    stray = sorted(cyclic - set(names))
    if stray:
        raise DataError(f"{path}: periodic names {stray[0]!r}; expected some of the coordinates {', '.join(names)}")
    return cyclic


def _rising(segment: xr.Dataset, name: str, path: Path, notes: list[str]) -> xr.Dataset:
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
        f"{path}: coordinate {name} {what} at index {i + 1} ({float(values[i])!r}, then {float(values[i + 1])!r}); sort the data along {name} and keep "
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
