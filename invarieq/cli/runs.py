"""Commands about finished and unfinished runs: list them, show one, write its law."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from invarieq.cli.discovery import RUNS
from invarieq.cli.output import AsJson, Debug, RunFolder, complain, emit, guarded, print_table


class Form(StrEnum):
    """What a law can be written as."""

    latex = "latex"
    sympy = "sympy"
    python = "python"
    json = "json"


@guarded
def runs(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Folder that holds runs; default: ./runs.")] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List runs."""
    from invarieq.session.catalogue import list_runs

    found = [] if folder is None and not RUNS.exists() else list_runs(RUNS if folder is None else folder)
    if as_json:
        emit([asdict(run) for run in found])
        return
    if not found:
        complain(f"no runs in {str(folder or RUNS)!r}; start one with: invarieq discover SYSTEM")
        return
    rows = [
        (run.run, run.system or "?", run.state, run.best or run.remark, "" if run.seconds is None else f"{run.seconds:.1f}") for run in found
    ]
    print_table(("run", "system", "state", "best law", "seconds"), rows)


@guarded
def show(run: RunFolder, as_json: AsJson = False, debug: Debug = False) -> None:
    """Show the laws of a run."""
    from invarieq.session.catalogue import result_document
    from invarieq.session.store import Store

    with Store.read(run) as store:
        document = result_document(store)
    if as_json:
        emit(document)
        return
    from invarieq.cli.laws import print_result

    print_result(document)


@guarded
def export(
    run: RunFolder,
    to: Annotated[Form, typer.Option("--to", help="What to write.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="File to write; default: standard output.")] = None,
    law: Annotated[int | None, typer.Option("--law", min=1, help="Number of the law in `show`; default: the best.")] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the best law of a run as LaTeX, SymPy, Python or JSON."""
    from invarieq.session.catalogue import result_document
    from invarieq.session.store import Store

    with Store.read(run) as store:
        document = result_document(store)
    text = _written(_chosen(document, law), to)
    if out is not None:
        _write(out, text)
    if as_json:
        emit({"to": to.value, "text": text, "path": None if out is None else str(out)})
    elif out is None:
        print(text.rstrip("\n"))
    else:
        complain(f"wrote {out}")


def _chosen(document: dict[str, Any], number: int | None) -> dict[str, Any]:
    from invarieq.errors import SessionError
    from invarieq.session.catalogue import best_law

    laws = document.get("laws") or []
    if number is None:
        best = best_law(document)
        if best is None:
            raise SessionError(f"run {document['run']!r} names no best law; `invarieq show` lists its {len(laws)} laws, choose one with --law N")
        return best
    if number > len(laws):
        raise SessionError(f"run {document['run']!r} has {len(laws)} laws; got --law {number}, expected 1 to {len(laws)}")
    return laws[number - 1]


def _written(law: dict[str, Any], to: Form) -> str:
    from invarieq.law import export, law_from_json

    return export(law_from_json(law), to.value)


def _write(path: Path, text: str) -> None:
    from invarieq.errors import DataError
    from invarieq.session.files import write_text

    try:
        write_text(path.parent, path.name, text)
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be written: {error.strerror or error}; choose a folder that exists and is writable") from None
