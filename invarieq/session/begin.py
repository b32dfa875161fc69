"""The first second of a discovery: what can be refused at once is refused, then the run folder stands.

Everything heavy is imported later, so that a run which is killed early can already be resumed.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from invarieq.errors import DataError, DeclarationError, suggestion
from invarieq.session.settings import ENGINES, Settings
from invarieq.session.store import Store

KEPT = "system.toml"
STARTED_IN = "started_in"


def begin(settings: Settings, folder: Path) -> None:
    """Make the run folder with the settings and the system in it; a system that cannot be loaded leaves nothing behind.

    Raises `DeclarationError` for an unknown engine, `DataError` for a data file that does not exist, `UnknownSystem` and
    what loading the system raises, `SessionError` for a folder that is in use or cannot be written.
    """
    if settings.engine not in ENGINES:
        raise DeclarationError(f"engine {settings.engine!r} is unknown{suggestion(settings.engine, ENGINES)}")
    if settings.data is not None:
        if not Path(settings.data).exists():
            raise DataError(f"data file {settings.data!r} does not exist; give the path of a file with --data FILE")
        settings = replace(settings, data=str(Path(settings.data).resolve()))  # a resume may start in another folder
    before = {p.name for p in folder.iterdir()} if folder.is_dir() else None
    store = Store.create(folder, settings)
    try:
        with store:
            store.note(STARTED_IN, str(Path.cwd()))
            keep_system(store)
    except BaseException:
        _clear(folder, before)
        raise


def keep_system(store: Store) -> None:
    """Write the system as text into the run folder, if it is not there yet."""
    if store.get_text(KEPT) is not None:
        return
    from invarieq.system import load_system, write_toml

    system = load_system(from_start(store, store.settings.system))
    if system.data is not None and not isinstance(system.data, str) and store.settings.data is None:
        raise DataError(
            f"system {system.name!r} holds its data in memory, which a run folder cannot name; write them to a file and give it with --data FILE"
        )
    store.put_text(KEPT, write_toml(system))


def from_start(store: Store, name: str) -> str:
    """A system's name, or its path as it is seen from here: relative paths count from where the discovery was started."""
    start = Path(store.meta().get(STARTED_IN, ""))
    return name if start == Path.cwd() or Path(name).suffix not in {".toml", ".py"} else str(start / name)


def _clear(folder: Path, before: set[str] | None) -> None:
    """Remove what this process wrote."""
    if before is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in [p for p in folder.iterdir() if p.name not in before]:
        path.unlink(missing_ok=True)
