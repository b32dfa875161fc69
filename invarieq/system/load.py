"""Find and load a system by shipped name or by path.

A `.toml` system is read without running any code; a `.py` system is a Python program and is run.
"""

from __future__ import annotations

import runpy
from pathlib import Path

from invarieq import catalog
from invarieq.errors import DeclarationError, InvarieqError, ReadError, UnknownSystem, suggestion
from invarieq.files import is_there
from invarieq.system.system import System, changed
from invarieq.system.toml import MAX_LENGTH, read_toml


def shipped_systems() -> tuple[str, ...]:
    """Names of the systems that come with invarieq."""
    return catalog.names("systems")


def load_system(name: str | Path) -> System:
    """The system with a shipped name, or at a path that ends in .toml or .py."""
    text = str(name)
    if not text.strip():
        raise UnknownSystem(f"the name of the system is empty; give one of: {', '.join(shipped_systems())}, or a path")
    path = Path(text)
    is_there(path, UnknownSystem)
    if path.suffix not in {".toml", ".py"}:
        shipped = catalog.path("systems", text) if text.isidentifier() else None
        if shipped is None:
            what = (
                "is a folder; name a .toml or .py file in it"
                if path.is_dir()
                else f"is unknown{suggestion(text, shipped_systems())}"
            )
            raise UnknownSystem(f"system {text!r} {what} (a path to a .toml or .py file is taken too)")
        path = shipped
    if not path.is_file():
        raise UnknownSystem(
            f"system file {text!r} does not exist; give a path to a .toml or .py file, or one of: {', '.join(shipped_systems())}"
        )
    return _read_toml_file(path) if path.suffix == ".toml" else _run_python_file(path)


def _read_toml_file(path: Path) -> System:
    try:
        if (size := path.stat().st_size) > 4 * MAX_LENGTH:  # UTF-8 takes at most four bytes a character
            raise ReadError(f"system file {str(path)!r} has {size} bytes; expected at most {MAX_LENGTH} characters")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError(f"system file {str(path)!r} cannot be read: {error}") from None
    return read_toml(text, where=str(path))


def _run_python_file(path: Path) -> System:
    try:
        found = runpy.run_path(str(path))
    except InvarieqError as error:
        raise type(error)(f"{path}: {error}") from None
    except Exception as error:
        raise DeclarationError(f"system file {str(path)!r} fails: {type(error).__name__}: {error}") from error
    system = found.get("system")
    if not isinstance(system, System):
        raise DeclarationError(
            f"system file {str(path)!r} defines no `system`; expected system = System(name=..., unknowns=[...])"
        )
    if system.title:
        return system
    title = (found.get("__doc__") or "").strip().splitlines()
    return changed(system, title=title[0].strip() if title else path.stem)
