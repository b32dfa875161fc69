"""Choice of one model from a path.

Criterion: misfit/φ + κ·terms, least wins. The misfit is in units of the noise (χ²); κ = max(12, 4 ln J) for J candidates
asks 3.5 standard deviations of a term, more when there are many to choose from (the risk-inflation criterion doubled); φ,
the misfit a degree of freedom of the chosen model where that exceeds 1, guards against noise that is larger than
estimated. Unlike a fixed threshold it is free of units and needs no tuning; unlike plain BIC on rows it knows that rows
of a weak form are correlated.

Source: Foster & George, Ann. Statist. 22 (1994) 1947; overdispersion as in QAIC, Burnham & Anderson 2002, sec. 2.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.weak.limits import fitted_within, lawful_path, pressed_out
from invarieq.engines.weak.path import Model, Optimizer, nested_path
from invarieq.engines.weak.problem import FLOOR, Problem, score_covariance, whiten
from invarieq.errors import NoInvariants

Array = NDArray[np.float64]
ROUNDS = 5
NEIGHBOURS = 5
TINY = 1e-9
CLIFF = 5.0  # each further term must divide the residual by this to count although its effect is below the floor


@dataclass(frozen=True)
class Fit:
    """A model with its coefficients in the library's own units.

    `errors` are standard errors, `misfit` is χ², `freedom` the number of scores less terms, `residual` ‖b − G c‖/‖b‖ and
    `noise_residual` what the noise alone would leave of it; `covariance` that of the coefficients, where it is known whole.
    """

    support: tuple[int, ...]
    coefficients: Array
    errors: Array
    misfit: float
    freedom: int
    residual: float
    noise_residual: float
    covariance: Array | None = None


@dataclass(frozen=True)
class Selection:
    """The chosen fit and the part of the path around it: models of up to `NEIGHBOURS` terms more.

    `pressed` are the numbers of the library's ranges that keep a term which the data ask for out of the chosen law.
    """

    chosen: Fit
    path: tuple[Fit, ...]
    pressed: tuple[int, ...] = ()


def penalty(candidates: int) -> float:
    """κ: the misfit that one more term has to save."""
    return max(12.0, 4.0 * float(np.log(candidates)))


def choose(path: list[Model], scores: int, candidates: int) -> tuple[Model, float]:
    """(model, overdispersion φ) by the criterion; the two are found together by a fixed-point iteration."""
    kappa = penalty(candidates)
    nonempty = [m for m in path if m.support] or path
    dispersion, previous = 1.0, 0.0
    model = nonempty[0]
    for _ in range(10):
        if np.isclose(dispersion, previous, rtol=1e-6):
            break
        costs = [m.misfit / dispersion + kappa * len(m.support) for m in nonempty]
        model = nonempty[int(np.argmin(costs))]
        previous, dispersion = dispersion, max(1.0, model.misfit / max(1, scores - len(model.support)))
    return model, dispersion


def select(problem: Problem, optimizer: Optimizer, *, rounds: int = ROUNDS) -> Selection:
    """Alternate between the noise covariance at the current law and the choice of the law, until the support is stable."""
    coefficients: Array = np.asarray(np.linalg.lstsq(problem.score_right, problem.score_left, rcond=1e-10)[0], dtype=np.float64)
    selection, support = _round(problem, optimizer, coefficients)
    for _ in range(rounds - 1):
        coefficients = np.zeros(problem.size)
        coefficients[list(support)] = selection.chosen.coefficients * problem.scales[list(support)]
        before = support
        selection, support = _round(problem, optimizer, coefficients)
        if support == before:
            break
    return selection


def _round(problem: Problem, optimizer: Optimizer, coefficients: Array) -> tuple[Selection, tuple[int, ...]]:
    """One choice of the law, with the noise covariance at the law with these scaled coefficients."""
    covariance = score_covariance(problem, coefficients)
    x, y = whiten(problem, covariance)
    limits, complexity = problem.limits, problem.complexity

    def search(kept: Sequence[int]) -> list[Model]:
        found = nested_path(x[:, list(kept)], y, [complexity[k] for k in kept], optimizer)
        return [Model(tuple(kept[i] for i in m.support), m.misfit) for m in found]

    path = lawful_path(search, x, y, limits)
    if limits is not None and not any(m.support for m in path):
        raise NoInvariants(
            f"no law for {', '.join(map(str, problem.library.leading))} obeys terms.bounds; widen a bound or the terms"
        )
    model, dispersion = choose(path, len(y), problem.size)
    near = [m for m in path if 0 < len(m.support) <= len(model.support) + NEIGHBOURS]
    fits = tuple(_fit(problem, m, covariance, x, y, dispersion) for m in near)
    chosen = beyond_floor(next(f for f in fits if f.support == model.support), fits)
    pressed = pressed_out(x, y, chosen.support, limits, penalty(problem.size))
    return Selection(chosen, fits, pressed), chosen.support


def forced_alone(problem: Problem, support: tuple[int, ...]) -> bool:
    """Whether the side that is forced or known is the whole law: by the criterion no term of a model is worth its κ beside it.

    Differences below the floor count from the leading derivative here, not from what the forced side leaves of it.
    """
    whole, rest = (float(np.linalg.norm(v)) for v in (np.concatenate([p.leading for p in problem.parts]), problem.left))
    if all(side == 0 for side in problem.library.fixed) or not support or not rest:
        return False
    x, y = whiten(problem, score_covariance(problem, np.zeros(problem.size)), floor=FLOOR * max(1.0, whole / rest))
    limits = problem.limits
    kept = fitted_within(x, y, support, limits)
    if kept is None or (limits is not None and not limits.allow((), np.zeros(0))):
        return False
    dispersion = max(1.0, kept.misfit / max(1, len(y) - len(support)))
    return (float(y @ y) - kept.misfit) / dispersion <= penalty(problem.size) * len(support)


def beyond_floor(chosen: Fit, path: Sequence[Fit]) -> Fit:
    """The chosen fit, or a longer one that leaves so much less that its further terms cannot be an effect of discretization.

    The floor hides terms of a clean law that are small on the data (−v/20 where u² + v² is nearly 1 everywhere). Such a term
    takes away orders of magnitude at once; what fits the discretization takes its error away little by little.
    """
    if chosen.residual <= max(FLOOR, 2 * chosen.noise_residual):
        return chosen

    def size(fit: Fit) -> float:
        return max(fit.residual, fit.noise_residual, TINY) * CLIFF ** len(fit.support)

    best = min((f for f in path if len(f.support) >= len(chosen.support)), key=size)
    return best if size(best) < size(chosen) else chosen


def _fit(problem: Problem, model: Model, covariance: Array, x: Array, y: Array, dispersion: float) -> Fit:
    """Coefficients with standard errors: the noise's own covariance, and what is left over taken as independent rows.

    Where a coefficient stands at the end of its range, its error is 0.
    """
    support = list(model.support)
    kept = fitted_within(x, y, support, problem.limits)
    assert kept is not None, support
    scaled, chi2 = kept.coefficients, kept.misfit
    residual = problem.residual(support, scaled)
    norm = float(np.linalg.norm(problem.left)) or 1.0
    rest = (residual * norm) ** 2 / problem.rows
    honest = covariance * dispersion + rest * np.eye(len(covariance))
    root = np.linalg.cholesky(covariance + (FLOOR * norm) ** 2 * np.eye(len(covariance)))
    inverse = np.linalg.pinv(x[:, support]) if kept.free is None else kept.free @ np.linalg.pinv(x[:, support] @ kept.free)
    estimator = inverse @ np.linalg.inv(root)
    scales = problem.scales[support]
    covariance = estimator @ honest @ estimator.T / np.outer(scales, scales)
    expected = problem.noise_residual(support, scaled)
    errors = np.sqrt(np.diag(covariance))
    return Fit(model.support, scaled / scales, errors, chi2, len(y) - len(support), residual, expected, covariance)
