"""The one call: from a system and data to a law, in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from invarieq.budget import UNLIMITED, Budget, Meter
from invarieq.data import Dataset, read_dataset, simulate
from invarieq.discovery.discovery import Discovery, completed
from invarieq.discovery.options import Options
from invarieq.discovery.work import Memory, Work
from invarieq.errors import DataError
from invarieq.progress import Callback, Progress, listening
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
    progress: Progress | Callback | None = None,
    budget: Budget | None = None,
) -> Discovery:
    """Find the law behind data.

    `system`: a `System`, a shipped name, or the path of a .toml or .py file; None takes the data's own coordinates and
    fields with translations as symmetry. `data`: an xarray Dataset, arrays by name, a pandas or polars table, the path of a
    file, a list of these (one a record); None takes the system's own data or simulates its law. `engine`: see
    `invarieq.engines.engine_names`; `symmetry`: declared, auto, relaxed, regularized or none; `hold_out`: the share of the
    data that the search does not see. `progress` hears of every step as `progress(text, fraction or None)`; an exception that it raises
    ends the discovery. Equal arguments give equal bytes, unless a budget of seconds ends the work (the answer then says so).

    Raises `DataError` for data that are unfit, `DeclarationError` for options that are not known, `NotASymmetry` where the data
    contradict the declared symmetry, `NoInvariants` where there is no law to be had, `OutOfBudget` where the budget ends first.
    """
    options = Options(engine, symmetry, seed, hold_out, budget or UNLIMITED)
    listener = listening(progress)
    asked = time_first(system if isinstance(system, System) else load_system(system or ""))

    def obtain(progress: Progress) -> Dataset:
        if isinstance(data, Dataset):
            return data
        if data is not None:
            return read_dataset(data, asked.space, axes=asked.axes or None)
        if asked.law and asked.simulation is not None:
            return simulate(asked, progress=progress.advance)
        raise DataError(f"system {asked.name!r} has no data and nothing to simulate")

    return completed(Work(Memory(), asked, options, obtain, listener, Meter(options.budget)))
