"""One measurement without any symmetry but the translations, on which every candidate generator is then tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.engines.compare import Arena, Restricted, Verdict, arena, held_back, likelihood_ratio, restricted, sparse_law, split
from invarieq.engines.moments import Segment
from invarieq.engines.path import swift_path
from invarieq.engines.problem import build_problem
from invarieq.engines.select import Fit, select
from invarieq.engines.sparse import Measurement, explains, measure
from invarieq.jets import VectorField
from invarieq.session.search import sizes
from invarieq.space.ambient import Ambient
from invarieq.space.library import Library, candidates_of, library_from
from invarieq.space.restrict import Restriction, restrict
from invarieq.symmetry import translation
from invarieq.system import System

Array = NDArray[np.float64]
ROUNDS = 2
EVERYTHING = 60  # candidates up to which the covariance is iterated to the end
LONGEST = 30  # terms of a law beyond which it is not asked for its own symmetries


@dataclass(frozen=True)
class Base:
    """The unrestricted candidates measured, their sparse law, and the arenas: of all data, of the early and of the held-back part."""

    translations: tuple[VectorField, ...]
    candidates: Ambient
    library: Library
    measurement: Measurement
    fit: Fit
    whole: Arena
    early: Arena
    late: Arena
    early_law: Array

    @property
    def explained(self) -> bool:
        """Whether the sparse law without further symmetry explains the data."""
        return explains(self.fit)


def base_of(system: System, pieces: Sequence[Segment], time_order: int, translated: Sequence[sp.Symbol], *, seed: int) -> Base:
    """Measure the candidates that are free of the `translated` coordinates."""
    translations = tuple(translation(c) for c in translated)
    candidates = candidates_of(system.space, translations, **sizes(system, time_order))
    library = library_from(candidates, restrict(candidates, ()))
    measurement = measure(library, pieces, seed=seed)
    problem = build_problem(library, measurement.parts, measurement.effects)
    rounds = ROUNDS if candidates.size > EVERYTHING else 5
    fit = select(problem, swift_path, rounds=rounds).chosen
    first, second = split(library, measurement)
    whole, early, late = (arena(p, fit.support, fit.coefficients) for p in (problem, first, second))
    _, law = sparse_law(identity(early), candidates.size)
    return Base(translations, candidates, library, measurement, fit, whole, early, late, law)


def identity(scores: Arena) -> Restricted:
    """No restriction at all."""
    size = scores.x.shape[1]
    return restricted(scores, Restriction({}, tuple({i: sp.S.One} for i in range(size))), free=False)


@dataclass(frozen=True)
class Trial:
    """What the data say about generators taken together: on all data, on held-back data; `rate` of a free boost, if any."""

    restriction: Restriction
    fit: Verdict
    held: Verdict
    terms: int
    rate: float | None


def trial(base: Base, generators: Sequence[VectorField], *, free: bool) -> Trial:
    """Test generators together; raises `NoInvariants` where no law of these candidates admits them, `Undecided` likewise."""
    restriction = restrict(base.candidates, (*base.translations, *generators))
    narrow = restricted(base.whole, restriction, free=free)
    verdict = likelihood_ratio(base.whole, narrow)
    support, law = sparse_law(narrow, base.candidates.size)
    _, early = sparse_law(restricted(base.early, restriction, free=free), base.candidates.size)
    rate = None
    if free:
        entry = next(iter(restriction.fixed), None)
        present = entry is not None and 0 in support
        rate = float(law[entry]) / float(restriction.fixed[entry]) if present and entry is not None else 0.0
    return Trial(restriction, verdict, held_back(base.late, early, base.early_law), narrow.x.shape[1], rate)


def drift(base: Base, pieces: Sequence[Segment], *, seed: int) -> tuple[tuple[sp.Symbol, Verdict], ...]:
    """For each translated coordinate z: do the law's coefficients change along z? Its terms times z, and z alone, are added."""
    space, count = base.library.space, len(base.candidates.monomials)
    places = [g.components[0][0] for g in base.translations]
    used = sorted({k % count for k in base.fit.support})
    constant = tuple(0 for _ in base.candidates.variables)
    monomials = [(*(0 for _ in places), *base.candidates.monomials[k]) for k in used]
    first = len(monomials)
    owners: list[int] = []
    for number in range(len(places)):
        unit = tuple(int(i == number) for i in range(len(places)))
        for m in sorted({constant, *(base.candidates.monomials[k] for k in used)}):
            monomials.append((*unit, *m))
            owners.append(number)
    grown = replace(base.candidates, variables=(*places, *base.candidates.variables), monomials=tuple(monomials))
    size = len(monomials)
    own = [(k // count) * size + used.index(k % count) for k in base.fit.support]
    extra = [a * size + first + j for a in range(len(space.fields)) for j in range(len(owners))]
    library = library_from(grown, Restriction({}, tuple({i: sp.S.One} for i in (*own, *extra))))
    measured = measure(library, pieces, seed=seed)
    problem = build_problem(library, measured.parts, measured.effects)
    scores = arena(problem, range(len(own)), base.fit.coefficients)
    law = restricted(scores, Restriction({}, tuple({i: sp.S.One} for i in range(len(own)))), free=False)
    answers = []
    for number, z in enumerate(places):
        added = [len(own) + j for j, i in enumerate(extra) if owners[i % size - first] == number]
        answers.append((z, likelihood_ratio(scores, law, scores.x[:, [*range(len(own)), *added]])))
    return tuple(answers)
