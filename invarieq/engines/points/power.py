"""Could a term that a relation lacks have been seen? What noise and too few clear directions hide is not decided.

A candidate k is added to a relation where that saves the misfit κ φ (`choose`), so a coefficient up to (√κ + t) √φ / ‖x_k⊥‖ may stay
unseen, t Student's quantile of the power asked for (few scores tell φ badly) and x_k⊥ its whitened scores orthogonal to those of the
terms kept: 0 where these use up all directions that noise leaves. It cannot be larger than its own noise allows either:
c_k ‖δT_k‖ ≤ what the relation leaves. A relation of which absent
terms as large as one kept, or as `SMALL` of the largest, may be unseen is not told from longer ones.

Source: the power of a test, Lehmann & Romano, Testing Statistical Hypotheses, 2005, ch. 3; Fuller, Measurement Error Models, 1987, ch. 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from invarieq.engines.points.implicit import Relation, Scores, regression, scores
from invarieq.engines.points.samples import Table
from invarieq.engines.weak.path import misfit
from invarieq.engines.weak.select import penalty

Array = NDArray[np.float64]
SMALL = 0.02  # of the largest term: what is smaller may stay unseen
MISSED = 0.05  # of the draws of noise in which a term of the size called unseen is missed


@dataclass(frozen=True, slots=True)
class Power:
    """`unseen[k]` is the size that a term c_k T_k absent from a relation may have unnoticed, `kept[k]` that of each term in it.

    Sizes are norms over the points without their noise, relative to the largest term kept. Of every candidate looked at, `noisy[k]` is
    ‖δT_k‖/‖T_k‖ by noise and `coarse[k]` the same by what differentiation itself may be wrong by.
    """

    unseen: dict[int, float]
    kept: dict[int, float]
    noisy: dict[int, float]
    coarse: dict[int, float]

    @property
    def hidden(self) -> tuple[int, ...]:
        """The absent candidates that may be too large to be left open, the one that may be largest first."""
        least = min(SMALL, *self.kept.values())
        return tuple(sorted((k for k, size in self.unseen.items() if size >= least), key=lambda k: (-self.unseen[k], k)))


def power(table: Table, relation: Relation, candidates: Sequence[int]) -> Power:
    """What of the `candidates` that a relation lacks the data could show beside it."""
    law = np.zeros(table.columns.shape[1])
    law[list(relation.terms)] = relation.coefficients
    s = scores(table, law)
    absent = [k for k in candidates if k not in relation.terms]
    looked = [*relation.terms, *absent]
    noise = {k: float(np.sqrt(max(s.noise[k, k], 0.0))) for k in looked}
    clear = {k: float(np.sqrt(max(s.norms[k] ** 2 - noise[k] ** 2, 0.0))) for k in looked}
    kept = {k: abs(float(c)) * clear[k] for c, k in zip(relation.coefficients, relation.terms, strict=True)}
    largest = max(kept.values()) or 1.0
    left = float(np.linalg.norm(s.r @ law))
    sizes = _seen_from(s, relation, absent, law, len(candidates))
    unseen = {
        k: min(size, left / noise[k] if noise[k] > 0 else np.inf) * clear[k] / largest
        for k, size in zip(absent, sizes, strict=True)
    }
    noisy = {k: noise[k] / float(s.norms[k] or 1.0) for k in looked}
    coarse = {k: float(np.sqrt(max(s.doubt[k, k], 0.0))) / float(s.norms[k] or 1.0) for k in looked}
    return Power(unseen, {k: size / largest for k, size in kept.items()}, noisy, coarse)


def _seen_from(s: Scores, relation: Relation, absent: Sequence[int], law: Array, candidates: int) -> list[float]:
    """The coefficient of each absent candidate from which on the criterion adds it to the relation."""
    left, *others = relation.terms
    problem = regression(s, left, [*others, *absent], law)
    support = range(len(others))
    freedom = len(problem.y) - len(others)
    if freedom <= 0:
        return [float("inf")] * len(absent)
    # the floor in `problem.error` hides nothing where the relation leaves less than it (`beyond_floor`)
    by_noise = s.projected_noise(law) / problem.error**2
    dispersion = max(by_noise, misfit(problem.x, problem.y, support)[1] / freedom)
    basis = np.linalg.qr(problem.x[:, list(support)])[0]
    rest = problem.x[:, len(others) :]
    rest = rest - basis @ (basis.T @ rest)
    norms = np.linalg.norm(rest, axis=0) * problem.scales[len(others) :]
    least = (float(np.sqrt(penalty(candidates))) + float(student.isf(MISSED, freedom))) * float(np.sqrt(dispersion))
    return [least / float(n) if n > 0 else float("inf") for n in norms]
