"""What is held back from a search, and what a law is compared with afterwards.

Nothing is held back unless `hold_out` asks for it: then, of five or more records, the last ones whole; of fewer, the last part of
each in time. Without it a law is compared with the data that it was found in, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from invarieq.data import Dataset
from invarieq.data.records import Records, Segment
from invarieq.errors import DataError
from invarieq.forecast.prediction import cut

WHOLE = 5  # records from which on whole ones are held back
SHORTEST = 16
MOST = 8  # records compared
USED, HELD = "used", "held out"


@dataclass(frozen=True)
class Trial:
    """A record to compare: from sample `border` on (0: all of it), with the role that its data played."""

    piece: Segment
    border: int
    role: str


def searched_part(dataset: Dataset, share: float) -> Dataset:
    """The part of the data that a search may see; raises `DataError` where too little is left."""
    if not share:
        return dataset
    count = len(dataset.segments)
    if count >= WHOLE:
        left = count - _whole(count, share)
        errors = {name: given[:left] for name, given in dataset.errors.items()}
        return replace(dataset, segments=dataset.segments[:left], errors=errors)
    kept: list[xr.Dataset] = []
    errors: dict[str, tuple[np.ndarray, ...]] = {}
    for k, segment in enumerate(dataset.segments):
        name = str(max((v.dims for v in segment.data_vars.values()), key=len)[0])
        number = _border(np.asarray(segment[name].values, dtype=float), share)
        if number < SHORTEST:
            raise DataError(
                f"{dataset.source}: holding back {100 * share:g} % leaves {number} of {segment.sizes[name]} samples along {name} to the search; "
                f"expected at least {SHORTEST}. Hold back less (--hold-out), or give a longer record"
            )
        kept.append(segment.isel({name: slice(None, number)}))
        for field, given in dataset.errors.items():
            early = np.take(given[k], np.arange(number), axis=segment[field].dims.index(name))
            errors[field] = (*errors.get(field, ()), early)
    return replace(dataset, segments=tuple(kept), errors=errors)


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


def trials(records: Records, share: float, *, role: str = USED) -> tuple[Trial, ...]:
    """What is compared, at most `MOST` records of each role, spread evenly; `records` are those of the whole data."""
    dataset, pieces = records.dataset, records.samples
    count = len(dataset.segments)
    if not share:
        return _spread([Trial(p, 0, role) for p in pieces])
    if count >= WHOLE:
        first = count - _whole(count, share)
        return (
            *_spread([Trial(p, 0, USED) for p in pieces if p.record < first]),
            *_spread([Trial(p, 0, HELD) for p in pieces if p.record >= first]),
        )
    name = records.space.coordinates[0].name
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
