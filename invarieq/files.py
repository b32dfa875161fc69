"""The one writer of all files: what it leaves is the old file or the whole new one, whoever stops it and however.

The new content goes to a fresh name beside the target (never an existing file, never through a link), reaches the disk, takes the
target's name in one step, and the name reaches the disk. A name that the *user* gives may lead elsewhere: links are followed, and
what exists as a device or a pipe is written into. In a folder that *others* may have made, such as a run folder, `plain` is asked
for: links and everything else that is no file of its own are refused, on writing and on reading.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from invarieq.errors import DataError, InvarieqError

FRESH = ".invarieq-"  # how the name of an unfinished file begins; it ends in LEFT
LEFT = ".tmp"
Save = Callable[[IO[bytes]], object]
_STREAMS = (Path("/dev"), Path("/proc"))  # names here stand for what a process has open
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class _Figure(Protocol):
    def savefig(self, fname: Any, **kwargs: Any) -> None: ...


def write_named(path: Path, save: Save) -> None:
    """Write what a user asked for where he asked for it; raises `DataError` with the path, the cause and the mend."""
    with named(path) as (target, into):
        if into:
            with _stream(target) as stream:
                save(stream)
        else:
            replace_file(target, save)


def write_figure(path: Path, figure: _Figure, **options: Any) -> None:
    """Write a figure of matplotlib by the ending of the name; equal figures are equal bytes (no date goes in)."""
    drawn, ending = io.BytesIO(), path.suffix[1:].lower()
    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(ending, {})
    figure.savefig(drawn, format=ending, metadata=date, **options)
    write_named(path, lambda stream: stream.write(drawn.getvalue()))


@contextmanager
def named(path: Path, *, folder: bool = False) -> Generator[tuple[Path, bool]]:
    """Where a name that a user gave leads, and whether that is to be written into; errors of the block are one `DataError`.

    `folder`: it is the name of a folder to be made.
    """
    try:
        yield (path, False) if folder else _leads_to(path)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise DataError(
            f"{str(path)!r} cannot be written: {error.strerror or error}; choose a folder that exists, is writable and has room"
        ) from None


def replace_file(target: Path, save: Save, *, plain: bool = False) -> None:
    """Put a file in place, with the rights of the one before. `plain`: refuse to take the place of anything but a file."""
    mode = _rights(target, plain=plain)
    temporary, descriptor = fresh_file(target.parent)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            save(stream)
            stream.flush()
            if mode is not None and sys.platform != "win32":
                os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(target.parent)


def fresh_file(folder: Path) -> tuple[Path, int]:
    """A new empty file of a name that nobody could foresee, open for reading and writing."""
    while True:
        path = folder / fresh_name()
        with suppress(FileExistsError):
            return path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666)


def fresh_name() -> str:
    """A name for something unfinished; `leftovers` finds it when its process was killed."""
    return f"{FRESH}{secrets.token_hex(8)}{LEFT}"


def is_there(path: Path, error: type[InvarieqError] = DataError) -> bool:
    """Whether something has this name; raises `error` where the system does not say: a name too long, a folder that may not be entered."""
    try:
        return path.exists()
    except OSError as cause:
        raise error(
            f"{str(path)[:80]!r} cannot be looked for: {cause.strerror}; check the name, and the rights of its folders"
        ) from None


def open_plain(path: Path) -> IO[bytes]:
    """Open a file to read; raises `OSError` for a link, a pipe, a device, a folder."""
    descriptor = _open(path, os.O_RDONLY)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _strange(path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def open_to_change(path: Path) -> int:
    """Open (or make) a file to read and to change in place; raises `OSError` unless it is a plain file of this one name."""
    descriptor = _open(path, os.O_RDWR | os.O_CREAT)
    try:
        _require_plain(path, os.fstat(descriptor), alone=True)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def require_plain(path: Path, *, alone: bool = False) -> bool:
    """Whether something is there; raises `OSError` unless that is a plain file (`alone`: with no second name, a hard link)."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    _require_plain(path, found, alone=alone)
    return True


def require_folder(path: Path) -> bool:
    """Whether something is there; raises `OSError` unless that is a folder itself, not a link to one."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        raise OSError(errno.ENOTDIR, "a link or a file where a folder has to be", str(path))
    return True


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power (POSIX; elsewhere the system does)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stream(path: Path) -> IO[bytes]:
    """What exists and is no file; our own output under another name goes on where it stands."""
    for descriptor in (1, 2):
        with suppress(OSError):
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                return os.fdopen(os.dup(descriptor), "wb")
    return path.open("ab")


def _leads_to(path: Path) -> tuple[Path, bool]:
    if path.name == "" or path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "the name is empty or a folder's", str(path))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:  # nothing there, or a link to a file that is still to be made
        return _target(path), False
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 (`resolve` would follow the link)
    if not stat.S_ISREG(mode) or any(absolute.is_relative_to(place) for place in _STREAMS):
        return path, True
    return _target(path), False


def _target(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _rights(target: Path, *, plain: bool) -> int | None:
    if plain:
        return stat.S_IMODE(target.lstat().st_mode) if require_plain(target) else None
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | _NO_LINK, 0o644)  # a pipe must not keep us waiting
    except OSError as error:
        raise (_strange(path) if error.errno == errno.ELOOP else error) from None


def _require_plain(path: Path, found: os.stat_result, *, alone: bool) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise _strange(path)
    if alone and found.st_nlink > 1:
        raise OSError(errno.EMLINK, f"the file has {found.st_nlink} names (hard links); make a copy of it", str(path))


def _strange(path: Path) -> OSError:
    return OSError(errno.ELOOP, "a link or a device where a plain file has to be", str(path))
