"""What one search finds in a data set, and how that compares with the declared law."""

from __future__ import annotations

from invarieq.data import Dataset
from invarieq.data.records import prepare
from invarieq.discovery.discovery import Discovery
from invarieq.engines.engine import run
from invarieq.engines.found import Found, Refused
from invarieq.engines.registry import engine_of
from invarieq.expressions import read_expression
from invarieq.law import Law, Truth, judge, judge_relations
from invarieq.space.searchspace import SearchSpace
from invarieq.system import System


def answer_to(
    system: System, data: Dataset, *, time_order: int = 1, engine: str = "sparse", seed: int = 0, restricted: bool = True
) -> Found | Refused:
    """What one search answers."""
    space = SearchSpace(system, time_order, restricted)
    return run(engine_of(engine), space, prepare(data, system.space), seed=seed)


def find(
    system: System, data: Dataset, *, time_order: int = 1, engine: str = "sparse", seed: int = 0, restricted: bool = True
) -> Found:
    """The laws that one search finds; it fails where there is none."""
    found = answer_to(system, data, time_order=time_order, engine=engine, seed=seed, restricted=restricted)
    assert isinstance(found, Found), found.reason
    return found


def truth_of(system: System, law: Law) -> Truth:
    """A law beside the declared one."""
    return judge(law, system.law, dict(system.values))


def truth_of_relations(system: System, found: Found) -> Truth:
    """Relations between invariants beside the declared law, each in its own terms."""
    assert found.relations is not None
    names = system.space.names
    terms = [([read_expression(t, names) for t in r.terms], list(r.coefficients)) for r in found.relations.relations]
    return judge_relations(system.space, terms, system.law, dict(system.values), leading=system.leading)


def recovered(discovery: Discovery) -> bool:
    """Whether the best law has exactly the terms of the declared one."""
    assert discovery.answer.truth is not None
    return discovery.answer.truth.recovered


def error_of(discovery: Discovery) -> float:
    """The relative error of the best law's coefficients."""
    truth = discovery.answer.truth
    assert truth is not None
    return float("inf") if truth.coefficient_error is None else truth.coefficient_error


def certified(discovery: Discovery) -> bool | None:
    """Whether the best law was proved to respect the symmetry."""
    assert discovery.best.certificate is not None
    return discovery.best.certificate.certified
