"""Relations Σ c_k T_k = 0 between candidates, of which none is told to be the left-hand side.

Each candidate is taken as the left-hand side once, and a sparse regression on the others proposes a relation. The proposals are
compared by measures that no rescaling changes: how far the terms of a relation cancel, ‖Σ c_k T_k‖ / Σ ‖c_k T_k‖, and that over
what the noise leaves of the same sum. Of those about as good as the best one, the shortest is taken. A relation that fields unrelated to
the data obey as well says nothing about them and is left out (`trivial`).

Sources: Kaheman, Kutz & Brunton, Proc. R. Soc. A 476 (2020) 20200279 (one left-hand side after another); Fuller,
Measurement Error Models, 1987, ch. 2 (regression with noise in all columns).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.points.samples import Table
from invarieq.engines.weak.path import Model, misfit, swift_path, threshold_path
from invarieq.engines.weak.problem import FLOOR, NOISE_SHARE, RANK
from invarieq.engines.weak.select import Fit, beyond_floor, choose

Array = NDArray[np.float64]
CAREFULLY = 24  # candidates up to which the whole path is searched for every left-hand side
RIDGE = 0.1  # of the mean variance by noise, added to that of each point
LEVEL = 0.01  # the same of the whole variance
AS_GOOD = 3.0  # a relation is as good as another one whose badness is not less than this part of its own
SMALLEST = 1e-12
NEAR = 5
Guard = Callable[["Relation"], str]


@dataclass(frozen=True)
class Relation:
    """Σ c_k T_k = 0 over the candidates `terms`, the first of them the left-hand side with coefficient 1.

    `left_over` is ‖Σ c_k T_k‖ / Σ ‖c_k T_k‖ (terms with the same derivatives taken together in the denominator) and
    `noise_left` what the noise leaves of it. `fit` is the regression with its residual relative to the left-hand side,
    `votes` the number of left-hand sides that lead to these terms. `trivial` says why the relation says nothing, if so.
    """

    terms: tuple[int, ...]
    coefficients: Array
    errors: Array
    left_over: float
    noise_left: float
    fit: Fit
    votes: int = 1
    trivial: str = ""

    @property
    def excess(self) -> float:
        """How many times as much as the noise leaves is left over."""
        return self.left_over / max(self.noise_left, SMALLEST)

    @property
    def badness(self) -> float:
        """What is left over, times the square of the excess where that is more than 1.

        A relation buried in noise leaves much, one that only nearly holds more than the noise does: both are bad.
        """
        return self.left_over * max(1.0, self.excess) ** 2


@dataclass(frozen=True)
class Scores:
    """One weighting of a table: X = Q R with orthonormal Q, and the noise in it."""

    table: Table
    weights: Array
    r: Array
    q: Array
    noise: Array  # E[δXᵀ δX]
    doubt: Array  # the same of what differentiation may be wrong by
    norms: Array

    def projected_noise(self, law: Array) -> float:
        """Mean variance in a direction of Q of what the noise makes of Σ law_k T_k."""
        moved = (self.table.draws @ law) * self.weights
        return float(np.mean((moved @ self.q) ** 2))


def scores(table: Table, law: Array | None = None) -> Scores:
    """The table weighted by the noise and the doubt of Σ law_k T_k at each point (without a law: no weights)."""
    weights = np.ones(len(table.columns))
    if law is not None:
        variance = np.mean((table.draws @ law) ** 2, axis=0)
        variance = variance + RIDGE * float(np.mean(variance)) + np.mean((table.doubts @ law) ** 2, axis=0)
        variance = variance + LEVEL * float(np.mean(variance))
        weights = 1 / np.sqrt(variance) if np.all(variance > 0) else weights
        weights = weights / float(np.sqrt(np.mean(weights**2)))
    x = (table.columns - table.bias) * weights[:, None]
    q, r = np.linalg.qr(x)
    moved = table.draws * weights[:, None]
    noise = np.einsum("inj,ink->jk", moved, moved, optimize=True) / len(moved)
    wrong = table.doubts * weights[:, None]
    doubt = np.einsum("inj,ink->jk", wrong, wrong, optimize=True) / len(wrong)
    return Scores(table, weights, r, q, noise, doubt, np.linalg.norm(r, axis=0))


@dataclass(frozen=True)
class Regression:
    """y ≈ X c with unit noise, for one left-hand side; `scales` are the norms of the columns."""

    x: Array
    y: Array
    scales: Array
    error: float


def regression(s: Scores, left: int, others: Sequence[int], law: Array) -> Regression:
    """Scores of a left-hand side on other candidates, corrected for the noise in them and whitened."""
    columns = list(others)
    scales = s.norms[columns].copy()
    scales[scales == 0] = 1.0
    right, target = s.r[:, columns] / scales, s.r[:, left]
    noise = s.noise[np.ix_(columns, columns)] / np.outer(scales, scales)
    u, size, vt = np.linalg.svd(right, full_matrices=False)
    kept = size > RANK * size[0]
    turn_in = vt[kept].T / size[kept]
    share, turn = np.linalg.eigh(turn_in.T @ noise @ turn_in)
    clear = share < NOISE_SHARE
    mix, directions = (turn_in @ turn)[:, clear], (u[:, kept] @ turn)[:, clear]
    cross = s.noise[columns, left] / scales
    error = float(np.sqrt(s.projected_noise(law) + (FLOOR * s.norms[left]) ** 2)) or 1.0
    x = (directions.T @ right - mix.T @ noise) / error
    y = (directions.T @ target - mix.T @ cross) / error
    return Regression(x, y, scales, error)


def relation_of(
    s: Scores, left: int, others: Sequence[int], law: Array | None = None, *, candidates: int | None = None
) -> Relation | None:
    """The sparse relation with a given left-hand side; None where the others say nothing of it."""
    if not (s.norms[left] > 0 and others):
        return None
    first = _dense(s, left, others) if law is None else law
    problem = regression(s, left, others, first)
    if not len(problem.y):
        return None
    search = threshold_path if len(others) <= CAREFULLY else swift_path
    path: list[Model] = search(problem.x, problem.y)
    model, dispersion = choose(path, len(problem.y), candidates or len(others))
    near = [m for m in path if 0 < len(m.support) <= len(model.support) + NEAR]
    fits = [_fit(s, problem, left, others, m.support, dispersion) for m in near]
    chosen = beyond_floor(next(f for f, m in zip(fits, near, strict=True) if m.support == model.support), fits)
    return _relation(s, left, [others[k] for k in chosen.support], chosen)


def refitted(s: Scores, terms: Sequence[int], law: Array) -> Relation:
    """A relation of given terms, the first of them its left-hand side."""
    left, *others = terms
    problem = regression(s, left, others, law)
    support = tuple(range(len(others)))
    left_misfit = misfit(problem.x, problem.y, support)[1]
    dispersion = max(1.0, left_misfit / max(1, len(problem.y) - len(support)))
    return _relation(s, left, others, _fit(s, problem, left, others, support, dispersion))


def _dense(s: Scores, left: int, others: Sequence[int]) -> Array:
    law = np.zeros(len(s.norms))
    scales = np.where(s.norms > 0, s.norms, 1.0)[list(others)]
    law[list(others)] = -np.linalg.lstsq(s.r[:, list(others)] / scales, s.r[:, left], rcond=1e-10)[0] / scales
    law[left] = 1.0
    return law


def _fit(s: Scores, problem: Regression, left: int, others: Sequence[int], support: Sequence[int], dispersion: float) -> Fit:
    scaled, chi2 = misfit(problem.x, problem.y, support)
    coefficients = scaled / problem.scales[list(support)]
    law = np.zeros(len(s.norms))
    law[left], law[[others[k] for k in support]] = 1.0, -coefficients
    norm = float(s.norms[left])
    rest = float(np.linalg.norm(s.r @ law))
    spread = dispersion + rest**2 / len(s.weights) / problem.error**2
    inverse = np.linalg.pinv(problem.x[:, list(support)])
    errors = np.sqrt(spread * np.einsum("ij,ij->i", inverse, inverse)) / problem.scales[list(support)]
    noise = float(np.sqrt(max(law @ (s.noise + s.doubt) @ law, 0.0)))
    return Fit(tuple(support), coefficients, errors, chi2, len(problem.y) - len(support), rest / norm, noise / norm)


def _relation(s: Scores, left: int, others: Sequence[int], fit: Fit) -> Relation:
    coefficients = np.concatenate([[1.0], -fit.coefficients])
    terms = (left, *others)
    size = grouped_size(s.r[:, list(terms)] * coefficients, [s.table.groups[k] for k in terms])
    norm = float(s.norms[left])
    return Relation(
        terms,
        coefficients,
        np.concatenate([[0.0], fit.errors]),
        fit.residual * norm / size,
        fit.noise_residual * norm / size,
        fit,
    )


def grouped_size(parts: Array, groups: Sequence[int]) -> float:
    """Σ over the groups of the norm of the sum of its columns."""
    chosen = np.array(groups)
    return float(sum(np.linalg.norm(parts[:, chosen == g].sum(axis=1)) for g in sorted(set(groups))))


def relations(table: Table, lefts: Sequence[int], usable: Sequence[int], guard: Guard) -> tuple[Relation, ...]:
    """The relations that the left-hand sides `lefts` propose among the candidates `usable`, the chosen one first.

    A relation that the guard refuses comes after all others, with the reason in `trivial`.
    """
    plain = scores(table)
    found: dict[frozenset[int], Relation] = {}
    for left in lefts:
        proposed = relation_of(plain, left, [k for k in usable if k != left])
        if proposed is None:
            continue
        key = frozenset(proposed.terms)
        before = found.get(key)
        if before is None or proposed.fit.residual < before.fit.residual:
            found[key] = replace(proposed, votes=1 if before is None else before.votes + 1)
        else:
            found[key] = replace(before, votes=before.votes + 1)
    again: dict[frozenset[int], Relation] = {}
    for proposed in found.values():
        weighted = _weighted(table, proposed, usable, len(table.columns[0]))
        key = frozenset(weighted.terms)
        if key not in again or again[key].votes < weighted.votes:
            again[key] = weighted
    return _ranked([replace(r, trivial=guard(r)) for r in again.values()])


def _weighted(table: Table, proposed: Relation, usable: Sequence[int], candidates: int) -> Relation:
    """The relation sought again with each point weighted by the noise that the first one has there."""
    law = np.zeros(candidates)
    law[list(proposed.terms)] = proposed.coefficients
    left = proposed.terms[0]
    found = relation_of(scores(table, law), left, [k for k in usable if k != left], law)
    return proposed if found is None else replace(found, votes=proposed.votes)


def as_good_as(found: Sequence[Relation]) -> float:
    """The badness up to which relations count as equally good."""
    return AS_GOOD * min((r.badness for r in found), default=0.0)


def _ranked(found: Sequence[Relation]) -> tuple[Relation, ...]:
    limit = as_good_as([r for r in found if not r.trivial])

    def rank(r: Relation) -> tuple[bool, bool, int, float]:
        return bool(r.trivial), r.badness > limit, len(r.terms), r.badness

    return tuple(sorted(found, key=rank))


def agreement(table: Table, chosen: Relation, usable: Sequence[int], *, seed: int, times: int = 12) -> float:
    """The share of random halves of the data's blocks that lead to the same terms with the same left-hand side."""
    generator = np.random.default_rng(np.random.SeedSequence([seed, 83]))
    names = np.unique(table.blocks)
    law = np.zeros(table.columns.shape[1])
    law[list(chosen.terms)] = chosen.coefficients
    left, same = chosen.terms[0], 0
    for _ in range(times):
        drawn = generator.choice(names, size=max(1, len(names) // 2), replace=False)
        part = table.part(np.isin(table.blocks, drawn))
        found = relation_of(scores(part, law), left, [k for k in usable if k != left], law)
        same += found is not None and frozenset(found.terms) == frozenset(chosen.terms)
    return same / times
