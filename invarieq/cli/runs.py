"""Commands about finished and unfinished runs: list them, show one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from invarieq.cli.discovery import RUNS
from invarieq.cli.output import AsJson, Debug, RunFolder, complain, emit, guarded
from invarieq.report.tables import print_table


@guarded
def runs(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Folder that holds runs; default: ./runs.")] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List runs."""
    from invarieq.store.catalogue import list_runs

    found = [] if folder is None and not RUNS.exists() else list_runs(RUNS if folder is None else folder)
    if as_json:
        emit([asdict(run) for run in found])
        return
    if not found:
        complain(f"no runs in {str(folder or RUNS)!r}; start one with: invarieq discover SYSTEM")
        return
    rows = [
        (run.run, run.system or "?", run.state, run.best or run.remark, "" if run.seconds is None else f"{run.seconds:.1f}")
        for run in found
    ]
    print_table(("run", "system", "state", "best law", "seconds"), rows)


@guarded
def show(run: RunFolder, as_json: AsJson = False, debug: Debug = False) -> None:
    """Show the laws of a run."""
    from invarieq.store.catalogue import result_document
    from invarieq.store.folder import Store

    with Store.read(run) as store:
        document = result_document(store)
    if as_json:
        emit(document)
        return
    from invarieq.report.text import print_result

    print_result(document)
