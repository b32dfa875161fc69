"""Commands that search: start a discovery, go on with one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator
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
        str | None,
        typer.Option(
            "--data", metavar="FILE", help="Measured data: .nc, .npz, .mat, .csv, … Default: the system's own data or simulation."
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            help="What searches: auto, sparse, invariants; stlsq, sr3, ssr (pysindy's); engines of installed packages by their names.",
        ),
    ] = "auto",
    noise: Annotated[
        float, typer.Option("--noise", min=0.0, help="Standard deviation of added noise over that of the field.")
    ] = 0.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Run folder; default: runs/SYSTEM-1, -2, …")] = None,
    symmetry: Annotated[
        str,
        typer.Option(
            "--symmetry",
            metavar="MODE",
            help="declared: use it; auto: find the one that the data support; relaxed: let the data break the declared one; "
            "regularized: as a penalty, for ODEs whose library is not closed under it; none.",
        ),
    ] = "declared",
    hold_out: Annotated[
        float,
        typer.Option("--hold-out", min=0.0, max=0.8, metavar="SHARE", help="Share of the data that the search does not see."),
    ] = 0.0,
    budget: Annotated[
        float | None,
        typer.Option("--budget", metavar="S", help="Seconds after which the answer is cut, and says so; default: no limit."),
    ] = None,
    no_symmetry: Annotated[bool, typer.Option("--no-symmetry", help="Search without the symmetry, for comparison.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find the law behind data."""
    from invarieq.session import Settings
    from invarieq.session.begin import begin

    settings = Settings(system, data, engine, noise, seed, not no_symmetry, symmetry, hold_out, budget)
    with _run_folder(out, system) as folder:
        begin(settings, folder)
        complain(f"run folder: {folder}")
        from invarieq.cli.progress import shown
        from invarieq.session.stages import resume as go_on

        with shown() as progress:
            document = go_on(folder, progress)
    _answer(document, as_json=as_json)


@guarded
def resume(run: RunFolder, as_json: AsJson = False, debug: Debug = False) -> None:
    """Go on with a discovery after a stop or a kill, to the same result."""
    from invarieq.cli.progress import shown
    from invarieq.data.memory import require_room
    from invarieq.store.database import check_header

    check_header(run)  # a wrong folder is refused before anything heavy is loaded
    require_room()
    from invarieq.session.stages import resume as go_on

    with shown() as progress:
        document = go_on(run, progress)
    _answer(document, as_json=as_json)


@contextmanager
def _run_folder(out: Path | None, system: str) -> Generator[Path]:
    """The folder to write to. After an error the command that goes on is named; a folder made here for nothing is removed."""
    from invarieq.errors import InvarieqError, MissingExtra, SessionError
    from invarieq.store.catalogue import next_folder
    from invarieq.store.faults import resume_command
    from invarieq.store.folder import is_run

    name = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(system).stem).strip("-") or "run"
    folder = next_folder(RUNS, name) if out is None else out
    try:
        yield folder
    except BaseException as error:
        if _finished(folder) and isinstance(error, InvarieqError) and not isinstance(error, (SessionError, MissingExtra)):
            complain(f"the run is kept for the record: {folder}")  # to go on would end in the same answer
        elif _finished(folder) and isinstance(error, Exception):
            complain(f"what was found is kept; go on with: {resume_command(folder)}")
        elif out is None and (isinstance(error, InvarieqError) or not is_run(folder)):
            _remove(folder)
        raise


def _finished(folder: Path) -> tuple[str, ...]:
    """Names of the finished stages of a run; none if it is not one."""
    from invarieq.errors import SessionError
    from invarieq.store.folder import Store

    try:
        with Store.read(folder) as store:
            return store.finished()
    except SessionError:
        return ()


def _remove(folder: Path) -> None:
    """Remove a run folder in which nothing was finished, and the folder of runs if it is then empty."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()


def _answer(document: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit(document)
        return
    from invarieq.report.text import print_result

    print_result(document)
