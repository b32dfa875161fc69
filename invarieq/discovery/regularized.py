"""`--symmetry regularized`: the declared symmetry as a penalty on the law, for ODEs whose library is not closed under it.

To the misfit χ² is added ‖P c‖²/δ², with ‖P c‖ the relative violation of the symmetry at the data's states (see
`engines.equivariance`) and δ the violation that costs as much as one standard deviation. δ is the smallest one whose law,
fitted to the early data, predicts the held-back ones as well as the best does (within one standard deviation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from invarieq.data.records import Records
from invarieq.discovery.arenas import Base, base_of
from invarieq.discovery.evidence import Alignment, HeldBackLoss, Regularized, Searched
from invarieq.engines.points.equivariance import SymmetryMotion, alignment, motion_of, penalty_root, states, terms_at
from invarieq.engines.weak.compare import Arena, arena
from invarieq.engines.weak.engine import found_of
from invarieq.engines.weak.path import Model, misfit, threshold_path
from invarieq.engines.weak.problem import Problem, build_problem
from invarieq.engines.weak.select import NEIGHBOURS, Fit, Selection, choose
from invarieq.errors import DeclarationError
from invarieq.space.searchspace import SearchSpace
from invarieq.symmetry import translation

Array = NDArray[np.float64]
TOLERANCES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, float("inf"))
ROUNDS = 3
TRIVIAL = 0.999  # alignment of generator and law from which the symmetry says nothing


@dataclass(frozen=True)
class _Choice:
    """A law on augmented scores: the path, the model chosen, its coefficients with errors (library's units), the dispersion."""

    path: tuple[Model, ...]
    model: Model
    dispersion: float


def search_regularized(space: SearchSpace, records: Records, *, seed: int, motions: Sequence[SymmetryMotion] = ()) -> Searched:
    """The law with the declared generators of the fields (and `motions`, e.g. learned ones) as a penalty, and how strong it is.

    Raises `DeclarationError` for fields of more than one coordinate, for generators that move coordinates (translations aside), and
    where there is nothing to penalize.
    """
    if len(space.jets.coordinates) > 1:
        raise DeclarationError("--symmetry regularized is for ODEs; the fields have several coordinates: take --symmetry relaxed")
    if space.time_order > 1:
        return Searched(refused="a regularized search is for laws of first order in time")
    every = (*_motions(space), *motions)
    if not every:
        raise DeclarationError(
            "--symmetry regularized needs a generator that moves the fields; declare one, or search with --symmetry auto"
        )
    base = base_of(space, records.segments, list(space.jets.coordinates), seed=seed)
    points, terms = states(records.segments, base.library), terms_at(base.library)
    first = np.zeros(len(base.library.terms))
    first[list(base.fit.support)] = base.fit.coefficients
    speed = float(np.sqrt(np.mean(np.sum((terms.values(points) @ first) ** 2, axis=1)))) or 1.0
    root = penalty_root(every, terms, points, speed)
    tolerance, losses = _tolerance(base, root)
    problem, scores, choice = _law(base, root, tolerance)
    fits = [_fit(problem, scores, root, tolerance, m, choice.dispersion) for m in _near(choice)]
    chosen = next(f for f in fits if f.support == choice.model.support)
    law = np.zeros(len(first))
    law[list(chosen.support)] = chosen.coefficients
    found = found_of(
        base.library,
        Selection(chosen, tuple(fits)),
        records,
        measurement=base.measurement,
        undetermined=problem.undetermined,
    )
    along = [float(alignment(m, lambda x: terms.values(x) @ law, points)) for m in every]
    verdict = Regularized(
        tolerance=_finite(tolerance),
        violation=float(np.linalg.norm(root @ law)),
        generators=tuple(Alignment(m.name, a) for m, a in zip(every, along, strict=True)),
        held_back=tuple(HeldBackLoss(_finite(d), loss) for d, loss in zip(TOLERANCES, losses, strict=True)),
    )
    remarks = (*found.remarks, *_remarks(every, along, tolerance))
    return Searched(found=replace(found, remarks=remarks), regularized=verdict)


def _motions(space: SearchSpace) -> list[SymmetryMotion]:
    """The declared generators that move the fields."""
    moved = [translation(c).components for c in space.jets.coordinates]
    return [motion_of(g, space.jets) for g in space.system.symmetry if g.components not in moved]


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _remarks(motions: Sequence[SymmetryMotion], along: Sequence[float], tolerance: float) -> list[str]:
    notes = [
        f"{m.name} points along the law itself: every ODE has that symmetry, and it says nothing about this one"
        for m, a in zip(motions, along, strict=True)
        if a > TRIVIAL
    ]
    if not np.isfinite(tolerance):
        notes.append("held-back data are predicted worse with the declared symmetry, however weak: it was not used")
    return notes


def _augmented(scores: Arena, root: Array, tolerance: float) -> tuple[Array, Array]:
    """(columns, right side) of χ² + ‖P c‖²/δ² in the arena's own scaled coefficients."""
    if not np.isfinite(tolerance):
        return scores.x, scores.y
    rows = root / scores.scales / tolerance
    return np.concatenate([scores.x, rows]), np.concatenate([scores.y, np.zeros(len(rows))])


def _chosen(scores: Arena, root: Array, tolerance: float, candidates: int) -> _Choice:
    x, y = _augmented(scores, root, tolerance)
    norms = np.linalg.norm(x, axis=0)
    path = threshold_path(x / np.where(norms > 0, norms, 1.0), y)
    model, dispersion = choose(path, len(scores.y), candidates)
    return _Choice(tuple(path), model, dispersion)


def _coefficients(scores: Arena, root: Array, tolerance: float, support: Sequence[int]) -> Array:
    """Scaled coefficients on a support."""
    x, y = _augmented(scores, root, tolerance)
    return misfit(x, y, support)[0]


def _tolerance(base: Base, root: Array) -> tuple[float, list[float]]:
    """(δ, the loss on held-back data for each of `TOLERANCES`)."""
    late, losses = base.late, []
    for tolerance in TOLERANCES:
        support = _chosen(base.early, root, tolerance, base.library.restricted).model.support
        law = np.zeros(len(base.early.scales))
        law[list(support)] = _coefficients(base.early, root, tolerance, support) / base.early.scales[list(support)]
        rest = late.y - late.x @ (law * late.scales)
        losses.append(float(rest @ rest) / late.dispersion)
    margin = np.sqrt(2 * max(1, len(late.y)))
    return min(d for d, loss in zip(TOLERANCES, losses, strict=True) if loss <= min(losses) + margin), losses


def _law(base: Base, root: Array, tolerance: float) -> tuple[Problem, Arena, _Choice]:
    """Alternate between the noise covariance at the law and the choice of the law, until its terms stay."""
    problem = build_problem(base.library, base.measurement.parts, base.measurement.effects)
    scores = base.whole
    choice = _chosen(scores, root, tolerance, base.library.restricted)
    for _ in range(ROUNDS - 1):
        support = list(choice.model.support)
        values = _coefficients(scores, root, tolerance, support) / problem.scales[support]
        scores, before = arena(problem, support, values), choice.model.support
        choice = _chosen(scores, root, tolerance, base.library.restricted)
        if choice.model.support == before:
            break
    return problem, scores, choice


def _near(choice: _Choice) -> list[Model]:
    return [m for m in choice.path if m is choice.model or 0 < len(m.support) <= len(choice.model.support) + NEIGHBOURS]


def _fit(problem: Problem, scores: Arena, root: Array, tolerance: float, model: Model, dispersion: float) -> Fit:
    """Penalized coefficients; their errors are those of the posterior, in which the penalty counts as knowledge."""
    support = list(model.support)
    x, _ = _augmented(scores, root, tolerance)
    scaled = _coefficients(scores, root, tolerance, support)
    inverse = np.linalg.pinv(x[:, support])
    errors = np.sqrt(dispersion * np.einsum("ij,ij->i", inverse, inverse))
    scales = problem.scales[support]
    residual, expected = problem.residual(support, scaled), problem.noise_residual(support, scaled)
    return Fit(model.support, scaled / scales, errors / scales, model.misfit, len(scores.y) - len(support), residual, expected)
