"""Files of a run folder: written whole or not at all, and recognised by their checksum when read."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from invarieq.errors import SessionError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """A file in place: its path below the run folder, the SHA-256 of its bytes, and their number."""

    path: str
    sha256: str
    size: int


def check_name(name: str, what: str) -> str:
    """Return a name that may be part of a file name; raise `SessionError` otherwise."""
    if not _NAME.fullmatch(name):
        raise SessionError(f"{what} {name!r}: expected up to 64 letters, digits, - and _, starting with a letter or digit")
    return name


def write_array(folder: Path, path: str, array: Array) -> Written:
    """Write one array as .npy (shape and type kept, no pickle) and return its checksum."""
    import numpy as np

    if array.dtype.hasobject:
        raise SessionError(f"array {path!r} holds Python objects; store numbers (got dtype {array.dtype})")
    return _replace(folder, path, lambda stream: np.save(stream, array, allow_pickle=False))


def write_text(folder: Path, path: str, text: str) -> Written:
    """Write a text as UTF-8 and return its checksum."""

    def save(stream: _Hashing) -> None:
        stream.write(text.encode())

    return _replace(folder, path, save)


def read_array(folder: Path, written: Written) -> Array:
    """A fresh copy of a stored array, after its checksum was compared."""
    import numpy as np

    with _open(folder, written) as stream:
        return np.load(stream, allow_pickle=False)


def read_text(folder: Path, written: Written) -> str:
    """A stored text, after its checksum was compared."""
    with _open(folder, written) as stream:
        return stream.read().decode()


def remove_leftovers(folder: Path) -> None:
    """Delete temporary files that a killed process left behind; call only with the lock held."""
    for place in (folder, folder / "arrays"):
        for path in place.glob(".*.tmp") if place.is_dir() else ():
            path.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power (POSIX; elsewhere the system does)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Hashing:
    """A writable stream that sums what passes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.sum, self.size = stream, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sum.update(data)
        self.size += len(data)
        return self.stream.write(data)


def _replace(folder: Path, path: str, save: Callable[[_Hashing], None]) -> Written:
    target = folder / path
    target.parent.mkdir(exist_ok=True)
    temporary = target.parent / f".{target.name}.tmp"
    with temporary.open("wb") as stream:
        hashing = _Hashing(stream)
        save(hashing)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(target)
    flush_folder(target.parent)
    return Written(path, hashing.sum.hexdigest(), hashing.size)


def _open(folder: Path, written: Written) -> IO[bytes]:
    place = folder / written.path
    mend = "restore it from a copy of the run, or start the discovery again in another folder"
    try:
        stream = place.open("rb")
    except FileNotFoundError:
        raise SessionError(f"run folder {str(folder)!r}: its file {written.path!r} is missing; {mend}") from None
    except OSError as error:
        raise SessionError(
            f"run folder {str(folder)!r}: its file {written.path!r} cannot be read: {error.strerror}; {mend}"
        ) from None
    total = hashlib.sha256()
    while block := stream.read(_BLOCK):
        total.update(block)
    if total.hexdigest() != written.sha256:
        size = stream.tell()
        stream.close()
        what = f"has {size} bytes instead of {written.size}" if size != written.size else "was changed"
        raise SessionError(f"run folder {str(folder)!r}: its file {written.path!r} {what}; {mend}")
    stream.seek(0)
    return stream
