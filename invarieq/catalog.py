"""Where the shipped systems and grammars are, in a wheel and in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

DATA_FILES = frozenset({".nc", ".zarr", ".npz", ".mat", ".csv", ".parquet"})  # endings of files that hold data


def root() -> Path:
    """The folder that holds `systems/` and `grammars/`: inside an installed package, or the checkout's own."""
    installed = Path(str(files("invarieq"))) / "_catalog"
    return installed if installed.is_dir() else installed.parent.parent


def names(kind: str) -> tuple[str, ...]:
    """Names of the shipped files of a kind (`systems` or `grammars`), sorted."""
    folder = root() / kind
    return tuple(sorted(p.stem for p in folder.glob("*") if p.suffix in {".py", ".toml"} and not p.name.startswith("_")))


def path(kind: str, name: str) -> Path | None:
    """The shipped file `name` of a kind, or None."""
    for suffix in (".py", ".toml"):
        found = root() / kind / f"{name}{suffix}"
        if found.is_file():
            return found
    return None
