"""The run folder: everything that one discovery knows, safe against kill, full disk and a second process.

    session.sqlite   settings, the stages with their documents, checksums of all files, each row with its seal; `meta`: dates,
                     host, durations
    session.lock     who writes
    arrays/          one .npy an array
    *.toml           texts kept for the record

A stage counts as finished when its row is committed, and that happens after its arrays are in place. What differs between
two equal runs is in `meta` only; `Store.fingerprint` covers all the rest.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invarieq.errors import SessionError
from invarieq.files import FRESH, LEFT
from invarieq.store import database, files, lock
from invarieq.store.faults import resume_command, storing
from invarieq.store.origin import now, origin
from invarieq.store.rows import Rows, file_row, note_row, settings_row
from invarieq.store.sealed import Json, read_document, write_document
from invarieq.store.settings import Settings

if TYPE_CHECKING:
    from invarieq.store.files import Array

__all__ = ["KEPT", "Json", "Store", "is_run"]
KEPT = "system.toml"  # the text of the run's system


@dataclass(frozen=True, slots=True)
class Store:
    """One run folder. `create` and `open` lock it for writing, `read` does not; use it in a `with` statement."""

    folder: Path
    settings: Settings
    rows: Rows
    lock: lock.Lock | None

    @classmethod
    def create(
        cls,
        folder: Path,
        settings: Settings,
        *,
        texts: Mapping[str, str] | None = None,
        notes: Mapping[str, Any] | None = None,
    ) -> Store:
        """Start a run, with its first texts and notes, in a new or empty folder.

        Raises `SessionError` for any other folder, or one that cannot be written, and leaves that as it was.
        """
        before = {p.name for p in folder.iterdir()} if folder.is_dir() else None
        with storing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            cls.refuse_used(folder)
            held = lock.acquire(folder)
            try:
                cls.refuse_used(folder)
                _make(folder, settings, texts or {}, notes or {})
                return _open_locked(folder, held)
            except BaseException:
                _clear(folder, before)
                held.release()
                raise

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a run to go on with it; raises `SessionError` if it is damaged, foreign, older, newer or in use."""
        database.check_header(folder, alone=True)
        held = lock.acquire(folder)
        try:
            with storing(folder):
                files.remove_leftovers(folder)
            return _open_locked(folder, held)
        except BaseException:
            held.release()
            raise

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Open a run only to read; another process may be writing it."""
        connection, version = database.connect_to_read(folder)
        rows = Rows(folder, connection, sealed=version > 1)
        try:
            return cls(folder, rows.settings(), rows, None)
        except BaseException:
            connection.close()
            raise

    @staticmethod
    def refuse_used(folder: Path) -> None:
        """Raise `SessionError` for a folder that holds a run or anything else."""
        if is_run(folder):
            raise SessionError(
                f"run folder {str(folder)!r} already holds a run; go on with it: {resume_command(folder)}, or give another folder "
                "with --out DIR"
            )
        with storing(folder):
            strangers = sorted(p.name for p in folder.iterdir() if not _begun(p)) if folder.is_dir() else []
        if strangers:
            raise SessionError(
                f"run folder {str(folder)!r} is not empty (it holds {strangers[0]!r}) and is not a run; give another --out DIR"
            )

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection to the database."""
        return self.rows.connection

    def close(self) -> None:
        """Close the database and let go of the lock."""
        if self.lock is None:
            self.connection.close()
            return
        try:
            database.close_database(self.connection)
        finally:
            self.lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def plan(self, names: Sequence[str]) -> None:
        """Name the stages of this run, in order; raises `SessionError` if it was begun with other stages."""
        stored = self.stages()
        if stored and stored != tuple(names):
            raise SessionError(
                f"run folder {str(self.folder)!r} was begun with the stages {', '.join(stored)}; this version of invarieq has "
                f"{', '.join(names)}: go on with the version that began it ({self.meta().get('invarieq', 'unknown')}), or "
                "start again"
            )
        if not stored:
            for name in names:
                files.check_name(name, "stage")
            with storing(self.folder), database.transaction(self.connection):
                self.rows.plan(names)

    def stages(self) -> tuple[str, ...]:
        """Names of all planned stages, in order."""
        return tuple(stage.name for stage in self.rows.stages())

    def finished(self) -> tuple[str, ...]:
        """Names of the finished stages, in order."""
        return tuple(stage.name for stage in self.rows.stages() if stage.text is not None)

    def put(self, stage: str, document: Mapping[str, Any], arrays: Mapping[str, Array], *, seconds: float = 0.0) -> None:
        """Store the result of a planned stage: arrays first, each whole, then one transaction that makes it finished."""
        text = write_document(document, f"the document of stage {stage!r}")
        with storing(self.folder):
            written: list[tuple[str, files.Written]] = []
            for number, (name, array) in enumerate(arrays.items()):
                # the number keeps u and U apart where the file system does not
                path = f"{files.ARRAYS}/{files.check_name(stage, 'stage')}.{number}.{files.check_name(name, 'array')}.npy"
                written.append((name, files.write_array(self.folder, path, array)))
            with database.transaction(self.connection):
                if not self.rows.finish(stage, text, written):
                    raise SessionError(f"stage {stage!r} was not planned; the plan is {', '.join(self.stages())}")
                self.rows.note(f"seconds:{stage}", seconds)

    def document(self, stage: str) -> Json:
        """The document of a finished stage, after its seal was compared."""
        found = self.rows.stage(stage)
        if found is None or found.text is None:
            done = ", ".join(self.finished()) or "none"
            failure = self.meta().get("failure")
            why = f" since it failed ({failure})" if failure else ""
            raise SessionError(
                f"run folder {str(self.folder)!r}: stage {stage!r} is not finished{why} (finished: {done}); go on with: "
                f"{resume_command(self.folder)}"
            )
        what = f"run folder {str(self.folder)!r}: the document of stage {stage!r}"
        document = read_document(found.text, what)
        if not isinstance(document, dict):
            raise SessionError(f"{what} is no object; start the discovery again in another folder with --out DIR")
        return document

    def arrays(self, stage: str) -> dict[str, Array]:
        """Fresh copies of all arrays of a finished stage."""
        self.document(stage)
        return {name: files.read_array(self.folder, written) for name, written in self.rows.files(stage).items()}

    def array(self, stage: str, name: str) -> Array:
        """A fresh copy of one array of a finished stage."""
        self.document(stage)
        written = self.rows.files(stage).get(name)
        if written is None:
            raise SessionError(f"run folder {str(self.folder)!r}: stage {stage!r} has no array {name!r}")
        return files.read_array(self.folder, written)

    def put_text(self, name: str, text: str) -> None:
        """Keep a text as a file of the run folder, e.g. `system.toml`."""
        with storing(self.folder):
            written = _write_text(self.folder, name, text)
            with database.transaction(self.connection):
                self.rows.keep(name, written)

    def get_text(self, name: str) -> str | None:
        """A kept text, or None if there is none of that name."""
        written = self.rows.files(None).get(name)
        return None if written is None else files.read_text(self.folder, written)

    def note(self, key: str, value: Any) -> None:
        """Keep something that may differ between equal runs (a date, a duration, a failure); None removes it."""
        with storing(self.folder), database.transaction(self.connection):
            self.rows.note(key, value)

    def meta(self) -> Json:
        """All notes."""
        return self.rows.notes()

    def seconds(self) -> float:
        """Time spent in finished stages, over all starts and resumes."""
        spent = (value for key, value in self.meta().items() if key.startswith("seconds:"))
        return math.fsum(value for value in spent if isinstance(value, int | float))

    def fingerprint(self) -> str:
        """SHA-256 over everything that two equal runs share: settings, stages with documents, checksums of all files."""
        total = hashlib.sha256()
        for query in (
            "SELECT document FROM settings",
            "SELECT name, position, document FROM stages ORDER BY position",
            "SELECT path, stage, name, sha256, size FROM files ORDER BY path",
        ):
            total.update(json.dumps(self.connection.execute(query).fetchall()).encode())
        return total.hexdigest()


