"""The order of searches: data, constraints, a search for each order in time, doubt about the symmetry, the law in motion, the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from invarieq.data.memory import fitting
from invarieq.discovery.answer import answer_of
from invarieq.discovery.automatic import search_automatically
from invarieq.discovery.constraints import constraint_record, seek_constraints
from invarieq.discovery.contradiction import contradiction
from invarieq.discovery.evidence import Searched, searched
from invarieq.discovery.orders import doubtful, preferred
from invarieq.discovery.regularized import search_regularized
from invarieq.discovery.relaxed import search_relaxed
from invarieq.discovery.work import ORDERS, Result, Work, data_result
from invarieq.documents import to_document
from invarieq.engines.engine import run
from invarieq.engines.found import Found
from invarieq.errors import OutOfBudget
from invarieq.forecast.comparison import compare_with
from invarieq.forecast.hold_out import how_held, trials

SKIPPED = "the question is settled by the laws of first order"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, the function that computes it, and what the user reads meanwhile."""

    name: str
    compute: Callable[[Work], Result]
    title: str


def steps() -> tuple[Step, ...]:
    """All steps, in order."""
    return (
        Step("data", _data, "data"),
        Step("constraints", _constraints, "laws without time derivatives"),
        Step("order_1", lambda work: _search(work, 1), "laws of first order in time"),
        Step("order_2", lambda work: _search(work, 2), "laws of second order in time"),
        Step("doubt", _doubt, "the declared symmetry"),
        Step("prediction", _prediction, "the law beside the data"),
        Step("result", lambda work: Result(answer_of(work).to_json()), "certificates"),
    )


def _data(work: Work) -> Result:
    """The data, which whoever obtains them has checked."""
    with fitting():
        return data_result(work.obtain(work.progress))


def _constraints(work: Work) -> Result:
    """What vanishes on the data at every time, where the system asks for it."""
    system = work.system.searchable()
    if not system.terms.seek_constraints:
        return Result({"found": []})
    found = seek_constraints(system, work.records, seed=work.options.seed)
    return Result({"found": [to_document(constraint_record(c)) for c in found]})


def _search(work: Work, time_order: int) -> Result:
    if time_order > 1 and (cut := work.searched(1).cut):  # what the budget ended is not begun anew
        return Result(to_document(Searched(refused=cut, cut=cut)))
    if time_order > 1 and not doubtful(work.searched(1).found):
        return Result(to_document(Searched(refused=SKIPPED)))
    try:
        return Result(to_document(work.meter.bounded(lambda: _found(work, time_order))))
    except OutOfBudget as error:
        return Result(to_document(Searched(refused=str(error), cut=str(error))))


def _found(work: Work, time_order: int) -> Searched:
    space, mode, name = work.space(time_order), work.options.symmetry, f"order_{time_order}"
    seed, progress, budget = work.options.seed, work.progress, work.meter
    if mode == "auto":
        return search_automatically(space, work.records, engine=work.engine, seed=seed, progress=progress, budget=budget)
    if mode == "relaxed":
        return search_relaxed(space, work.records, engine=work.engine, seed=seed, progress=progress, budget=budget)
    if mode == "regularized":
        return search_regularized(space, work.records, seed=seed)
    kept, keep = work.journal.kept(name), lambda state: work.journal.keep(name, state)
    return searched(run(work.engine, space, work.records, seed=seed, progress=progress, budget=budget, kept=kept, keep=keep))


def _doubt(work: Work) -> Result:
    """Do the data contradict the declared symmetry? Asked of the chosen order; of each where no symmetric law explains them."""
    system = work.seen
    if work.options.symmetry != "declared" or not (system.symmetry or system.discrete):
        return Result({"contradicted": "", "cut": ""})
    best = preferred(work.answers)
    settled = best is not None and best.found is not None and best.found.explains
    for m in ORDERS:
        answer = work.searched(m)
        if answer.refused == SKIPPED or not (answer is best or not settled):
            continue
        try:
            said = work.meter.bounded(lambda m=m, found=answer.found: _contradicted(work, m, found))
        except OutOfBudget as error:
            return Result({"contradicted": "", "cut": str(error)})
        if said:
            return Result({"contradicted": said, "cut": ""})
    return Result({"contradicted": "", "cut": ""})


def _contradicted(work: Work, time_order: int, found: Found | None) -> str:
    return contradiction(
        work.space(time_order),
        work.records,
        found,
        engine=work.engine,
        seed=work.options.seed,
        progress=work.progress,
        budget=work.meter,
    )


def _prediction(work: Work) -> Result:
    """The chosen law in motion beside the data; nothing where there is none."""
    best = preferred(work.answers)
    if best is None or best.found is None or work.journal.document("doubt")["contradicted"]:
        return Result({"compared": None, "cut": ""})
    share, law = work.options.hold_out, best.found.law
    try:
        compared = work.meter.bounded(lambda: compare_with(law, trials(work.whole, share), held=how_held(work.dataset, share)))
    except OutOfBudget as error:
        return Result({"compared": None, "cut": str(error)})
    return Result({"compared": to_document(compared), "cut": ""})
