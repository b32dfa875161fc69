"""Least squares whose coefficients stay in declared ranges, and paths of models that do.

A range is a linear inequality G c ≥ h. With X = QR on a support and z = R c − Qᵀy the problem is min ‖z‖ under inequalities (least
distance), which non-negative least squares solves; the inequalities that hold with equality are then imposed exactly.

Source: Lawson & Hanson, Solving Least Squares Problems, 1974, ch. 23 (LSI, LDP).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.optimize import nnls

from invarieq.engines.weak.path import Model, misfit
from invarieq.space.known import Range

Array = NDArray[np.float64]
SLACK = 1e-9  # of a range's end, or of the sum that it bounds: violated by less, it holds
SINGULAR = 1e-12
ACTIVE = 1e-10
AGAIN = 3  # searches without the terms that their ranges press out
Search = Callable[[Sequence[int]], list[Model]]


@dataclass(frozen=True, slots=True)
class Limits:
    """low ≤ rows @ c ≤ high for the coefficients c of all candidates; `rows` is ranges × candidates."""

    rows: Array
    low: Array
    high: Array

    def allow(self, support: Sequence[int], coefficients: Array) -> bool:
        """Whether a model's coefficients lie in the ranges, those of absent terms being 0."""
        parts = self.rows[:, list(support)] * coefficients
        total, size = parts.sum(axis=1), np.abs(parts).sum(axis=1)
        slack = SLACK * np.maximum.reduce([size, np.abs(_finite(self.low)), np.abs(_finite(self.high))])
        return bool(np.all((total >= self.low - slack) & (total <= self.high + slack)))

    def of(self, terms: Sequence[int]) -> Limits:
        """The same ranges where only some terms are candidates."""
        return Limits(self.rows[:, list(terms)], self.low, self.high)


@dataclass(frozen=True, slots=True)
class Kept:
    """Coefficients on a support with ‖residual‖²; `free` (support × directions) are the directions in which they may still move,
    None if in all.
    """

    coefficients: Array
    misfit: float
    free: Array | None = None


def limits_of(ranges: Sequence[Range], scales: Array) -> Limits | None:
    """The ranges for coefficients in units of 1/`scales`; None where there are none."""
    if not ranges:
        return None
    rows = np.zeros((len(ranges), len(scales)))
    for n, entry in enumerate(ranges):
        for k, weight in entry.weights:
            rows[n, k] = weight / scales[k]
    return Limits(rows, np.array([r.low - r.offset for r in ranges]), np.array([r.high - r.offset for r in ranges]))


def fitted_within(x: Array, y: Array, support: Sequence[int], limits: Limits | None) -> Kept | None:
    """Least squares on a support inside the ranges; None where no coefficients on it are."""
    coefficients, left = misfit(x, y, support)
    if limits is None or limits.allow(support, coefficients):
        return Kept(coefficients, left)
    sides, ends = _inequalities(limits, support)
    idle = ~np.any(sides, axis=1)
    if np.any(idle & (ends > 0)) or np.all(idle):
        return None
    sides, ends = sides[~idle], ends[~idle]
    chosen = x[:, list(support)]
    active = _active(chosen, y, sides, ends)
    return None if active is None else _pinned(chosen, y, sides[active], ends[active], limits, support)


def lawful_path(search: Search, x: Array, y: Array, limits: Limits | None) -> list[Model]:
    """The path over all terms with every model put inside the ranges, sizes ascending; terms that end at 0 leave it.

    As what is left of a model without them need not be a good one, the path is sought again without the terms that were pressed out.
    """
    everything = range(x.shape[1])
    if limits is None:
        return search(everything)
    best: dict[int, Model] = {}
    out: set[int] = set()
    for _ in range(AGAIN):
        before = len(out)
        for model in search([k for k in everything if k not in out]):
            found = lawful(x, y, model.support, limits)
            kept = found.support if found else ()
            out |= {k for k in model.support if k not in kept}
            if found and (len(kept) not in best or found.misfit < best[len(kept)].misfit):
                best[len(kept)] = found
        if len(out) in (before, x.shape[1]):
            break
    return [best[size] for size in sorted(best)]


