"""Names of engines, without the engines: what a command can refuse before anything heavy is loaded."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from invarieq.errors import DeclarationError, suggestion

GROUP = "invarieq.engines"
AUTO = "auto"
PYSINDY = ("stlsq", "sr3", "ssr")
OWN = ("sparse", "invariants", *PYSINDY)


def installed() -> tuple[EntryPoint, ...]:
    """The engines of installed packages, by name; one that takes the name of our own is not among them."""
    return tuple(sorted((e for e in entry_points(group=GROUP) if e.name not in (AUTO, *OWN)), key=lambda e: e.name))


def engine_names() -> tuple[str, ...]:
    """Names that `--engine` takes: `auto`, those that come along, then those of installed packages."""
    return (AUTO, *OWN, *(e.name for e in installed()))


def check_engine(name: str) -> str:
    """The name; raises `DeclarationError` for one that no engine has."""
    if name not in engine_names():
        raise DeclarationError(f"engine {name!r} is unknown{suggestion(str(name), engine_names())}")
    return name
