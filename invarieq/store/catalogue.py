"""Runs on disk: the list of a folder of runs, the document of one, and the next free name for another."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invarieq.errors import SessionError
from invarieq.report.best import best_law
from invarieq.store import lock
from invarieq.store.faults import storing
from invarieq.store.folder import Json, Store, is_run

RESULT = "result"


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the list. `state`: finished, running, stopped, failed or unreadable; `remark` says more."""

    run: str
    system: str | None
    state: str
    best: str | None
    seconds: float | None
    remark: str = ""


def result_document(store: Store) -> Json:
    """What `discover` answers: the document of the stage `result`, with the run's folder and the seconds it took."""
    return {"run": str(store.folder), **store.document(RESULT), "seconds": round(store.seconds(), 3)}


def chosen(document: Json, number: int | None) -> Json:
    """A law of a result by its number; raises `SessionError` where there is none."""
    laws = document.get("laws") or []
    if number is None:
        best = best_law(document)
        if best is None:
            raise SessionError(
                f"run {document['run']!r} names no best law; `invarieq show` lists its {len(laws)} laws, choose one with --law N"
            )
        return best
    if number > len(laws):
        raise SessionError(f"run {document['run']!r} has {len(laws)} laws; got --law {number}, expected 1 to {len(laws)}")
    return laws[number - 1]


def list_runs(folder: Path) -> list[Run]:
    """The runs directly below a folder, and the folder itself if it is one; sorted by name, kdv-2 before kdv-10."""
    if not folder.is_dir():
        raise SessionError(f"folder {str(folder)!r} does not exist; give the folder that holds the runs (discover makes ./runs)")
    places = [folder] if is_run(folder) else sorted((p for p in folder.iterdir() if is_run(p)), key=_natural)
    return [_describe(place) for place in places]


def next_folder(parent: Path, name: str) -> Path:
    """Make and return the first free folder name-1, name-2, … below `parent`; two processes never get the same one."""
    with storing(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            place = parent / f"{name}-{number}"
            try:
                place.mkdir()
            except FileExistsError:
                continue
            return place
    raise AssertionError("the numbers never end")


def _describe(place: Path) -> Run:
    try:
        with Store.read(place) as store:
            meta, planned, finished = store.meta(), store.stages(), store.finished()
            state, remark = _state(place, planned, finished, meta)
            best = best_law(store.document(RESULT)) if RESULT in finished else None
            equation = None if best is None else str(best["equation"])
            return Run(str(place), store.settings.system, state, equation, round(store.seconds(), 3), remark)
    except SessionError as error:
        return Run(str(place), None, "unreadable", None, None, str(error))


def _state(place: Path, planned: tuple[str, ...], finished: tuple[str, ...], meta: dict[str, Any]) -> tuple[str, str]:
    if planned and planned == finished:
        return "finished", ""
    at = f"{len(finished)} of {len(planned)} stages" if planned else "not begun"
    holder = lock.holder(place)
    if holder is not None and holder.alive:
        return "running", f"{at}, process {holder.pid} on {holder.host}"
    return ("failed", str(meta["failure"])) if meta.get("failure") else ("stopped", at)


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]
