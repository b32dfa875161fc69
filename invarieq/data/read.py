"""From arrays in a file to the fields of a jet space, on named dimensions.

The rules are general: a coordinate is found by its name (any case, doubled letters and common long names too), else as
the vector of fitting length that is left; a field by its name, else as the array of fitting shape that is left. Axes are
matched to coordinates by the dimension names of the file, else by length. What stays ambiguous is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import xarray as xr

from invarieq.data.dataset import Dataset
from invarieq.data.formats import Table, read_arrays
from invarieq.data.periodic import detect_periodic
from invarieq.errors import DataError, GridError
from invarieq.jets import JetSpace

LONG_NAMES = {"t": ("time", "times"), "x": ("lon", "longitude", "space", "position"), "y": ("lat", "latitude"), "z": ("height", "depth")}
TRAJECTORY = "trajectory"
TABLES = (".csv", ".parquet")


def read_dataset(path: str | Path, space: JetSpace) -> Dataset:
    """The fields of `space` from a .nc, .zarr, .npz, .mat, .csv or .parquet file.

    A complex array gives its real part to the first and its imaginary part to the second of two fields. A dimension or
    column `trajectory` splits the data into segments. Coordinates in falling order are turned round. Space coordinates in
    which the data continue periodically are found and marked.
    """
    path = Path(path)
    arrays, dims = read_arrays(path)
    if path.suffix.lower() in TABLES:
        segments = _from_table(arrays, space, path)
    else:
        segments = _from_arrays(arrays, dims, space, path)
    ready = tuple(_rising(s, space) for s in segments)
    first = space.coordinates[0].name
    periodic = frozenset(c.name for c in space.coordinates if c.name != first and all(detect_periodic(s, c.name) for s in ready))
    return Dataset(ready, periodic, f"file {path.name}")


def _rising(segment: xr.Dataset, space: JetSpace) -> xr.Dataset:
    for coordinate in space.coordinates:
        values = segment[coordinate.name].values
        if len(values) > 1 and np.all(np.diff(values) < 0):
            segment = segment.isel({coordinate.name: slice(None, None, -1)})
    return segment


def _squeezed(array: np.ndarray) -> np.ndarray:
    return np.squeeze(array)


def _is_name(candidate: str, name: str) -> bool:
    low, wanted = candidate.lower().strip("_"), name.lower()
    return low in {wanted, wanted * 2, f"{wanted}s", f"{wanted}grid", f"{wanted}_grid", *LONG_NAMES.get(wanted, ())}


def _vector(array: np.ndarray) -> np.ndarray | None:
    """A coordinate vector: one-dimensional, or a mesh that varies along one axis only."""
    array = _squeezed(array)
    if np.iscomplexobj(array):
        return None
    if array.ndim == 1:
        return array
    varying = [d for d in range(array.ndim) if np.ptp(array, axis=d).max() > 0]
    if array.ndim == 2 and len(varying) == 1:
        return np.take(array, 0, axis=1 - varying[0])
    return None


def _from_arrays(arrays: Table, dims: Mapping[str, tuple[str, ...]], space: JetSpace, path: Path) -> list[xr.Dataset]:
    grids, used = _find_coordinates(arrays, space, path)
    rest = {n: _squeezed(a) for n, a in arrays.items() if n not in used}
    variables = _find_fields(rest, dims, grids, space, path)
    counts = {v.sizes[TRAJECTORY] for v in variables.values() if TRAJECTORY in v.dims}
    coords = {n: (n, np.asarray(g, dtype=float)) for n, g in grids.items()}
    if not counts:
        return [xr.Dataset(variables, coords=coords)]
    whole = xr.Dataset(variables, coords=coords)
    return [whole.isel({TRAJECTORY: i}, drop=True) for i in range(counts.pop())]


def _find_coordinates(arrays: Table, space: JetSpace, path: Path) -> tuple[dict[str, np.ndarray], set[str]]:
    grids: dict[str, np.ndarray] = {}
    used: set[str] = set()
    fields = {f.name for f in space.fields}
    exact = {c.name: c.name for c in space.coordinates if c.name in arrays}
    for coordinate in space.coordinates:
        name = coordinate.name
        options = [exact[name]] if name in exact else [n for n in arrays if n not in fields and n not in used and _is_name(n, name)]
        for option in options:
            vector = _vector(arrays[option])
            if vector is not None and vector.size > 1:
                grids[name] = vector
                used.add(option)
                break
    missing = [c.name for c in space.coordinates if c.name not in grids]
    if missing:
        spare = {n: v for n, a in arrays.items() if n not in used and n not in fields and (v := _vector(a)) is not None and v.size > 1}
        lengths = _axis_lengths(arrays, used | set(spare), [len(g) for g in grids.values()])
        fitting = [n for n, v in spare.items() if not lengths or len(v) in lengths]
        if len(missing) == 1 and len(fitting) == 1:
            grids[missing[0]] = spare[fitting[0]]
            used.add(fitting[0])
        else:
            raise GridError(
                f"{path}: no array for the coordinate {missing[0]!r}; the file has {_listing(arrays)}. "
                f"Name one of them {missing[0]!r}, or name the coordinate in the system as the file does"
            )
    return {c.name: grids[c.name] for c in space.coordinates}, used


def _axis_lengths(arrays: Table, used: set[str], taken: list[int]) -> set[int]:
    """Lengths of axes of the largest array that no known coordinate accounts for."""
    others = [_squeezed(a).shape for n, a in arrays.items() if n not in used]
    if not others:
        return set()
    left = list(max(others, key=np.prod))
    for length in taken:
        if length in left:
            left.remove(length)
    return set(left)


def _listing(arrays: Table) -> str:
    return ", ".join(f"{n} {'×'.join(map(str, a.shape))}" for n, a in arrays.items())


def _find_fields(
    arrays: Table, dims: Mapping[str, tuple[str, ...]], grids: Mapping[str, np.ndarray], space: JetSpace, path: Path
) -> dict[str, xr.DataArray]:
    found: dict[str, xr.DataArray] = {}
    low = {n.lower(): n for n in arrays}
    for field in space.fields:
        name = field.name if field.name in arrays else low.get(field.name.lower())
        if name is not None:
            found[field.name] = _named(arrays[name], dims.get(name), tuple(a.name for a in field.arguments), grids, f"{path}: {name}")
    if any(np.iscomplexobj(a.values) for a in found.values()):
        arrays, found = {n: arrays[n] for n in arrays}, {}
    missing = [f for f in space.fields if f.name not in found]
    if not missing:
        return found
    fitting = {n: a for n, a in arrays.items() if n not in {v.name for v in found.values()} and _fits(a, missing[0].arguments, grids)}
    if len(missing) == len(fitting) == 1 and not np.iscomplexobj(next(iter(fitting.values()))):
        name, array = next(iter(fitting.items()))
        return found | {missing[0].name: _named(array, dims.get(name), tuple(a.name for a in missing[0].arguments), grids, f"{path}: {name}")}
    if len(fitting) == 1 and np.iscomplexobj(next(iter(fitting.values()))):
        return _split_complex(*next(iter(fitting.items())), dims, grids, space, path)
    shape = " × ".join(f"{a.name}: {len(grids[a.name])}" for a in missing[0].arguments)
    raise DataError(
        f"{path}: no array for the field {missing[0].name!r} of shape ({shape}); the file has {_listing(arrays)}. "
        f"Name one array {missing[0].name!r}"
    )


def _split_complex(
    name: str, array: np.ndarray, dims: Mapping[str, tuple[str, ...]], grids: Mapping[str, np.ndarray], space: JetSpace, path: Path
) -> dict[str, xr.DataArray]:
    if len(space.fields) != 2:
        first = space.fields[0].name
        raise DataError(
            f"{path}: {name} is complex and the system has {len(space.fields)} unknown(s); declare two real fields, for example "
            f"{first}r and {first}i: the first takes the real part, the second the imaginary part"
        )
    first, second = space.fields
    whole = _named(array, dims.get(name), tuple(a.name for a in first.arguments), grids, f"{path}: {name}")
    return {first.name: whole.real, second.name: whole.imag}


def _fits(array: np.ndarray, arguments: tuple, grids: Mapping[str, np.ndarray]) -> bool:
    lengths = sorted(len(grids[a.name]) for a in arguments)
    shape = sorted(array.shape)
    return shape == lengths or (array.ndim == len(lengths) + 1 and all(shape.count(n) >= lengths.count(n) for n in lengths))


def _named(
    array: np.ndarray, stated: tuple[str, ...] | None, names: tuple[str, ...], grids: Mapping[str, np.ndarray], where: str
) -> xr.DataArray:
    """Give axes their coordinate names: stated by the file, else by length."""
    label = where.split(": ")[-1]
    if stated is not None and len(stated) == array.ndim:
        renamed = tuple(next((n for n in names if d == n or _is_name(d, n)), d) for d in stated)
        if set(names) <= set(renamed):
            return xr.DataArray(array, dims=renamed, name=label)
    lengths = {n: len(grids[n]) for n in names}
    if array.ndim not in (len(names), len(names) + 1):
        raise DataError(f"{where} has shape {array.shape}; expected {' × '.join(f'{n}: {c}' for n, c in lengths.items())}")
    options = set()
    for order in itertools.permutations((*names, *([TRAJECTORY] if array.ndim > len(names) else []))):
        if all(lengths.get(n, size) == size for n, size in zip(order, array.shape, strict=True)):
            options.add(order)
    if not options:
        raise DataError(f"{where} has shape {array.shape}; expected {' × '.join(f'{n}: {c}' for n, c in lengths.items())} in some order")
    if len(options) > 1:
        same = [n for n in names if list(lengths.values()).count(lengths[n]) > 1]
        raise GridError(
            f"{where} has shape {array.shape} and {' and '.join(same or names)} are equally long, so its axes cannot be told apart; "
            "store it as .nc with named dimensions"
        )
    return xr.DataArray(array, dims=options.pop(), name=label)


def _from_table(columns: Table, space: JetSpace, path: Path) -> list[xr.Dataset]:
    """Tables: one row a sample; rows of a field on a grid are put in their place."""
    low = {n.lower(): n for n in columns}
    wanted = [c.name for c in space.coordinates] + [f.name for f in space.fields]
    picked: dict[str, np.ndarray] = {}
    for name in wanted:
        column = low.get(name.lower()) or next((n for n in columns if _is_name(n, name)), None)
        if column is None:
            raise DataError(f"{path}: no column {name!r}; the table has {', '.join(columns)}")
        picked[name] = columns[column]
    group = columns.get(low.get(TRAJECTORY, ""), np.zeros(len(picked[wanted[0]])))
    return [_grid(({n: v[group == g] for n, v in picked.items()}), space, path) for g in np.unique(group)]


def _grid(columns: dict[str, np.ndarray], space: JetSpace, path: Path) -> xr.Dataset:
    names = [c.name for c in space.coordinates]
    if len(names) == 1:
        coords = {names[0]: (names[0], columns[names[0]])}
        return xr.Dataset({f.name: (names[0], columns[f.name]) for f in space.fields}, coords=coords)
    axes, places = zip(*(np.unique(columns[n], return_inverse=True) for n in names), strict=True)
    shape = tuple(len(a) for a in axes)
    rows = len(columns[names[0]])
    if rows != int(np.prod(shape)) or len(np.unique(np.ravel_multi_index(places, shape))) != rows:
        raise GridError(
            f"{path}: {rows} rows do not fill the grid {' × '.join(f'{n}: {c}' for n, c in zip(names, shape, strict=True))} once; "
            "give exactly one row a grid point"
        )
    fields = {}
    for field in space.fields:
        values = np.empty(shape)
        values[places] = columns[field.name]
        fields[field.name] = (names, values)
    return xr.Dataset(fields, coords={n: (n, a) for n, a in zip(names, axes, strict=True)})
