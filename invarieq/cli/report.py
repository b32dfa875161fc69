"""Commands about a finished run's law and data: set the law in motion again, and render a report."""

from __future__ import annotations

import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, RunFolder, complain, emit, guarded

if TYPE_CHECKING:
    from invarieq.session.review import Review

LawNumber = Annotated[int | None, typer.Option("--law", min=1, help="Number of the law in `show`; default: the best.")]

STYLE = (
    "body{font-family:sans-serif;max-width:80em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
    "td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left}pre{white-space:pre-wrap}svg{max-width:100%;height:auto}"
)


@guarded
def predict(
    run: RunFolder,
    law: LawNumber = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="FILE", help="Other data of the same system; default: the run's own.")
    ] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Set a law of a run in motion and compare it with data, its own or others."""
    from invarieq.cli.laws import print_prediction
    from invarieq.session.review import prediction_of, review

    seen = review(run, law, data)
    found = prediction_of(seen)
    if as_json:
        emit({"run": str(run), "law": seen.record["rounded"], **found})
        return
    print(f"law: {seen.record['rounded']} = 0")
    print_prediction(found)


@guarded
def report(
    run: RunFolder,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="An .html report, or the figure alone as .svg, .png or .pdf; default: DIR/report.html."
        ),
    ] = None,
    law: LawNumber = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Render a run: laws, certificate, search space, prediction and plots in one HTML file, or the plots as a figure."""
    from invarieq.errors import DataError
    from invarieq.session.review import picture, review

    path = run / "report.html" if out is None else out
    if not path.parent.is_dir():
        raise DataError(f"folder {str(path.parent)!r} does not exist; give a file in a folder that does")
    seen = review(run, law)
    if path.suffix.lower() in (".html", ".htm"):
        _write_html(seen, path)
    else:
        picture(seen, path)
    if as_json:
        emit({"run": str(run), "path": str(path)})
    else:
        complain(f"wrote {path}")


def _write_html(seen: Review, path: Path) -> None:
    from invarieq.errors import DataError
    from invarieq.session.files import write_text
    from invarieq.session.review import picture

    with tempfile.TemporaryDirectory() as place:
        figure = Path(place) / "figure.svg"
        picture(seen, figure)
        text = figure.read_text(encoding="utf-8")
    try:
        write_text(path.parent, path.name, page(seen, text[text.index("<svg") :]))
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be written: {error.strerror or error}; choose a folder that is writable") from None


def page(seen: Review, figure: str) -> str:
    """The report as one HTML page without script and without anything to load."""
    from invarieq.session.review import certificate_line, prediction_of

    document, record = seen.document, seen.record
    space, found = document["search_space"], prediction_of(seen)
    front = [[law["score"], law["complexity"], law["rounded"].replace("; ", " = 0\n") + " = 0"] for law in document["laws"]]
    parts = [
        f"<h1>{escape(document['system'])}</h1>",
        f"<pre>{escape(record['rounded'].replace('; ', ' = 0' + chr(10)))} = 0</pre>",
        f"<p>Data: {escape(str(document.get('data', '')))}</p>",
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
        shown = "" if not interval else f"{interval[0]:.5g} … {interval[1]:.5g}"
        share = "" if "inclusion" not in c else f"{100 * c['inclusion']:.0f} %"
        rows.append([c["symbol"], f"{c['value']:.8g}", c["error"], c["rounded"], share, shown])
    return rows


def _predictions(found: dict[str, Any]) -> list[list[Any]]:
    rows = []
    for kind in ("fitted", "rounded"):
        for r in found[kind]:
            outcome = r["error"]
            if outcome is None:
                outcome = f"not simulated: {r['reason']}" if r["reason"] else f"blows up after {r['blow_up']:.6g}"
            valid = "the whole span" if r["lasts"] else r["valid_time"]
            rows.append([kind, f"{r['record']} ({r['role']})", r["from"], r["to"], outcome, r["noise"], valid])
    return rows
