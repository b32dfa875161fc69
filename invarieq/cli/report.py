"""Commands about a finished run's law and data: set the law in motion again, and render a report."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from invarieq.cli.output import AsJson, Debug, RunFolder, complain, emit, guarded
from invarieq.report.tables import say

if TYPE_CHECKING:
    from invarieq.report.review import Review

LawNumber = Annotated[int | None, typer.Option("--law", min=1, help="Number of the law in `show`; default: the best.")]


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
    from invarieq.report.review import prediction_of
    from invarieq.report.text import print_prediction
    from invarieq.session.review import review

    seen = review(run, law, data)
    found = prediction_of(seen)
    if as_json:
        emit({"run": str(run), "law": seen.record["rounded"], **found})
        return
    say(f"law: {seen.record['rounded']} = 0")
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
    from invarieq.report.review import picture
    from invarieq.session.review import review

    path = run / "report.html" if out is None else out
    if not path.parent.is_dir():
        raise DataError(f"folder {str(path.parent)!r} does not exist; give a file in a folder that does")
    seen = review(run, law)
    if path.suffix.lower() in (".html", ".htm"):
        _write_html(seen, path, of_run=out is None)
    else:
        picture(seen, path)
    if as_json:
        emit({"run": str(run), "path": str(path)})
    else:
        complain(f"wrote {path}")


def _write_html(seen: Review, path: Path, *, of_run: bool) -> None:
    """The page, where the user wants it, or as a file of the run folder, in which no link is followed."""
    from invarieq.files import replace_file, write_named
    from invarieq.report.html import page
    from invarieq.report.review import picture
    from invarieq.store.faults import storing

    with tempfile.TemporaryDirectory() as place:
        figure = Path(place) / "figure.svg"
        picture(seen, figure)
        text = figure.read_text(encoding="utf-8")
    made = page(seen, text[text.index("<svg") :]).encode()
    if not of_run:
        write_named(path, lambda stream: stream.write(made))
        return
    with storing(path.parent):
        replace_file(path, lambda stream: stream.write(made), plain=True)
