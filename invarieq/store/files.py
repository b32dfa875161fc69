"""Files of a run folder: written whole or not at all, and recognised by their checksum when read.

A folder may come from a stranger: links and anything else that is no plain file are refused, and so is a path that leads out.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from invarieq.errors import SessionError
from invarieq.files import Save, open_plain, replace_file, require_folder

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray

ARRAYS = "arrays"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PATH = re.compile(rf"(?:{ARRAYS}/)?[A-Za-z0-9][A-Za-z0-9_.-]{{0,199}}")
_BLOCK = 1 << 20
_MEND = "restore it from a copy of the run, or start the discovery again in another folder"


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
    return _write(folder, path, lambda stream: np.save(stream, array, allow_pickle=False))


def write_text(folder: Path, path: str, text: str) -> Written:
    """Write a text as UTF-8 and return its checksum."""
    return _write(folder, path, lambda stream: stream.write(text.encode()))


def read_array(folder: Path, written: Written) -> Array:
    """A fresh copy of a stored array, after its checksum was compared."""
    import numpy as np

    with _open(folder, written) as stream:
        try:
            return np.load(stream, allow_pickle=False)
        except (ValueError, EOFError, OSError, MemoryError) as error:
            raise SessionError(
                f"run folder {str(folder)!r}: its file {written.path!r} holds no array: {error}; {_MEND}"
            ) from None


def read_text(folder: Path, written: Written) -> str:
    """A stored text, after its checksum was compared."""
    with _open(folder, written) as stream:
        try:
            return stream.read().decode()
        except UnicodeDecodeError as error:
            raise SessionError(f"run folder {str(folder)!r}: its file {written.path!r} is no text: {error}; {_MEND}") from None


def remove_leftovers(folder: Path) -> None:
    """Delete temporary files that a killed process left behind; call only with the lock held."""
    for place in (folder, folder / ARRAYS):
        if place == folder or require_folder(place):
            for path in place.glob(".*.tmp*"):
                path.unlink(missing_ok=True)


class _Hashing:
    """A writable stream that sums what passes through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.sum, self.size = stream, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sum.update(data)
        self.size += len(data)
        return self.stream.write(data)


def _write(folder: Path, path: str, save: Save) -> Written:
    target = folder / path
    if target.parent != folder and not require_folder(target.parent):
        target.parent.mkdir()
    sums: list[_Hashing] = []

    def summed(stream: IO[bytes]) -> None:
        sums.append(_Hashing(stream))
        save(sums[0])  # type: ignore[arg-type]

    replace_file(target, summed, plain=True)
    return Written(path, sums[0].sum.hexdigest(), sums[0].size)


def _open(folder: Path, written: Written) -> IO[bytes]:
    where = f"run folder {str(folder)!r}: its file {written.path[:200]!r}"
    if not _PATH.fullmatch(written.path):
        raise SessionError(f"{where} is no file of a run; {_MEND}")
    place = folder / written.path
    try:
        if place.parent != folder:
            require_folder(place.parent)
        stream = open_plain(place)
    except FileNotFoundError:
        raise SessionError(f"{where} is missing; {_MEND}") from None
    except OSError as error:
        raise SessionError(f"{where} cannot be read: {error.strerror}; {_MEND}") from None
    try:
        _compare(stream, written, where)
    except BaseException:
        stream.close()
        raise
    return stream


def _compare(stream: IO[bytes], written: Written, where: str) -> None:
    total = hashlib.sha256()
    while block := stream.read(_BLOCK):
        total.update(block)
    size = stream.tell()
    if total.hexdigest() != written.sha256:
        what = f"has {size} bytes instead of {written.size}" if size != written.size else "was changed"
        raise SessionError(f"{where} {what}; {_MEND}")
    stream.seek(0)
