"""How well a law predicts: in motion beside every record, with fitted and with rounded coefficients, and its residual in windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from invarieq.forecast.hold_out import HELD, Trial
from invarieq.forecast.prediction import LIMIT, Prediction, predict
from invarieq.forecast.residuals import residual_maps
from invarieq.law import Law

SHOWN = 50  # times listed of an error curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One record beside the law's solution, from `from_` to `to` (see `Prediction`); `role` says whether the search saw it."""

    record: int
    role: str
    from_: float | None
    to: float | None
    error: float | None
    noise: float
    valid_time: float
    lasts: bool
    blow_up: float | None
    reason: str
    times: tuple[float, ...]
    errors: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A law beside its data: `limit` is the relative error at which a prediction counts as lost; `residual` of each equation in weak form over
    windows that reach `window` along each coordinate.
    """

    held_out: str
    limit: float
    fitted: tuple[Beside, ...]
    rounded: tuple[Beside, ...]
    residual: tuple[float | None, ...]
    window: tuple[float, ...]


def compare_with(law: Law, found: tuple[Trial, ...], *, held: str) -> Comparison:
    """The law beside every record; `held` says in words what the search did not see."""
    fitted = tuple(_row(t, predict(law, "fitted", t.piece, border=t.border)) for t in found)
    rounded = fitted
    if law.equations("rounded") != law.equations("fitted"):
        rounded = tuple(_row(t, predict(law, "rounded", t.piece, border=t.border)) for t in found)
    maps = residual_maps(law, [t.piece for t in found if t.role != HELD or t.border == 0])
    residual = np.sqrt(np.nanmean([[r**2 for r in m.rms()] for m in maps], axis=0)) if maps else np.zeros(0)
    return Comparison(
        held_out=held,
        limit=LIMIT,
        fitted=fitted,
        rounded=rounded,
        residual=tuple(float(r) if np.isfinite(r) else None for r in residual),
        window=tuple(float(w) for w in maps[0].widths) if maps else (),
    )


def _row(trial: Trial, found: Prediction) -> Beside:
    count = len(found.times)
    chosen = np.unique(np.linspace(0, count - 1, SHOWN).round().astype(int)) if count else []
    return Beside(
        record=trial.piece.record,
        role=trial.role,
        from_=float(found.times[0]) if count else None,
        to=float(found.times[-1]) if count else None,
        error=found.error,
        noise=found.noise,
        valid_time=found.valid,
        lasts=bool(found.lasts),
        blow_up=found.stopped,
        reason=found.why,
        times=tuple(float(found.times[i]) for i in chosen),
        errors=tuple(float(found.errors[i]) if np.isfinite(found.errors[i]) else None for i in chosen),
    )
