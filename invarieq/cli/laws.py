"""The result of a run as a reader wants it: front, coefficients with errors, certificate, search space, truth."""

from __future__ import annotations

from typing import Any

from invarieq.cli.output import print_table
from invarieq.session.catalogue import best_law

Json = dict[str, Any]


def print_result(document: Json) -> None:
    """Print a result document: the laws from simple to complex, then the best one in detail."""
    laws, best = document.get("laws") or [], best_law(document)
    front = sorted(enumerate(laws, 1), key=lambda numbered: numbered[1]["complexity"])
    rows = [(str(i), "best" if law is best else "", _score(law), str(law["complexity"]), _equation(law)) for i, law in front]
    print_table(("law", "", "score", "terms", "equation"), rows)
    if best is None:
        print("no best law")
    else:
        _print_law(best)
    for line in _remarks(document):
        print(line)
    print(f"run: {document['run']}  ({document['seconds']:.1f} s)")


def _print_law(law: Json) -> None:
    for number, (left, right) in enumerate(zip(law.get("leading", ()), law.get("right", ()), strict=True)):
        print(f"{'          ' if number else 'best law: '}{left} = {right}")
    rows = [
        (c["symbol"], f"{c['value']:.8g}", _error(c["error"]), str(c.get("rounded", ""))) for c in law.get("coefficients") or []
    ]
    if rows:
        print_table(("coefficient", "value", "standard error", "rounded"), rows)
    print(_certificate(law))
    for note in law.get("notes") or []:
        print(f"note: {note}")


def _remarks(document: Json) -> list[str]:
    lines = []
    if document.get("data"):
        lines.append(f"data: {document['data']}")
    space = document.get("search_space")
    if space:
        lines.append(f"search space: {space['restricted']} terms with the symmetry, {space['unrestricted']} without")
    truth = document.get("truth")
    if truth:
        error = truth.get("coefficient_error")
        size = "" if error is None else f", relative error of the coefficients {error:.2e}"
        lines.append(f"known law: {'recovered' if truth.get('recovered') else 'NOT recovered'}{size}")
    return lines


def _equation(law: Json) -> str:
    """The equations, a line each, with coefficients rounded within their errors; all digits are in --json."""
    return "\n".join(f"0 = {part}" for part in (law.get("rounded") or law["equation"]).split("; "))


def _certificate(law: Json) -> str:
    method = (law.get("certificate") or {}).get("method", "")
    verdict = {True: "every declared generator leaves it invariant", False: "FAILS", None: "none"}[law.get("certified")]
    return f"certificate: {verdict}" + (f" ({method})" if method else "")


def _score(law: Json) -> str:
    return "" if law["score"] is None else f"{law['score']:.2e}"


def _error(error: float | None) -> str:
    return "" if error is None else f"± {error:.2g}"
