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
from fractions import Fraction

import sympy as sp

from invarieq.budget import Meter
from invarieq.data.records import Records, Segment
from invarieq.discovery.arenas import LONGEST, Base, Trial, base_of, drift, trial
from invarieq.discovery.brackets import closed_under_brackets
from invarieq.discovery.evidence import Automatic, Searched, Tested, generator_record
from invarieq.discovery.orders import SUSPICIOUS
from invarieq.discovery.reflections import ask_reflections
from invarieq.engines.engine import Engine
from invarieq.engines.found import Found
from invarieq.engines.weak.compare import Chance, narrowed
from invarieq.engines.weak.engine import Regression
from invarieq.engines.weak.sparse import right_sides
from invarieq.errors import DeclarationError, NoInvariants, Undecided
from invarieq.jets import JetSpace, VectorField
from invarieq.law.rounding import simplest_number
from invarieq.progress import Progress
from invarieq.space.library import freed, library_from
from invarieq.space.searchspace import SearchSpace
from invarieq.symmetry import rotation
from invarieq.symmetry.affine import annihilators, determining_matrix, polynomial_fields
from invarieq.symmetry.catalogue import Candidate, catalogue, scalings_of

DECIDED = 0.25  # share of the forbidden directions that the data must determine
LEVEL = 1e-3  # chance below which a symmetry is rejected


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
    space: SearchSpace, records: Records, *, engine: Engine, seed: int, progress: Progress, budget: Meter
) -> Searched:
    """The law in the symmetry that the data support, and what was tested and kept on the way.

    A declared symmetry must not help: the space has none.
    """
    question = _translations(space, records.segments, seed)
    base = question.base
    candidates = (*catalogue(space.jets), *_learned(question))
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
    brackets, algebra = closed_under_brackets(base, [*base.held, *kept], lambda seen: _against(seen, free=False))
    for field, seen, why in brackets:
        row = _row(Candidate(field, "bracket"), seen and seen.fit, seen and seen.held, seen.terms if seen else 0, note=why)
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
    rows = [_row(Candidate(g, "translation"), c, None, 0) for g, (_, c) in zip(base.held, chances, strict=True)]
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
    rows = [_row(Candidate(g, "rotation"), None, None, other.library.restricted, note=note) for g in rotations]
    rows = [replace(row, kept=shorter) for row in rows]
    return _Question(space, other if shorter else base, [*question.rows, *rows], [])


def _learned(question: _Question) -> list[Candidate]:
    """Scalings of the sparse law, then further fields out of the null space of its determining equations."""
    base = question.base
    library, fit = base.library, base.fit
    space = library.space
    if not base.explained or len(fit.support) > LONGEST:
        return []
    terms = [[library.terms[k][a] for k in fit.support if library.terms[k][a] != 0] for a in range(len(library.leading))]
    found = [Candidate(g, "scaling") for g in scalings_of(space, library.leading, terms)]
    if library.definitions:
        return found
    sides, symbols = right_sides(library, fit)
    equations = [symbol - side for symbol, side in zip(library.leading, sides, strict=True)]
    matrix = determining_matrix(space, equations, library.leading, symbols, polynomial_fields(space))
    fields = annihilators(matrix, fit.coefficients, fit.errors)
    known = [*base.held, *(c.field for c in found)]
    for c in catalogue(space):
        known += [VectorField({s: e}) for s, e in c.field.components] if c.free else [c.field]
    return found + [Candidate(g, "learned") for g in _independent(space, known, fields)]


def _independent(space: JetSpace, known: Sequence[VectorField], fields: Sequence[VectorField]) -> list[VectorField]:
    """The fields reduced by the known ones and by each other, without those that vanish."""
    units = polynomial_fields(space)
    place = {u.components[0]: n for n, u in enumerate(units)}
    rows: list[dict[int, Fraction]] = []

    def reduced(field: VectorField) -> dict[int, Fraction]:
        vector: dict[int, Fraction] = {}
        for s, e in field.components:
            for term in sp.Add.make_args(sp.expand(e)):
                c, m = term.as_coeff_Mul()
                assert isinstance(c, sp.Rational)
                n = place[s, m]
                vector[n] = vector.get(n, Fraction(0)) + Fraction(int(c.p), int(c.q))
        for row in rows:
            pivot = next(iter(row))
            if factor := vector.get(pivot, Fraction(0)):
                vector = {i: v for i in {*vector, *row} if (v := vector.get(i, Fraction(0)) - factor * row.get(i, Fraction(0)))}
        return dict(sorted(vector.items()))

    fresh = []
    for number, field in enumerate((*known, *fields)):
        vector = reduced(field)
        if vector:
            lead = next(iter(vector.values()))
            rows.append({i: v / lead for i, v in vector.items()})
            if number >= len(known):
                fresh.append(field)
    return fresh


def _ask(question: _Question, candidate: Candidate) -> None:
    """Test one generator alone, then together with those kept; a row either way."""
    known = (*question.base.held, *(c.field for c in question.kept))
    if any(candidate.field.components == g.components for g in known):
        return
    row, joint = _asked(question, candidate)
    question.rows.append(row)
    if row.kept:
        question.kept.append(candidate)
        question.joint = joint


def _asked(question: _Question, candidate: Candidate) -> tuple[Tested, Trial | None]:
    """(what the data say, the trial together with the generators kept before)."""
    base = question.base
    try:
        alone = trial(base, [candidate.field], free=candidate.free)
    except NoInvariants:
        return _row(candidate, None, None, 0, note="no law of these candidates admits it"), None
    except Undecided as error:
        return _row(candidate, None, None, 0, note=str(error)), None
    row = replace(_row(candidate, alone.fit, alone.held, alone.terms), rate=alone.rate)
    if why := _against(alone, candidate.free):
        return replace(row, note=why), None
    fields = [*(c.field for c in question.kept), candidate.field]
    free = candidate.free or question.free
    try:
        joint = trial(base, fields, free=free)
    except (NoInvariants, Undecided):
        return replace(row, note="supported alone, but no law admits it together with those kept before"), None
    if why := _against(joint, free):
        return replace(row, note=f"supported alone; together with those kept before: {why}"), None
    return replace(row, kept=True), joint


def _against(found: Trial, free: bool) -> str:
    """Why a trial speaks against its generators; empty if it does not."""
    if found.fit.freedom <= DECIDED * found.removed:
        return "not decided: it takes nothing away that these data determine"
    if found.fit.p_value < LEVEL:
        return "rejected by the data"
    if found.held.p_value < LEVEL:
        return "rejected by held-back data"
    return "its rate is 0" if free and not found.rate else ""


def _row(candidate: Candidate, fit: Chance | None, held: Chance | None, terms: int, *, note: str = "") -> Tested:
    told = generator_record(candidate.field)
    return Tested(
        generator=told.generator,
        components=told.components,
        kind=candidate.kind,
        statistic=float(fit.statistic) if fit else None,
        freedom=fit.freedom if fit else None,
        p_value=fit.p_value if fit else None,
        held_back=float(held.statistic) if held else None,
        held_back_p_value=held.p_value if held else None,
        terms=terms,
        note=note,
    )


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
