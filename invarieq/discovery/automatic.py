"""`--symmetry auto`: which generators do the data support? Found, tested, kept, and used for the search.

Translations first (do the law's coefficients drift?), then named generators, scalings of unknown weights and the polynomial
vector fields that leave the measured law invariant within its uncertainty. Each is tested against the unrestricted candidates
on all data and on held-back data; those that pass are taken together as long as they pass together. Nothing here
knows a declared law or a declared symmetry.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy as sp

from invarieq.budget import Meter
from invarieq.data.records import Records, Segment
from invarieq.discovery import sources
from invarieq.discovery.arenas import Base, Trial, base_of, drift
from invarieq.discovery.brackets import closed_under_brackets
from invarieq.discovery.evidence import Automatic, Searched, Tested, generator_record
from invarieq.discovery.orders import SUSPICIOUS
from invarieq.discovery.reflections import ask_reflections
from invarieq.discovery.sources import SymmetrySource
from invarieq.discovery.tester import LEVEL, against, ask, tested_row
from invarieq.engines.engine import Engine
from invarieq.engines.found import Found
from invarieq.engines.weak.compare import narrowed
from invarieq.engines.weak.engine import Regression
from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, VectorField
from invarieq.law.rounding import simplest_number
from invarieq.progress import Progress
from invarieq.space.library import freed, library_from
from invarieq.space.searchspace import SearchSpace
from invarieq.symmetry import rotation
from invarieq.symmetry.catalogue import Candidate


@dataclass
class _Question:
    """The state of one search for symmetry: what was asked, what is kept."""

    space: SearchSpace
    base: Base
    rows: list[Tested]
    kept: list[Candidate]
    joint: Trial | None = None

    @property
    def free(self) -> bool:
        return any(c.free for c in self.kept)


def search_automatically(
    space: SearchSpace,
    records: Records,
    *,
    engine: Engine,
    seed: int,
    progress: Progress,
    budget: Meter,
    source: SymmetrySource | None = None,
) -> Searched:
    """The law in the symmetry that the data support, and what was tested and kept on the way.

    A declared symmetry must not help: the space has none. `source` proposes the generators beyond translations (None: `Automatic`).
    """
    question = _translations(space, records.segments, seed)
    base = question.base
    candidates = (source or sources.Automatic()).propose(base)
    for number, candidate in enumerate(candidates):
        progress.advance(0.2 + 0.5 * number / len(candidates))
        budget.look()
        _ask(question, candidate)
    found, used = _answer(question, records, engine=engine, seed=seed, progress=progress, budget=budget)
    if used:
        rate = _rate(question, found)
        kept = [_with_rate(c, space.jets, rate) for c in question.kept]
    else:
        kept, held = [], {g.label for g in base.held}
        question.rows = [replace(r, kept=r.kept and r.generator in held) for r in question.rows]
    brackets, algebra = closed_under_brackets(base, [*base.held, *kept], lambda seen: against(seen, free=False))
    for field, seen, why in brackets:
        row = tested_row(Candidate(field, "bracket"), seen and seen.fit, seen and seen.held, seen.terms if seen else 0, note=why)
        question.rows.append(replace(row, kept=not why))
    generators = [*base.held, *kept, *(field for field, _, why in brackets if not why)]
    learnt = Automatic(
        tested=tuple(question.rows),
        kept=tuple(generator_record(g) for g in generators),
        restricted=used,
        algebra=algebra,
        reflections=tuple(ask_reflections(base)),
    )
    return Searched(found=found, freed=used and question.free, automatic=learnt)


def _translations(space: SearchSpace, pieces: Sequence[Segment], seed: int) -> _Question:
    """The base without the coordinates in whose direction the law does not drift, and a row for each."""
    coordinates = space.jets.coordinates
    base = base_of(space, pieces, coordinates, seed=seed)
    chances = drift(base, pieces, seed=seed)
    rows = [tested_row(Candidate(g, "translation"), c, None, 0) for g, (_, c) in zip(base.held, chances, strict=True)]
    moving = [z for z, c in chances if c.p_value < LEVEL]
    note = ""
    if moving:
        wider = base_of(space, pieces, [z for z in coordinates if z not in moving], seed=seed)
        if wider.explained or (not base.explained and wider.fit.residual < base.fit.residual):
            rows = [replace(row, kept=z not in moving) for row, z in zip(rows, coordinates, strict=True)]
            return _Question(space, wider, rows, [])
        note = "kept for want of a better law"
    rows = [replace(row, kept=True, note=row.note or note) for row in rows]
    return _radial(pieces, _Question(space, base, rows, []), seed)


def _radial(pieces: Sequence[Segment], question: _Question, seed: int) -> _Question:
    """Trajectories whose law is long: is a law in the radius shorter? Its candidates exist only with the rotation of all fields."""
    space, base = question.space, question.base
    fields = [f.symbol for f in space.jets.fields]
    if len(space.jets.coordinates) > 1 or len(fields) < 2 or space.time_order < 2:
        return question
    if base.explained and len(base.fit.support) <= SUSPICIOUS * len(fields):
        return question
    rotations = [rotation(a, b) for a, b in itertools.combinations(fields, 2)]
    translated = [g.components[0][0] for g in base.held]
    other = base_of(space, pieces, translated, seed=seed, rotations=rotations)
    shorter = other.explained and (not base.explained or len(other.fit.support) < len(base.fit.support))
    note = (
        f"a law in the radius of {len(other.fit.support)} terms leaves {100 * other.fit.residual:.2g} %, one of polynomials without the "
        f"rotation, {len(base.fit.support)} terms, {100 * base.fit.residual:.2g} %"
    )
    rows = [tested_row(Candidate(g, "rotation"), None, None, other.library.restricted, note=note) for g in rotations]
    rows = [replace(row, kept=shorter) for row in rows]
    return _Question(space, other if shorter else base, [*question.rows, *rows], [])


def _ask(question: _Question, candidate: Candidate) -> None:
    """Test one generator alone, then together with those kept; a row either way."""
    known = (*question.base.held, *(c.field for c in question.kept))
    if any(candidate.field.components == g.components for g in known):
        return
    row, joint = ask(question.base, question.kept, candidate)
    question.rows.append(row)
    if row.kept:
        question.kept.append(candidate)
        question.joint = joint


def _answer(
    question: _Question, records: Records, *, engine: Engine, seed: int, progress: Progress, budget: Meter
) -> tuple[Found, bool]:
    """The search in the supported symmetry, or without one where none is supported or its law explains less."""
    base, joint, free = question.base, question.joint, question.free
    solver = regression_of(engine)
    if joint is not None:
        library = library_from(base.candidates, joint.restriction)
        library = freed(library) if free else library
        part = narrowed(base.measurement, joint.framed, free=free)
        found = solver.solve(library, part, records, seed=seed, progress=progress, budget=budget)
        if found.explains or not base.explained:
            return found, True
    return solver.solve(base.library, base.measurement, records, seed=seed, progress=progress, budget=budget), False


def regression_of(engine: Engine) -> Regression:
    """The engine as a regression; raises `DeclarationError` for one that searches in its own way."""
    if not isinstance(engine, Regression):
        raise DeclarationError(
            f"engine {engine.name!r} searches in its own way, and a symmetry cannot be found beside it; take --engine sparse for this "
            "--symmetry, or declare the symmetry"
        )
    return engine


def _rate(question: _Question, found: Found) -> sp.Expr:
    """The fitted rate of the free boosts, rounded within its error: the coefficient of the term that the boost forces."""
    if not question.free or question.joint is None:
        return sp.S.One
    rate = question.joint.rate or 1.0
    nearest = min(found.law.coefficients, key=lambda c: abs(c.value - rate))
    return simplest_number(nearest.value, nearest.error)


def _with_rate(candidate: Candidate, space: JetSpace, rate: sp.Expr) -> VectorField:
    """rate·t ∂_x + ∂_u for a Galilean boost, t ∂_x + x/rate ∂_t for a Lorentz boost."""
    if not candidate.free:
        return candidate.field
    time, field = space.coordinates[0], candidate.field
    if candidate.kind == "Lorentz boost":
        return VectorField({s: e / rate if s == time else e for s, e in field.components}, name=field.name)
    return VectorField({s: e * rate if s in space.coordinates else e for s, e in field.components}, name=field.name)
