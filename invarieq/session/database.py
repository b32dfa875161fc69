"""The SQLite file of a run: made whole or not at all, recognised before it is opened, one connection a process.

Two equal runs hold equal rows in every table but `meta`, which keeps what differs: dates, host, versions, durations.
Sources: sqlite.org/wal.html (not on network file systems), sqlite.org/fileformat.html section 1.3 (the header).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from invarieq.errors import SessionError
from invarieq.session.files import flush_folder

DATABASE = "session.sqlite"
APPLICATION = 0x696E7671  # "invq"
VERSION = 1
_MAGIC = b"SQLite format 3\x00"
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "lustre", "beegfs", "gpfs", "ceph", "glusterfs", "fuse.sshfs", "afs"}
_RESTORE = "restore it from a copy, or start the discovery again in another folder with --out DIR"

SCHEMA = """
CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL);
CREATE TABLE stages (
    name TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, document TEXT,
    finished INTEGER NOT NULL DEFAULT 0 CHECK (finished = (document IS NOT NULL))
);
CREATE TABLE files (
    path TEXT PRIMARY KEY, stage TEXT REFERENCES stages (name), name TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL
);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def make_database(folder: Path, settings: str) -> None:
    """Make the database of a new run under a temporary name and move it into place."""
    temporary = folder / f".{DATABASE}.tmp"
    for leftover in (temporary, temporary.with_name(temporary.name + "-journal")):
        leftover.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(
            f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; BEGIN; {SCHEMA} COMMIT;"
        )
        connection.execute("INSERT INTO settings VALUES (1, ?)", (settings,))
    finally:
        connection.close()
    temporary.replace(folder / DATABASE)
    flush_folder(folder)


def connect_to_write(folder: Path, *, vfs: str | None = None) -> sqlite3.Connection:
    """Open a run's database for writing: WAL where it works, else a rollback journal; every commit reaches the disk."""
    check_header(folder)
    uri = (folder / DATABASE).absolute().as_uri() + "?mode=rw" + (f"&vfs={vfs}" if vfs else "")
    with _damage(folder):
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10.0)
        _check(connection, folder)  # before the journal is chosen, which writes
        if on_network(folder) or not _use_wal(connection):
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_to_read(folder: Path) -> sqlite3.Connection:
    """Open a run's database for reading only; works while another process writes, and on read-only disks."""
    check_header(folder)
    uri = (folder / DATABASE).absolute().as_uri()
    with _damage(folder):
        connection = sqlite3.connect(uri + "?mode=ro", uri=True, isolation_level=None, timeout=10.0)
        try:
            _check(connection, folder)
        except sqlite3.OperationalError:
            log = folder / f"{DATABASE}-wal"
            if log.exists() and log.stat().st_size:
                raise
            connection.close()
            connection = sqlite3.connect(uri + "?immutable=1", uri=True, isolation_level=None)
            _check(connection, folder)
    return connection


def check_header(folder: Path) -> None:
    """Refuse, without opening it, a database that is missing, not SQLite, another program's or of a newer format."""
    path = folder / DATABASE
    try:
        with path.open("rb") as stream:
            header = stream.read(100)
    except (FileNotFoundError, NotADirectoryError):
        there = "holds no run (no session.sqlite)" if folder.is_dir() else "does not exist"
        raise SessionError(
            f"run folder {str(folder)!r} {there}; list runs with `invarieq runs`, start one with `invarieq discover SYSTEM`"
        ) from None
    except OSError as error:
        raise SessionError(f"{str(path)!r} cannot be read: {error.strerror}; check its permissions") from None
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


def _check(connection: sqlite3.Connection, folder: Path) -> None:
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    missing = sorted({"settings", "stages", "files", "meta"} - tables)
    if answer != "ok" or missing:
        what = answer if answer != "ok" else f"it has no table {missing[0]!r}"
        raise SessionError(f"{str(folder / DATABASE)!r} is damaged: {what}; {_RESTORE}")


@contextmanager
def _damage(folder: Path) -> Generator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise SessionError(
            f"{str(folder / DATABASE)!r} cannot be opened: {error}; check permissions, and that no other program holds it"
        ) from None
    except sqlite3.DatabaseError as error:
        raise SessionError(f"{str(folder / DATABASE)!r} is damaged: {error}; {_RESTORE}") from None
