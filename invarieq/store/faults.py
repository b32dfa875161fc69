"""Faults of the disk and of the database, turned into one message with the path and the mend."""

from __future__ import annotations

import errno
import shlex
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from invarieq.errors import SessionError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def resume_command(folder: Path) -> str:
    """The command that goes on with the run in `folder`, ready to paste into a shell."""
    return f"invarieq resume {shlex.quote(str(folder))}"


@contextmanager
def storing(folder: Path) -> Generator[None]:
    """Turn an `OSError` or a database error while writing to `folder` into a `SessionError` that names the mend."""
    try:
        yield
    except SessionError:
        raise
    except OSError as error:
        raise _full(folder) if error.errno in _FULL else _unwritable(folder, error) from None
    except sqlite3.DatabaseError as error:
        raise _full(folder) if "full" in str(error) else _database(folder, error) from None


def _full(folder: Path) -> SessionError:
    free = _free(folder)
    return SessionError(
        f"run folder {str(folder)!r}: no room to write ({free}); what was stored before is intact. Make space and go on "
        f"with: {resume_command(folder)}"
    )


def _free(folder: Path) -> str:
    try:
        return f"{shutil.disk_usage(folder).free / 1e6:.1f} MB free"
    except OSError:
        return "free space unknown"


def _unwritable(folder: Path, error: OSError) -> SessionError:
    place = error.filename if isinstance(error.filename, str) else str(folder)
    return SessionError(
        f"run folder {str(folder)!r} cannot be written: {error.strerror or error} ({place}); choose a folder that you may "
        "write with --out DIR, or change its permissions"
    )


def _database(folder: Path, error: sqlite3.DatabaseError) -> SessionError:
    if "locked" in str(error):
        return SessionError(
            f"run folder {str(folder)!r}: another program holds its database ({error}); close it and go on with: "
            f"{resume_command(folder)}"
        )
    return SessionError(
        f"run folder {str(folder)!r}: its database fails ({error}); check that the disk is writable and not full, and go on "
        f"with: {resume_command(folder)}"
    )
