"""The run folder: everything that one discovery knows, safe against kill, full disk and a second process.

    session.sqlite   settings, the stages with their documents, checksums of all files; `meta`: dates, host, durations
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
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invarieq.errors import SessionError
from invarieq.session import database, files, lock
from invarieq.session.faults import resume_command, storing
from invarieq.session.origin import now, origin
from invarieq.session.settings import Settings

if TYPE_CHECKING:
    from invarieq.session.files import Array

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Store:
    """One run folder. `create` and `open` lock it for writing, `read` does not; use it in a `with` statement."""

    folder: Path
    settings: Settings
    connection: sqlite3.Connection
    lock: lock.Lock | None

    @classmethod
    def create(cls, folder: Path, settings: Settings) -> Store:
        """Start a run in a new or empty folder; raises `SessionError` for any other, or one that cannot be written."""
        with storing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_used(folder)
            held = lock.acquire(folder)
            try:
                _refuse_used(folder)
                database.make_database(folder, _text(settings.to_json(), "settings"))
                store = _open_locked(folder, held)
                store.note("created", now())
                for key, value in origin().items():
                    store.note(key, value)
            except BaseException:
                held.release()
                raise
        return store

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a run to go on with it; raises `SessionError` if it is damaged, foreign, newer or in use."""
        database.check_header(folder)
        held = lock.acquire(folder)
        try:
            files.remove_leftovers(folder)
            return _open_locked(folder, held)
        except BaseException:
            held.release()
            raise

    @classmethod
    def read(cls, folder: Path) -> Store:
        """Open a run only to read; another process may be writing it."""
        connection = database.connect_to_read(folder)
        return cls(folder, _settings(connection), connection, None)

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
            rows = [(files.check_name(name, "stage"), position) for position, name in enumerate(names)]
            with storing(self.folder), database.transaction(self.connection):
                self.connection.executemany("INSERT INTO stages (name, position) VALUES (?, ?)", rows)

    def stages(self) -> tuple[str, ...]:
        """Names of all planned stages, in order."""
        return tuple(row[0] for row in self.connection.execute("SELECT name FROM stages ORDER BY position"))

    def finished(self) -> tuple[str, ...]:
        """Names of the finished stages, in order."""
        return tuple(row[0] for row in self.connection.execute("SELECT name FROM stages WHERE finished ORDER BY position"))

    def put(self, stage: str, document: Mapping[str, Any], arrays: Mapping[str, Array], *, seconds: float = 0.0) -> None:
        """Store the result of a planned stage: arrays first, each whole, then one transaction that makes it finished."""
        text = _text(document, f"the document of stage {stage!r}")
        with storing(self.folder):
            rows = []
            for number, (name, array) in enumerate(arrays.items()):
                # the number keeps u and U apart where the file system does not
                path = f"arrays/{files.check_name(stage, 'stage')}.{number}.{files.check_name(name, 'array')}.npy"
                rows.append((name, files.write_array(self.folder, path, array)))
            with database.transaction(self.connection):
                self.connection.execute("DELETE FROM files WHERE stage = ?", (stage,))
                for name, file in rows:
                    self.connection.execute(
                        "INSERT INTO files VALUES (?, ?, ?, ?, ?)", (file.path, stage, name, file.sha256, file.size)
                    )
                changed = self.connection.execute("UPDATE stages SET document = ?, finished = 1 WHERE name = ?", (text, stage))
                if not changed.rowcount:
                    raise SessionError(f"stage {stage!r} was not planned; the plan is {', '.join(self.stages())}")
                self._note(f"seconds:{stage}", seconds)

    def document(self, stage: str) -> Json:
        """The document of a finished stage."""
        row = self.connection.execute("SELECT document FROM stages WHERE name = ? AND finished", (stage,)).fetchone()
        if row is None:
            done = ", ".join(self.finished()) or "none"
            raise SessionError(
                f"run folder {str(self.folder)!r}: stage {stage!r} is not finished (finished: {done}); go on with: "
                f"{resume_command(self.folder)}"
            )
        return json.loads(row[0])

    def arrays(self, stage: str) -> dict[str, Array]:
        """Fresh copies of all arrays of a finished stage."""
        self.document(stage)
        rows = self.connection.execute(
            "SELECT name, path, sha256, size FROM files WHERE stage = ? ORDER BY rowid", (stage,)
        ).fetchall()
        return {name: files.read_array(self.folder, files.Written(*rest)) for name, *rest in rows}

    def array(self, stage: str, name: str) -> Array:
        """A fresh copy of one array of a finished stage."""
        self.document(stage)
        row = self.connection.execute(
            "SELECT path, sha256, size FROM files WHERE stage = ? AND name = ?", (stage, name)
        ).fetchone()
        if row is None:
            raise SessionError(f"run folder {str(self.folder)!r}: stage {stage!r} has no array {name!r}")
        return files.read_array(self.folder, files.Written(*row))

    def put_text(self, name: str, text: str) -> None:
        """Keep a text as a file of the run folder, e.g. `system.toml`."""
        stem, _, suffix = name.rpartition(".")
        files.check_name(stem, "text")
        files.check_name(suffix, "suffix")
        with storing(self.folder):
            file = files.write_text(self.folder, name, text)
            with database.transaction(self.connection):
                self.connection.execute(
                    "INSERT OR REPLACE INTO files VALUES (?, NULL, ?, ?, ?)", (file.path, name, file.sha256, file.size)
                )

    def get_text(self, name: str) -> str | None:
        """A kept text, or None if there is none of that name."""
        row = self.connection.execute("SELECT path, sha256, size FROM files WHERE stage IS NULL AND name = ?", (name,)).fetchone()
        return None if row is None else files.read_text(self.folder, files.Written(*row))

    def note(self, key: str, value: Any) -> None:
        """Keep something that may differ between equal runs (a date, a duration, a failure); None removes it."""
        with storing(self.folder), database.transaction(self.connection):
            self._note(key, value)

    def meta(self) -> Json:
        """All notes."""
        return {key: json.loads(value) for key, value in self.connection.execute("SELECT key, value FROM meta ORDER BY key")}

    def seconds(self) -> float:
        """Time spent in finished stages, over all starts and resumes."""
        return math.fsum(value for key, value in self.meta().items() if key.startswith("seconds:"))

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

    def _note(self, key: str, value: Any) -> None:
        self.connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        if value is not None:
            self.connection.execute("INSERT INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def is_run(folder: Path) -> bool:
    """True if the folder holds a run's database (of whatever state)."""
    return (folder / database.DATABASE).is_file()


def _open_locked(folder: Path, held: lock.Lock) -> Store:
    connection = database.connect_to_write(folder)
    try:
        return Store(folder, _settings(connection), connection, held)
    except BaseException:
        connection.close()
        raise


def _settings(connection: sqlite3.Connection) -> Settings:
    return Settings.from_json(json.loads(connection.execute("SELECT document FROM settings").fetchone()[0]))


def _refuse_used(folder: Path) -> None:
    if is_run(folder):
        raise SessionError(
            f"run folder {str(folder)!r} already holds a run; go on with it: {resume_command(folder)}, or give another folder "
            "with --out DIR"
        )
    # a discovery killed in its first instant leaves only the lock and a hidden temporary file: that is still empty
    strangers = sorted(
        p.name for p in folder.iterdir() if p.name != lock.LOCK_FILE and not p.name.startswith(f".{database.DATABASE}.tmp")
    )
    if strangers:
        raise SessionError(
            f"run folder {str(folder)!r} is not empty (it holds {strangers[0]!r}) and is not a run; give another --out DIR"
        )


def _text(document: Mapping[str, Any], what: str) -> str:
    try:
        return json.dumps(document, allow_nan=False, ensure_ascii=False, default=_plain)
    except (ValueError, TypeError) as error:
        raise SessionError(
            f"{what} cannot be stored as JSON: {error}; store finite numbers, texts, lists, objects and None"
        ) from None


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return value.item()
    raise TypeError(f"{type(value).__name__} {value!r}"[:200])
