"""What a session does between data and laws: libraries by order in time, fits as documents, laws from documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from invarieq.data import Dataset
from invarieq.data.records import Segment, gap_report, segments
from invarieq.engines.adapters.pysindy import pysindy_optimizer
from invarieq.engines.points.search import search_invariants
from invarieq.engines.trajectories.refine import refine
from invarieq.engines.weak.exponents import refine_exponents
from invarieq.engines.weak.path import Optimizer, threshold_path
from invarieq.engines.weak.select import Fit, Selection
from invarieq.engines.weak.sparse import Measurement, explains, how_sure, measure, right_sides, solve
from invarieq.errors import NoInvariants
from invarieq.expressions import read_expression, write_expression
from invarieq.jets import JetSpace, VectorField
from invarieq.law import Coefficient, Law, Truth, certify, count_terms, judge, judge_relations, law_record
from invarieq.space import Library, build_library
from invarieq.symmetry.check import residuals
from invarieq.symmetry.discrete import Discrete, discrete_residuals
from invarieq.system import System

INVARIANTS = "invariants"
DEGREE = 3
ORDER = {0: 1, 1: 4}  # by number of space dimensions; 2 in two and more
SUSPICIOUS = 3  # terms an equation up to which a law that explains the data is not questioned
LONG = 6  # terms an equation beyond which a law is questioned although it leaves no more than noise does
EXACT = 1e-4  # residual below which a law of up to LONG terms is not questioned
DOUBTFUL = 0.5  # a law that leaves more than this contradicts nothing
ASKED = 1500  # candidates without the symmetry up to which the data are asked whether they contradict it
LISTED = 6  # terms in a note
SHOWN = 3  # further terms up to which the path's laws are listed


def sizes(system: System, time_order: int) -> dict[str, Any]:
    """How large the search space for ∂_t^m is: what the system declares, or the defaults."""
    terms = system.terms
    order = terms.order if terms.order is not None else ORDER.get(len(system.space.coordinates) - 1, 2)
    return {
        "time_order": time_order,
        "order": max(order, time_order),
        "degree": terms.degree or DEGREE,
        "functions": terms.functions,
        "terms": terms,
    }


def library_of(system: System, time_order: int, *, symmetry: bool) -> Library:
    """The candidate terms of a system for ∂_t^m."""
    return build_library(system.space, (*system.symmetry, *system.discrete), **sizes(system, time_order), restricted=symmetry)


def optimizer_of(engine: str) -> Optimizer:
    """The sparse optimizer that an engine's name stands for."""
    return threshold_path if engine == "sparse" else pysindy_optimizer(engine)


def search(system: System, dataset: Dataset, *, time_order: int, engine: str, seed: int, symmetry: bool) -> dict[str, Any]:
    """The path of laws for ∂_t^m u as a document, or why there is none."""
    if engine == INVARIANTS:
        return search_invariants(system, dataset, time_order=time_order, seed=seed)
    try:
        library = library_of(system, time_order, symmetry=symmetry)
    except NoInvariants as error:
        return {"refused": str(error)}
    pieces = segments(dataset, system.space)
    measurement = measure(library, pieces, seed=seed)
    document = answer_of(library, measurement, pieces, engine=engine, seed=seed)
    return {**document, "gaps": gap_report(dataset, pieces, [p.tests for p in measurement.parts])}


def answer_of(library: Library, measurement: Measurement, pieces: Sequence[Segment], *, engine: str, seed: int) -> dict[str, Any]:
    """The path of laws that a measured library gives, as a document."""
    selection, undetermined = solve(library, measurement, optimizer_of(engine))
    refined = refine(library, measurement, selection, pieces, seed=seed)
    selection = refined.selection if refined else selection
    exponents = refine_exponents(library, selection.chosen, pieces, seed=seed)
    sure = refined.stability if refined else how_sure(library, measurement, selection, seed=seed)
    return {
        **(document := document_of(library, selection, undetermined, pieces)),
        "explains": document["explains"] or refined is not None,
        "stability": None if sure is None else {"inclusion": list(sure.inclusion), "intervals": list(sure.intervals)},
        "exponents": [{"coefficient": e.term, "value": e.value, "error": e.error} for e in exponents],
        "trajectories": None if refined is None else refined.document(),
    }


