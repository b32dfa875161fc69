"""The rows of a run's database, each with its seal: the SHA-256 of all that the row says, compared on every reading.

SQLite knows when a page is torn, not when a digit is another. A stage's seal covers its name, its place, its document and the seals of
its arrays' rows, so that none is lost or exchanged; a row of `files` holds besides the SHA-256 of the file itself. Rows of format 1,
made by invarieq 0.1.0, carry no seals and are taken as they stand.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invarieq.errors import SessionError
from invarieq.store import database
from invarieq.store.files import Written
from invarieq.store.sealed import read_document, read_settings
from invarieq.store.settings import Settings

Row = tuple[Any, ...]
_MEND = "restore the folder from a copy, or start the discovery again in another folder with --out DIR"


def seal(*cells: object) -> str:
    """The SHA-256 of a row."""
    return hashlib.sha256(json.dumps(cells, ensure_ascii=True, default=repr).encode()).hexdigest()


def settings_row(text: str) -> Row:
    """The row of the settings, for a new database."""
    return text, seal("settings", text)


def file_row(stage: str | None, name: str, written: Written) -> Row:
    """The row of an array, or, without a stage, of a text."""
    cells = (written.path, stage, name, written.sha256, written.size)
    return *cells, seal("file", *cells)


def note_row(key: str, value: Any) -> Row:
    """The row of a note."""
    text = json.dumps(value)
    return key, text, seal("note", key, text)


@dataclass(frozen=True, slots=True)
class Planned:
    """A stage: its name, and its document as text if it is finished."""

    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind one connection. Whatever is not as it was written is a `SessionError` with the path and the mend."""

    folder: Path
    connection: sqlite3.Connection
    sealed: bool

    def settings(self) -> Settings:
        """The settings of the run."""
        rows = self._select("SELECT document, {seal} FROM settings")
        what = f"run folder {str(self.folder)!r}: its settings"
        if len(rows) != 1:
            raise SessionError(f"{what} are {len(rows)} rows instead of one; {_MEND}")
        self._compare("settings", rows[0], "the row of its settings")
        return read_settings(read_document(rows[0][0], what), what)

    def stages(self) -> list[Planned]:
        """All planned stages, in order."""
        query = "SELECT name, position, document, finished, {seal} FROM stages ORDER BY position"
        return [self._stage(row) for row in self._select(query)]

    def stage(self, name: str) -> Planned | None:
        """One stage, if it is planned."""
        query = "SELECT name, position, document, finished, {seal} FROM stages WHERE name = ?"
        return next((self._stage(row) for row in self._select(query, (name,))), None)

    def files(self, stage: str | None) -> dict[str, Written]:
        """The files of a stage by name, in order; without a stage the texts."""
        return {row[2]: Written(row[0], row[3], row[4]) for row in self._files(stage)}

    def notes(self) -> dict[str, Any]:
        """All notes."""
        found: dict[str, Any] = {}
        for row in self._select("SELECT key, value, {seal} FROM meta ORDER BY key"):
            self._compare("note", row, f"its note {str(row[0])[:80]!r}")
            found[str(row[0])] = read_document(row[1], f"run folder {str(self.folder)!r}: its note {str(row[0])[:80]!r}")
        return found

    def plan(self, names: Sequence[str]) -> None:
        """Add the stages of a run."""
        rows = [(name, number, seal("stage", name, number, None, 0, [])) for number, name in enumerate(names)]
        self.connection.executemany("INSERT INTO stages (name, position, seal) VALUES (?, ?, ?)", rows)

    def finish(self, stage: str, text: str, files: Sequence[tuple[str, Written]]) -> bool:
        """Give a planned stage its document and its files; False if it is not planned."""
        found = self.connection.execute("SELECT position FROM stages WHERE name = ?", (stage,)).fetchone()
        if found is None:
            return False
        rows = [file_row(stage, name, written) for name, written in files]
        self.connection.execute("DELETE FROM files WHERE stage = ?", (stage,))
        self.connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", rows)
        sealed = seal("stage", stage, found[0], text, 1, [row[-1] for row in rows])
        self.connection.execute("UPDATE stages SET document = ?, finished = 1, seal = ? WHERE name = ?", (text, sealed, stage))
        return True

    def keep(self, name: str, written: Written) -> None:
        """Add or renew the row of a text."""
        self.connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", file_row(None, name, written))

    def note(self, key: str, value: Any) -> None:
        """Keep a note; None removes it."""
        self.connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        if value is not None:
            self.connection.execute("INSERT INTO meta VALUES (?, ?, ?)", note_row(key, value))

    def check(self) -> None:
        """Compare every seal."""
        self.settings()
        self.stages()
        self.files(None)
        self.notes()

    def _stage(self, row: Row) -> Planned:
        name, position, text, finished, sealed = row
        what = f"stage {str(name)[:80]!r}"
        cells = (name, position, text, finished, [file[-1] for file in self._files(name)])
        self._compare("stage", (*cells, sealed), f"its {what}")
        if not isinstance(name, str) or not isinstance(text, str | None) or bool(finished) != (text is not None):
            raise SessionError(f"run folder {str(self.folder)!r}: its {what} is no stage of a run; {_MEND}")
        return Planned(name, text)

    def _files(self, stage: str | None) -> list[Row]:
        query = "SELECT path, stage, name, sha256, size, {seal} FROM files WHERE stage IS ? ORDER BY rowid"
        rows = self._select(query, (stage,))
        for row in rows:
            self._compare("file", row, f"the row of its file {str(row[0])[:80]!r}")
            if not (all(isinstance(row[i], str) for i in (0, 2, 3)) and isinstance(row[4], int)):
                raise SessionError(f"run folder {str(self.folder)!r}: a row of its files is none of a run; {_MEND}")
        return rows

    def _select(self, query: str, values: Row = ()) -> list[Row]:
        return database.select(self.connection, self.folder, query.format(seal="seal" if self.sealed else "NULL"), values)

    def _compare(self, kind: str, row: Row, what: str) -> None:
        if self.sealed and seal(kind, *row[:-1]) != row[-1]:
            raise SessionError(f"run folder {str(self.folder)!r}: {what} was changed (its SHA-256 is another); {_MEND}")
