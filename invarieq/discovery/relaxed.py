"""`--symmetry relaxed`: the declared symmetry as an approximate one.

Terms that respect the symmetry and terms that break it are chosen together, each of the latter for w times the misfit that a symmetric
term has to save; the weight w is the largest whose law, fitted to the early data, predicts the held-back ones as well as the best
(within one standard deviation of the difference). A likelihood-ratio statistic says whether the data reject the symmetry.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.budget import Meter
from invarieq.data.records import Records
from invarieq.discovery.arenas import Base, base_of, reframed
from invarieq.discovery.automatic import regression_of
from invarieq.discovery.evidence import Relaxed, Searched
from invarieq.discovery.tester import LEVEL
from invarieq.engines.engine import Engine
from invarieq.engines.weak.compare import Arena, Restricted, held_back, likelihood_ratio, narrowed, restricted, sparse_law, spread
from invarieq.engines.weak.path import misfit
from invarieq.engines.weak.priced import cheapest
from invarieq.engines.weak.select import penalty
from invarieq.errors import NoInvariants
from invarieq.progress import Progress
from invarieq.space.library import library_from
from invarieq.space.restrict import Restriction, restrict
from invarieq.space.searchspace import SearchSpace
from invarieq.symmetry import translation

Array = NDArray[np.float64]
WEIGHTS = (1.0, 2.0, 4.0, 8.0, 16.0, float("inf"))


def search_relaxed(
    space: SearchSpace, records: Records, *, engine: Engine, seed: int, progress: Progress, budget: Meter
) -> Searched:
    """The law with terms that break the declared symmetry where the data ask for them, and whether the data reject it."""
    system, solver = space.system, regression_of(engine)
    translations = [c for c in space.jets.coordinates if translation(c).components in [g.components for g in system.symmetry]]
    base = base_of(space, records.segments, translations, seed=seed)
    try:
        framed = reframed(restrict(base.candidates, (*system.symmetry, *system.discrete)), base.frame)
    except NoInvariants as error:
        found = solver.solve(base.library, base.measurement, records, seed=seed, progress=progress, budget=budget)
        return Searched(found=found, relaxed=Relaxed(rejected=True, note=str(error)))
    fit = likelihood_ratio(base.whole, restricted(base.whole, framed, free=False))
    first = restricted(base.early, framed, free=False)
    kept, early = sparse_law(first, base.library.restricted)
    held = held_back(base.late, early, base.early_law, spread(first, kept, base.early))
    weight = _weight(base, framed)
    chosen, breaking = _law(base.whole, framed, base, weight)
    units: list[dict[int, sp.Rational]] = [{i: sp.S.One} for i in breaking]
    both = Restriction(framed.fixed, (*(framed.vectors[k] for k in chosen), *units))
    library = library_from(base.candidates, _unframed(both, base.frame))
    part = narrowed(base.measurement, both, free=False)
    found = solver.solve(library, part, records, seed=seed, progress=progress, budget=budget)
    verdict = Relaxed(
        statistic=float(fit.statistic),
        freedom=fit.freedom,
        p_value=fit.p_value,
        held_back=float(held.statistic),
        held_back_p_value=held.p_value,
        rejected=min(fit.p_value, held.p_value) < LEVEL,
        weight=weight if np.isfinite(weight) else None,
        breaking=tuple(str(sp.Matrix(base.library.terms[i]).T.tolist()[0]) for i in breaking),
    )
    return Searched(found=found, relaxed=verdict)


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
