"""Does a symmetry fit the data as well as no symmetry does? All in terms of one measurement without it.

A restricted law is a combination of the unrestricted candidates, so its whitened scores are linear in theirs: testing a
generator costs a small least-squares problem. Under the restriction the misfit over the overdispersion φ is χ² (F, as φ is itself
estimated) with as many degrees of freedom as the restriction takes away; on held-back data the residual of the
restricted law must not lean towards the unrestricted one.

Sources: Rao, Linear Statistical Inference, 1973, sec. 4b; Davidson & MacKinnon, Econometrica 49 (1981) 781 (the J test).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy import stats

from invarieq.data.weak import TestFunctions
from invarieq.engines.weak.moments import Moments, NoiseEffect
from invarieq.engines.weak.path import Model, misfit, swift_path, threshold_path
from invarieq.engines.weak.problem import FLOOR, Problem, build_problem, score_covariance, whiten
from invarieq.engines.weak.select import choose
from invarieq.engines.weak.sparse import Measurement
from invarieq.space.library import Library
from invarieq.space.restrict import Restriction

Array = NDArray[np.float64]
HELD = 0.3  # share of the weak equations, the last in time, that is held back
GAP = 2  # test functions left out between the two parts, which would overlap
CAREFULLY = 40  # candidates up to which the whole path is searched
RELATIVE_RANK = 1e-8
LEAST_DISPERSION = 0.25  # the noise level is never wrong by more than a factor 2
TRUST = 1e-3
MANY = 4  # degrees of freedom at least


@dataclass(frozen=True)
class Arena:
    """Whitened scores of the unrestricted candidates: y ≈ X c with unit noise, c in units of `scales`.

    `trusted`: the law at which they were whitened fits them as well as noise allows.
    """

    x: Array
    y: Array
    scales: Array
    dispersion: float
    freedom: int
    trusted: bool = True


@dataclass(frozen=True)
class Restricted:
    """A restricted regression y ≈ X b in an arena; `back` (candidates × columns) and `shift` give c = shift + back·b."""

    x: Array
    y: Array
    back: Array
    shift: Array


@dataclass(frozen=True)
class Verdict:
    """A statistic with its degrees of freedom and the chance of one as large under the symmetry."""

    statistic: float
    freedom: int
    p_value: float


def arena(problem: Problem, support: Sequence[int], coefficients: Array, *, trusted: bool | None = None) -> Arena:
    """The scores of a problem whitened at a law (coefficients in the library's units), with the overdispersion of that law.

    Beside the noise of the law, that of a direction δQ counts: Var δQ·δr ≈ share·E‖δr‖² over the number of independent equations.
    Where the law itself fits the scores worse than noise allows (chance below `TRUST`; `trusted` settles it instead), it is not the
    whole law, and what it leaves of the scores is taken for their noise.
    """
    scaled = np.zeros(problem.size)
    scaled[list(support)] = coefficients * problem.scales[list(support)]
    freedom, size = _freedom(problem), float(np.linalg.norm(problem.left))
    noise = (problem.noise_residual(support, scaled[list(support)]) * size) ** 2
    covariance = score_covariance(problem, scaled)
    x, y = whiten(problem, covariance + np.diag(problem.shares) * noise / freedom)
    dispersion, freedom = _dispersion(problem, scaled, noise, covariance, freedom)
    dispersion = max(LEAST_DISPERSION, dispersion)
    own = max(1, len(y) - len(support))
    left = misfit(x, y, list(support))[1] if len(support) else float(y @ y)
    if trusted is None:
        trusted = bool(stats.f.sf(left / own / dispersion, own, freedom) > TRUST)
    if not trusted:
        dispersion, freedom = max(dispersion, left / own), own
    return Arena(x, y, problem.scales, dispersion, max(MANY, freedom), trusted)


def _dispersion(problem: Problem, scaled: Array, noise: float, covariance: Array, freedom: int) -> tuple[float, int]:
    """(φ, its degrees of freedom): what a law leaves of the weak equations over what noise and floor would leave.

    It comes from the equations beside the scores, of which the scores are a part: taken from the scores it would follow them, and no
    chance could be small. Where too few are beside them, from all.
    """
    rest = problem.left - problem.right @ scaled
    along = problem.directions.T @ rest
    beside = freedom - len(along)
    floor = len(along) * (FLOOR * float(np.linalg.norm(problem.left))) ** 2
    left, expected = float(rest @ rest - along @ along), noise - float(np.trace(covariance))
    if beside < MANY or expected <= 0:
        left, expected, beside = float(rest @ rest), noise, max(MANY, freedom)
    return left / (expected + floor) if expected + floor > 0 else 1.0, beside


def _freedom(problem: Problem) -> int:
    """How many independent weak equations a sum of squares over all of them is worth: (tr K)²/tr K², K their covariance."""
    total = 0.0
    for part in problem.parts:
        for symbol in problem.library.leading:
            found = problem.library.space.index(symbol)
            assert found is not None
            grams = [m[s] @ m[s].T for m, s in zip(part.tests.matrices, found[1], strict=True)]
            total += float(np.prod([np.trace(k) ** 2 / np.sum(k**2) for k in grams]))
    return max(MANY, round(total))


def restricted(scores: Arena, restriction: Restriction, *, free: bool) -> Restricted:
    """The columns that a restriction leaves; with `free` the part that it forces becomes a column (the first) of its own."""
    size = scores.x.shape[1]
    forced = _vector(restriction.fixed, size)
    vectors = [_vector(v, size) for v in restriction.vectors]
    if free and restriction.fixed:
        vectors, forced = [forced, *vectors], np.zeros(size)
    back = np.stack(vectors, axis=1) if vectors else np.zeros((size, 0))
    whole = scores.x * scores.scales
    return Restricted(whole @ back, scores.y - whole @ forced, back, forced)


def _vector(entries: Mapping[int, sp.Rational], size: int) -> Array:
    result = np.zeros(size)
    for i, c in entries.items():
        result[i] = float(c)
    return result


def likelihood_ratio(scores: Arena, narrow: Restricted, wide: Array | None = None) -> Verdict:
    """How much worse a restricted law fits than one with all candidates (or the columns `wide`)."""
    whole = scores.x if wide is None else wide
    rest, rank = _misfit_and_rank(narrow.x, narrow.y)
    best, full = _misfit_and_rank(whole, scores.y)
    freedom = max(0, full - rank)
    if not freedom:
        return Verdict(0.0, 0, 1.0)
    statistic = max(0.0, rest - best) / scores.dispersion
    return Verdict(statistic, freedom, float(stats.f.sf(statistic / freedom, freedom, scores.freedom)))


def _misfit_and_rank(x: Array, y: Array) -> tuple[float, int]:
    norms = np.linalg.norm(x, axis=0)
    x = x[:, norms > 0] / norms[norms > 0]
    if not x.shape[1]:
        return float(y @ y), 0
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    kept = u[:, s > RELATIVE_RANK * s[0]]
    return max(0.0, float(y @ y - np.sum((kept.T @ y) ** 2))), kept.shape[1]


def sparse_law(narrow: Restricted, candidates: int) -> tuple[tuple[int, ...], Array]:
    """(support among the columns, coefficients of all unrestricted candidates) of the chosen restricted law."""
    if not narrow.x.shape[1]:
        return (), narrow.shift
    norms = np.linalg.norm(narrow.x, axis=0)
    norms[norms == 0] = 1.0
    optimizer = threshold_path if narrow.x.shape[1] <= CAREFULLY else swift_path
    path: list[Model] = optimizer(narrow.x / norms, narrow.y)
    model, _ = choose(path, len(narrow.y), candidates)
    values = misfit(narrow.x / norms, narrow.y, list(model.support))[0] / norms[list(model.support)]
    return model.support, narrow.shift + narrow.back[:, list(model.support)] @ values


def spread(narrow: Restricted, support: Sequence[int], scores: Arena) -> Array:
    """F with F Fᵀ the covariance of the coefficients (all unrestricted candidates) of a law with this support."""
    if not support:
        return np.zeros((len(narrow.shift), 0))
    chosen = list(support)
    return np.asarray(narrow.back[:, chosen] @ np.linalg.pinv(narrow.x[:, chosen]) * np.sqrt(scores.dispersion))


def held_back(held: Arena, symmetric: Array, other: Array, factor: Array | None = None) -> Verdict:
    """Whether the residual of a symmetric law on held-back data leans towards another law (both fitted elsewhere).

    d = X(other − symmetric), r the symmetric residual: d·r over its standard deviation is standard normal if the symmetric
    law holds. `factor` (see `spread`) says how uncertain the symmetric law itself is.
    """
    whole = held.x * held.scales
    step, rest = whole @ (other - symmetric), held.y - whole @ symmetric
    size = float(np.linalg.norm(step))
    if size < 1e-9:
        return Verdict(0.0, 1, 0.5)
    moved = 0.0 if factor is None else float(np.sum((factor.T @ (whole.T @ step)) ** 2))
    z = float(step @ rest) / np.sqrt(size**2 * held.dispersion + moved)
    return Verdict(z, 1, float(stats.t.sf(z, held.freedom)))


def split(library: Library, measurement: Measurement) -> tuple[Problem, Problem]:
    """The weak equations as two problems: those early in time, and those held back."""
    early, late = [], []
    for part, effect in zip(measurement.parts, measurement.effects, strict=True):
        count = part.tests.shape[0]
        start = round((1 - HELD) * count)
        early.append(_rows(part, effect, range(max(1, start - GAP)), len(library.leading)))
        late.append(_rows(part, effect, range(min(start, count - 1), count), len(library.leading)))
    first, second = (build_problem(library, [p for p, _ in side], [e for _, e in side]) for side in (early, late))
    return first, second


def _rows(part: Moments, effect: NoiseEffect, times: range, equations: int) -> tuple[Moments, NoiseEffect]:
    """The weak equations whose test functions stand at some of the times."""
    shape = (equations, *part.tests.shape)
    kept = np.arange(int(np.prod(shape))).reshape(shape)[:, list(times)].ravel()
    first, *others = part.tests.matrices
    alive = part.tests.kept
    tests = TestFunctions((tuple(m[list(times)] for m in first), *others), None if alive is None else alive[list(times)])
    share = len(times) / part.tests.shape[0]
    return (
        replace(part, tests=tests, columns=part.columns[kept], leading=part.leading[kept]),
        NoiseEffect(effect.gram * share, effect.bias[kept]),
    )


def narrowed(measurement: Measurement, restriction: Restriction, *, free: bool) -> Measurement:
    """The measurement of a restricted library, out of that of its unrestricted candidates."""
    size = measurement.parts[0].columns.shape[1] - 1
    forced = _vector(restriction.fixed, size)
    vectors = [_vector(v, size) for v in restriction.vectors]
    if free and restriction.fixed:
        vectors, forced = [forced, *vectors], np.zeros(size)
    left = np.concatenate([[1.0], -forced])
    turn = np.stack([left, *(np.concatenate([[0.0], v]) for v in vectors)], axis=1)
    parts = tuple(replace(p, columns=p.columns @ turn) for p in measurement.parts)
    effects = tuple(NoiseEffect(turn.T @ e.gram @ turn, e.bias @ turn) for e in measurement.effects)
    return Measurement(parts, effects)
