"""`--symmetry relaxed`: the declared symmetry as an approximate one.

Terms that respect the symmetry and terms that break it are chosen together, each of the latter for w times the misfit that a symmetric
term has to save; the weight w is the largest whose law, fitted to the early data, predicts the held-back ones as well as the best
(within one standard deviation of the difference). A likelihood-ratio statistic says whether the data reject the symmetry.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data import Dataset
from invarieq.data.records import gap_report, segments
from invarieq.discovery.arenas import Base, base_of, reframed
from invarieq.discovery.search import answer_of
from invarieq.engines.weak.compare import Arena, Restricted, held_back, likelihood_ratio, narrowed, restricted, sparse_law, spread
from invarieq.engines.weak.path import misfit
from invarieq.engines.weak.priced import cheapest
from invarieq.engines.weak.select import penalty
from invarieq.errors import NoInvariants
from invarieq.space.library import library_from
from invarieq.space.restrict import Restriction, restrict
from invarieq.symmetry import translation
from invarieq.system import System

Array = NDArray[np.float64]
WEIGHTS = (1.0, 2.0, 4.0, 8.0, 16.0, float("inf"))
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
    first = restricted(base.early, framed, free=False)
    kept, early = sparse_law(first, base.library.restricted)
    held = held_back(base.late, early, base.early_law, spread(first, kept, base.early))
    verdict = {
        "statistic": fit.statistic,
        "freedom": fit.freedom,
        "p_value": fit.p_value,
        "held_back": held.statistic,
        "held_back_p_value": held.p_value,
        "rejected": min(fit.p_value, held.p_value) < LEVEL,
    }
    weight = _weight(base, framed)
    chosen, breaking = _law(base.whole, framed, base, weight)
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


def _law(scores: Arena, framed: Restriction, base: Base, weight: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(symmetric terms, breaking candidates): a symmetric term costs κ, a breaking one weight·κ of the misfit.

    Sought from nothing, from the symmetric law and from the law without symmetry, so that neither a symmetry that is badly broken
    nor one that holds hides the law.
    """
    narrow, kappa = restricted(scores, framed, free=False), penalty(base.library.restricted)
    first, _ = sparse_law(narrow, base.library.restricted)
    if not np.isfinite(weight):
        return first, ()
    count = narrow.x.shape[1]
    x = np.column_stack([narrow.x, scores.x * scores.scales])
    prices = kappa * np.concatenate([np.ones(count), np.full(scores.x.shape[1], weight)])
    starts: list[tuple[int, ...]] = [(), first, tuple(count + k for k in base.fit.support)]
    support, _ = cheapest(x, narrow.y, prices, scores.dispersion, starts)
    return tuple(k for k in support if k < count), tuple(k - count for k in support if k >= count)


def _coefficients(narrow: Restricted, scores: Arena, chosen: tuple[int, ...], breaking: tuple[int, ...]) -> Array:
    columns = np.column_stack([narrow.x[:, list(chosen)], (scores.x * scores.scales)[:, list(breaking)]])
    if not columns.shape[1]:
        return narrow.shift
    values, _ = misfit(columns, narrow.y, range(columns.shape[1]))
    law = narrow.shift + narrow.back[:, list(chosen)] @ values[: len(chosen)]
    law[list(breaking)] += values[len(chosen) :]
    return law


def _weight(base: Base, framed: Restriction) -> float:
    """The largest weight of breaking terms whose law predicts held-back data as well as the best one does.

    Two laws that differ by d on the held-back scores differ in their misfit by d² ± 2 d if the better one is right: a weight is as good
    as the best while the difference is within that one standard deviation.
    """
    narrow, late = restricted(base.early, framed, free=False), base.late
    rests = []
    for weight in WEIGHTS:
        chosen, breaking = _law(base.early, framed, base, weight)
        law = _coefficients(narrow, base.early, chosen, breaking)
        rests.append((late.y - late.x @ (law * late.scales)) / np.sqrt(late.dispersion))
    losses = [float(r @ r) for r in rests]
    best = int(np.argmin(losses))
    margins = [2 * float(np.linalg.norm(r - rests[best])) for r in rests]
    return max(w for w, loss, margin in zip(WEIGHTS, losses, margins, strict=True) if loss <= losses[best] + margin)
