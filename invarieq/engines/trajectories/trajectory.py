"""Choice of an ODE's law by its trajectories: which of the laws near the one of the weak form has produced the samples?

Laws are fitted by maximum likelihood (`shooting`), first on short windows, where everything is nearly linear, then on longer
ones, which tell rivals apart that agree for a short time. At each law the variational equations of all candidates give a
linear problem, on which the sparse path proposes further laws; the criterion of `select` (χ²/φ + κ·terms) decides among
the fitted ones. The noise is estimated from the residuals.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from invarieq.data.clean.coarsen import block_size, rms_noise, sampling
from invarieq.data.records import Segment, coarser
from invarieq.engines.trajectories.dynamics import Dynamics
from invarieq.engines.trajectories.shooting import Shot, Windows, inaccuracy, linearized, merged, shoot, windows
from invarieq.engines.trajectories.spread import noise_weights
from invarieq.engines.weak.limits import Limits
from invarieq.engines.weak.path import misfit, nested_path, threshold_path
from invarieq.engines.weak.select import Selection, penalty

Array = NDArray[np.float64]
FIRST = 3.0  # radians of the shortest windows
SHORTEST = 8  # samples
ANGLE = 0.25  # radians a Runge–Kutta step
FINEST = 16  # steps between two samples
ACCURATE = 1.0  # χ² that the steps of integration may leave out
MEAN = 10.0  # χ² of the last term of the block means, of which the next is a small part
TRIED = 6  # laws fitted a round
WORTH = 12.0  # of the criterion: proposals that promise to be worse by more are not fitted
ROUNDS = 6
WORSE = 1.2  # overdispersion, relative to the short windows, from which on longer windows are not used
FOLLOWED = 1.5  # overdispersion up to which the weak form's law is where the climb begins
SAME = 0.02  # relative changes of weights below it are none
UNFOLLOWED = 3.0  # overdispersion on short windows at which no candidate follows the trajectories
MORE = 3  # terms more of the laws that are shown beside the chosen one
LONGEST = 16  # terms of a law up to which pairs of them are replaced
SINGULAR = 1e-10
RANK = 1e-12


@dataclass(frozen=True)
class Question:
    """What stays the same through one choice: the candidates' dynamics, their complexity, κ, and the ranges of coefficients."""

    law: Dynamics
    complexity: tuple[int, ...]
    kappa: float
    limits: Limits | None = None

    def shoot(self, support: Sequence[int], coefficients: Array, data: Windows) -> Shot | None:
        """A law fitted to the trajectories; None where that fails, or leaves the ranges."""
        found = shoot(self.law, support, coefficients, data)
        lawful = found is None or self.limits is None or self.limits.allow(found.support, found.coefficients)
        return found if lawful else None


@dataclass(frozen=True)
class Choice:
    """The chosen law and the laws around it (by number of terms), all fitted to the same windows.

    `dispersion` is χ² a degree of freedom on short windows in units of the noise that the samples show by themselves.
    """

    shot: Shot
    around: tuple[Shot, ...]
    dispersion: float

    @property
    def samples(self) -> int:
        """Length of the windows."""
        return len(self.shot.data.values)


@dataclass(frozen=True)
class Proposal:
    """A law that a linearization proposes, with the criterion that it promises."""

    support: tuple[int, ...]
    coefficients: Array
    promise: float


def choose_by_trajectories(question: Question, selection: Selection, pieces: Sequence[Segment]) -> Choice | None:
    """Climb from the weak form's law on windows of growing length; None where no candidate follows the trajectories."""
    shot = _begin(question, selection, pieces)
    if shot is None:
        return None
    data = shot.data
    shot = _climb(question, shot)
    dispersion = _misfit_at(data, shot) / max(1, data.rows - len(shot.support))
    if dispersion > UNFOLLOWED:
        return None
    level = shot
    while len(np.unique(level.data.trajectory)) < len(level.data.trajectory):
        joined = question.shoot(level.support, level.coefficients, merged(level.data))
        if joined is not None and not _follows(joined):
            joined = _climb(question, joined, refresh=False)
        if joined is None or not _follows(joined):
            break
        level = joined
    level = shot if level is shot else _climb(question, level)
    return Choice(level, _around(question, level), dispersion)


