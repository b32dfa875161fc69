"""A run as one HTML page without script and without anything to load."""

from __future__ import annotations

import html
from typing import Any

from invarieq.law.export import counted
from invarieq.report.review import Review, certificate_line, prediction_of
from invarieq.report.text import digits
from invarieq.terminal import shown

STYLE = (
    "body{font-family:sans-serif;max-width:80em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
    "td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left}pre{white-space:pre-wrap}svg{max-width:100%;height:auto}"
)


def page(seen: Review, figure: str) -> str:
    """The report as one HTML page without script and without anything to load."""
    document, record = seen.document, seen.record
    space, found = counted(document["search_space"]), prediction_of(seen)
    front = [[law["score"], law["complexity"], law["rounded"].replace("; ", " = 0\n") + " = 0"] for law in document["laws"]]
    parts = [
        f"<h1>{escape(document['system'])}</h1>",
        f"<pre>{escape(record['rounded'].replace('; ', ' = 0' + chr(10)))} = 0</pre>",
        f"<p>Data: {escape(document.get('data', ''))}</p>",
        f"<p>Search space: {space['restricted']} candidate terms with the symmetry, {space['unrestricted']} without. "
        f"Symmetry: {escape('; '.join(document.get('symmetry') or ['none']))}.</p>",
        f"<p>{escape(certificate_line(record).capitalize())}.</p>",
        _table(("generator", "left over"), _generators(record)),
        "<h2>Coefficients</h2>",
        _table(("coefficient", "value", "standard error", "rounded", "chosen in", "95 % interval"), _coefficients(record)),
        *(f"<p>Note: {escape(note)}.</p>" for note in record["notes"]),
        f"<h2>Prediction</h2><p>{escape(found['held_out'])}.</p>",
        _table(("coefficients", "record", "from", "to", "relative L2 error", "noise alone", "valid for"), _predictions(found)),
        "<h2>Data, law in motion, difference, residual</h2>",
        figure,
        "<h2>All laws</h2>",
        _table(("score", "terms", "equation"), front),
        f"<h2>LaTeX</h2><pre>{escape(record['latex'])}</pre>",
    ]
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(document["system"])}</title><style>{STYLE}</style></head>'
    return head + "<body>" + "\n".join(parts) + "</body></html>\n"


def escape(text: object) -> str:
    """A text that a page shows as it stands: no mark-up, no sign that is none for the eye."""
    return html.escape(shown(str(text), lines=True))


def _table(head: tuple[str, ...], rows: list[list[Any]]) -> str:
    def cell(value: Any) -> str:
        return escape("" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value))

    if not rows:
        return ""
    lines = "".join("<tr>" + "".join(f"<td>{cell(v)}</td>" for v in row) + "</tr>" for row in rows)
    return "<table><tr>" + "".join(f"<th>{escape(h)}</th>" for h in head) + f"</tr>{lines}</table>"


def _generators(record: dict[str, Any]) -> list[list[Any]]:
    return [[row["generator"], ", ".join(row["left"])] for row in (record.get("certificate") or {}).get("generators", [])]


def _coefficients(record: dict[str, Any]) -> list[list[Any]]:
    rows = []
    for c in record["coefficients"]:
        interval = c.get("interval")
        span = "" if not interval else f"{digits(interval[0], '.5g')} … {digits(interval[1], '.5g')}"
        share = "" if "inclusion" not in c else f"{100 * c['inclusion']:.0f} %"
        rows.append([c["symbol"], digits(c["value"], ".8g"), c["error"], c["rounded"], share, span])
    return rows


def _predictions(found: dict[str, Any]) -> list[list[Any]]:
    rows = []
    for kind in ("fitted", "rounded"):
        for r in found[kind]:
            outcome = r["error"]
            if outcome is None:
                outcome = f"not simulated: {r['reason']}" if r["reason"] else f"blows up after {digits(r['blow_up'], '.6g')}"
            valid = "the whole span" if r["lasts"] else r["valid_time"]
            rows.append([kind, f"{r['record']} ({r['role']})", r["from"], r["to"], outcome, r["noise"], valid])
    return rows
