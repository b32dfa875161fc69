"""The SQLite file of a run: made whole or not at all, recognised before it is opened, one connection a process.

Two equal runs hold equal rows in every table but `meta`, which keeps what differs: dates, host, versions, durations.
Every row carries its seal (see `invarieq.store.rows`) since format 2; folders of format 1, made by invarieq 0.1.0, have none:
they are opened to read, as far as SQLite itself finds them whole, and never to write.
Sources: sqlite.org/wal.html (not on network file systems), sqlite.org/fileformat.html section 1.3 (the header) and section 3
(the journal, whose last bytes may name another file, which SQLite would then delete).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from invarieq.errors import SessionError
from invarieq.files import flush_folder, fresh_file, open_plain, require_plain

DATABASE = "session.sqlite"
APPLICATION = 0x696E7671  # "invq"
VERSION = 2
_MAGIC = b"SQLite format 3\x00"
_NAMES_ANOTHER = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"  # the end of a journal that names a journal over several databases
_BESIDE = ("-wal", "-shm", "-journal")
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "lustre", "beegfs", "gpfs", "ceph", "glusterfs", "fuse.sshfs", "afs"}
_RESTORE = "restore it from a copy, or start the discovery again in another folder with --out DIR"

_SEAL = ", seal TEXT NOT NULL"
_TABLES = """
CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL{seal});
CREATE TABLE stages (
    name TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, document TEXT,
    finished INTEGER NOT NULL DEFAULT 0 CHECK (finished = (document IS NOT NULL)){seal}
);
CREATE TABLE files (
    path TEXT PRIMARY KEY, stage TEXT REFERENCES stages (name), name TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL{seal}
);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL{seal});
"""
SCHEMAS = {1: _TABLES.format(seal=""), VERSION: _TABLES.format(seal=_SEAL)}
Row = tuple[Any, ...]


def make_database(folder: Path, settings: Row, files: Sequence[Row] = (), meta: Sequence[Row] = ()) -> None:
    """Make the database of a new run under a temporary name, with rows as `invarieq.store.rows` makes them, and move it into place."""
    require_plain(folder / DATABASE)
    temporary, descriptor = fresh_file(folder)
    try:
        with open(descriptor, "rb"):  # noqa: PTH123 (a descriptor, not a path)
            connection = sqlite3.connect(temporary, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.executescript(
                    f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; BEGIN; {SCHEMAS[VERSION]} COMMIT;"
                )
                with transaction(connection):
                    connection.execute("INSERT INTO settings VALUES (1, ?, ?)", settings)
                    connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", files)
                    connection.executemany("INSERT INTO meta VALUES (?, ?, ?)", meta)
            finally:
                connection.close()
        temporary.replace(folder / DATABASE)
    except BaseException:
        for leftover in (temporary, temporary.with_name(temporary.name + "-journal")):
            leftover.unlink(missing_ok=True)
        raise
    flush_folder(folder)


def connect_to_write(folder: Path, *, vfs: str | None = None) -> sqlite3.Connection:
    """Open a run's database for writing: WAL where it works, else a rollback journal; every commit reaches the disk."""
    version = check_header(folder, alone=True)
    if version == 1:
        raise SessionError(
            f"run folder {str(folder)!r} has format {version}, made by invarieq 0.1.0, which kept no sums beside its documents, so "
            "that nobody can tell whether they are whole; `show`, `export`, `predict` and `report` read it, to go on start the "
            "discovery again in another folder with --out DIR"
        )
    uri = (folder / DATABASE).absolute().as_uri() + "?mode=rw" + (f"&vfs={vfs}" if vfs else "")
    with damage(folder):
        # a bounded step runs in a thread of its own, while the one that opened the database waits for it
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10.0, check_same_thread=False)
        try:
            _check(connection, folder, version)  # before the journal is chosen, which writes
            if on_network(folder) or not _use_wal(connection):
                connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    return connection


def connect_to_read(folder: Path) -> tuple[sqlite3.Connection, int]:
    """Open a run's database for reading only, and say its format; works while another process writes, and on read-only disks."""
    version = check_header(folder)
    uri = (folder / DATABASE).absolute().as_uri()
    with damage(folder):
        connection = sqlite3.connect(uri + "?mode=ro", uri=True, isolation_level=None, timeout=10.0)
        try:
            _check(connection, folder, version)
        except sqlite3.OperationalError:
            connection.close()
            log = folder / f"{DATABASE}-wal"
            if log.exists() and log.stat().st_size:
                raise
            connection = sqlite3.connect(uri + "?immutable=1", uri=True, isolation_level=None)
            _check(connection, folder, version)
    return connection, version