def document_of(library: Library, selection: Selection, undetermined: int, pieces: Sequence[Segment]) -> dict[str, Any]:
    """A selection of laws as a document."""
    chosen = selection.chosen
    return {
        "explains": explains(chosen),
        "residual": chosen.residual,
        "noise_residual": chosen.noise_residual,
        "restricted": library.restricted,
        "unrestricted": library.unrestricted,
        "undetermined": undetermined,
        "vanishing": list(library.vanishing),
        "noise": {f.name: n for f, n in zip(library.space.fields, pieces[0].noise, strict=True)},
        "leading": [s.name for s in library.leading],
        "unmoved": sorted({s.name for k in chosen.support for s in library.unmoved(k)}),
        "remarks": list(library.notes),
        "chosen": [f.support for f in selection.path].index(chosen.support),
        "models": [_model(library, fit) for fit in selection.path if len(fit.support) <= len(chosen.support) + SHOWN],
        "stability": None,
        "exponents": [],
    }


def count(document: dict[str, Any]) -> int:
    """Number of coefficients of the chosen law."""
    return len(document["models"][document["chosen"]]["values"])


def doubtful(document: dict[str, Any]) -> bool:
    """Whether a law may only imitate the data.

    Waves of an equation of second order in time obey, on one record, many long equations of first order approximately.
    """
    if not document.get("explains"):
        return True
    equations = len(document["leading"])
    if count(document) <= SUSPICIOUS * equations:
        return False
    return count(document) > LONG * equations or not _exact(document)


def _exact(document: dict[str, Any]) -> bool:
    """Whether a law leaves no more than noise does, which is stricter than to explain the data."""
    return document["residual"] <= max(EXACT, 2 * document["noise_residual"])


