"""Data without a declared system: what is taken for coordinates and fields, and the system that follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from invarieq.data.dataset import Dataset, check_dataset
from invarieq.data.read.assemble import assembled
from invarieq.data.read.contents import Contents
from invarieq.data.read.given import MEASURED, contents_of, kind_of, where_of
from invarieq.data.read.legible import legible, renamed
from invarieq.data.read.masks import is_mask
from invarieq.data.read.measured import measured
from invarieq.data.read.named import Question
from invarieq.data.read.names import TRAJECTORY, find_name
from invarieq.data.read.roles import Roles, replaced, roles_of, spelled, time_first
from invarieq.data.read.uncertainty import owner_of
from invarieq.errors import DataError
from invarieq.jets import Field, coordinates
from invarieq.symmetry.named import translation
from invarieq.system.system import System


@dataclass(frozen=True, slots=True)
class Inferred:
    """A system read off the data (translations in every coordinate), the data as it sees them, and in words what was taken for what."""

    system: System
    dataset: Dataset
    statement: str


def infer_system(
    data: Any,
    *,
    axes: Sequence[str] | None = None,
    periodic: Iterable[str] | None = None,
    records: str | None = None,
    name: str = "",
) -> Inferred:
    """The system and the data set out of anything that `dataset_from` takes, where nothing is declared.

    Dimensions of xarray are coordinates, its variables fields. Arrays of several axes are fields on the vectors that fit their axes.
    Vectors of one length, and tables, are trajectories over the clock (t, time, T, tau, and spellings of t), or where it repeats a
    field on the grid that the rows fill. `axes` names the coordinates where that is not enough; `periodic`, `records` as in
    `dataset_from`; `name` is the system's, else that of the file, else "data".

    Raises `DataError` where the data can be read in several ways, or in none; it says what to do.

    >>> import numpy as np
    >>> t = np.linspace(0, 6, 50)
    >>> infer_system({"t": t, "x": np.cos(t), "v": -np.sin(t)}).statement
    'coordinates t; fields x(t), v(t)'
    """
    where = where_of(data)
    if isinstance(data, str) and data.startswith(MEASURED):
        name, data = name or data.removeprefix(MEASURED), measured(data.removeprefix(MEASURED))
    if isinstance(data, Dataset):
        return _of_dataset(data, name)
    parts = [legible(c) for c in contents_of(data, where, records=records, nameless="u")]
    wheres = [where] if len(parts) == 1 else [f"{where}, record {k + 1}" for k in range(len(parts))]
    roles = [roles_of(c, axes, w) for c, w in zip(parts, wheres, strict=True)]
    for found, here in zip(roles, wheres, strict=True):
        if {*found.coordinates} != {*roles[0].coordinates} or {*found.fields} != {*roles[0].fields}:
            raise DataError(
                f"{here} has {_said(found)}; the first record has {_said(roles[0])}. Give records of the same columns, or declare a system"
            )
    names = spelled(roles[0])
    kept = [renamed(_without(c, found), names) for c, found in zip(parts, roles, strict=True)]
    chosen = replaced(roles[0], names)
    system = _system(chosen, name or _stem(data))
    order = None if axes is None else tuple(names.get(a, a) for a in axes)
    dataset = assembled(kept, Question(system.space, where, order), source=kind_of(data), periodic=periodic)
    check_dataset(dataset, system.space)
    return Inferred(system, dataset, _statement(chosen, len(dataset.segments)))


def _of_dataset(data: Dataset, name: str) -> Inferred:
    if not data.segments:
        raise DataError("the data set is empty; give at least one record")
    first = data.segments[0]
    fields = [str(n) for n in first.data_vars]
    roles = Roles(time_first(dict.fromkeys(str(d) for n in fields for d in first[n].dims)), tuple(fields), ())
    system = _system(roles, name or "data")
    check_dataset(data, system.space)
    return Inferred(system, data, _statement(roles, len(data.segments)))


def _system(roles: Roles, name: str) -> System:
    symbols = coordinates(" ".join(roles.coordinates))
    return System(name, [Field(f, *symbols) for f in roles.fields], symmetry=[translation(c) for c in symbols])


def _without(contents: Contents, roles: Roles) -> Contents:
    """The contents without what is left out; masks, standard errors and labels of records stay."""
    used = {*roles.coordinates, *roles.fields}
    label = find_name(TRAJECTORY, [n for n in contents.arrays if n not in used])
    kept = {
        n: a for n, a in contents.arrays.items() if n in used or n == label or owner_of(n, used) or is_mask(n, a, contents.arrays)
    }
    return replace(contents, arrays=kept)


def _stem(data: Any) -> str:
    """The name of the file as a name of a system."""
    if not isinstance(data, (str, Path)):
        return "data"
    return re.sub(r"[^A-Za-z0-9_-]+", "-", Path(data).stem).strip("-_") or "data"


def _said(roles: Roles) -> str:
    arguments = ", ".join(roles.coordinates)
    return f"coordinates {arguments}; fields {', '.join(f'{f}({arguments})' for f in roles.fields)}"


def _statement(roles: Roles, records: int) -> str:
    rest = [f"{records} records"] if records > 1 else []
    rest += [f"left out: {', '.join(roles.left_out)}"] if roles.left_out else []
    return "; ".join([_said(roles), *rest])