def is_run(folder: Path) -> bool:
    """True if the folder holds a run's database (of whatever state)."""
    return (folder / database.DATABASE).is_file()


def _make(folder: Path, settings: Settings, texts: Mapping[str, str], notes: Mapping[str, Any]) -> None:
    """The texts, then the database with their rows: a run that exists has them."""
    kept = [file_row(None, name, _write_text(folder, name, text)) for name, text in texts.items()]
    noted = {"created": now(), **origin(), **notes}
    meta = [note_row(key, value) for key, value in noted.items() if value is not None]
    database.make_database(folder, settings_row(write_document(settings.to_json(), "settings")), kept, meta)


def _write_text(folder: Path, name: str, text: str) -> files.Written:
    stem, _, suffix = name.rpartition(".")
    files.check_name(stem, "text")
    files.check_name(suffix, "suffix")
    return files.write_text(folder, name, text)


def _begun(path: Path) -> bool:
    """Whether a file may be what a discovery leaves that is killed in its first instant.

    That is its lock, something unfinished, and, beside the lock of a folder without a run, the text of its system.
    """
    if path.name.startswith((f"{FRESH}", f".{database.DATABASE}.tmp")):
        return LEFT in path.name
    beside = path.with_name(lock.LOCK_FILE)
    return path == beside or (path.suffix == ".toml" and beside.is_file() and not beside.is_symlink())


def _clear(folder: Path, before: set[str] | None) -> None:
    """Remove what this process wrote, its lock held, into a folder that it could not make a run."""
    if before is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in [p for p in folder.iterdir() if p.name not in before]:
        path.unlink(missing_ok=True)


def _open_locked(folder: Path, held: lock.Lock) -> Store:
    connection = database.connect_to_write(folder)
    rows = Rows(folder, connection, sealed=True)
    try:
        rows.check()
        return Store(folder, rows.settings(), rows, held)
    except BaseException:
        connection.close()
        raise
