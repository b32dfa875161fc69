"""The seam behind which every search stands: a search space and records in, laws out.

An engine is found by name among those that come along and the entry points of the group `invarieq.engines` of installed packages,
each an object or a class without parameters that has a `name` and a `search`. An engine may have `honours`, the set of what it takes
from `Terms` beside candidates, of "known" and "bounds"; what a system declares and an engine does not honour is refused before the
search. An engine that takes long is `Resumable`: it works in steps between which its whole state is a document, so that a killed run
goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from invarieq.budget import Meter
from invarieq.data.records import Records
from invarieq.engines.found import Found, Refused
from invarieq.errors import DeclarationError
from invarieq.progress import Progress, Silent
from invarieq.space.searchspace import SearchSpace

HONOURED = ("known", "bounds")  # of `Terms`


@runtime_checkable
class Engine(Protocol):
    """Something that searches. The same arguments give the same answer: everything random comes from `seed`."""

    @property
    def name(self) -> str:
        """What a user calls it."""
        ...

    def search(self, space: SearchSpace, records: Records, *, seed: int, progress: Progress, budget: Meter) -> Found | Refused:
        """Laws of the space that the records obey, or why there are none.

        Raises `DataError` for data that are unfit, `OutOfBudget` where the budget is spent before there is a law.
        """
        ...


@dataclass(frozen=True, slots=True)
class State:
    """All that a resumable engine needs to go on: a document that JSON can hold; `found` once it has ended."""

    document: Mapping[str, Any] = field(default_factory=dict[str, Any])
    found: Found | Refused | None = None


@runtime_checkable
class Resumable(Engine, Protocol):
    """An engine that works in steps."""

    def init(self, space: SearchSpace, records: Records, *, seed: int) -> State:
        """The state before the first step."""
        ...

    def step(self, state: State, space: SearchSpace, records: Records, *, progress: Progress, budget: Meter) -> State:
        """The state after one step more."""
        ...


Keep = Callable[[Mapping[str, Any]], None]


def run(
    engine: Engine,
    space: SearchSpace,
    records: Records,
    *,
    seed: int,
    progress: Progress | None = None,
    budget: Meter | None = None,
    kept: Mapping[str, Any] | None = None,
    keep: Keep | None = None,
) -> Found | Refused:
    """The answer of an engine; a resumable one goes on from the state `kept`, and each new state goes to `keep`.

    Raises `DeclarationError` where the system declares known terms or bounds that the engine does not honour.
    """
    _check_honours(engine, space)
    progress, budget = progress or Silent(), budget or Meter()
    if not isinstance(engine, Resumable):
        return engine.search(space, records, seed=seed, progress=progress, budget=budget)
    state = engine.init(space, records, seed=seed) if kept is None else State(kept)
    while state.found is None:
        state = engine.step(state, space, records, progress=progress, budget=budget)
        if keep is not None and state.found is None:
            keep(state.document)
    return state.found


def _check_honours(engine: Engine, space: SearchSpace) -> None:
    honoured: frozenset[str] = getattr(engine, "honours", frozenset())
    for what in HONOURED:
        if getattr(space.system.terms, what) and what not in honoured:
            raise DeclarationError(
                f"engine {engine.name!r} cannot honour terms.{what} of system {space.system.name!r}: take --engine sparse, or leave it out"
            )
