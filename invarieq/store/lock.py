"""One writing process a run folder.

The lock is the operating system's own lock on `session.lock`, so that it ends with its process however that dies; the file's
text (process id and host) only serves messages and the list of runs. The file is emptied, never deleted: a deleted lock
file can be locked twice. A link in its place is refused: what it leads to would be emptied.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from invarieq.errors import SessionError
from invarieq.files import open_plain, open_to_change
from invarieq.store.faults import storing

LOCK_FILE = "session.lock"
_LONGEST = 1000
_FAR = 1 << 30  # Windows locks bytes; these lie behind the text, which stays readable


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that writes a run."""

    pid: int
    host: str

    @property
    def alive(self) -> bool:
        """False only when it is known to have ended (on this host, and its id is free)."""
        return self.host != socket.gethostname() or _exists(self.pid)


@dataclass(frozen=True, slots=True)
class Lock:
    """A held lock; `release` it. `stale` is the earlier holder that ended without releasing it, if any."""

    path: Path
    descriptor: int
    stale: Holder | None

    def release(self) -> None:
        """Empty the file and let go."""
        try:
            os.ftruncate(self.descriptor, 0)
        finally:
            os.close(self.descriptor)


def acquire(folder: Path) -> Lock:
    """Lock a run folder for writing, or raise `SessionError` with the process id and the host that hold it."""
    path = folder / LOCK_FILE
    with storing(folder):
        descriptor = open_to_change(path)
    held = not _try_lock(descriptor)
    found = holder(folder)
    elsewhere = found is not None and found.host != socket.gethostname()
    if held or elsewhere:
        os.close(descriptor)
        raise SessionError(_refusal(folder, found, held))
    os.ftruncate(descriptor, 0)
    os.write(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
    os.fsync(descriptor)
    return Lock(path, descriptor, found)


def holder(folder: Path) -> Holder | None:
    """Who holds (or held, if it died) the run in `folder`; None when it was released."""
    try:
        with open_plain(folder / LOCK_FILE) as stream:
            found = json.loads(stream.read(_LONGEST))
        return Holder(int(found["pid"]), str(found["host"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None


def _refusal(folder: Path, found: Holder | None, held: bool) -> str:
    who = f"process {found.pid} on {found.host}" if found else "another process"
    start = f"run folder {str(folder)!r} is in use by {who}"
    if found is not None and not found.alive:
        return f"{start}, which has ended but left workers behind; end them, or wait for them, and try again"
    if held:
        return f"{start}; wait for it or stop it, or give another folder with --out DIR"
    return f"{start}, which cannot be asked from here; if it has ended, delete {str(folder / LOCK_FILE)!r} and try again"


def _exists(pid: int) -> bool:
    if sys.platform == "win32":  # there, signal 0 is Ctrl-C
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
