"""One discovery on its way: what its steps may know, and what each of them has found.

A step is a function of the options, the system and what the *journal* gives back of earlier steps. A journal in memory and one in
a folder hand back the same documents, so a discovery without a folder, one with it, and one that was killed and went on end alike.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.budget import Meter
from invarieq.data import Dataset
from invarieq.data.records import Records, prepare
from invarieq.discovery.constraints import ConstraintRecord, with_constraints
from invarieq.discovery.evidence import Searched
from invarieq.discovery.result import Result
from invarieq.documents import Json, from_document
from invarieq.engines.engine import Engine
from invarieq.engines.registry import engine_of
from invarieq.forecast.hold_out import searched_part
from invarieq.progress import Progress
from invarieq.space.searchspace import SearchSpace
from invarieq.store.options import Options
from invarieq.system import System
from invarieq.system.system import changed

Array = NDArray[np.float64]
T = TypeVar("T")
ORDERS = (1, 2)  # in time
ERROR = "error-of-"


class Journal(Protocol):
    """Keeps what steps found. Documents are fresh copies: changing one changes nothing."""

    def document(self, stage: str) -> Json:
        """The document of a finished step."""
        ...

    def arrays(self, stage: str) -> dict[str, Array]:
        """All arrays of a finished step."""
        ...

    def kept(self, stage: str) -> Mapping[str, Any] | None:
        """The state in which an unfinished step was left, if it was kept."""
        ...

    def keep(self, stage: str, state: Mapping[str, Any]) -> None:
        """Keep the state of an unfinished step."""
        ...


@dataclass(slots=True)
class Memory:
    """A journal without a folder."""

    documents: dict[str, str] = field(default_factory=dict[str, str])
    held: dict[str, dict[str, Array]] = field(default_factory=dict[str, dict[str, Array]])

    def put(self, stage: str, result: Result) -> None:
        """Finish a step. Its document goes through text, as one in a folder does."""
        self.documents[stage] = json.dumps(result.document, allow_nan=False)
        self.held[stage] = dict(result.arrays)

    def document(self, stage: str) -> Json:
        """The document of a finished step."""
        return json.loads(self.documents[stage])

    def arrays(self, stage: str) -> dict[str, Array]:
        """All arrays of a finished step."""
        return dict(self.held[stage])

    def kept(self, stage: str) -> Mapping[str, Any] | None:
        """Nothing: what is in memory is not interrupted."""
        return None

    def keep(self, stage: str, state: Mapping[str, Any]) -> None:
        """Forget it."""


@dataclass(slots=True)
class Work:
    """A discovery on its way. `obtain` gives the data, fit for a search, when the first step asks for them; what is read back is
    read once.

    `taken` says what was taken for coordinates and fields of data without a system.
    """

    journal: Journal
    system: System
    options: Options
    obtain: Callable[[Progress], Dataset]
    progress: Progress
    meter: Meter
    taken: str = ""
    _memo: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def engine(self) -> Engine:
        """The engine that searches."""
        return self._once("engine", lambda: engine_of(self.options.engine))

    @property
    def dataset(self) -> Dataset:
        """The data of the step `data`."""
        return self._once("dataset", lambda: stored_dataset(self.journal))

    @property
    def whole(self) -> Records:
        """All data, prepared once."""
        return self._once("whole", lambda: prepare(self.dataset, self.system.space))

    @property
    def records(self) -> Records:
        """The data that the search may see, prepared once."""
        share = self.options.hold_out
        part = self._once("part", lambda: searched_part(self.dataset, share))
        return self._once("records", lambda: prepare(part, self.system.space)) if share else self.whole

    @property
    def seen(self) -> System:
        """The system as a search may see it: without its law, with the constraints found, in mode `auto` without its symmetry."""
        return self._once("seen", self._seen)

    def _seen(self) -> System:
        found = from_document(tuple[ConstraintRecord, ...], self.journal.document("constraints")["found"])
        system = with_constraints(self.system.searchable(), found)
        return changed(system, symmetry=(), discrete=()) if self.options.symmetry == "auto" else system

    def space(self, time_order: int) -> SearchSpace:
        """What may be searched for one order in time."""
        restricted = self.options.symmetry != "none"
        return self._once(f"space_{time_order}", lambda: SearchSpace(self.seen, time_order, restricted))

    def searched(self, time_order: int) -> Searched:
        """What the search for one order in time gave."""
        name = f"order_{time_order}"
        return self._once(name, lambda: from_document(Searched, self.journal.document(name)))

    @property
    def answers(self) -> Sequence[Searched]:
        """What the searches gave, by order in time."""
        return [self.searched(m) for m in ORDERS]

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._memo:
            self._memo[name] = make()
        return self._memo[name]


def data_result(dataset: Dataset) -> Result:
    """A data set as a step's document and arrays."""
    first = dataset.segments[0]
    names = [str(n) for n in (*first.coords, *first.data_vars)]
    arrays = {f"{name}_{k}": np.asarray(s[name].values, dtype=float) for k, s in enumerate(dataset.segments) for name in names}
    arrays |= {f"{ERROR}{name}_{k}": e for name, errors in dataset.errors.items() for k, e in enumerate(errors)}
    document = {
        "source": dataset.source,
        "periodic": sorted(dataset.periodic),
        "segments": len(dataset.segments),
        "units": {n: str(u) for n in names if (u := dataset.units.get(n) or first[n].attrs.get("units"))},
        "dims": {n: list(map(str, first[n].dims)) for n in names},
        "errors": sorted(dataset.errors),
    }
    return Result(document, arrays)


def stored_dataset(journal: Journal) -> Dataset:
    """The data set of the step `data`, as stored."""
    document, arrays = journal.document("data"), journal.arrays("data")
    dims, units, count = document["dims"], document["units"], document["segments"]
    segments = []
    for k in range(count):
        variables = {n: (d, arrays[f"{n}_{k}"], {"units": units[n]} if n in units else {}) for n, d in dims.items()}
        coords = {n: v for n, v in variables.items() if dims[n] == [n]}
        segments.append(xr.Dataset({n: v for n, v in variables.items() if n not in coords}, coords=coords))
    errors = {n: tuple(arrays[f"{ERROR}{n}_{k}"] for k in range(count)) for n in document.get("errors", ())}
    return Dataset(tuple(segments), frozenset(document["periodic"]), document["source"], units, errors)
