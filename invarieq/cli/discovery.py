"""Commands that search: start a discovery, go on with one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, RunFolder, SystemName, complain, emit, guarded

RUNS = Path("runs")


@guarded
def discover(
    system: SystemName,
    data: Annotated[
        str | None, typer.Option("--data", metavar="FILE", help="Measured data: .nc, .npz, .mat, .csv, … Default: the system's own data or simulation.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="What searches.")] = "sparse",
    noise: Annotated[float, typer.Option("--noise", min=0.0, help="Standard deviation of added noise over that of the field.")] = 0.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Run folder; default: runs/SYSTEM-1, -2, …")] = None,
    no_symmetry: Annotated[bool, typer.Option("--no-symmetry", help="Search without the symmetry, for comparison.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find the law behind data."""
    from invarieq.cli.progress import shown
    from invarieq.session import Settings

    settings = Settings(system, data, engine, noise, seed, not no_symmetry)
    with _run_folder(out, system) as folder, shown() as progress:
        from invarieq.session.discover import discover as search

        complain(f"run folder: {folder}")
        document = search(settings, folder, progress)
    _answer(document, as_json=as_json)


@guarded
def resume(run: RunFolder, as_json: AsJson = False, debug: Debug = False) -> None:
    """Go on with a discovery after a stop or a kill, to the same result."""
    from invarieq.cli.progress import shown
    from invarieq.session.database import check_header

    check_header(run)  # a wrong folder is refused before anything heavy is loaded
    from invarieq.session.discover import resume as go_on

    with shown() as progress:
        document = go_on(run, progress)
    _answer(document, as_json=as_json)


@contextmanager
def _run_folder(out: Path | None, system: str) -> Iterator[Path]:
    """The folder to write to; one that was made here and stayed empty is removed after a failure."""
    from invarieq.session.catalogue import next_folder
    from invarieq.session.store import is_run

    if out is not None:
        yield out
        return
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(system).stem).strip("-") or "run"
    folder = next_folder(RUNS, name)
    try:
        yield folder
    finally:
        if not is_run(folder):
            with suppress(OSError):
                folder.rmdir()
                RUNS.rmdir()


def _answer(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit(document)
        return
    from invarieq.cli.laws import print_result

    print_result(document)
