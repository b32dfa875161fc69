"""A law in motion from a start that a user gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.errors import DeclarationError, suggestion
from invarieq.forecast.motion import Place, dynamics, move, state_sizes
from invarieq.law.law import Law
from invarieq.law.shown import Kind

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is asked: the `start` by names of fields and their time derivatives, and the rising `times`; `piece` gives the places."""

    piece: Segment
    start: Mapping[str, Any]
    times: Array

    @staticmethod
    def of(piece: Segment, start: Any, times: Any) -> Forecast:
        """From what a user hands in; raises `DeclarationError` for a start without names and times that are no numbers."""
        if not isinstance(start, Mapping):
            raise DeclarationError(f"start {start!r}: expected numbers by name of the field, e.g. {{'u': 1.0}}")
        try:
            given = np.asarray(times)
            if given.dtype.kind in "mM":  # numbers, but of nanoseconds or days, not of the data's own clock
                raise TypeError
            return Forecast(piece, dict(start), given.astype(float))
        except (TypeError, ValueError):
            raise DeclarationError(f"times {times!r}: expected two or more finite numbers in rising order") from None


def forecast(law: Law, asked: Forecast, *, kind: Kind = "fitted") -> xr.Dataset:
    """The fields of the law at the times asked for, NaN after a blow-up (attribute `stopped`: when)."""
    piece, times = asked.piece, asked.times
    if times.ndim != 1 or len(times) < 2 or not np.all(np.isfinite(times)) or not np.all(np.diff(times) > 0):
        raise DeclarationError(f"times of shape {times.shape}: expected two or more finite numbers in rising order")
    spaces = piece.grids[1:]
    place = Place(spaces, piece.periodic[1:], np.ones(1))
    problem = dynamics(law, kind, place, times)
    step = float(piece.grids[0][-1] - piece.grids[0][0]) / (len(piece.grids[0]) - 1)
    place = Place(spaces, piece.periodic[1:], state_sizes(problem, piece.values, step))
    names = [s.name for s in problem.state]
    start = np.stack([_value(asked.start, name, names, tuple(len(g) for g in spaces)) for name in names])
    if strange := sorted(set(asked.start) - set(names)):
        raise DeclarationError(f"start names {strange[0]!r}{suggestion(strange[0], names)}; expected {', '.join(names)}")
    motion = move(problem, place, start, times)
    time, others = law.space.coordinates[0].name, [c.name for c in law.space.coordinates[1:]]
    fields = {f.name: ((time, *others), motion.states[names.index(f.name)]) for f in law.space.fields}
    coordinates = {time: times, **dict(zip(others, spaces, strict=True))}
    return xr.Dataset(fields, coordinates, attrs={} if motion.stopped is None else {"stopped": motion.stopped})


def _value(start: Mapping[str, Any], name: str, names: list[str], shape: tuple[int, ...]) -> Array:
    if name not in start:
        raise DeclarationError(f"start has no {name!r}; expected {', '.join(names)}")
    try:
        value = np.broadcast_to(np.asarray(start[name], dtype=float), shape)
    except (TypeError, ValueError):
        raise DeclarationError(f"start {name!r} does not fit: expected numbers of shape {shape}") from None
    if not np.all(np.isfinite(value)):
        raise DeclarationError(f"start {name!r} holds NaN or infinite values; expected finite numbers")
    return value
