"""A discovery in memory as a run folder, and back: the same documents and arrays that a session keeps."""

from __future__ import annotations

import json
from pathlib import Path

from invarieq.discovery.work import Memory
from invarieq.errors import SessionError
from invarieq.store.folder import KEPT, Store
from invarieq.store.options import Options
from invarieq.store.settings import Settings
from invarieq.system import System, read_toml, write_toml
from invarieq.system.clock import time_first


def write_folder(folder: Path, system: System, options: Options, journal: Memory) -> None:
    """Write a finished discovery as a run; raises `SessionError` for a folder that is in use or cannot be written."""
    settings = Settings(
        system=system.name,
        engine=options.engine,
        seed=options.seed,
        mode=options.symmetry,
        hold_out=options.hold_out,
        budget=options.budget.seconds,
    )
    with Store.create(folder, settings, texts={KEPT: write_toml(system)}) as store:
        store.plan(tuple(journal.documents))
        for stage in journal.documents:
            store.put(stage, journal.document(stage), journal.arrays(stage))


def read_folder(folder: Path) -> tuple[System, Options, Memory]:
    """What a finished run holds; raises `SessionError` for one that is not finished, damaged or no run."""
    journal = Memory()
    with Store.read(folder) as store:
        text, options = store.get_text(KEPT), store.settings.options
        if text is None or store.finished() != store.stages():
            raise SessionError(f"run folder {str(folder)!r} holds no finished discovery; go on with: invarieq resume {folder}")
        for stage in store.stages():
            journal.documents[stage] = json.dumps(store.document(stage))
            journal.held[stage] = store.arrays(stage)
    return time_first(read_toml(text, where=KEPT)), options, journal
