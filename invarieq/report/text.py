"""The result of a run as a reader wants it: front, coefficients with errors, certificate, search space, truth."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Any

from invarieq.report.best import best_law
from invarieq.report.tables import print_table, say

Json = dict[str, Any]


def print_result(document: Json) -> None:
    """Print a result document: the laws from simple to complex, then the best one in detail.

    Nothing is printed of a document that is none of a run: what is wrong with it comes out on the first, unseen round.
    """
    with redirect_stdout(io.StringIO()):
        _print_result(document)
    _print_result(document)


def _print_result(document: Json) -> None:
    laws, best = document.get("laws") or [], best_law(document)
    front = sorted(enumerate(laws, 1), key=lambda numbered: numbered[1]["complexity"])
    rows = [(str(i), "best" if law is best else "", _score(law), str(law["complexity"]), _equation(law)) for i, law in front]
    print_table(("law", "", "score", "terms", "equation"), rows)
    if best is None:
        say("no best law")
    else:
        _print_law(best)
    if document.get("automatic"):
        _print_automatic(document["automatic"])
    if document.get("prediction"):
        print_prediction(document["prediction"])
    for line in _remarks(document):
        say(line)
    say(f"run: {document['run']}  ({document['seconds']:.1f} s)")


def _print_law(law: Json) -> None:
    sides = law.get("right", ())
    lefts = law.get("leading") or ["0"] * len(sides)  # an implicit law is solved for nothing
    for number, (left, right) in enumerate(zip(lefts, sides, strict=True)):
        say(f"{'          ' if number else 'best law: '}{left} = {right}")
    coefficients = law.get("coefficients") or []
    named = any("term" in c for c in coefficients)
    rows = [
        (
            c["symbol"],
            *([c.get("term", "")] if named else []),
            digits(c["value"], ".8g"),
            _error(c["error"]),
            str(c.get("rounded", "")),
            *_sure(c),
        )
        for c in coefficients
    ]
    if rows:
        head = (
            "coefficient",
            *(["term"] if named else []),
            "value",
            "standard error",
            "rounded",
            "chosen in",
            "95 % of resamples",
        )
        print_table(head[: len(rows[0])], rows)
    say(_certificate(law))
    for note in law.get("notes") or []:
        say(f"note: {note}")


def _print_automatic(found: Json) -> None:
    """Which generators the data were asked about, and what they answered."""
    rows = [
        (
            "kept" if r["kept"] else "",
            r["generator"],
            digits(r["statistic"], ".3g") + (f" / {r['freedom']}" if r["freedom"] else ""),
            digits(r["p_value"], ".2g"),
            digits(r["held_back_p_value"], ".2g"),
            r["note"],
        )
        for r in found["tested"]
    ]
    mirrored = [
        (
            "kept" if r["kept"] else "",
            r["reflection"],
            f"{digits(r['statistic'], '.3g')} / {r['freedom']}",
            digits(r["p_value"], ".2g"),
            digits(r["held_back_p_value"], ".2g"),
            r["note"],
        )
        for r in found.get("reflections", ())
    ]
    print_table(("", "symmetry tested", "statistic / freedom", "p", "p held back", ""), [*rows, *mirrored])
    algebra = found.get("algebra")
    if algebra:
        say(f"algebra of those kept: {algebra['name'] or algebra['note']}")


def print_prediction(found: Json) -> None:
    """How the law, set in motion, compares with the data."""
    say(f"prediction: {found['held_out']}")
    rows = []
    for kind in ("fitted", "rounded"):
        for r in found[kind]:
            span = "" if r["from"] is None else f"{digits(r['from'], '.6g')} … {digits(r['to'], '.6g')}"
            rows.append((kind, f"{r['record']} ({r['role']})", span, *_outcome(r)))
    print_table(("coefficients", "record", "compared over", "relative L2 error", "noise alone", "valid for"), rows)


def _outcome(r: Json) -> tuple[str, str, str]:
    if r["reason"]:
        return f"not simulated: {r['reason']}", "", ""
    error = f"{r['error']:.3g}" if r["error"] is not None else f"BLOWS UP after {digits(r['blow_up'], '.6g')}"
    return error, digits(r["noise"], ".3g"), "the whole span" if r["lasts"] else digits(r["valid_time"], ".4g")


def _remarks(document: Json) -> list[str]:
    lines = []
    if document.get("data"):
        lines.append(f"data: {document['data']}")
    if document.get("taken"):
        lines.append(f"taken for granted: {document['taken']}")
    if document.get("cut"):
        lines.append(f"CUT: {document['cut']}; what comes after it was not done, and another machine may get further")
    space = document.get("search_space")
    if space:
        lines.append(f"search space: {space['restricted']} terms with the symmetry, {space['unrestricted']} without")
    relaxed = document.get("relaxed")
    if relaxed and relaxed["p_value"] is not None:
        verdict = "REJECT" if relaxed["rejected"] else "do not reject"
        lines.append(
            f"declared symmetry: the data {verdict} it (statistic "
            f"{digits(relaxed['statistic'], '.3g')}, freedom {relaxed['freedom']}, p {relaxed['p_value']:.2g})"
        )
        if relaxed["breaking"]:
            lines.append(f"terms of the law that break it: {', '.join(relaxed['breaking'])}")
    for found in document.get("constraints") or []:
        lines.append(
            f"constraint on the data: {found['name']} = 0, leaves {digits(found['residual'], '.1e')} (noise alone {digits(found['noise_residual'], '.1e')})"
        )
    regularized = document.get("regularized")
    if regularized:
        size = regularized["tolerance"]
        strength = "not used" if size is None else f"held to a relative violation of {size:g}"
        lines.append(f"declared symmetry: {strength}; the law violates it by {digits(regularized['violation'], '.2g')}")
    trajectories = document.get("trajectories")
    if trajectories:
        before, after = trajectories["terms_before"], trajectories["terms"]
        changed = (
            f"changed the weak form's {before} terms to {after}" if trajectories["changed"] else "kept the terms of the weak form"
        )
        lines.append(
            f"trajectories: {trajectories['windows']} windows of {trajectories['samples']} samples {changed}; misfit "
            f"{digits(trajectories['misfit'], '.2g')} (1: noise alone)"
        )
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


def _sure(coefficient: Json) -> tuple[str, ...]:
    """How often resampled data choose the term, and the interval of its coefficient; nothing where that is not known."""
    if "inclusion" not in coefficient:
        return ()
    interval = coefficient.get("interval")
    return (
        f"{100 * coefficient['inclusion']:.0f} %",
        "" if interval is None else f"{digits(interval[0], '.5g')} … {digits(interval[1], '.5g')}",
    )


def _score(law: Json) -> str:
    return "" if law["score"] is None else f"{law['score']:.2e}"


def _error(error: float | None) -> str:
    return "" if error is None else f"± {error:.2g}"


def digits(value: float | None, form: str) -> str:
    """A number as text; nothing where a run stores none, since it was infinite or unknown."""
    return "" if value is None else format(value, form)