def preferred(documents: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Of searches for several orders in time the one that explains the data, with the fewest terms, else the closest."""
    tried = [d for d in documents if "models" in d]
    explaining = [d for d in tried if d["explains"]]
    if explaining:
        return min(explaining, key=lambda d: (not _exact(d), count(d)))
    return min(tried, key=lambda d: d["residual"], default=None)


def _model(library: Library, fit: Fit) -> dict[str, Any]:
    sides, symbols = right_sides(library, fit)
    return {
        "right": [write_expression(side) for side in sides],
        "symbols": [s.name for s in symbols],
        "terms": [library.names[k] for k in fit.support] if library.names else [],
        "values": [float(c) for c in fit.coefficients],
        "errors": [float(e) for e in fit.errors],
        "residual": fit.residual,
        "misfit": fit.misfit,
    }


def law_of(space: JetSpace, document: dict[str, Any], model: dict[str, Any], notes: tuple[str, ...]) -> Law:
    """The law that a model of a search document stands for."""
    symbols = tuple(sp.Symbol(name, real=True) for name in model["symbols"])
    names = JetSpace(space.coordinates, space.fields, symbols).names
    right = tuple(read_expression(text, names) for text in model["right"])
    coefficients = tuple(Coefficient(s, v, e) for s, v, e in zip(symbols, model["values"], model["errors"], strict=True))
    leading = tuple(space.name(s) for s in document["leading"])
    return Law(space, leading, right, coefficients, model["residual"], count_terms(right), notes)


def result(
    system: System, document: dict[str, Any], *, symmetry: bool, generators: Sequence[VectorField] | None = None
) -> dict[str, Any]:
    """The answer of a discovery: laws from best to others, certificates, search space, and the judgement where a law is known.

    `generators` are those that the search found, in place of the declared ones.
    """
    seen = system.searchable()
    declared = (*seen.symmetry, *seen.discrete) if generators is None else tuple(generators)
    models, chosen = document["models"], document["chosen"]
    order = [chosen, *(i for i in range(len(models)) if i != chosen)]
    laws = [law_of(seen.space, document, models[i], _notes(document) if i == chosen else ()) for i in order]
    records = [law_record(law, certify(law, declared)) for law in laws]
    for i, record in zip(order, records, strict=True):
        for row, term in zip(record["coefficients"], models[i].get("terms", ()), strict=False):
            row["term"] = term
    for number, row in enumerate(records[0]["coefficients"] if document.get("stability") else []):
        row["inclusion"] = document["stability"]["inclusion"][number]
        row["interval"] = document["stability"]["intervals"][number]
    answer: dict[str, Any] = {
        "system": system.name,
        "laws": records,
        "best": records[0],
        "search_space": {"restricted": document["restricted"], "unrestricted": document["unrestricted"]},
        "symmetry": [g.label for g in declared] if symmetry else [],
        "noise": document["noise"],
        "exponents": [{**e, "coefficient": models[chosen]["symbols"][e["coefficient"]]} for e in document["exponents"]],
    }
    if system.law:
        truth = _truth(system, laws[0], document)
        answer["truth"] = {
            "recovered": truth.recovered,
            "coefficient_error": _finite(truth.coefficient_error),
            "largest_error": _finite(truth.largest_error),
        }
    return answer


def _truth(system: System, law: Law, document: dict[str, Any]) -> Truth:
    """The judgement: of a relation between invariants by its own terms, of a law solved for derivatives by its right sides."""
    if "relations" not in document:
        return judge(law, system.law, dict(system.values))
    names = system.space.names
    found = [([read_expression(t, names) for t in r["terms"]], r["coefficients"]) for r in document["relations"]]
    return judge_relations(system.space, found, system.law, dict(system.values), leading=system.leading)


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None


def _notes(document: dict[str, Any]) -> tuple[str, ...]:
    notes = ["noise estimated: " + ", ".join(f"{name} {value:.2g}" for name, value in document["noise"].items())]
    notes += document.get("remarks", [])
    if gaps := document.get("gaps"):
        split = (
            f", which split {gaps['records']} record(s) into {gaps['parts']} parts" if gaps["parts"] != gaps["records"] else ""
        )
        notes.append(
            f"gaps: {100 * gaps['missing']:.2g} % of the samples are missing{split}; {100 * gaps['lost']:.2g} % of the test functions touch a gap "
            "and were left out"
        )
    if document["undetermined"]:
        notes.append(
            f"{document['undetermined']} of {document['restricted']} directions of the candidates cannot be told from these data"
        )
    if vanishing := document.get("vanishing"):
        shown = ", ".join(vanishing[:LISTED]) + (f" and {len(vanishing) - LISTED} more" if len(vanishing) > LISTED else "")
        notes.append(f"left out, since the constraints make them vanish or follow from others: {shown}")
    if document["unrestricted"] > ASKED and not (document["explains"] and count(document) <= SUSPICIOUS):
        notes.append(
            f"whether the data contradict the symmetry was not asked: {document['unrestricted']} candidates without it are too many"
        )
    if document["unmoved"]:
        notes.append(f"not integrated by parts: {', '.join(document['unmoved'])} (derivatives of smoothed data)")
    if not document["explains"]:
        notes.append(
            f"not an explanation: the law leaves {100 * document['residual']:.0f} % of {', '.join(document['leading'])}, noise alone "
            f"would leave {100 * document['noise_residual']:.0f} %"
        )
    for e in document["exponents"]:
        notes.append(f"exponent of the distance: {e['value']:.6f} ± {e['error']:.1g}")
    return tuple(notes)


def contradiction(
    system: System, dataset: Dataset, found: dict[str, Any], *, time_order: int, engine: str, seed: int
) -> str | None:
    """What to say when the data contradict the declared symmetry, else None.

    They do when a law for the same derivative, sought without the symmetry, explains them, while the best symmetric law does
    not, or is both longer and worse by half. Of more than `ASKED` candidates without the symmetry no law is sought.
    """
    terms = count(found) if "models" in found else None
    if engine == INVARIANTS:
        if found.get("explains"):
            return None
        engine = "sparse"
    if found.get("explains") and terms is not None and terms <= SUSPICIOUS:
        return None
    if found.get("unrestricted", 0) > ASKED:
        return None
    other = search(system, dataset, time_order=time_order, engine=engine, seed=seed, symmetry=False)
    if not other.get("explains") or doubtful(other) or other["residual"] > DOUBTFUL:
        return None
    model = other["models"][other["chosen"]]
    if found.get("explains") and not (len(model["values"]) < (terms or 0) and other["residual"] < found["residual"] / 1.5):
        return None
    law = law_of(system.space, other, model, ())
    broken = [g.label for g in (*system.symmetry, *system.discrete) if not _admits(law, g)]
    if not broken:
        return None
    size = f"the best law that admits it leaves {100 * found.get('residual', 1):.2g} % of the left-hand side"
    left = size if "models" in found else "no law of these candidates admits it"
    return (
        f"the data contradict the declared symmetry ({'; '.join(broken)}): {left}, while {_rounded(law)} leaves "
        f"{100 * law.score:.2g} % and does not admit it. Drop or correct the generator, or search without it (--no-symmetry)"
    )


def _rounded(law: Law) -> str:
    """The equations with their rounded coefficients, as `show` lists them."""
    return "; ".join(f"{write_expression(e)} = 0" for e in law.equations("rounded"))


def _admits(law: Law, generator: VectorField | Discrete) -> bool:
    equations = law.equations("rounded")
    left = discrete_residuals if isinstance(generator, Discrete) else residuals
    return all(e == 0 for e in left(generator, law.space, equations, law.leading))  # type: ignore[arg-type]
