"""Trajectories fitted to noisy samples by maximum likelihood: multiple shooting with free starts.

Each trajectory is cut into windows; coefficients are common, every window has a start of its own. The Gauss–Newton matrix
has the shape of an arrow, so the starts are eliminated window by window. Samples that are means of blocks of raw ones
are compared with y + (A²/24) y″, the mean of y over a block of length A, y″ by differences of neighbouring samples.

Sources: Bock, in Modelling of Chemical Reaction Systems, 1981, p. 102; Marquardt, SIAM J. Appl. Math. 11 (1963) 431.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.engines.trajectories.dynamics import Dynamics
from invarieq.engines.trajectories.variational import Lanes, flow

Array = NDArray[np.float64]
ROUNDS = 20
SETTLED = 0.02  # of a unit of χ²: a promise of less decides nothing
DAMPINGS = (0.0, 1e-3, 1e-1, 1e1, 1e3)
RIDGE = 1e-10


@dataclass(frozen=True)
class Windows:
    """Samples (count × fields × lanes) with their weights 1/σ (0 where there is none), and where the lanes begin.

    `bend` (lanes) is A²/(24 h²), `starts` (state × lanes) a first guess, `trajectory` the segment that a lane is of.
    """

    values: Array
    weights: Array
    times: Array
    steps: Array
    bend: Array
    starts: Array
    trajectory: NDArray[np.intp]
    substeps: int = 1

    @property
    def rows(self) -> int:
        """Number of samples less the starts that are fitted."""
        return int(np.count_nonzero(self.weights)) - self.starts.size


def windows(pieces: Sequence[Segment], states: int, length: int) -> Windows:
    """Windows of about `length` samples of every segment; the first guess of a start is the smoothed sample."""
    fields = len(pieces[0].values)
    cut: list[tuple[int, int, int]] = []
    for number, piece in enumerate(pieces):
        total = len(piece.grids[0])
        edges = np.linspace(0, total, max(1, round(total / length)) + 1).round().astype(int)
        cut += [(number, int(a), int(b)) for a, b in itertools.pairwise(edges)]
    count = max(b - a for _, a, b in cut)
    values, weights = np.zeros((count, fields, len(cut))), np.zeros((count, fields, len(cut)))
    starts = np.zeros((states, len(cut)))
    smooth = [_smooth(piece, states) for piece in pieces]
    for lane, (number, a, b) in enumerate(cut):
        piece = pieces[number]
        values[: b - a, :, lane] = np.stack([v[a:b] for v in piece.values], axis=1)
        weights[: b - a, :, lane] = 1.0 / np.asarray(piece.noise)
        starts[:, lane] = smooth[number][:, a]
    steps = np.array([float(p.grids[0][1] - p.grids[0][0]) for p in pieces])
    bend = np.array([p.averaged**2 for p in pieces]) / (24 * steps**2)
    owner = np.array([number for number, _, _ in cut])
    times = np.array([float(pieces[number].grids[0][a]) for number, a, _ in cut])
    return Windows(values, weights, times, steps[owner], bend[owner], starts, owner)


def _smooth(piece: Segment, states: int) -> Array:
    fields = len(piece.values)
    rows = [s.along(v, 0, order) for order in range(states // fields) for s, v in zip(piece.smoothers, piece.values, strict=True)]
    return np.stack(rows)


@dataclass(frozen=True)
class Normal:
    """Normal equations of one linearization, a lane each: `gram` (lanes × p × p), `score` (lanes × p), `misfit` (lanes).

    The p parameters of a lane are the coefficients of the support, then its start. `predicted` are the samples.
    """

    terms: int
    gram: Array
    score: Array
    misfit: Array
    predicted: Array

    @property
    def total(self) -> float:
        """χ² over all lanes; infinite where a trajectory blows up."""
        value = float(np.sum(self.misfit))
        return value if np.isfinite(value) and np.all(np.isfinite(self.gram)) else float("inf")

    def by_lane(self, damping: float = 0.0) -> tuple[Array, Array, Array, Array]:
        """(gram, score, misfit, K) with the starts eliminated: lanes × terms × terms, …; K maps coefficients to starts."""
        k = self.terms
        a, b = self.gram[:, k:, k:], self.gram[:, k:, :k]
        size = np.einsum("lii->li", a)
        a = a + (damping + RIDGE) * size[:, :, None] * np.eye(a.shape[1]) + 1e-300 * np.eye(a.shape[1])
        solved = np.linalg.solve(a, np.concatenate([b, self.score[:, k:, None]], axis=2))
        gram = self.gram[:, :k, :k] - np.einsum("lai,laj->lij", b, solved[:, :, :k])
        score = self.score[:, :k] - np.einsum("lai,la->li", b, solved[:, :, k])
        return gram, score, self.misfit - np.einsum("la,la->l", self.score[:, k:], solved[:, :, k]), solved


@dataclass(frozen=True)
class Rows:
    """Weighted residuals (lanes × fields × samples) and their slopes by the p parameters (lanes × p × fields × samples)."""

    rest: Array
    slopes: Array
    predicted: Array


def rows(law: Dynamics, support: Sequence[int], coefficients: Array, data: Windows) -> Rows:
    """Residuals and slopes at a law and the starts of `data`."""
    lanes = Lanes(data.starts, data.times, data.steps)
    count, fields, _ = data.values.shape
    found = flow(law, support, coefficients, lanes, count, substeps=data.substeps)
    assert found.sensitivities is not None
    predicted = _averaged(found.states[:, :fields], data.bend)
    slopes = _averaged(found.sensitivities[:, :fields], data.bend)
    seen = data.weights > 0
    with np.errstate(all="ignore"):
        rest = np.where(seen, (data.values - predicted) * data.weights, 0.0)
        slopes = np.where(seen[:, :, None], slopes * data.weights[:, :, None], 0.0)
    return Rows(rest.transpose(2, 1, 0), slopes.transpose(3, 2, 1, 0), predicted)


def linearized(law: Dynamics, support: Sequence[int], coefficients: Array, data: Windows) -> Normal:
    """The normal equations at a law and the starts of `data`."""
    found = rows(law, support, coefficients, data)
    lanes, parameters = found.slopes.shape[:2]
    with np.errstate(all="ignore"):
        slopes = np.ascontiguousarray(found.slopes).reshape(lanes, parameters, -1)
        flat = np.ascontiguousarray(found.rest).reshape(lanes, -1)
        gram = slopes @ slopes.transpose(0, 2, 1)
        score = np.einsum("lpr,lr->lp", slopes, flat)
        return Normal(len(support), gram, score, np.einsum("lr,lr->l", flat, flat), found.predicted)


def by_blocks(law: Dynamics, terms: Sequence[int], coefficients: Array, data: Windows, parts: int) -> tuple[Array, Array]:
    """Normal equations of the coefficients with the starts eliminated, a block of time each: (blocks × K × K, blocks × K)."""
    normal = linearized(law, terms, coefficients, data)
    found, solved, k = rows(law, terms, coefficients, data), normal.by_lane()[3], len(terms)
    slopes = found.slopes[:, :k] - np.einsum("lafs,lak->lkfs", found.slopes[:, k:], solved[:, :, :k])
    rest = found.rest - np.einsum("lafs,la->lfs", found.slopes[:, k:], solved[:, :, k])
    grams, scores = [], []
    for chunk in np.array_split(np.arange(rest.shape[2]), parts):
        grams.append(np.einsum("lifs,ljfs->lij", slopes[..., chunk], slopes[..., chunk]))
        scores.append(np.einsum("lifs,lfs->li", slopes[..., chunk], rest[..., chunk]))
    return np.concatenate(grams), np.concatenate(scores)


def _averaged(samples: Array, bend: Array) -> Array:
    """Means over blocks from values at their centres, along the first axis: y + (A²/24) y″ + (A⁴/1920) y⁗ by differences."""
    if len(samples) < 6 or not np.any(bend):
        return samples
    with np.errstate(all="ignore"):
        second = _second(samples)
        return samples + bend * second + (0.3 * bend**2 - bend / 12) * _second(second)


def _second(samples: Array) -> Array:
    """Second differences along the first axis, extrapolated to the ends."""
    second = np.empty_like(samples)
    second[1:-1] = samples[2:] - 2 * samples[1:-1] + samples[:-2]
    second[0], second[-1] = 2 * second[1] - second[2], 2 * second[-2] - second[-3]
    return second


def inaccuracy(law: Dynamics, shot: Shot) -> tuple[float, float]:
    """χ² of what the steps of integration leave out, and of what the last term of the block means amounts to."""
    data = shot.data
    lanes = Lanes(data.starts, data.times, data.steps)
    found = [
        flow(law, shot.support, shot.coefficients, lanes, len(data.values), substeps=n, sensitive=False).states
        for n in (data.substeps, 2 * data.substeps)
    ]
    fields = data.values.shape[1]
    with np.errstate(all="ignore"):
        step = (found[1] - found[0])[:, :fields] * data.weights
        mean = (0.3 * data.bend**2 - data.bend / 12) * _second(_second(found[1][:, :fields])) * data.weights
        return float(np.sum(step**2)), float(np.sum(mean**2))


@dataclass(frozen=True)
class Shot:
    """A law fitted to trajectories: coefficients with covariance, the starts in `data`, χ² and the last linearization."""

    support: tuple[int, ...]
    coefficients: Array
    covariance: Array
    data: Windows
    misfit: float
    normal: Normal


def shoot(law: Dynamics, support: Sequence[int], coefficients: Array, data: Windows, *, rounds: int = ROUNDS) -> Shot | None:
    """Levenberg–Marquardt from the given coefficients and starts; None where no trajectory stays finite at the beginning."""
    now = linearized(law, support, coefficients, data)
    if not np.isfinite(now.total):
        return None
    level = 0
    for _ in range(rounds):
        step, starts, gain = _step(now, DAMPINGS[level])
        if gain < SETTLED:
            break
        tried_data = replace(data, starts=data.starts + starts)
        tried = linearized(law, support, coefficients + step, tried_data)
        if tried.total < now.total:
            coefficients, data, now = coefficients + step, tried_data, tried
            level = max(0, level - 1)
        elif level == len(DAMPINGS) - 1:
            break
        else:
            level += 1
    gram = now.by_lane()[0].sum(axis=0)
    return Shot(tuple(support), coefficients, _inverse(gram), data, now.total, now)


def _step(now: Normal, damping: float) -> tuple[Array, Array, float]:
    """(change of coefficients, of starts, decrease of χ² that the linearization promises)."""
    gram, score, _, solved = now.by_lane(damping)
    whole, slope = gram.sum(axis=0), score.sum(axis=0)
    size = np.diag(now.gram[:, : now.terms, : now.terms].sum(axis=0))
    step = np.linalg.solve(whole + np.diag((damping + RIDGE) * size + 1e-300), slope) if now.terms else slope
    starts = solved[:, :, now.terms] - solved[:, :, : now.terms] @ step
    gain = float(score.sum(axis=0) @ step + np.einsum("la,la->", now.score[:, now.terms :], solved[:, :, now.terms]))
    return step, starts.T, gain


def _inverse(gram: Array) -> Array:
    size = np.sqrt(np.maximum(np.diag(gram), 1e-300))
    return np.asarray(np.linalg.pinv(gram / np.outer(size, size)) / np.outer(size, size), dtype=np.float64)


def merged(data: Windows, shot: Shot | None = None) -> Windows:
    """Neighbouring windows of a trajectory joined two by two, the first start of each pair kept."""
    source = data if shot is None else shot.data
    lengths = np.count_nonzero(data.weights[:, 0] > 0, axis=0)
    pairs: list[tuple[int, ...]] = []
    for number in np.unique(data.trajectory):
        lanes = np.flatnonzero(data.trajectory == number)
        pairs += [tuple(int(i) for i in lanes[k : k + 2]) for k in range(0, len(lanes), 2)]
    count = max(int(sum(lengths[i] for i in pair)) for pair in pairs)
    shape = (count, data.values.shape[1], len(pairs))
    values, weights = np.zeros(shape), np.zeros(shape)
    for lane, pair in enumerate(pairs):
        at = 0
        for i in pair:
            values[at : at + lengths[i], :, lane] = data.values[: lengths[i], :, i]
            weights[at : at + lengths[i], :, lane] = data.weights[: lengths[i], :, i]
            at += lengths[i]
    first = [pair[0] for pair in pairs]
    return replace(
        data,
        values=values,
        weights=weights,
        times=data.times[first],
        steps=data.steps[first],
        bend=data.bend[first],
        starts=source.starts[:, first],
        trajectory=data.trajectory[first],
    )
