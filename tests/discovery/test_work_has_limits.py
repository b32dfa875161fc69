"""Claim: a budget cuts a discovery and the answer says so; a listener that raises, in whatever thread, ends it."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from swings import SYSTEM, data

from invarieq.budget import Budget, Meter
from invarieq.discovery.discover import discover
from invarieq.engines.weak import sparse
from invarieq.errors import Cancelled, DeclarationError, OutOfBudget
from invarieq.progress import Cancel


def test_one_evaluation_gives_the_weak_forms_law_and_says_what_was_left_undone() -> None:
    found = discover(SYSTEM, data(), budget=Budget(evaluations=1))
    assert "the budget of 1 evaluations is spent before the trajectories" in found.answer.cut
    assert found.to_json()["cut"] == found.answer.cut
    assert "cut: " in repr(found)


def test_no_law_within_the_budget_is_said_with_the_mend() -> None:
    with pytest.raises(OutOfBudget, match=r"no law was found: .* MB; the budget allows .*give a larger budget"):
        discover(SYSTEM, data(), budget=Budget(memory=1000))


def test_a_budget_that_ends_after_the_first_search_gives_its_law_and_says_cut() -> None:
    whole = discover(SYSTEM, data())
    needed = next(n for n in range(1, 9) if _enough(n))
    cut = discover(SYSTEM, data(), symmetry="declared", budget=Budget(evaluations=needed))
    assert cut.law == whole.law
    assert cut.answer.cut == "" or "evaluations" in cut.answer.cut


def _enough(evaluations: int) -> bool:
    try:
        discover(SYSTEM, data(), budget=Budget(evaluations=evaluations))
    except OutOfBudget:
        return False
    return True


def test_seconds_that_end_before_the_prediction_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the meter jumps when the searches are done."""
    late = {"now": False}
    monkeypatch.setattr(Meter, "left", lambda self: -1.0 if late["now"] else 1.0)

    def heard(text: str, fraction: float | None) -> None:
        late["now"] = late["now"] or text == "the law beside the data"

    found = discover(SYSTEM, data(), progress=heard, budget=Budget(seconds=60))
    assert found.answer.cut == "the budget of 60 s is spent"
    assert found.answer.prediction is None
    assert found.to_json()["cut"] and "cut: the budget" in repr(found)


def test_an_answer_without_a_cut_says_nothing_of_it() -> None:
    assert "cut" not in discover(SYSTEM, data(), budget=Budget(seconds=1e6)).to_json()


def test_memory_is_compared_before_the_columns_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("columns were made")

    monkeypatch.setattr(sparse, "moments", never)
    with pytest.raises(OutOfBudget, match=r"would take .* MB; the budget allows"):
        discover(SYSTEM, data(), budget=Budget(memory=1000))


@pytest.mark.parametrize(
    "limits",
    [{"evaluations": 0}, {"evaluations": -1}, {"seconds": 0.0}, {"seconds": float("nan")}, {"memory": True}, {"seconds": "ten"}],
)
def test_bad_budgets_are_refused(limits: dict[str, Any]) -> None:
    (name,) = limits
    with pytest.raises(DeclarationError, match=rf"budget\.{name} is .*; expected a number above 0, or None for no limit"):
        Budget(**limits)


def test_a_limit_may_be_a_number_of_numpy_or_a_whole_float() -> None:
    given: Any = (np.int64(50), np.float32(5), 1e9)
    assert Budget(*given) == Budget(50, 5.0, 1_000_000_000)
    with pytest.raises(DeclarationError, match=r"budget\.evaluations is 2\.5; expected a whole number above 0"):
        Budget(evaluations=2.5)  # pyright: ignore[reportArgumentType]


def test_a_limit_below_a_megabyte_is_told_as_what_it_is() -> None:
    with pytest.raises(OutOfBudget, match=r"would take 0\.00\d+ MB; the budget allows 1e-05 MB"):
        Meter(Budget(memory=10)).hold(2000, "a column")


class Enough(Exception):
    """Of a listener."""


def test_an_exception_of_the_listener_ends_the_discovery() -> None:
    heard: list[tuple[str, float | None]] = []

    def listen(text: str, fraction: float | None) -> None:
        heard.append((text, fraction))
        if text == "laws of first order in time" and fraction is not None:
            raise Enough

    with pytest.raises(Enough):
        discover(SYSTEM, data(), progress=listen)
    assert heard[0] == ("data", None)
    assert heard[-1][0] == "laws of first order in time"


def test_another_thread_cancels() -> None:
    reached, go_on = threading.Event(), threading.Event()

    class Waits:
        """Stands still at the first search until the other thread has cancelled."""

        def step(self, text: str) -> None:
            if text == "laws of first order in time":
                reached.set()
                assert go_on.wait(60)

        def advance(self, fraction: float) -> None: ...

    cancel = Cancel(Waits())

    def other() -> None:
        assert reached.wait(60)
        cancel.cancel()
        go_on.set()

    thread = threading.Thread(target=other)
    thread.start()
    with pytest.raises(Cancelled, match="cancelled"):
        discover(SYSTEM, data(), progress=cancel)
    thread.join()


def test_what_listens_behind_a_cancel_is_all_that_may_listen() -> None:
    heard: list[tuple[str, float | None]] = []
    cancel = Cancel(lambda text, fraction: heard.append((text, fraction)))
    cancel.step("data")
    cancel.advance(0.5)
    assert heard == [("data", None), ("data", 0.5)]
    Cancel(None).step("data")
    for other in (3, Cancel):
        with pytest.raises(DeclarationError, match="expected a function of"):
            Cancel(other)  # pyright: ignore[reportArgumentType]
