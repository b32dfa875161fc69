"""One search for the benchmarks that study a search by itself; whole discoveries are `invarieq.discovery.discover`."""

from __future__ import annotations

from invarieq.data import Dataset
from invarieq.data.records import prepare
from invarieq.engines.engine import run
from invarieq.engines.found import Found, Refused
from invarieq.engines.registry import engine_of
from invarieq.errors import NoInvariants
from invarieq.space.searchspace import SearchSpace
from invarieq.system import System


def sparse(system: System, data: Dataset, *, time_order: int = 1, seed: int = 0, restricted: bool = True) -> Found:
    """The sparse regression for one order in time; raises `NoInvariants` where the symmetry leaves no law."""
    space = SearchSpace(system, time_order, restricted)
    found = run(engine_of("sparse"), space, prepare(data, system.space), seed=seed)
    if isinstance(found, Refused):
        raise NoInvariants(found.reason)
    return found
