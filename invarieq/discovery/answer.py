"""The answer of a discovery: laws with certificates and verdicts, the best first, and what was learnt on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from invarieq.discovery.constraints import ConstraintRecord
from invarieq.discovery.evidence import Automatic, Regularized, Relaxed, Searched, generators_of
from invarieq.discovery.finding import Finding
from invarieq.discovery.notes import notes_of
from invarieq.discovery.orders import preferred
from invarieq.discovery.verdict import verdict_of
from invarieq.discovery.work import Work
from invarieq.documents import Json, from_document, to_document
from invarieq.engines.found import Found, Relations, Trajectories
from invarieq.errors import NoInvariants, NotASymmetry, OutOfBudget, ReadError
from invarieq.expressions import read_expression
from invarieq.forecast.comparison import Comparison
from invarieq.jets import VectorField
from invarieq.law import Law, Truth, certify, judge, judge_relations
from invarieq.symmetry.discrete import Discrete
from invarieq.system import System


@dataclass(frozen=True, slots=True)
class Candidates:
    """How many candidates there are with the symmetry, and without."""

    restricted: int
    unrestricted: int


@dataclass(frozen=True, slots=True)
class NamedExponent:
    """The power of the distance with which the term of a coefficient goes."""

    coefficient: str
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class TruthRecord:
    """How the best law compares with the declared one (see `invarieq.law.Truth`; None: no number)."""

    recovered: bool
    coefficient_error: float | None
    largest_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Laws from best to others, and what was learnt on the way; `cut` says where a budget ended the work ("": nowhere).

    `symmetry` lists the generators of the search, `noise` the standard deviation of the noise in each field, `data` the source, `taken` what was
    taken for coordinates and fields of data without a system.
    """

    system: str
    laws: tuple[Finding, ...]
    search_space: Candidates
    symmetry: tuple[str, ...]
    noise: Mapping[str, float]
    exponents: tuple[NamedExponent, ...] = ()
    truth: TruthRecord | None = None
    automatic: Automatic | None = None
    relaxed: Relaxed | None = None
    regularized: Regularized | None = None
    invariants: Relations | None = None
    trajectories: Trajectories | None = None
    constraints: tuple[ConstraintRecord, ...] = ()
    prediction: Comparison | None = None
    data: str = ""
    taken: str = ""
    cut: str = ""

    def to_json(self) -> Json:
        """The JSON of the command `discover`; parts that there are not are left out."""
        laws = [finding.to_json() for finding in self.laws]
        document: Json = {"system": self.system, "laws": laws, "best": laws[0]}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in document or (field.name in _OPTIONAL and not value):
                continue
            document[field.name] = to_document(value)
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Answer:
        """The answer that `to_json` wrote; raises `ReadError` for anything else."""
        kinds = get_type_hints(cls)
        try:
            given = {f.name: document[f.name] for f in fields(cls) if f.name in document and f.name != "laws"}
            values = {name: from_document(kinds[name], value) for name, value in given.items()}
            laws = tuple(Finding.from_json(law) for law in document["laws"])
            if not laws:
                raise ReadError("this is no answer that invarieq wrote: it holds no law")
            return cls(laws=laws, **values)
        except (KeyError, TypeError) as error:
            raise ReadError(f"this is no answer that invarieq wrote: {type(error).__name__} {error}") from None


_OPTIONAL = {"truth", "automatic", "relaxed", "regularized", "invariants", "trajectories", "constraints", "taken", "cut"}


def answer_of(work: Work) -> Answer:
    """The answer of a discovery whose searches are done.

    Raises `NotASymmetry` where the data contradict the declared symmetry, `NoInvariants` where no search gave a law, `OutOfBudget`
    where that is the budget's doing.
    """
    doubt, best = work.journal.document("doubt"), preferred(work.answers)
    if doubt["contradicted"]:
        raise NotASymmetry(doubt["contradicted"])
    if best is None or best.found is None:
        raise _no_law(work.answers)
    found, system = best.found, work.system
    learnt = best.automatic
    kept = None if learnt is None else generators_of(system.space, learnt.kept)
    declared = (*work.seen.symmetry, *work.seen.discrete) if kept is None else kept
    findings = _findings(found, declared)
    prediction = work.journal.document("prediction")
    cuts = [a.cut or (a.found.cut if a.found else "") for a in work.answers] + [doubt["cut"], prediction["cut"]]
    return Answer(
        system=system.name,
        laws=findings,
        search_space=Candidates(found.restricted, found.unrestricted),
        symmetry=tuple(g.label for g in declared) if work.options.symmetry != "none" else (),
        noise=dict(found.noise),
        exponents=tuple(NamedExponent(found.law.coefficients[e.term].symbol.name, e.value, e.error) for e in found.exponents),
        truth=_truth(system, findings[0].law, found),
        automatic=learnt,
        relaxed=best.relaxed,
        regularized=best.regularized,
        invariants=found.relations,
        trajectories=found.trajectories,
        constraints=from_document(tuple[ConstraintRecord, ...], work.journal.document("constraints")["found"]),
        prediction=None if prediction["compared"] is None else from_document(Comparison, prediction["compared"]),
        data=work.dataset.source,
        taken=work.taken,
        cut=next((cut for cut in cuts if cut), ""),
    )


def _no_law(answers: Sequence[Searched]) -> Exception:
    if cut := next((a.cut for a in answers if a.cut), ""):
        return OutOfBudget(f"no law was found: {cut}; give a larger budget, or search less (terms.order, terms.degree)")
    return NoInvariants("; ".join(a.refused for a in answers if a.refused))


def _findings(found: Found, declared: Sequence[VectorField | Discrete]) -> tuple[Finding, ...]:
    order = [found.chosen, *(i for i in range(len(found.laws)) if i != found.chosen)]
    laws = {i: found.laws[i] for i in order}
    laws[found.chosen] = replace(found.law, notes=notes_of(found))
    return tuple(Finding(laws[i], certify(laws[i], declared), verdict_of(found, i)) for i in order)


def _truth(system: System, law: Law, found: Found) -> TruthRecord | None:
    """The judgement: of a relation between invariants by its own terms, of a law solved for derivatives by its right sides."""
    if not system.law:
        return None
    truth = judge(law, system.law, dict(system.values)) if found.relations is None else _judged(system, found.relations)
    return TruthRecord(truth.recovered, _finite(truth.coefficient_error), _finite(truth.largest_error))


def _judged(system: System, report: Relations) -> Truth:
    names = system.space.names
    terms = [([read_expression(t, names) for t in r.terms], list(r.coefficients)) for r in report.relations]
    return judge_relations(system.space, terms, system.law, dict(system.values), leading=system.leading)


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None
