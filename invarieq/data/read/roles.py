"""Without a system: which arrays are coordinates, and which are fields on them.

Named dimensions say it. Vectors of one length are columns: the clock, by its usual names, is the coordinate of trajectories; where it
repeats, the columns with which the rows fill a grid. Arrays of several axes have a vector of fitting length for every axis. Whatever
could be read in two ways is refused with what to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from invarieq.data.read.contents import Contents
from invarieq.data.read.masks import is_mask
from invarieq.data.read.named import varying_axis
from invarieq.data.read.names import TRAJECTORY, find_name, is_variant
from invarieq.data.read.tables import FEWEST_FILLED, is_number, numbers_of
from invarieq.data.read.uncertainty import owner_of
from invarieq.errors import DataError
from invarieq.system.clock import CLOCKS

PLACES = ("x", "y", "z", "r", "s", "theta", "phi", "x1", "x2", "x3")
MOST_PLACES = 3
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of the coordinates, time first, and of the fields, each a function of all of them; the rest is left out."""

    coordinates: tuple[str, ...]
    fields: tuple[str, ...]
    left_out: tuple[str, ...]


def roles_of(contents: Contents, axes: Sequence[str] | None, where: str | Path) -> Roles:
    """What is taken for what. `axes` is the user's word on the coordinates. Raises `DataError` where the data do not tell."""
    aside = {n for n, a in contents.arrays.items() if is_mask(n, a, contents.arrays) or owner_of(n, contents.arrays)}
    label = find_name(TRAJECTORY, [n for n in contents.arrays if n not in aside])
    arrays = {n: np.squeeze(a) for n, a in contents.arrays.items() if n not in aside and n != label and a.size > 1}
    told = None if axes is None else tuple(a for a in axes if a != TRAJECTORY)
    if stray := [a for a in told or () if a not in arrays]:
        raise DataError(f"{where}: axes names {stray[0]!r}, which is no array of the data; they have {_listed(arrays)}")
    if not arrays:
        raise DataError(f"{where} hold no array of several samples; give coordinates and fields, such as {{'t': t, 'x': x}}")
    if (
        len(shapes := {a.shape for a in arrays.values()}) == 1
        and len(next(iter(shapes))) == 1
        and not _dimension(contents, arrays)
    ):
        return _of_columns(arrays, None if label is None else np.squeeze(contents.arrays[label]), told, where)
    if all(len(contents.dims.get(n, ())) == contents.arrays[n].ndim for n in arrays):
        return _by_dimensions(contents, arrays, where)
    return _by_lengths(arrays, told, where)


