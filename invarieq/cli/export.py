"""The command that writes a law of a run for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, RunFolder, complain, emit, guarded
from invarieq.report.tables import say

if TYPE_CHECKING:
    pass


class Form(StrEnum):
    """What a law can be written as."""

    latex = "latex"
    sympy = "sympy"
    python = "python"
    json = "json"


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
    from invarieq.store.catalogue import chosen, result_document
    from invarieq.store.folder import Store

    with Store.read(run) as store:
        document = result_document(store)
    text = _written(chosen(document, law), to, document.get("search_space"))
    if out is not None:
        from invarieq.files import write_named

        write_named(out, lambda stream: stream.write(text.encode()))
    if as_json:
        emit({"to": to.value, "text": text, "path": None if out is None else str(out)})
    elif out is None:
        say(text.rstrip("\n"))
    else:
        complain(f"wrote {out}")


def _written(law: dict[str, Any], to: Form, search_space: dict[str, int] | None) -> str:
    from invarieq.discovery.finding import certificate_of
    from invarieq.law import export, law_from_json

    read = law_from_json(law)
    return export(read, to.value, certificate_of(law.get("certificate"), read), search_space)
