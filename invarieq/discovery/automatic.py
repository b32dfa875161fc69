"""`--symmetry auto`: which generators do the data support? Found, tested, kept, and used for the search.

Translations first (do the law's coefficients drift?), then named generators, scalings of unknown weights and the polynomial
vector fields that leave the measured law invariant within its uncertainty. Each is tested against the unrestricted candidates
on all data and on held-back data; those that pass are taken together as long as they pass together. Nothing here
knows a declared law or a declared symmetry.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from invarieq.data import Dataset
from invarieq.data.records import Segment, gap_report, segments
from invarieq.discovery.arenas import LONGEST, Base, Trial, base_of, drift, trial
from invarieq.discovery.brackets import closed_under_brackets
from invarieq.discovery.reflections import test_reflections
from invarieq.discovery.search import SUSPICIOUS, answer_of
from invarieq.engines.weak.compare import Verdict, narrowed
from invarieq.engines.weak.sparse import right_sides
from invarieq.errors import NoInvariants, Undecided
from invarieq.expressions import read_expression, write_expression
from invarieq.jets import JetSpace, VectorField
from invarieq.law.rounding import simplest_number
from invarieq.space.library import freed, library_from
from invarieq.symmetry import rotation
from invarieq.symmetry.affine import annihilators, determining_matrix, polynomial_fields
from invarieq.symmetry.catalogue import Candidate, catalogue, scalings_of
from invarieq.system import System

DECIDED = 0.25  # share of the forbidden directions that the data must determine
LEVEL = 1e-3  # chance below which a symmetry is rejected


@dataclass
class _Question:
    """The state of one search for symmetry: what was asked, what is kept."""

    base: Base
    rows: list[dict[str, Any]]
    kept: list[Candidate]
    joint: Trial | None = None

    @property
    def free(self) -> bool:
        return any(c.free for c in self.kept)


def search_automatically(system: System, dataset: Dataset, *, time_order: int, engine: str, seed: int) -> dict[str, Any]:
    """As `search`, in the symmetry that the data support; the document also holds `automatic`: what was tested and kept,
    the algebra of it, and which reflections the data support.
    """
    space = system.space
    pieces = segments(dataset, space)
    question = _translations(system, pieces, time_order, seed)
    base = question.base
    for candidate in (*catalogue(space), *_learned(question)):
        _ask(question, candidate)
    document, used = _answer(question, pieces, engine=engine, seed=seed)
    if used:
        rate = _rate(question, document)
        kept = [_with_rate(c, space, rate) for c in question.kept]
    else:
        kept = []
        for row in question.rows:
            row["kept"] = row["kept"] and any(row["generator"] == g.label for g in base.held)
    brackets, algebra = closed_under_brackets(base, [*base.held, *kept], lambda found: _against(found, free=False))
    for field, seen, why in brackets:
        row = _row(Candidate(field, "bracket"), seen and seen.fit, seen and seen.held, seen.terms if seen else 0, note=why)
        question.rows.append({**row, "kept": not why})
    generators = [*base.held, *kept, *(field for field, _, why in brackets if not why)]
    document["automatic"] = {
        "tested": question.rows,
        "kept": [generator_record(g) for g in generators],
        "restricted": bool(used),
        "algebra": algebra,
        "reflections": test_reflections(base),
    }
    document["gaps"] = gap_report(dataset, pieces, [p.tests for p in base.measurement.parts])
    return document


def _translations(system: System, pieces: Sequence[Segment], time_order: int, seed: int) -> _Question:
    """The base without the coordinates in whose direction the law does not drift, and a row for each."""
    coordinates = system.space.coordinates
    base = base_of(system, pieces, time_order, coordinates, seed=seed)
    verdicts = drift(base, pieces, seed=seed)
    rows = [_row(Candidate(g, "translation"), v, None, 0) for g, (_, v) in zip(base.held, verdicts, strict=True)]
    moving = [z for z, v in verdicts if v.p_value < LEVEL]
    if moving:
        wider = base_of(system, pieces, time_order, [z for z in coordinates if z not in moving], seed=seed)
        if wider.explained or (not base.explained and wider.fit.residual < base.fit.residual):
            for row, z in zip(rows, coordinates, strict=True):
                row["kept"] = z not in moving
            return _Question(wider, rows, [])
        for row in rows:
            row["note"] = row["note"] or "kept for want of a better law"
    for row in rows:
        row["kept"] = True
    return _radial(system, pieces, time_order, _Question(base, rows, []), seed)


def _radial(system: System, pieces: Sequence[Segment], time_order: int, question: _Question, seed: int) -> _Question:
    """Trajectories whose law is long: is a law in the radius shorter? Its candidates exist only with the rotation of all fields."""
    fields, base = [f.symbol for f in system.space.fields], question.base
    if len(system.space.coordinates) > 1 or len(fields) < 2 or time_order < 2:
        return question
    if base.explained and len(base.fit.support) <= SUSPICIOUS * len(fields):
        return question
    rotations = [rotation(a, b) for a, b in itertools.combinations(fields, 2)]
    translated = [g.components[0][0] for g in base.held]
    other = base_of(system, pieces, time_order, translated, seed=seed, rotations=rotations)
    shorter = other.explained and (not base.explained or len(other.fit.support) < len(base.fit.support))
    note = (
        f"a law in the radius of {len(other.fit.support)} terms leaves {100 * other.fit.residual:.2g} %, one of polynomials without the "
        f"rotation, {len(base.fit.support)} terms, {100 * base.fit.residual:.2g} %"
    )
    rows = [_row(Candidate(g, "rotation"), None, None, other.library.restricted, note=note) for g in rotations]
    for row in rows:
        row["kept"] = shorter
    return _Question(other if shorter else base, [*question.rows, *rows], [])


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
    base = question.base
    try:
        alone = trial(base, [candidate.field], free=candidate.free)
    except (NoInvariants, Undecided) as error:
        question.rows.append(
            _row(
                candidate,
                None,
                None,
                0,
                note="no law of these candidates admits it" if isinstance(error, NoInvariants) else str(error),
            )
        )
        return
    row = _row(candidate, alone.fit, alone.held, alone.terms)
    row["rate"] = alone.rate
    question.rows.append(row)
    if why := _against(alone, candidate.free):
        row["note"] = why
        return
    fields = [*(c.field for c in question.kept), candidate.field]
    try:
        joint = trial(base, fields, free=candidate.free or question.free)
    except (NoInvariants, Undecided):
        row["note"] = "supported alone, but no law admits it together with those kept before"
        return
    if why := _against(joint, candidate.free or question.free):
        row["note"] = f"supported alone; together with those kept before: {why}"
        return
    row["kept"] = True
    question.kept.append(candidate)
    question.joint = joint


def _against(found: Trial, free: bool) -> str:
    """Why a trial speaks against its generators; empty if it does not."""
    if found.fit.freedom <= DECIDED * found.removed:
        return "not decided: it takes nothing away that these data determine"
    if found.fit.p_value < LEVEL:
        return "rejected by the data"
    if found.held.p_value < LEVEL:
        return "rejected by held-back data"
    return "its rate is 0" if free and not found.rate else ""


def _row(candidate: Candidate, fit: Verdict | None, held: Verdict | None, terms: int, *, note: str = "") -> dict[str, Any]:
    return {
        **generator_record(candidate.field),
        "kind": candidate.kind,
        "statistic": fit.statistic if fit else None,
        "freedom": fit.freedom if fit else None,
        "p_value": fit.p_value if fit else None,
        "held_back": held.statistic if held else None,
        "held_back_p_value": held.p_value if held else None,
        "terms": terms,
        "rate": None,
        "kept": False,
        "note": note,
    }


def _answer(question: _Question, pieces: Sequence[Segment], *, engine: str, seed: int) -> tuple[dict[str, Any], bool]:
    """The search in the supported symmetry, or without one where none is supported or its law explains less."""
    base, joint, free = question.base, question.joint, question.free
    if joint is not None:
        library = library_from(base.candidates, joint.restriction)
        library = freed(library) if free else library
        document = answer_of(library, narrowed(base.measurement, joint.framed, free=free), pieces, engine=engine, seed=seed)
        if document["explains"] or not base.explained:
            return {**document, "freed": free}, True
    document = answer_of(base.library, base.measurement, pieces, engine=engine, seed=seed)
    return {**document, "freed": False}, False


def _rate(question: _Question, document: dict[str, Any]) -> sp.Expr:
    """The fitted rate of the free boosts, rounded within its error: the coefficient of the term that the boost forces."""
    if not question.free or question.joint is None:
        return sp.S.One
    model = document["models"][document["chosen"]]
    rate = question.joint.rate or 1.0
    value, error = min(zip(model["values"], model["errors"], strict=True), key=lambda p: abs(p[0] - rate))
    return simplest_number(value, error)


def _with_rate(candidate: Candidate, space: JetSpace, rate: sp.Expr) -> VectorField:
    """rate·t ∂_x + ∂_u for a Galilean boost, t ∂_x + x/rate ∂_t for a Lorentz boost."""
    if not candidate.free:
        return candidate.field
    time, field = space.coordinates[0], candidate.field
    if candidate.kind == "Lorentz boost":
        return VectorField({s: e / rate if s == time else e for s, e in field.components}, name=field.name)
    return VectorField({s: e * rate if s in space.coordinates else e for s, e in field.components}, name=field.name)


def generator_record(field: VectorField) -> dict[str, Any]:
    """A generator as a document."""
    return {"generator": field.label, "components": {s.name: write_expression(e) for s, e in field.components}}


def generators_of(space: JetSpace, records: Sequence[dict[str, Any]]) -> tuple[VectorField, ...]:
    """Generators from their documents."""
    names = space.names
    return tuple(
        VectorField({space.name(s): read_expression(e, names) for s, e in r["components"].items()}, name=r["generator"])
        for r in records
    )
