"""How sure is a term? The law is chosen again on resampled blocks of the data.

The weak equations fall into blocks of neighbouring test functions; a resample gives each block a weight (exponential with
mean 1, the Bayesian bootstrap), so all it needs are the blocks' own score matrices. The share of resamples that choose a term is
its inclusion probability, the quantiles of its coefficient where it is chosen its interval.

Sources: Rubin, Ann. Statist. 9 (1981) 130; Meinshausen & Bühlmann, J. R. Stat. Soc. B 72 (2010) 417.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.weak.limits import Limits, fitted_within, lawful_path
from invarieq.engines.weak.path import Model, Optimizer, misfit, threshold_path
from invarieq.engines.weak.problem import Problem, score_covariance, whiten
from invarieq.engines.weak.select import Fit, Selection, choose

Array = NDArray[np.float64]
RESAMPLES = 100
BLOCKS = 24
INTERVAL = (0.025, 0.975)
RIVALS = 12  # terms of neighbouring models that compete with those of the law
LARGEST = 3e7  # rows × directions² beyond which a problem is not resampled


@dataclass(frozen=True)
class Stability:
    """For each term of the law: inclusion probability, and the 95 % interval of its coefficient (None if never chosen)."""

    inclusion: tuple[float, ...]
    intervals: tuple[tuple[float, float] | None, ...]


def stability(problem: Problem, selection: Selection, *, seed: int) -> Stability | None:
    """Choose among the terms of the law and its rivals on resampled blocks; None where there is nothing to resample."""
    fit = selection.chosen
    if not fit.support or len(problem.left) * problem.directions.shape[1] ** 2 > LARGEST:
        return None
    terms = _competitors(fit, selection)
    scaled = np.zeros(problem.size)
    scaled[list(fit.support)] = fit.coefficients * problem.scales[list(fit.support)]
    covariance = score_covariance(problem, scaled)
    left, right = _block_scores(problem, terms)
    limits = None if problem.limits is None else problem.limits.of(terms)
    generator = np.random.default_rng(np.random.SeedSequence([seed, 71]))
    counts, values = np.zeros(len(fit.support)), [[] for _ in fit.support]
    correction_left = problem.score_left - left.sum(axis=0)
    correction_right = problem.score_right[:, terms] - right.sum(axis=0)
    for _ in range(RESAMPLES):
        w = generator.exponential(size=len(left))
        w /= w.mean()
        drawn = replace(
            problem,
            score_left=np.tensordot(w, left, 1) + correction_left,
            score_right=np.tensordot(w, right, 1) + correction_right,
        )
        x, y = whiten(drawn, covariance)
        model, values_of = chosen_again(x, y, limits, problem.size)
        solved = values_of / problem.scales[[terms[i] for i in model.support]]
        for place, c in zip(model.support, solved, strict=True):
            if place < len(fit.support):
                counts[place] += 1
                values[place].append(float(c))
    intervals = tuple((float(np.quantile(v, INTERVAL[0])), float(np.quantile(v, INTERVAL[1]))) if v else None for v in values)
    return Stability(tuple(float(n) / RESAMPLES for n in counts), intervals)


def chosen_again(
    x: Array, y: Array, limits: Limits | None, candidates: int, optimizer: Optimizer = threshold_path
) -> tuple[Model, Array]:
    """The model that a resample chooses inside the ranges, and its coefficients."""

    def search(kept: Sequence[int]) -> list[Model]:
        return [Model(tuple(kept[i] for i in m.support), m.misfit) for m in optimizer(x[:, list(kept)], y)]

    path = lawful_path(search, x, y, limits)
    model = choose(path, len(y), candidates)[0] if path else Model((), float(y @ y))
    found = fitted_within(x, y, model.support, limits)
    return model, misfit(x, y, model.support)[0] if found is None else found.coefficients


def _competitors(fit: Fit, selection: Selection) -> list[int]:
    """The law's terms, then those of the neighbouring models, the nearest in size first."""
    terms = list(fit.support)
    for other in sorted(selection.path, key=lambda f: abs(len(f.support) - len(fit.support))):
        terms += [k for k in other.support if k not in terms]
    return terms[: len(fit.support) + RIVALS]


def _block_scores(problem: Problem, terms: Sequence[int]) -> tuple[Array, Array]:
    """Scores of each block of neighbouring times, all equations of a test function together."""
    left, right, start = [], [], 0
    share = max(1, BLOCKS // len(problem.parts))
    equations = len(problem.library.leading)
    for part in problem.parts:
        count = len(part.columns)
        shape = (equations, *part.tests.shape)
        rows = start + np.arange(count).reshape(shape)
        axis = 1 + int(np.argmax(part.tests.shape))
        for chunk in np.array_split(np.arange(shape[axis]), min(share, shape[axis])):
            chosen = np.take(rows, chunk, axis=axis).ravel()
            directions = problem.directions[chosen]
            left.append(directions.T @ problem.left[chosen])
            right.append(directions.T @ problem.right[chosen][:, list(terms)])
        start += count
    return np.array(left), np.array(right)
