"""Claim: work is given up at its limit in any thread and process; nothing of it reaches the caller later, and signals still act."""

from __future__ import annotations

import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

from invarieq.errors import Undecided
from invarieq.limit import Deadline, attempted, within

X, Y = sp.symbols("x y", real=True)


def endless() -> int:
    k = 0
    while True:
        k += 1


def stubborn() -> int:
    """Takes the first exceptions for its own."""
    for _ in range(2):
        try:
            endless()
        except BaseException:
            continue
    return endless()


def in_main(ask: Callable[[], Any]) -> Any:
    return ask()


def in_worker(ask: Callable[[], Any]) -> Any:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    return answers[0]


def in_worker_of_worker(ask: Callable[[], Any]) -> Any:
    return in_worker(lambda: in_worker(ask))


@pytest.fixture(params=[in_main, in_worker, in_worker_of_worker])
def place(request: pytest.FixtureRequest) -> Callable[[Callable[[], Any]], Any]:
    return request.param


def told(ask: Callable[[], Any]) -> str:
    try:
        return repr(ask())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_results_errors_and_endings_are_the_same_everywhere(place: Callable[[Callable[[], Any]], Any]) -> None:
    assert place(lambda: told(lambda: within(60, lambda: 7, "a number"))) == "7"
    assert place(lambda: told(lambda: within(60, lambda: 1 // 0, "a quotient"))).startswith("ZeroDivisionError")
    assert place(lambda: told(lambda: within(0.1, endless, "a sum"))) == "Undecided: a sum: not decided in 0.1 s"
    assert place(lambda: told(lambda: attempted(0.1, endless))) == "None"
    assert place(lambda: told(lambda: attempted(0.1, lambda: sp.expand((X + Y + sum(sp.symbols("a:9"))) ** 40)))) == "None"


def test_nothing_is_begun_without_time() -> None:
    begun: list[int] = []
    assert attempted(0, lambda: begun.append(1)) is None
    with pytest.raises(Undecided, match="not decided in 0 s"):
        within(-1.0, lambda: begun.append(1), "nothing")
    assert begun == []


def test_an_outer_limit_that_ends_first_stays_in_charge(place: Callable[[Callable[[], Any]], Any]) -> None:
    after: list[int] = []

    def work() -> None:
        attempted(600, endless)
        after.append(1)

    begun = time.process_time()
    assert place(lambda: told(lambda: within(0.2, work, "the whole"))) == "Undecided: the whole: not decided in 0.2 s"
    assert after == []
    assert time.process_time() - begun < 60


def test_an_inner_limit_that_ends_first_leaves_the_outer_one_going() -> None:
    assert within(600, lambda: (attempted(0.1, endless), attempted(600, lambda: 3), attempted(0.1, endless)), "three") == (
        None,
        3,
        None,
    )


def test_work_that_swallows_exceptions_is_stopped_all_the_same() -> None:
    assert attempted(0.1, stubborn) is None
    assert not [t for t in threading.enumerate() if t.name == "invarieq-limited"]


def test_callbacks_of_garbage_collection_do_not_swallow_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda seen: ignored.append(seen.exc_type))

    def callback(phase: str, info: dict[str, int]) -> None:
        sum(range(2000))

    def litter() -> None:
        while True:
            cycle: list[Any] = []
            cycle.append(cycle)

    gc.callbacks.append(callback)
    try:
        assert [attempted(0.01, litter) for _ in range(20)] == [None] * 20
    finally:
        gc.callbacks.remove(callback)
    assert gc.isenabled()
    assert ignored == []


def test_hundreds_of_endings_beside_the_result_leave_nothing_behind() -> None:
    source = random.Random(3)
    one = time.perf_counter()
    total = sum(range(40_000))
    one = time.perf_counter() - one
    outcomes = [attempted(one * source.uniform(0.2, 4), lambda: sum(k for k in range(40_000))) for _ in range(400)]
    assert set(outcomes) <= {None, total}
    for _ in range(200_000):  # a late exception would come here
        pass
    assert not [t for t in threading.enumerate() if t.name == "invarieq-limited"]


def test_symbolic_work_that_was_cut_leaves_sympy_whole() -> None:
    source = random.Random(5)
    for _ in range(60):
        attempted(source.uniform(0.001, 0.05), lambda: sp.integrate(sp.sqrt(sp.sin(X)) * sp.log(X + Y), X))
        attempted(source.uniform(0.001, 0.05), lambda: sp.factor(sp.expand((X + Y + 1) ** 12) - 1))
    assert sp.factor(X**6 - Y**6) == (X - Y) * (X + Y) * (X**2 - X * Y + Y**2) * (X**2 + X * Y + Y**2)
    assert sp.integrate(X * sp.exp(X), X) == (X - 1) * sp.exp(X)


def test_work_is_cancelled_from_another_thread(place: Callable[[Callable[[], Any]], Any]) -> None:
    deadline = Deadline.after(600)
    threading.Timer(0.1, deadline.cancel).start()
    assert place(lambda: told(lambda: within(deadline, endless, "a search"))) == "Undecided: a search: cancelled"
    assert deadline.over
    assert deadline.left == 0


def test_a_loop_that_asks_is_over_when_it_should_be() -> None:
    assert not Deadline().over
    assert Deadline().left == float("inf")
    assert Deadline.after(-1).over
    assert 0 < Deadline.after(60).left <= 60


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_signals_act_while_work_runs(sent: signal.Signals) -> None:
    class Told(Exception):
        pass

    def tell(*_: object) -> None:
        raise Told

    before = signal.signal(sent, tell)
    try:
        threading.Timer(0.1, lambda: os.kill(os.getpid(), sent)).start()
        with pytest.raises(Told):
            within(600, endless, "a sum")
    finally:
        signal.signal(sent, before)
    assert not [t for t in threading.enumerate() if t.name == "invarieq-limited"]


def test_a_limit_holds_in_a_child_process() -> None:
    text = (
        "from invarieq.limit import attempted\ndef f():\n  while True: pass\nprint(attempted(0.1, f), attempted(60, lambda: 4))"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "4"]
    assert done.stderr == ""


def test_work_sees_the_settings_of_its_caller() -> None:
    with np.errstate(divide="raise"):
        assert within(60, lambda: np.geterr()["divide"], "a setting") == "raise"
