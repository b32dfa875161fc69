"""How well does a law predict? It is set in motion from the data's state and compared with the data, sample by sample.

e(t)² = mean over fields of ⟨(û − u)²⟩ / rms², the average over the places at time t, the rms of each field over its record: the
relative L2 error at time t. Noise alone leaves e = `noise`; the valid time ends where e² − noise² first exceeds `LIMIT`².

Source: the limit 0.4 as in Pathak et al., Phys. Rev. Lett. 120 (2018) 024102 (there relative to the attractor's size).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.errors import SimulationError
from invarieq.forecast.motion import dynamics, move, state_sizes
from invarieq.forecast.start import start_of
from invarieq.forecast.trajectory import Place
from invarieq.law.law import Law
from invarieq.law.shown import Kind

Array = NDArray[np.float64]

LIMIT = 0.4
MOST_VALUES = 4_000_000  # simulated at most of one record; the rest of a longer one is left out


@dataclass(frozen=True)
class Prediction:
    """One record beside the law's solution.

    `values[f]` (times × places) simulated at `times`, NaN after a blow-up; `data[f]` what was measured, NaN in gaps; `errors` e(t).
    `error` is the relative L2 error over the whole comparison (None after a blow-up), `valid` the time from the start to the
    limit (`lasts`: it was never reached), `stopped` the time of a blow-up; `why` a reason why nothing was simulated.
    """

    times: Array
    values: tuple[Array, ...]
    data: tuple[Array, ...]
    errors: Array
    error: float | None
    noise: float
    valid: float
    lasts: bool
    stopped: float | None
    why: str = ""


def predict(law: Law, kind: Kind, piece: Segment, *, border: int = 0) -> Prediction:
    """Set the law in motion from its record's first samples and compare over the whole record.

    With `border` the start comes from the last samples before that one, and what follows is compared.
    """
    try:
        return _predict(law, kind, piece, (0, border or len(piece.grids[0])), border)
    except SimulationError as error:
        empty = np.zeros(0)
        return Prediction(empty, (), (), empty, None, 0.0, 0.0, False, None, str(error))


def _predict(law: Law, kind: Kind, piece: Segment, window: tuple[int, int], first: int) -> Prediction:
    t, spaces = piece.grids[0], piece.grids[1:]
    place = Place(spaces, piece.periodic[1:], np.ones(1))
    problem = dynamics(law, kind, place, t)
    step = float(t[-1] - t[0]) / (len(t) - 1)
    seen = cut(piece, window[1])  # what follows must not even choose a scale
    place = Place(spaces, piece.periodic[1:], state_sizes(problem, seen.values, step))
    start = start_of(problem, seen, place, window, late=first > 0)
    stop = min(len(t), start.sample + max(8, MOST_VALUES // max(1, piece.values[0][0].size)))
    times = t[start.sample : stop]
    ends = _smoothed_ends(piece, problem.state, start.sample, stop) if spaces and not all(piece.periodic[1:]) else None
    motion = move(problem, place, start.state, times, ends)
    rows = [problem.state.index(f.symbol) for f in law.space.fields]
    skip = max(0, first - start.sample)
    values = tuple(motion.states[k][skip:] for k in rows)
    data = tuple(_measured(piece, v)[start.sample + skip : stop] for v in piece.values)
    return compare(times[skip:], values, data, piece.noise, [_rms(_measured(piece, v)) for v in piece.values], motion.stopped)


def cut(piece: Segment, stop: int) -> Segment:
    """The record before sample `stop`."""
    return replace(
        piece,
        grids=(piece.grids[0][:stop], *piece.grids[1:]),
        values=tuple(v[:stop] for v in piece.values),
        known=None if piece.known is None else piece.known[:stop],
    )


def compare(
    times: Array,
    values: tuple[Array, ...],
    data: tuple[Array, ...],
    noise: Sequence[float],
    sizes: Sequence[float],
    stopped: float | None,
) -> Prediction:
    """e(t), its summary and the valid time of simulated `values` beside `data`."""
    parts = np.stack([_mean_square(v - d) / s**2 for v, d, s in zip(values, data, sizes, strict=True)])
    squares = np.mean(parts, axis=0)
    floor = float(np.mean([(n / s) ** 2 for n, s in zip(noise, sizes, strict=True)]))
    errors = np.sqrt(squares)
    compared = np.isfinite(errors)
    wrong = compared & (squares - floor > LIMIT**2)
    end = float(times[int(np.argmax(wrong))]) if wrong.any() else float("inf")
    if stopped is not None:
        end = min(end, stopped)
    return Prediction(
        times=times,
        values=values,
        data=data,
        errors=errors,
        error=float(np.sqrt(np.mean(squares[compared]))) if stopped is None and compared.any() else None,
        noise=float(np.sqrt(floor)),
        valid=max(0.0, (min(end, float(times[-1])) - float(times[0]))) if len(times) else 0.0,
        lasts=not np.isfinite(end),
        stopped=stopped,
    )


def _mean_square(difference: Array) -> Array:
    """The mean square at each time over the places that are known; NaN where none is."""
    flat = difference.reshape(len(difference), -1)
    count = np.sum(np.isfinite(flat), axis=1)
    total = np.nansum(flat**2, axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _rms(values: Array) -> float:
    return float(np.sqrt(np.nanmean(values**2))) or 1.0


def _measured(piece: Segment, values: Array) -> Array:
    return values if piece.known is None else np.where(piece.known, values, np.nan)


def _smoothed_ends(piece: Segment, state: Sequence[object], start: int, stop: int) -> Array:
    """The record of each state variable smoothed along time: what the ends of an interval follow."""
    rows = []
    for symbol in state:
        field, index = piece.space.index(symbol)  # type: ignore[misc, arg-type]
        rows.append(piece.smoothers[field].along(piece.values[field], 0, index[0])[start:stop])
    return np.stack(rows)
