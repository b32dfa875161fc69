"""`--symmetry relaxed`: the declared symmetry as an approximate one.

First the symmetric law, then terms that break the symmetry, each of which has to save w times the misfit that a symmetric term
has to save; the weight w is the one whose law, fitted to the early data, predicts the held-back ones best (the largest w
within one standard deviation). A likelihood-ratio statistic says whether the data reject the symmetry.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data import Dataset
from invarieq.engines.compare import Arena, Restricted, held_back, likelihood_ratio, narrowed, restricted, sparse_law
from invarieq.engines.path import misfit
from invarieq.engines.prepare import gap_report, segments
from invarieq.engines.select import penalty
from invarieq.errors import NoInvariants
from invarieq.session.arenas import Base, base_of, reframed
from invarieq.session.search import answer_of
from invarieq.space.library import library_from
from invarieq.space.restrict import Restriction, restrict
from invarieq.symmetry import translation
from invarieq.system import System

Array = NDArray[np.float64]
WEIGHTS = (1.0, 2.0, 4.0, 8.0, 16.0, float("inf"))
MOST = 20  # breaking terms
LEVEL = 1e-3


def search_relaxed(system: System, dataset: Dataset, *, time_order: int, engine: str, seed: int) -> dict[str, Any]:
    """As `search`, with terms that break the declared symmetry where the data ask for them; `relaxed` holds the verdict."""
    pieces = segments(dataset, system.space)
    translations = [c for c in system.space.coordinates if translation(c).components in [g.components for g in system.symmetry]]
    base = base_of(system, pieces, time_order, translations, seed=seed)
    gaps = gap_report(dataset, pieces, [p.tests for p in base.measurement.parts])
    verdict: dict[str, Any] = {"statistic": None, "freedom": None, "p_value": None, "held_back": None, "rejected": True}
    try:
        framed = reframed(restrict(base.candidates, (*system.symmetry, *system.discrete)), base.frame)
    except NoInvariants as error:
        document = answer_of(base.library, base.measurement, pieces, engine=engine, seed=seed)
        return {**document, "gaps": gaps, "relaxed": {**verdict, "weight": None, "breaking": [], "note": str(error)}}
    fit = likelihood_ratio(base.whole, restricted(base.whole, framed, free=False))
    _, early = sparse_law(restricted(base.early, framed, free=False), base.library.restricted)
    held = held_back(base.late, early, base.early_law)
    verdict = {
        "statistic": fit.statistic,
        "freedom": fit.freedom,
        "p_value": fit.p_value,
        "held_back": held.statistic,
        "held_back_p_value": held.p_value,
        "rejected": min(fit.p_value, held.p_value) < LEVEL,
    }
    weight = _weight(base, framed)
    chosen, breaking = _law(base.whole, framed, base.library.restricted, weight)
    units: list[dict[int, sp.Rational]] = [{i: sp.S.One} for i in breaking]
    vectors = (*(framed.vectors[k] for k in chosen), *units)
    both = Restriction(framed.fixed, vectors)
    library = library_from(base.candidates, _unframed(both, base.frame))
    document = answer_of(library, narrowed(base.measurement, both, free=False), pieces, engine=engine, seed=seed)
    terms = [str(sp.Matrix(base.library.terms[i]).T.tolist()[0]) for i in breaking]
    return {
        **document,
        "gaps": gaps,
        "relaxed": {**verdict, "weight": weight if np.isfinite(weight) else None, "breaking": terms, "note": ""},
    }


def _unframed(restriction: Restriction, frame: Restriction) -> Restriction:
    """A restriction of the frame's vectors as one of the candidates."""

    def whole(vector: dict[int, sp.Rational]) -> dict[int, sp.Rational]:
        total: dict[int, sp.Rational] = {}
        for n, c in vector.items():
            for i, k in frame.vectors[n].items():
                total[i] = cast("sp.Rational", total.get(i, sp.S.Zero) + c * k)
        return total

    return Restriction(
        whole(restriction.fixed), tuple(whole(v) for v in restriction.basis), tuple(whole(v) for v in restriction.further)
    )


def _law(scores: Arena, framed: Restriction, candidates: int, weight: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(symmetric terms, breaking candidates): greedily, each breaking term for at least weight·κ of the misfit."""
    narrow = restricted(scores, framed, free=False)
    chosen, _ = sparse_law(narrow, candidates)
    breaking: list[int] = []
    whole = scores.x * scores.scales
    current = narrow.x[:, list(chosen)]
    while np.isfinite(weight) and len(breaking) < MOST:
        basis = np.linalg.qr(current)[0] if current.shape[1] else np.zeros((len(scores.y), 0))
        rest = narrow.y - basis @ (basis.T @ narrow.y)
        free = whole - basis @ (basis.T @ whole)
        norms = np.einsum("ij,ij->j", free, free)
        usable = norms > 1e-8 * np.einsum("ij,ij->j", whole, whole)
        gain = np.where(usable, (free.T @ rest) ** 2 / np.where(usable, norms, 1.0), 0.0)
        gain[breaking] = 0.0
        freedom = max(1, len(scores.y) - current.shape[1] - 1)
        best = int(np.argmax(gain))
        dispersion = max(1.0, (float(rest @ rest) - gain[best]) / freedom)
        if gain[best] / dispersion < weight * penalty(candidates):
            break
        breaking.append(best)
        current = np.column_stack([current, whole[:, best]])
    return chosen, tuple(breaking)


def _coefficients(narrow: Restricted, scores: Arena, chosen: tuple[int, ...], breaking: tuple[int, ...]) -> Array:
    columns = np.column_stack([narrow.x[:, list(chosen)], (scores.x * scores.scales)[:, list(breaking)]])
    if not columns.shape[1]:
        return narrow.shift
    values, _ = misfit(columns, narrow.y, range(columns.shape[1]))
    law = narrow.shift + narrow.back[:, list(chosen)] @ values[: len(chosen)]
    law[list(breaking)] += values[len(chosen) :]
    return law


def _weight(base: Base, framed: Restriction) -> float:
    """The weight of breaking terms that predicts held-back data best, the largest within one standard deviation."""
    narrow, late = restricted(base.early, framed, free=False), base.late
    losses = []
    for weight in WEIGHTS:
        chosen, breaking = _law(base.early, framed, base.library.restricted, weight)
        law = _coefficients(narrow, base.early, chosen, breaking)
        rest = late.y - late.x @ (law * late.scales)
        losses.append(float(rest @ rest) / late.dispersion)
    least = min(losses)
    margin = np.sqrt(2 * max(1, len(late.y)))
    return max(w for w, loss in zip(WEIGHTS, losses, strict=True) if loss <= least + margin)
