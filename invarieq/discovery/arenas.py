"""One measurement without any symmetry but the translations, on which every candidate generator is then tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.discovery.search import sizes
from invarieq.engines.weak.compare import (
    Arena,
    Restricted,
    Verdict,
    arena,
    held_back,
    likelihood_ratio,
    restricted,
    sparse_law,
    split,
    spread,
)
from invarieq.engines.weak.path import swift_path
from invarieq.engines.weak.problem import build_problem
from invarieq.engines.weak.select import Fit, select
from invarieq.engines.weak.sparse import Measurement, explains, measure
from invarieq.jets import VectorField
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
    """The candidates measured, their sparse law, and the arenas: of all data, of the early and of the held-back part.

    `held` are the generators taken for granted (translations, and a rotation where the radius is a candidate); `frame` is what they
    leave of `candidates`, and the columns of every arena.
    """

    held: tuple[VectorField, ...]
    candidates: Ambient
    frame: Restriction
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


def base_of(
    system: System,
    pieces: Sequence[Segment],
    time_order: int,
    translated: Sequence[sp.Symbol],
    *,
    seed: int,
    rotations: Sequence[VectorField] = (),
) -> Base:
    """Measure the candidates that are free of the `translated` coordinates; with `rotations` of fields those that admit them."""
    held = (*(translation(c) for c in translated), *rotations)
    candidates = candidates_of(system.space, held, **sizes(system, time_order))
    frame = restrict(
        candidates, held if rotations else ()
    )  # constraints are left aside: what depends on them the data leave open
    library = library_from(candidates, frame)
    measurement = measure(library, pieces, seed=seed)
    problem = build_problem(library, measurement.parts, measurement.effects)
    rounds = ROUNDS if library.restricted > EVERYTHING else 5
    fit = select(problem, swift_path, rounds=rounds).chosen
    first, second = split(library, measurement)
    whole = arena(problem, fit.support, fit.coefficients)
    early, late = (arena(p, fit.support, fit.coefficients, trusted=whole.trusted) for p in (first, second))
    _, law = sparse_law(identity(early), library.restricted)
    return Base(held, candidates, frame, library, measurement, fit, whole, early, late, law)


def identity(scores: Arena) -> Restricted:
    """No restriction at all."""
    size = scores.x.shape[1]
    return restricted(scores, Restriction({}, tuple({i: sp.S.One} for i in range(size))), free=False)


@dataclass(frozen=True)
class Trial:
    """What the data say about generators taken together: on all data, on held-back data; `rate` of a free boost, if any.

    `restriction` counts candidates, `framed` the columns of the arenas; `removed` of these are forbidden.
    """

    restriction: Restriction
    framed: Restriction
    removed: int
    fit: Verdict
    held: Verdict
    terms: int
    rate: float | None


def trial(base: Base, generators: Sequence[VectorField], *, free: bool) -> Trial:
    """Test generators together; raises `NoInvariants` where no law of these candidates admits them, `Undecided` likewise."""
    restriction = restrict(base.candidates, (*base.held, *generators))
    framed = reframed(restriction, base.frame)
    narrow = restricted(base.whole, framed, free=free)
    verdict = likelihood_ratio(base.whole, narrow)
    support, law = sparse_law(narrow, base.library.restricted)
    first = restricted(base.early, framed, free=free)
    kept, early = sparse_law(first, base.library.restricted)
    rate = None
    if free:
        entry = next(iter(framed.fixed), None)
        present = entry is not None and 0 in support
        rate = float(law[entry]) / float(framed.fixed[entry]) if present and entry is not None else 0.0
    held = held_back(base.late, early, base.early_law, spread(first, kept, base.early))
    left = len(framed.basis) + int(free and bool(framed.fixed))
    return Trial(restriction, framed, base.library.restricted - left, verdict, held, left, rate)


def reframed(restriction: Restriction, frame: Restriction) -> Restriction:
    """A restriction of the candidates as one of the frame's vectors, of which its own are combinations."""
    count = len(restriction.basis)
    if all(len(v) == 1 for v in frame.basis):
        place = {next(iter(v)): n for n, v in enumerate(frame.vectors)}
        single = [{place[i]: c for i, c in v.items()} for v in (restriction.fixed, *restriction.vectors)]
        return Restriction(single[0], tuple(single[1 : count + 1]), tuple(single[count + 1 :]))
    used = sorted({i for v in frame.vectors for i in v})
    row = {i: n for n, i in enumerate(used)}

    def column(vector: dict[int, sp.Rational]) -> Array:
        result = np.zeros(len(used))
        for i, c in vector.items():
            result[row[i]] = float(c)
        return result

    whole = np.stack([column(v) for v in frame.basis], axis=1)
    solved = [np.linalg.lstsq(whole, column(v), rcond=None)[0] for v in (restriction.fixed, *restriction.vectors)]
    exact: list[dict[int, sp.Rational]] = []
    for v in solved:
        read = {i: sp.nsimplify(c, rational=True, tolerance=1e-9) for i, c in enumerate(v) if abs(c) > 1e-9}
        exact.append(cast("dict[int, sp.Rational]", read))
    return Restriction(exact[0], tuple(exact[1 : count + 1]), tuple(exact[count + 1 :]))


def drift(base: Base, pieces: Sequence[Segment], *, seed: int) -> tuple[tuple[sp.Symbol, Verdict], ...]:
    """For each translated coordinate z: do the law's coefficients change along z? Its terms times z, and z alone, are added."""
    count = len(base.candidates.monomials)
    places = [g.components[0][0] for g in base.held if len(g.components) == 1]
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
    extra = [a * size + first + j for a in range(len(base.candidates.leading)) for j in range(len(owners))]
    library = library_from(grown, Restriction({}, tuple({i: sp.S.One} for i in (*own, *extra))))
    measured = measure(library, pieces, seed=seed)
    problem = build_problem(library, measured.parts, measured.effects)
    scores = arena(problem, range(len(own)), base.fit.coefficients, trusted=base.whole.trusted)
    law = restricted(scores, Restriction({}, tuple({i: sp.S.One} for i in range(len(own)))), free=False)
    answers = []
    for number, z in enumerate(places):
        added = [len(own) + j for j, i in enumerate(extra) if owners[i % size - first] == number]
        answers.append((z, likelihood_ratio(scores, law, scores.x[:, [*range(len(own)), *added]])))
    return tuple(answers)
