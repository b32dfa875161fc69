"""The sparse engine: from a library and data to laws.

The steps are separate functions so that a session can keep what each one made: `measure` (one pass over the data),
`solve` (no data any more), `to_law`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.budget import Meter
from invarieq.data.records import Segment
from invarieq.engines.weak.moments import Moments, NoiseEffect, moments, noise_effect
from invarieq.engines.weak.path import Optimizer, threshold_path
from invarieq.engines.weak.placement import tests_for
from invarieq.engines.weak.problem import build_problem
from invarieq.engines.weak.select import Fit, Selection, forced_alone, select
from invarieq.engines.weak.stability import Stability, stability
from invarieq.errors import DataError
from invarieq.space.library import Library

Array = NDArray[np.float64]

ACCEPTED_RESIDUAL = 0.005  # a law explains the data when its residual is below this, or below NOISE_FACTOR × what noise leaves
NOISE_FACTOR = 2.0
MOST_LEFT = 0.9  # a law that leaves more than this explains nothing, however noisy the data
MARGIN = 2
FEWER_THAN_TERMS = 2  # candidate terms a weak equation beyond which nothing is sought


@dataclass(frozen=True)
class Measurement:
    """Moments of every segment with what noise does to them."""

    parts: tuple[Moments, ...]
    effects: tuple[NoiseEffect, ...]


def measure(library: Library, pieces: Sequence[Segment], *, seed: int, budget: Meter | None = None) -> Measurement:
    """One pass over the data: weak moments, and the effect of noise from a generator a segment, spawned from `seed`.

    Raises `DataError` for too few points, `OutOfBudget` where the columns would take more memory than the budget allows.
    """
    parts, effects = [], []
    children = np.random.SeedSequence(seed).spawn(len(pieces))
    tests = tests_for(pieces, library)
    rows = sum(t.count for t in tests) * len(library.leading)
    _refuse_too_few(library, pieces, rows)
    if budget is not None:
        budget.hold(2 * 8 * rows * (1 + len(library.terms)), f"{rows} weak equations of {len(library.terms)} candidate terms")
    for piece, test, child in zip(pieces, tests, children, strict=True):
        if budget is not None:
            budget.look()
        part = moments(piece, test, library)
        parts.append(part)
        effects.append(noise_effect(part, library, pairs=_pairs(piece), generator=np.random.default_rng(child)))
    return Measurement(tuple(parts), tuple(effects))


def _refuse_too_few(library: Library, pieces: Sequence[Segment], rows: int) -> None:
    """Fewer weak equations than half the candidate terms tell nothing: hundreds of laws fit them."""
    if rows >= max(MARGIN * 2, len(library.terms) / FEWER_THAN_TERMS):
        return
    samples = " + ".join(" × ".join(map(str, p.values[0].shape)) for p in pieces[:4]) + (" + …" if len(pieces) > 4 else "")
    hidden = sum(int(np.count_nonzero(~p.known)) for p in pieces if p.known is not None)
    missing = f", {hidden} of them missing" if hidden else ""
    names = ", ".join(c.name for c in library.space.coordinates)
    raise DataError(
        f"too few points for the terms: {samples} samples along {names}{missing} give {rows} weak equations for {len(library.terms)} candidate "
        f"terms; expected at least {max(MARGIN * 2, len(library.terms))}. Give more samples or trajectories, lower terms.degree or terms.order, "
        "or declare more of the symmetry"
    )


def _pairs(piece: Segment) -> int:
    """Few pairs of added noise are enough where the field has many points."""
    return int(np.clip(400_000 // piece.values[0].size, 2, 8))


def solve(library: Library, measurement: Measurement, optimizer: Optimizer = threshold_path) -> tuple[Selection, int]:
    """(selection, number of candidate directions that the data leave undetermined)."""
    if not library.terms:
        return _forced(measurement), 0
    problem = build_problem(library, measurement.parts, measurement.effects)
    if not np.any(problem.left):
        raise DataError(f"{', '.join(map(str, library.leading))} vanishes on the data; expected fields that change")
    selection = select(problem, optimizer)
    if forced_alone(problem, selection.chosen.support):
        alone = _forced(measurement).chosen
        selection = replace(selection, chosen=alone, path=(alone, *selection.path))
    return selection, problem.undetermined


def how_sure(library: Library, measurement: Measurement, selection: Selection, *, seed: int) -> Stability | None:
    """Inclusion probabilities and intervals of the chosen law's coefficients (see `stability`)."""
    if not library.terms:
        return None
    return stability(build_problem(library, measurement.parts, measurement.effects), selection, seed=seed)


def _forced(measurement: Measurement) -> Selection:
    """The law that the symmetry alone forces: nothing to fit, only a residual to look at (relative to the forced side)."""
    left = np.concatenate([part.columns[:, 0] for part in measurement.parts])
    size = float(np.linalg.norm(np.concatenate([part.leading for part in measurement.parts])))
    fit = Fit(
        (),
        np.zeros(0),
        np.zeros(0),
        0.0,
        0,
        float(np.linalg.norm(left)) / (size or 1.0),
        _noise_share(measurement) / (size or 1.0),
    )
    return Selection(fit, (fit,))


def _noise_share(measurement: Measurement) -> float:
    return float(np.sqrt(sum(effect.gram[0, 0] for effect in measurement.effects)))


def explains(fit: Fit) -> bool:
    """Whether a law leaves no more of the data than noise does (or less than half a percent), and leaves less than it takes."""
    return is_explained(fit.residual, fit.noise_residual)


def is_contradicted(fit: Fit) -> bool:
    """Whether the weak form speaks against a law that follows the trajectories: it leaves nearly all, and more than noise would.

    Over pieces of trajectories that are short beside their noise almost any law follows, with a start of its own in each.
    """
    return fit.residual > max(MOST_LEFT, NOISE_FACTOR * fit.noise_residual)


def is_explained(residual: float, noise_residual: float) -> bool:
    """As `explains`, from what a law leaves and what noise alone would leave."""
    return residual < min(max(ACCEPTED_RESIDUAL, NOISE_FACTOR * noise_residual), MOST_LEFT)


def right_sides(library: Library, fit: Fit) -> tuple[tuple[sp.Expr, ...], tuple[sp.Symbol, ...]]:
    """(right side of each equation, coefficient symbols c1, c2, … in the order of the support)."""
    taken = {s.name for s in (*library.space.variables(4), *library.space.parameters)}
    stem = next(name for name in ("c", "k", "coef", "coefficient") if not any(f"{name}{i}" in taken for i in range(1, 1000)))
    symbols = tuple(sp.Symbol(f"{stem}{i + 1}", real=True) for i in range(len(fit.support)))
    sides = tuple(
        fixed + sp.Add(*[symbol * library.terms[k][a] for symbol, k in zip(symbols, fit.support, strict=True)])
        for a, fixed in enumerate(library.fixed)
    )
    return sides, symbols