def lawful(x: Array, y: Array, support: Sequence[int], limits: Limits) -> Model | None:
    """A model inside the ranges on a support, less terms whose coefficients end at 0, with terms that a range demands; None if none is."""
    chosen = list(support)
    for _ in range(x.shape[1] + 1):
        found = fitted_within(x, y, chosen, limits)
        if found is None:
            wanted = _wanted(limits, chosen)
            if wanted is None:
                return None
            chosen = sorted((*chosen, wanted))
        elif np.all(found.coefficients):
            return Model(tuple(chosen), found.misfit)
        else:
            chosen = [k for k, c in zip(chosen, found.coefficients, strict=True) if c]
    return None


def pressed_out(x: Array, y: Array, support: tuple[int, ...], limits: Limits | None, kappa: float) -> tuple[int, ...]:
    """The numbers of ranges that keep a term out of a model which would lower its misfit by more than κ, in units of what it leaves."""
    kept = fitted_within(x, y, support, limits)
    if limits is None or kept is None:
        return ()
    found = []
    for n, row in enumerate(limits.rows):
        (terms,) = np.nonzero(row)
        if len(terms) != 1 or terms[0] in support or 0 not in (limits.low[n], limits.high[n]):
            continue
        wider = (*support, int(terms[0]))
        coefficients, left = misfit(x, y, wider)
        unit = max(1.0, left / max(1, len(y) - len(wider)))
        if left < kept.misfit - kappa * unit and not limits.allow(wider, coefficients):
            found.append(n)
    return tuple(found)


def _finite(ends: Array) -> Array:
    return np.where(np.isfinite(ends), ends, 0.0)


def _inequalities(limits: Limits, support: Sequence[int]) -> tuple[Array, Array]:
    """(G, h) with G c ≥ h: the finite ends of the ranges."""
    rows = limits.rows[:, list(support)]
    below, above = np.isfinite(limits.low), np.isfinite(limits.high)
    return np.concatenate([rows[below], -rows[above]]), np.concatenate([limits.low[below], -limits.high[above]])


def _active(chosen: Array, y: Array, sides: Array, ends: Array) -> NDArray[np.bool_] | None:
    """Which inequalities hold with equality at the minimum; None where they contradict each other, or columns depend on each other."""
    q, r = np.linalg.qr(chosen)
    diagonal = np.abs(np.diag(r))
    if not len(diagonal) or np.min(diagonal) <= SINGULAR * np.max(diagonal):
        return None
    turned = np.linalg.solve(r.T, sides.T).T
    norms = np.linalg.norm(turned, axis=1)
    gap = ends - turned @ (q.T @ y)
    turned, gap = turned / norms[:, None], gap / norms
    gap = gap / (float(np.max(np.abs(gap))) or 1.0)
    target = np.append(np.zeros(turned.shape[1]), 1.0)
    weights, rest = nnls(np.vstack([turned.T, gap]), target)
    if rest < ACTIVE:
        return None
    return weights > ACTIVE * float(np.max(weights, initial=0.0))


def _pinned(chosen: Array, y: Array, sides: Array, ends: Array, limits: Limits, support: Sequence[int]) -> Kept | None:
    """Least squares with inequalities that hold with equality."""
    start = np.asarray(np.linalg.lstsq(sides, ends, rcond=None)[0], dtype=np.float64)
    free = np.asarray(null_space(sides), dtype=np.float64)
    coefficients = start
    if free.shape[1]:
        coefficients = start + free @ misfit(chosen @ free, y - chosen @ start, range(free.shape[1]))[0]
    for side, end in zip(sides, ends, strict=True):
        (places,) = np.nonzero(side)
        if len(places) == 1:  # exactly there, so that a 0 is a 0
            coefficients[places[0]], free[places[0]] = end / side[places[0]], 0.0
    rest = y - chosen @ coefficients
    return Kept(coefficients, float(rest @ rest), free) if limits.allow(support, coefficients) else None


def _wanted(limits: Limits, support: Sequence[int]) -> int | None:
    """A term that a range demands and the support lacks."""
    for row, low, high in zip(limits.rows, limits.low, limits.high, strict=True):
        missing = [int(k) for k in np.flatnonzero(row) if k not in support]
        if not low <= 0 <= high and missing:
            return missing[0]
    return None
