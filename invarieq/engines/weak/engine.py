"""Sparse regression in the weak form: the engine `sparse`, and the same with an optimizer of others.

Library → moments → path of models → choice; trajectories have the last word on an ODE's law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from invarieq.budget import Meter
from invarieq.data.records import Records, Segment, cost_of_gaps
from invarieq.engines.found import Found, Refused
from invarieq.engines.trajectories.refine import Refinement, refine
from invarieq.engines.weak.bounds import at_their_bounds
from invarieq.engines.weak.exponents import refine_exponents
from invarieq.engines.weak.path import Optimizer
from invarieq.engines.weak.select import Fit, Selection
from invarieq.engines.weak.sparse import Measurement, explains, how_sure, is_contradicted, measure, right_sides, solve
from invarieq.engines.weak.stability import Stability
from invarieq.errors import NoInvariants, OutOfBudget
from invarieq.law import Coefficient, Law, count_terms
from invarieq.progress import Progress
from invarieq.space import Library
from invarieq.space.searchspace import SearchSpace

SINGULAR = 1e-9  # below which a covariance is no longer taken for positive semidefinite
MOST = 0.8  # of the time that is left for the trajectories
SHOWN = 3  # further terms up to which the path's laws are listed


@dataclass(frozen=True, slots=True)
class Regression:
    """Sparse regression with one optimizer of the path."""

    name: str
    optimizer: Optimizer
    honours: ClassVar[frozenset[str]] = frozenset({"known", "bounds"})

    def search(self, space: SearchSpace, records: Records, *, seed: int, progress: Progress, budget: Meter) -> Found | Refused:
        """The laws of the space's library that the weak form of the records supports."""
        try:
            library = space.library()
        except NoInvariants as error:
            return Refused(str(error))
        progress.advance(0.1)
        measurement = measure(library, records.segments, seed=seed, budget=budget)
        progress.advance(0.4)
        try:
            return self.solve(library, measurement, records, seed=seed, progress=progress, budget=budget)
        except NoInvariants as error:
            return Refused(str(error))

    def solve(
        self, library: Library, measurement: Measurement, records: Records, *, seed: int, progress: Progress, budget: Meter
    ) -> Found:
        """The laws that a library measured on the records gives."""
        pieces = records.segments
        budget.evaluate()
        selection, undetermined = solve(library, measurement, self.optimizer)
        progress.advance(0.6)
        refined, cut = _refined(library, measurement, selection, pieces, seed=seed, budget=budget)
        selection = refined.selection if refined else selection
        progress.advance(0.9)
        exponents = refine_exponents(library, selection.chosen, pieces, seed=seed)
        sure = refined.stability if refined else how_sure(library, measurement, selection, seed=seed)
        found = found_of(library, selection, records, measurement=measurement, undetermined=undetermined, sure=sure)
        if refined:
            found = replace(found, explains=not is_contradicted(selection.chosen), trajectories=refined.summary)
        return replace(found, exponents=exponents, cut=cut)


def _refined(
    library: Library, measurement: Measurement, selection: Selection, pieces: Sequence[Segment], *, seed: int, budget: Meter
) -> tuple[Refinement | None, str]:
    """(what the trajectories make of the law, why they were not asked): most of the time that is left may go into them."""
    try:
        budget.evaluate()
        return budget.bounded(lambda: refine(library, measurement, selection, pieces, seed=seed), share=MOST), ""
    except OutOfBudget as error:
        return None, f"{error} before the trajectories could choose the law"


def found_of(
    library: Library,
    selection: Selection,
    records: Records,
    *,
    measurement: Measurement,
    undetermined: int,
    sure: Stability | None = None,
) -> Found:
    """A selection of laws as an answer: the chosen law and those of up to `SHOWN` terms more."""
    chosen = selection.chosen
    listed = [f for f in selection.path if len(f.support) <= len(chosen.support) + SHOWN]
    return Found(
        laws=tuple(law_of(library, fit, sure if fit.support == chosen.support else None) for fit in listed),
        chosen=[f.support for f in listed].index(chosen.support),
        explains=explains(chosen),
        noise_left=tuple(fit.noise_residual for fit in listed),
        noise=records.noise,
        restricted=library.restricted,
        unrestricted=library.unrestricted,
        undetermined=undetermined,
        vanishing=tuple(library.vanishing),
        unmoved=tuple(sorted({s.name for k in chosen.support for s in library.unmoved(k)})),
        remarks=(*library.notes, *at_their_bounds(library, selection)),
        gaps=cost_of_gaps(records, [p.tests for p in measurement.parts]),
    )


def law_of(library: Library, fit: Fit, sure: Stability | None = None) -> Law:
    """A fitted model as a law; with what resampling says of its coefficients."""
    sides, symbols = right_sides(library, fit)
    names = [library.names[k] for k in fit.support] if library.names else ["" for _ in fit.support]
    shares = sure.inclusion if sure else (None,) * len(symbols)
    intervals = sure.intervals if sure else (None,) * len(symbols)
    coefficients = tuple(
        Coefficient(s, float(v), float(e), term, share, interval)
        for s, v, e, term, share, interval in zip(symbols, fit.coefficients, fit.errors, names, shares, intervals, strict=True)
    )
    return Law(
        library.space,
        tuple(library.leading),
        sides,
        coefficients,
        fit.residual,
        count_terms(sides),
        covariance=_covariance(fit),
    )


def _covariance(fit: Fit) -> tuple[tuple[float, ...], ...] | None:
    """The covariance of a fit as a law keeps it: symmetric to the last bit; None where it is not known or not positive."""
    if fit.covariance is None or not len(fit.errors) or not np.all(fit.errors > 0) or not np.all(np.isfinite(fit.covariance)):
        return None
    shares = fit.covariance / np.outer(fit.errors, fit.errors)
    shares = (shares + shares.T) / 2
    if float(np.linalg.eigvalsh(shares)[0]) < -SINGULAR:
        return None
    return tuple(tuple(float(v) for v in row) for row in shares * np.outer(fit.errors, fit.errors))
