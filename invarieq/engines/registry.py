"""Engines by name: those that come along, and those of installed packages."""

from __future__ import annotations

from invarieq.engines.adapters.pysindy import pysindy_optimizer
from invarieq.engines.engine import Engine
from invarieq.engines.names import AUTO, PYSINDY, check_engine, installed
from invarieq.engines.points.engine import Invariants
from invarieq.engines.weak.engine import Regression
from invarieq.engines.weak.path import threshold_path
from invarieq.errors import DeclarationError


def engine_of(name: str) -> Engine:
    """The engine with this name; raises `DeclarationError` for an unknown one or one that does not fit the protocol."""
    check_engine(name)
    if name in (AUTO, "sparse"):
        return Regression("sparse", threshold_path)
    if name in PYSINDY:
        return Regression(name, pysindy_optimizer(name))
    if name == "invariants":
        return Invariants()
    found = next(e for e in installed() if e.name == name)
    loaded = found.load()
    engine = loaded() if isinstance(loaded, type) else loaded
    if not isinstance(engine, Engine):
        raise DeclarationError(
            f"engine {name!r} of {found.value!r} is no engine: expected an object with a name and a method search(space, records, *, seed, "
            "progress, budget)"
        )
    return engine
