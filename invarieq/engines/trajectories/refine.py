"""The last stage for trajectories: the weak form's law, chosen again by the trajectories themselves.

Standard errors come from the Fisher information. How sure a term is: the law is chosen again with random weights on
blocks of time (the Bayesian bootstrap), in the linearization at the law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.engines.found import Trajectories
from invarieq.engines.trajectories.dynamics import dynamics
from invarieq.engines.trajectories.shooting import Shot, by_blocks
from invarieq.engines.trajectories.trajectory import Choice, Question, choose_by_trajectories, question_of, regression
from invarieq.engines.weak.limits import limits_of
from invarieq.engines.weak.path import swift_path
from invarieq.engines.weak.problem import Problem, build_problem
from invarieq.engines.weak.select import Fit, Selection
from invarieq.engines.weak.sparse import Measurement
from invarieq.engines.weak.stability import BLOCKS, INTERVAL, RESAMPLES, RIVALS, Stability, chosen_again
from invarieq.space.library import Library

Array = NDArray[np.float64]
NOISY = 2e-3  # noise relative to a field below which the weak form is left alone
FEWEST = 16  # samples of a trajectory


@dataclass(frozen=True)
class Refinement:
    """What the trajectories made of a law.

    `before` is the support that the weak form chose, `windows` and `samples` number and length of the pieces that each law was
    integrated over, `dispersion` the misfit a degree of freedom in units of the noise that the samples show by themselves.
    """

    selection: Selection
    stability: Stability
    before: tuple[int, ...]
    windows: int
    samples: int
    dispersion: float

    @property
    def changed(self) -> bool:
        """Whether the terms are others than those of the weak form."""
        return self.selection.chosen.support != self.before

    @property
    def summary(self) -> Trajectories:
        """What an answer says of it."""
        return Trajectories(
            changed=self.changed,
            terms_before=len(self.before),
            terms=len(self.selection.chosen.support),
            windows=self.windows,
            samples=self.samples,
            misfit=self.dispersion,
        )


def refine(
    library: Library, measurement: Measurement, selection: Selection, pieces: Sequence[Segment], *, seed: int
) -> Refinement | None:
    """The law chosen by the trajectories; None for PDEs, for data without noise, and where no candidate follows them."""
    law = dynamics(library)
    fit_for = _noisy(pieces) and all(p.known is None and len(p.grids[0]) >= FEWEST for p in pieces)
    if law is None or not selection.chosen.support or not fit_for:
        return None
    problem = build_problem(library, measurement.parts, measurement.effects)
    question = question_of(law, problem.complexity, limits_of(library.ranges, np.ones(law.size)))
    choice = choose_by_trajectories(question, selection, pieces)
    if choice is None:
        return None
    fits = tuple(_fit(problem, shot) for shot in choice.around)
    chosen = next(f for f in fits if f.support == choice.shot.support)
    lanes = len(choice.shot.data.times)
    sure = _stability(question, choice, seed)
    return Refinement(
        Selection(chosen, fits, selection.pressed), sure, selection.chosen.support, lanes, choice.samples, choice.dispersion
    )


def _noisy(pieces: Sequence[Segment]) -> bool:
    spreads = [float(np.std(np.concatenate([p.values[f] for p in pieces]))) for f in range(len(pieces[0].values))]
    return any(n > NOISY * s for n, s in zip(pieces[0].noise, spreads, strict=True))


def _fit(problem: Problem, shot: Shot) -> Fit:
    """A fitted law in the form of the weak engine, with what it leaves of the weak equations."""
    freedom = shot.data.rows - len(shot.support)
    dispersion = max(1.0, shot.misfit / max(1, freedom))
    scaled = shot.coefficients * problem.scales[list(shot.support)]
    residual, noise = problem.residual(shot.support, scaled), problem.noise_residual(shot.support, scaled)
    covariance = shot.covariance * dispersion
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return Fit(shot.support, shot.coefficients, errors, shot.misfit, freedom, residual, noise, covariance)


def _stability(question: Question, choice: Choice, seed: int) -> Stability:
    """The choice among the law's terms and its rivals, on blocks of time with exponential weights."""
    shot = choice.shot
    terms = list(shot.support)
    for other in sorted(choice.around, key=lambda s: abs(len(s.support) - len(shot.support))):
        terms += [k for k in other.support if k not in terms]
    terms = terms[: len(shot.support) + RIVALS]
    law = np.zeros(len(terms))
    law[: len(shot.support)] = shot.coefficients
    grams, scores = by_blocks(question.law, terms, law, shot.data, max(1, -(-BLOCKS // len(shot.data.times))))
    limits = None if question.limits is None else question.limits.of(terms)
    generator = np.random.default_rng(np.random.SeedSequence([seed, 72]))
    counts, values = np.zeros(len(shot.support)), [[] for _ in shot.support]
    for _ in range(RESAMPLES):
        w = generator.exponential(size=len(grams))
        w /= w.mean()
        x, y, _ = regression(np.einsum("b,bij->ij", w, grams), w @ scores, shot.misfit, law)
        model, found = chosen_again(x, y, limits, question.law.size, swift_path)
        for place, c in zip(model.support, found, strict=True):
            if place < len(shot.support):
                counts[place] += 1
                values[place].append(float(c))
    intervals = tuple((float(np.quantile(v, INTERVAL[0])), float(np.quantile(v, INTERVAL[1]))) if v else None for v in values)
    return Stability(tuple(float(n) / RESAMPLES for n in counts), intervals)