def _begin(question: Question, selection: Selection, pieces: Sequence[Segment]) -> Shot | None:
    """The best of the weak form's laws on short windows, with blocks and steps short enough for their noise."""
    size, substeps = block_size([p.values for p in pieces], pieces[0].noise, unbiased=False), 0
    while True:
        data = _short_windows(question.law, pieces, size, substeps)
        shot = _first(question, selection, data)
        if shot is None:
            return None
        step, mean = inaccuracy(question.law, shot)
        if step > ACCURATE and data.substeps < FINEST:
            substeps = 2 * data.substeps
        elif mean > MEAN and size > 1:
            size = max(1, size // 2)
        else:
            return shot


def _first(question: Question, selection: Selection, data: Windows) -> Shot | None:
    """The weak form's law fitted, or, where it does not follow the trajectories, the best of those near it in size."""
    chosen = selection.chosen
    first = question.shoot(chosen.support, chosen.coefficients, data)
    if first is not None and first.misfit <= FOLLOWED * data.rows:
        return first
    others = sorted((f for f in selection.path if f.support), key=lambda f: abs(len(f.support) - len(chosen.support)))[:TRIED]
    found = [first, *(question.shoot(f.support, f.coefficients, data) for f in others if f.support != chosen.support)]
    return min((s for s in found if s is not None), key=lambda s: s.misfit + question.kappa * len(s.support), default=None)


def _short_windows(law: Dynamics, pieces: Sequence[Segment], size: int, substeps: int) -> Windows:
    coarse = [coarser(p, size) for p in pieces]
    noise = tuple(rms_noise([p.values[f] for p in coarse]) for f in range(law.observed))
    coarse = [replace(p, noise=noise) for p in coarse]
    angle = sampling([p.values for p in coarse], coarse[0].noise)
    length = max(SHORTEST, round(FIRST / angle))
    needed = int(np.clip(np.ceil(angle / ANGLE), 1, FINEST))
    return replace(windows(coarse, len(law.state), length), substeps=max(substeps, needed))


def _follows(shot: Shot) -> bool:
    return shot.misfit <= WORSE * max(1, shot.data.rows - len(shot.support))


def _misfit_at(data: Windows, shot: Shot) -> float:
    """χ² in the weights of `data`, of which the shot's windows are the same."""
    return float(np.sum(((data.values - shot.normal.predicted) * data.weights) ** 2))


def _climb(question: Question, shot: Shot, *, refresh: bool = True) -> Shot:
    """The best law by the criterion: proposals are fitted until none is better; weights follow the residuals of the best."""
    seen: set[tuple[int, ...]] = set()
    for _ in range(ROUNDS):
        if refresh:
            shot = _reweighed(question, shot)
        cost, best = _cost(question, shot, shot), shot
        for proposal in proposals(question, shot):
            if proposal.support in seen or proposal.promise > cost + WORTH:
                continue
            seen.add(proposal.support)
            found = _fitted(question, proposal, shot)
            if found is not None and _cost(question, found, shot) < _cost(question, best, shot) - 1e-6:
                best = found
        if best is shot:
            return shot
        shot = best
    return shot


def _cost(question: Question, shot: Shot, reference: Shot) -> float:
    """χ²/φ + κ·terms, φ that of the reference where it exceeds 1."""
    dispersion = max(1.0, reference.misfit / max(1, reference.data.rows - len(reference.support)))
    return shot.misfit / dispersion + question.kappa * len(shot.support)


def _reweighed(question: Question, shot: Shot) -> Shot:
    data = shot.data
    free = (data.rows - len(shot.support)) / (data.rows + data.starts.size)
    weights = noise_weights(data.values, shot.normal.predicted, data.weights, max(free, 0.1))
    seen = data.weights > 0
    if float(np.max(np.abs(weights[seen] / data.weights[seen] - 1))) < SAME:
        return shot
    again = question.shoot(shot.support, shot.coefficients, replace(data, weights=weights))
    return shot if again is None else again


def _fitted(question: Question, proposal: Proposal, shot: Shot) -> Shot | None:
    """A proposed law fitted, from the promised coefficients or, where these lead astray, from those of the present law."""
    found = question.shoot(proposal.support, proposal.coefficients, shot.data)
    promised = proposal.promise - question.kappa * len(proposal.support)
    if found is not None and found.misfit < promised * 1.1 + 2 * WORTH:
        return found
    known = dict(zip(shot.support, shot.coefficients, strict=True))
    other = question.shoot(proposal.support, np.array([known.get(k, 0.0) for k in proposal.support]), shot.data)
    options = [s for s in (found, other) if s is not None]
    return min(options, key=lambda s: s.misfit, default=None)


def proposals(question: Question, shot: Shot, *, count: int = TRIED) -> list[Proposal]:
    """Laws that look best in the linearization at a fitted law, over all candidates: those of the sparse path, and neighbours."""
    law = question.law
    whole = np.zeros(law.size)
    whole[list(shot.support)] = shot.coefficients
    gram, score, rest, _ = linearized(law, range(law.size), whole, shot.data).by_lane()
    x, y, offset = regression(gram.sum(axis=0), score.sum(axis=0), float(rest.sum()), whole)
    if not np.isfinite(offset):
        return []
    path = [m.support for m in nested_path(x, y, question.complexity, threshold_path) if m.support]
    near = [tuple(i for i in shot.support if i != k) for k in shot.support if len(shot.support) > 1]
    dispersion = max(1.0, shot.misfit / max(1, shot.data.rows - len(shot.support)))
    found = []
    for support in dict.fromkeys((*path, *near, *_replacements(x, y, shot.support))):
        values, left = misfit(x, y, support)
        found.append(Proposal(support, values, (left + offset) / dispersion + question.kappa * len(support)))
    return sorted((p for p in found if p.support != shot.support), key=lambda p: p.promise)[:count]


def _replacements(x: Array, y: Array, support: tuple[int, ...]) -> list[tuple[int, ...]]:
    """One or two terms of a law replaced by the candidate that lowers the misfit most: two vectors of a null space may stand for one."""
    found = []
    for leaving in [c for n in (1, 2) for c in itertools.combinations(support, n)] if len(support) <= LONGEST else ():
        kept = [i for i in support if i not in leaving]
        basis = np.linalg.qr(x[:, kept])[0]
        rest, free = y - basis @ (basis.T @ y), x - basis @ (basis.T @ x)
        norms = np.einsum("ij,ij->j", free, free)
        usable = norms > SINGULAR * np.einsum("ij,ij->j", x, x)
        gain = np.where(usable, (free.T @ rest) ** 2 / np.where(usable, norms, 1.0), -1.0)
        gain[list(leaving)] = -1.0
        found.append(tuple(sorted((*kept, int(np.argmax(gain))))))
    return found


def regression(gram: Array, score: Array, rest: float, law: Array) -> tuple[Array, Array, float]:
    """(X, y, offset) with χ²(c) ≈ ‖y − X c‖² + offset, from the normal equations at coefficients `law`."""
    if not (np.all(np.isfinite(gram)) and np.all(np.isfinite(score))):
        return np.zeros((0, len(law))), np.zeros(0), float("inf")
    size = np.sqrt(np.maximum(np.diag(gram), 1e-300))
    values, vectors = np.linalg.eigh(gram / np.outer(size, size))
    kept = values > RANK * values[-1]
    root, turn = np.sqrt(values[kept]), vectors[:, kept]
    x = root[:, None] * turn.T * size
    target = score + gram @ law
    y = turn.T @ (target / size) / root
    return x, y, rest + 2 * float(score @ law) + float(law @ gram @ law) - float(y @ y)


def _around(question: Question, shot: Shot) -> tuple[Shot, ...]:
    """The best fitted law of each number of terms near that of the chosen one."""
    best: dict[int, Shot] = {len(shot.support): shot}
    for proposal in proposals(question, shot, count=4 * TRIED):
        size = len(proposal.support)
        near = len(shot.support) - 1 <= size <= len(shot.support) + MORE
        if near and size not in best and (found := _fitted(question, proposal, shot)) is not None:
            best[size] = found
    return tuple(best[size] for size in sorted(best))


def question_of(law: Dynamics, complexity: tuple[int, ...], limits: Limits | None = None) -> Question:
    """The question for all candidates of a library."""
    return Question(law, complexity, penalty(law.size), limits)
