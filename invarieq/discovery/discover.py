"""The one call: from a system and data to a law, in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invarieq.budget import UNLIMITED, Budget, Meter
from invarieq.catalog import DATA_FILES
from invarieq.data import Dataset, infer_system
from invarieq.discovery.discovery import Discovery, completed
from invarieq.discovery.obtained import obtained
from invarieq.discovery.work import Memory, Work
from invarieq.errors import DeclarationError
from invarieq.progress import Callback, Progress, listening
from invarieq.store.options import Options
from invarieq.system import System, load_system
from invarieq.system.clock import time_first


def discover(
    system: System | str | Path | None = None,
    data: Any = None,
    *,
    engine: str = "auto",
    symmetry: str = "declared",
    seed: int = 0,
    hold_out: float = 0.0,
    progress: Progress | Callback | bool | None = None,
    budget: Budget | None = None,
) -> Discovery:
    """Find the law behind data.

    `system`: a `System`, a shipped name, or the path of a .toml or .py file; None takes the data's own coordinates and
    fields with translations as symmetry. `data`: an xarray Dataset, arrays by name, a pandas or polars table, the path of a
    file, a list of these (one a record); None takes the system's own data or simulates its law. `engine`: see
    `invarieq.engines.names.engine_names`; `symmetry`: declared, auto, relaxed, regularized or none; `hold_out`: the share of the
    data that the search does not see. `progress` hears of every step as `progress(text, fraction or None)`, True shows a bar; an exception that
    it raises ends the discovery. Equal arguments give equal bytes, unless a budget of seconds ends the work (the answer then says so).

    Raises `DataError` for data that are unfit, `DeclarationError` for options that are not known, `NotASymmetry` where the data
    contradict the declared symmetry, `NoInvariants` where there is no law to be had, `OutOfBudget` where the budget ends first.
    """
    options = Options(engine, symmetry, seed, hold_out, UNLIMITED if budget is None else budget)
    listener = listening(progress)
    asked = _asked(system, data)
    if asked.taken:
        listener.step(f"taken for granted: {asked.taken}")
    work = Work(Memory(), asked.system, options, asked.obtain, listener, Meter(options.budget), asked.taken)
    return completed(work)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The system, what gives its data, and what was taken for granted of data without a system."""

    system: System
    obtain: Callable[[Progress], Dataset]
    taken: str = ""


def _asked(system: System | str | Path | None, data: Any) -> _Asked:
    if isinstance(system, str | Path) and Path(system).suffix.lower() in DATA_FILES and data is None:
        system, data = None, system
    if system is None:
        if data is None:
            raise DeclarationError("discover() needs a system or data: give a System, a name, or data such as {'t': t, 'x': x}")
        inferred = infer_system(data)
        return _Asked(time_first(inferred.system), lambda _: inferred.dataset, inferred.statement)
    if not isinstance(system, System | str | Path):
        raise DeclarationError(
            f"system: got a {type(system).__name__}; expected a System, a shipped name, or the path of a .toml or .py file. "
            "Data are the second argument: discover(data=…)"
        )
    declared = time_first(system if isinstance(system, System) else load_system(system))
    given = declared.data if data is None else data
    return _Asked(declared, lambda progress: obtained(declared, given, progress))
