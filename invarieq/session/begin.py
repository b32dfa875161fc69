"""The first second of a discovery: what can be refused at once is refused, then the run folder stands, with its system in it.

Only here, where a user names a system, is one loaded; all that comes later reads the text that the folder keeps. The engines and the
data are imported later, so that a run which is killed early can already be resumed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from invarieq.catalog import DATA_FILES
from invarieq.data.memory import require_room
from invarieq.errors import DataError, SessionError
from invarieq.store.folder import KEPT, Store
from invarieq.store.settings import Settings

STARTED_IN = "started_in"
TAKEN = "taken"


def begin(settings: Settings, folder: Path) -> None:
    """Make the run folder with the settings and the system in it; a system that cannot be loaded leaves nothing behind.

    Raises `DataError` for a data file that does not exist, `UnknownSystem` and
    what loading the system raises, `SessionError` for a folder that is in use or cannot be written.
    """
    require_room()
    if settings.data is not None:
        if not Path(settings.data).exists():
            raise DataError(f"data file {settings.data!r} does not exist; give the path of a file with --data FILE")
        settings = replace(settings, data=str(Path(settings.data).resolve()))  # a resume may start in another folder
    Store.refuse_used(folder)
    from invarieq.system import load_system, write_toml

    taken = ""
    if Path(settings.system).suffix.lower() in DATA_FILES and settings.data is None:
        from invarieq.data import infer_system

        settings = replace(settings, data=str(Path(settings.system).resolve()))
        inferred = infer_system(settings.data)
        system, taken = inferred.system, inferred.statement
    else:
        system = load_system(settings.system)
    if system.data is not None and not isinstance(system.data, str) and settings.data is None:
        raise DataError(
            f"system {system.name!r} holds its data in memory, which a run folder cannot name; write them to a file and give it with --data FILE"
        )
    Store.create(
        folder, settings, texts={KEPT: write_toml(system)}, notes={STARTED_IN: str(Path.cwd()), TAKEN: taken or None}
    ).close()


def keep_system(store: Store) -> None:
    """Refuse a run whose folder has lost the text of its system, and a process without the memory to go on with one.

    Nothing is loaded in its stead: the name that the settings give may be anything, in a stranger's folder even a program.
    """
    require_room()
    if store.get_text(KEPT) is None:
        raise SessionError(
            f"run folder {str(store.folder)!r} holds no {KEPT}, the text of its system, which no run of invarieq lacks; start the "
            "discovery again in another folder with --out DIR"
        )