def clock_of(names: Iterable[str]) -> str | None:
    """The one name that usually is time: t itself, else time in any case, T or tau, else a spelling of t."""
    known = list(names)
    ranks = (
        lambda n: n == "t",
        lambda n: n.lower() == "time",
        lambda n: n in CLOCKS,
        lambda n: is_variant(n, "t"),
    )
    for fits in ranks:
        found = [n for n in known if fits(n)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def is_place(name: str) -> bool:
    """Whether a name usually is a coordinate in space."""
    return any(name.lower() == p or is_variant(name, p) for p in PLACES)


def _dimension(contents: Contents, arrays: Arrays) -> str | None:
    """The one dimension of vectors that has values of its own."""
    dims = {contents.dims.get(n, ()) for n in arrays}
    only = next(iter(dims))
    return only[0] if len(dims) == 1 and len(only) == 1 and only[0] in arrays else None


def time_first(names: Iterable[str]) -> tuple[str, ...]:
    """Names of coordinates with time in front."""
    names = tuple(names)
    clock = clock_of(names)
    return names if clock is None else (clock, *(n for n in names if n != clock))


def _by_dimensions(contents: Contents, arrays: Arrays, where: str | Path) -> Roles:
    sizes = {n: dict(zip(contents.dims[n], contents.arrays[n].shape, strict=True)) for n in arrays}
    kept = {n: [d for d, size in s.items() if size > 1 and find_name(TRAJECTORY, [d]) is None] for n, s in sizes.items()}
    data = {n: ds for n, ds in kept.items() if n not in contents.beside and ds != [n]}
    dimensions = list(dict.fromkeys(d for ds in sorted(data.values(), key=len, reverse=True) for d in ds))
    for d in dimensions:
        if d not in arrays or arrays[d].ndim != 1:
            raise DataError(f"{where}: the dimension {d!r} has no values; give them, with xarray by data.assign_coords({d}=...)")
    coordinates = time_first(dimensions)
    fields = [n for n, ds in data.items() if set(ds) == set(dimensions)]
    return _roles(coordinates, fields, arrays, where)


def _by_lengths(arrays: Arrays, told: Sequence[str] | None, where: str | Path) -> Roles:
    """Arrays of several axes, and vectors (or meshes of a usual name) for the axes."""
    meshes = [n for n, a in arrays.items() if a.ndim > 1 and varying_axis(a) is not None and (is_place(n) or clock_of([n]))]
    grids = {n: a for n, a in arrays.items() if a.ndim > 1 and n not in meshes and n not in (told or ())}
    if not grids:
        raise DataError(
            f"{where}: the vectors have different lengths ({_listed(arrays)}) and no array stands on their grid; give vectors of one length "
            "(a trajectory), or a field of shape (times, places)"
        )
    axes = max(a.ndim for a in grids.values())
    shape = next(a.shape for a in grids.values() if a.ndim == axes)
    lengths = {n: a.shape[varying_axis(a) or 0] for n, a in arrays.items() if n in meshes or a.ndim == 1}
    fitting = [n for n, size in lengths.items() if size in shape]
    if told is None and len(fitting) > axes:
        usual = [n for n in fitting if is_place(n) or n == clock_of(fitting)]
        if len(usual) != axes:
            raise DataError(
                f"{where}: the arrays have {axes} axes, and {', '.join(map(repr, fitting))} could be their coordinates; leave out those that "
                f"are none, or name the axes: axes={fitting[:axes]!r}"
            )
        fitting = usual
    coordinates = time_first(fitting if told is None else told)
    if sorted(lengths.get(n, 0) for n in coordinates) != sorted(shape):
        raise DataError(
            f"{where}: an array has shape {shape}, and of its {axes} axes only {', '.join(coordinates) or 'none'} is told; give a vector of "
            "values for every axis, several records as a list, and the components of a state as arrays of their own: {'t': t, 'x': X[:, 0], 'y': X[:, 1]}"
        )
    return _roles(coordinates, [n for n, a in grids.items() if sorted(a.shape) == sorted(shape)], arrays, where)


def _of_columns(arrays: Arrays, labels: np.ndarray | None, told: Sequence[str] | None, where: str | Path) -> Roles:
    """Columns, one row a sample."""
    numbers: dict[str, np.ndarray] = {}
    for name, column in arrays.items():
        if (
            column.dtype.kind in "iuf"
            or name == clock_of(arrays)
            or any(is_number(str(cell)) and str(cell) != "nan" for cell in column)
        ):
            numbers[name] = numbers_of(column, name, where)
    if told is not None:
        return _roles(time_first(told), [n for n in numbers if n not in told], arrays, where)
    clock = clock_of(numbers)
    rows = [np.arange(len(next(iter(arrays.values()))))]
    if labels is not None:
        rows = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if clock is not None and all(_fills(numbers, (clock,), r) for r in rows):
        return _roles((clock,), [n for n in numbers if n != clock], arrays, where)
    coordinates = _spanning(numbers, clock, rows, where)
    return _roles(coordinates, [n for n in numbers if n not in coordinates], arrays, where)


def _spanning(numbers: Arrays, clock: str | None, rows: Sequence[np.ndarray], where: str | Path) -> tuple[str, ...]:
    """The fewest columns whose values, with the clock's, the rows take once each."""
    base = () if clock is None else (clock,)
    others = [n for n in numbers if n != clock and all(_may_span(numbers, (*base, n), r) for r in rows)]
    for count in range(2 - len(base), MOST_PLACES + 1):
        found = [(*base, *some) for some in itertools.combinations(others, count)]
        found = [some for some in found if all(_fills(numbers, some, r) for r in rows)]
        usual = [some for some in found if all(map(is_place, some[len(base) :]))]
        if len(usual) == 1:
            return usual[0]
        if len(found) == 1 and not any(_numbered(numbers[n]) for n in found[0][len(base) :]):
            return found[0]
        if found:
            named = " or ".join(f"({', '.join(some)})" for some in found[:3])
            raise DataError(
                f"{where}: the coordinates may be {named}, or {found[0][-1]!r} only tells records; say which by axes={list(found[0])!r} or "
                f"records={found[0][-1]!r}, or declare a system"
            )
    if clock is None:
        raise DataError(
            f"{where}: which of {', '.join(map(repr, numbers))} is time is not told, and the rows fill no grid; name one of them 't' (or say "
            f"axes=['{next(iter(numbers), 't')}']), or declare a system"
        )
    raise DataError(
        f"{where}: {clock!r} repeats a value, and no columns beside it span a grid; mark several records by a column 'record', give one row "
        "a point of the grid, or declare a system"
    )


def _may_span(numbers: Arrays, names: Sequence[str], rows: np.ndarray) -> bool:
    """Whether columns take few enough values for the rows to fill their grid, as coordinates do and fields do not."""
    return float(np.prod([len(np.unique(numbers[n][rows])) for n in names], dtype=float)) * FEWEST_FILLED <= len(rows)


def _numbered(values: np.ndarray) -> bool:
    """Whether values are whole numbers, as labels are."""
    return bool(np.all(values == np.round(values)))


def _fills(numbers: Arrays, names: Sequence[str], rows: np.ndarray) -> bool:
    """Whether the rows take every combination of values at most once, and at least half of all."""
    rows = rows[np.all([np.isfinite(numbers[n][rows]) for n in names], axis=0)]
    values = [np.unique(numbers[n][rows], return_inverse=True) for n in names]
    size = int(np.prod([len(v) for v, _ in values], dtype=float))
    if size * FEWEST_FILLED > len(rows) or min((len(v) for v, _ in values), default=0) < 2:
        return False
    places = np.ravel_multi_index([i for _, i in values], [len(v) for v, _ in values])
    return len(np.unique(places)) == len(rows)


def _roles(coordinates: Sequence[str], fields: Collection[str], arrays: Arrays, where: str | Path) -> Roles:
    chosen = [n for n in fields if not any(_derivative(n, other, coordinates) for other in fields)]
    if not chosen:
        raise DataError(
            f"{where}: no field on {', '.join(coordinates)}; the data have {_listed(arrays)}. Give values of an unknown at every sample"
        )
    used = {*coordinates, *chosen}
    return Roles(tuple(coordinates), tuple(chosen), tuple(n for n in arrays if n not in used))


def _derivative(name: str, field: str, coordinates: Sequence[str]) -> bool:
    """Whether a name is that of another field with coordinates behind it: u_xx, qt."""
    tail = name.removeprefix(field).lstrip("_")
    if name == field or not name.startswith(field) or not tail:
        return False
    parts = list(tail) if all(len(c) == 1 for c in coordinates) else tail.split("_")
    return all(p in coordinates for p in parts)


def _listed(arrays: Arrays) -> str:
    return ", ".join(f"{n!r} {' × '.join(map(str, a.shape)) or 'single'}" for n, a in arrays.items())


def spelled(roles: Roles) -> dict[str, str]:
    """Coordinates by the names that a system may have for them: usual spellings as their letter, no underscores."""
    taken = {*roles.coordinates, *roles.fields}
    names: dict[str, str] = {}
    for name in roles.coordinates:
        letter = next((c for c in ("t", *PLACES) if name != c and c not in taken and _spelling(name, c)), None)
        new = letter or name.replace("_", "")
        if new != name and new not in taken:
            names[name] = new
            taken.add(new)
    return names


def _spelling(name: str, letter: str) -> bool:
    """Whether a name is a letter with an ending; its other case, and words that say what they are (time, longitude), stay."""
    low = name.lower()
    return is_variant(name, letter) and (low.startswith(letter) or "_" in name) and low not in {letter, "time", "times", "radius"}


def replaced(roles: Roles, names: Mapping[str, str]) -> Roles:
    """The roles under other names of coordinates."""
    return replace(roles, coordinates=tuple(names.get(n, n) for n in roles.coordinates))