def check_header(folder: Path, *, alone: bool = False) -> int:
    """The format of a run; refuse, without opening it, a database that is missing, a link, not SQLite, another program's or newer.

    `alone`: it is going to be changed in place, so that a second name of the file (a hard link) is refused too.
    """
    path = folder / DATABASE
    try:
        with open_plain(path) as stream:
            header = stream.read(100)
        require_plain(path, alone=alone)
        for beside in (path.with_name(path.name + end) for end in _BESIDE):
            require_plain(beside, alone=alone)
        _check_journal(path.with_name(path.name + "-journal"))
    except (FileNotFoundError, NotADirectoryError):
        there = "holds no run (no session.sqlite)" if folder.is_dir() else "does not exist"
        raise SessionError(
            f"run folder {str(folder)!r} {there}; list runs with `invarieq runs`, start one with `invarieq discover SYSTEM`"
        ) from None
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else str(path)
        raise SessionError(f"{place!r} cannot be read: {error.strerror}; check what it is, and its permissions") from None
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise SessionError(f"{str(path)!r} is damaged: not an SQLite database ({path.stat().st_size} bytes); {_RESTORE}")
    application, version = int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big")
    if application != APPLICATION:
        raise SessionError(
            f"{str(path)!r} belongs to another program (application id {application:#x}, expected {APPLICATION:#x}); give a run "
            "folder of invarieq"
        )
    if version > VERSION:
        raise SessionError(
            f"{str(path)!r} has format {version}, made by a newer invarieq; this one reads up to {VERSION}: "
            "pip install -U invarieq"
        )
    return version


def _check_journal(path: Path) -> None:
    """A journal that names a file outside is none of ours: SQLite would delete that file."""
    if require_plain(path):
        with open_plain(path) as stream:
            if path.stat().st_size >= 8 and stream.seek(-8, 2) and stream.read() == _NAMES_ANOTHER:
                raise OSError(0, "it names another file, as no run does", str(path))


def select(connection: sqlite3.Connection, folder: Path, query: str, values: Row = ()) -> list[Row]:
    """Rows; whatever is wrong with them is one `SessionError`."""
    with damage(folder):
        return connection.execute(query, values).fetchall()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All writes of the block or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def close_database(connection: sqlite3.Connection) -> None:
    """Close; a run at rest is one plain file, so that a copy of it is whole and a read-only disk can show it."""
    with suppress(sqlite3.Error):  # somebody reads: the write-ahead log stays, which is as safe
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.close()


def on_network(folder: Path, mounts: str | None = None) -> bool:
    """True where Linux says that the folder lies on a network file system (on which WAL may corrupt).

    `mounts` is the text of /proc/self/mounts.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
    place, best = folder.resolve(), (0, "")
    for line in mounts.splitlines():
        _, point, kind, *_ = line.split()
        if place.is_relative_to(point.replace("\\040", " ")):
            best = max(best, (len(point), kind))
    return best[1] in _NETWORK


def _use_wal(connection: sqlite3.Connection) -> bool:
    try:
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            return False
        connection.execute("BEGIN IMMEDIATE")  # a probe: the mode can be granted where its locks then fail
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise
        return False
    return True


def _check(connection: sqlite3.Connection, folder: Path, version: int) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    wrong = _foreign(connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall(), version)
    if not wrong:
        answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        wrong = "" if answer == "ok" else answer
    if wrong:
        raise SessionError(f"{str(folder / DATABASE)!r} is damaged: {wrong}; {_RESTORE}")


def _foreign(found: list[Row], version: int) -> str:
    """What the schema lacks, or has and should not: a view or a trigger of a stranger's would be run by reading."""
    made = SCHEMAS.get(version, SCHEMAS[VERSION])
    wanted = {_plain(sql).split(" ")[2]: _plain(sql) for sql in made.split(";") if sql.strip()}
    there = {name: _plain(sql) for kind, name, sql in found if kind == "table" and isinstance(sql, str)}
    missing = sorted(set(wanted) - set(there))
    if missing:
        return f"it has no table {missing[0]!r}"
    if version not in SCHEMAS:
        return f"its format is {version}, which no invarieq has written"
    stray = [
        str(name) for kind, name, sql in found if sql is not None and (kind != "table" or there.get(name) != wanted.get(name))
    ]
    return f"its {stray[0]!r} is not as invarieq makes it" if stray else ""


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


@contextmanager
def damage(folder: Path) -> Generator[None]:
    """Turn an error of the database in the block into a `SessionError` with the path and the mend."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise SessionError(
            f"{str(folder / DATABASE)!r} cannot be opened: {error}; check permissions, and that no other program holds it"
        ) from None
    except sqlite3.DatabaseError as error:
        raise SessionError(f"{str(folder / DATABASE)!r} is damaged: {error}; {_RESTORE}") from None
