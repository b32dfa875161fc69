"""The data of a discovery: what is given, else a simulation of the declared law; fit for a search."""

from __future__ import annotations

from typing import Any

from invarieq.data import Dataset, check_dataset, dataset_from, simulate
from invarieq.errors import DataError
from invarieq.progress import Progress
from invarieq.system import System


def obtained(system: System, given: Any, progress: Progress) -> Dataset:
    """The fields of the system out of anything that `dataset_from` takes; None simulates the law.

    Raises `DataError` or `GridError` for data that are unfit or that there are none, `SimulationError` for a law that cannot be simulated.
    """
    if given is not None:
        return dataset_from(given, system.space, axes=system.axes or None)
    if not system.law or system.simulation is None:
        raise DataError(f"system {system.name!r} has no data and nothing to simulate; give data (--data FILE, or data=…)")
    dataset = simulate(system, progress=progress.advance)
    check_dataset(dataset, system.space)
    return dataset
