"""After a discovery: what was held back from the search, and how well a law predicts it.

Nothing is held back unless `hold_out` asks for it: then, of five or more records, the last ones whole; of fewer, the last part of
each in time. Without it a law is compared with the data that it was found in, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from invarieq.data import Dataset
from invarieq.data.records import Segment, records
from invarieq.errors import DataError
from invarieq.forecast.prediction import LIMIT, Prediction, cut, predict
from invarieq.forecast.residuals import residual_maps
from invarieq.jets import JetSpace
from invarieq.law import Law
from invarieq.law.shown import Kind

WHOLE = 5  # records from which on whole ones are held back
SHORTEST = 16
MOST = 8  # records compared
SHOWN = 50  # times listed of an error curve
USED, HELD = "used", "held out"


@dataclass(frozen=True)
class Trial:
    """A record to compare: from sample `border` on (0: all of it), with the role that its data played."""

    piece: Segment
    border: int
    role: str


def searched(dataset: Dataset, share: float) -> Dataset:
    """The part of the data that a search may see; raises `DataError` where too little is left."""
    if not share:
        return dataset
    count = len(dataset.segments)
    if count >= WHOLE:
        return Dataset(dataset.segments[: count - _whole(count, share)], dataset.periodic, dataset.source)
    kept = []
    for segment in dataset.segments:
        name = str(max((v.dims for v in segment.data_vars.values()), key=len)[0])
        number = _border(np.asarray(segment[name].values, dtype=float), share)
        if number < SHORTEST:
            raise DataError(
                f"{dataset.source}: holding back {100 * share:g} % leaves {number} of {segment.sizes[name]} samples along {name} to the search; "
                f"expected at least {SHORTEST}. Hold back less (--hold-out), or give a longer record"
            )
        kept.append(segment.isel({name: slice(None, number)}))
    return Dataset(tuple(kept), dataset.periodic, dataset.source)


def _whole(count: int, share: float) -> int:
    return min(count - 1, max(1, round(share * count)))


def _border(times: np.ndarray, share: float) -> int:
    """The number of samples before the held-back share of time."""
    return int(np.searchsorted(times, times[0] + (1 - share) * (times[-1] - times[0]), side="right"))


def how_held(dataset: Dataset, share: float) -> str:
    """In words, what the search did not see."""
    count = len(dataset.segments)
    if not share:
        return "nothing was held out: the law is compared with the data in which it was found"
    if count >= WHOLE:
        return f"the last {_whole(count, share)} of {count} records were held out of the search"
    return f"the last {100 * share:g} % of the time of {'each record' if count > 1 else 'the record'} was held out of the search"


def trials(dataset: Dataset, space: JetSpace, share: float, *, role: str = USED) -> tuple[Trial, ...]:
    """What is compared, at most `MOST` records of each role, spread evenly."""
    pieces, count = records(dataset, space), len(dataset.segments)
    if not share:
        return _spread([Trial(p, 0, role) for p in pieces])
    if count >= WHOLE:
        first = count - _whole(count, share)
        return (
            *_spread([Trial(p, 0, USED) for p in pieces if p.record < first]),
            *_spread([Trial(p, 0, HELD) for p in pieces if p.record >= first]),
        )
    name = space.coordinates[0].name
    used: list[Trial] = []
    held: list[Trial] = []
    for piece in pieces:
        times = np.asarray(dataset.segments[piece.record][name].values, dtype=float)
        last = times[_border(times, share) - 1]
        border = int(np.searchsorted(piece.grids[0], last, side="right"))
        used += [Trial(cut(piece, border), 0, USED)] if border >= SHORTEST else []
        if border < len(piece.grids[0]):
            held.append(Trial(piece, border if border >= SHORTEST else 0, HELD))
    return (*_spread(used), *_spread(held))


def _spread(found: list[Trial]) -> tuple[Trial, ...]:
    if len(found) <= MOST:
        return tuple(found)
    return tuple(found[i] for i in np.linspace(0, len(found) - 1, MOST).round().astype(int))


def examine(law: Law, found: tuple[Trial, ...], *, held: str) -> dict[str, Any]:
    """The law with fitted and with rounded coefficients beside every record, and its residual in windows, as a document."""
    rows: dict[str, list[dict[str, Any]]] = {}
    kinds: tuple[Kind, ...] = ("fitted", "rounded")
    for kind in kinds:
        if kind == "rounded" and law.equations("rounded") == law.equations("fitted"):
            rows[kind] = rows["fitted"]
            continue
        rows[kind] = [_row(t, predict(law, kind, t.piece, border=t.border)) for t in found]
    maps = residual_maps(law, [t.piece for t in found if t.role != HELD or t.border == 0])
    residual = np.sqrt(np.nanmean([[r**2 for r in m.rms()] for m in maps], axis=0)) if maps else np.zeros(0)
    return {
        "held_out": held,
        "limit": LIMIT,
        **rows,
        "residual": [float(r) if np.isfinite(r) else None for r in residual],
        "window": list(maps[0].widths) if maps else [],
    }


def _row(trial: Trial, found: Prediction) -> dict[str, Any]:
    chosen = np.unique(np.linspace(0, len(found.times) - 1, SHOWN).round().astype(int)) if len(found.times) else []
    return {
        "record": trial.piece.record,
        "role": trial.role,
        "from": float(found.times[0]) if len(found.times) else None,
        "to": float(found.times[-1]) if len(found.times) else None,
        "error": found.error,
        "noise": found.noise,
        "valid_time": found.valid,
        "lasts": found.lasts,
        "blow_up": found.stopped,
        "reason": found.why,
        "times": [float(found.times[i]) for i in chosen],
        "errors": [float(found.errors[i]) if np.isfinite(found.errors[i]) else None for i in chosen],
    }
