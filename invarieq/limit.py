"""One limit on work that may not end: seconds, and a switch, both honoured in any thread of any process.

The work runs in a thread of its own, which is stopped between two of its instructions by an exception. A thread that does
nothing else is what makes this safe: an exception that comes late dies with it and never reaches the caller, the caller stays
free to take signals (Ctrl-C, SIGTERM), and the work has the same room on the stack from wherever it is asked for.
"""

from __future__ import annotations

import contextvars
import ctypes
import functools
import gc
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, TypeVar, cast

from invarieq.errors import Undecided

P = ParamSpec("P")
T = TypeVar("T")
LOOK = 0.05  # seconds between two looks at the switch, and the longest that an outer limit waits for an inner one to notice
GRACE = 6.0  # seconds in which stopped work unwinds; what does not (a long call into C) is left behind
FIRST, LONGEST = 0.02, 0.5  # seconds from one attempt at stopping to the next
LEAST = 3.0  # seconds that no backstop goes below
STACK = 64 * 1024 * 1024  # SymPy recurses deeply
_stack_size = threading.Lock()  # the size is set for the whole process


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment at which work is given up, and a switch that gives it up at once, from any thread.

    `end`: a time of `time.monotonic`; `seconds`: how long that was meant to be, for messages. Loops ask `over`; `within` and
    `attempted` take a deadline in place of seconds.

    >>> Deadline.after(60).over
    False
    """

    end: float = math.inf
    seconds: float = math.inf
    switch: threading.Event = field(default_factory=threading.Event)

    @staticmethod
    def after(seconds: float) -> Deadline:
        """The moment so many seconds from now."""
        return Deadline(time.monotonic() + seconds, seconds)

    @staticmethod
    def behind(budget: float) -> Deadline:
        """The moment at which work that looks at its `budget` (seconds) itself is given up where it does not look in time.

        Work that stops by itself keeps what it has proved; so it gets half as long again, and some seconds that any answer takes.
        """
        return Deadline(time.monotonic() + max(1.5 * budget, LEAST), budget)

    @property
    def left(self) -> float:
        """Seconds until then; 0 when it is over."""
        return 0.0 if self.switch.is_set() else max(self.end - time.monotonic(), 0.0)

    @property
    def over(self) -> bool:
        """Whether the moment has passed, or the work was cancelled."""
        return self.switch.is_set() or time.monotonic() > self.end

    def cancel(self) -> None:
        """Give up all work under this deadline now."""
        self.switch.set()


def within(limit: float | Deadline, work: Callable[[], T], what: str) -> T:
    """The result of `work`, or `Undecided` ("`what`: not decided in N s"); its own exceptions pass through.

    `limit`: seconds, or a `Deadline`. An outer limit that ends first stays in charge.
    """
    deadline = limit if isinstance(limit, Deadline) else Deadline.after(limit)
    done = _run(deadline, work)
    if done is None:
        cancelled = deadline.switch.is_set()
        raise Undecided(f"{what}: cancelled" if cancelled else f"{what}: not decided in {max(deadline.seconds, 0.0):g} s")
    return done[0]


def attempted(limit: float | Deadline, work: Callable[[], T]) -> T | None:
    """The result of `work`, or None when it takes longer; its own exceptions pass through."""
    done = _run(limit if isinstance(limit, Deadline) else Deadline.after(limit), work)
    return None if done is None else done[0]


def bounded(what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a function with a keyword `budget` (seconds, looked at inside): past `Deadline.behind` it raises `Undecided`."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        default: float = (function.__kwdefaults__ or {})["budget"]

        @functools.wraps(function)
        def limited(*args: P.args, **kwargs: P.kwargs) -> T:
            budget = cast("float", kwargs.get("budget", default))
            return within(Deadline.behind(budget), lambda: function(*args, **kwargs), what)

        return limited

    return decorate


class _Stopped(SystemExit):
    """Raised inside work whose time is over. Threads end silently on this class, and no handler of `Exception` takes it."""


def _run(deadline: Deadline, work: Callable[[], T]) -> tuple[T] | None:
    if deadline.left <= 0:
        return None
    runner = _Runner(work)
    runner.start()
    try:
        runner.wait(deadline)
    finally:  # also when Ctrl-C or an outer limit ends the wait
        runner.end()
    if runner.results:
        return (runner.results[0],)
    if runner.errors and not isinstance(runner.errors[0], _Stopped):
        try:
            raise runner.errors[0]
        finally:
            runner.errors.clear()  # else the error would hold itself through its frames
    return None


class _Runner(Generic[T]):
    """A thread for one piece of work. It does not end before it is told that no exception will be raised in it any more."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.results: list[T] = []
        self.errors: list[BaseException] = []
        self._work = work
        self._context = contextvars.copy_context()
        self._done, self._leave = threading.Lock(), threading.Lock()
        self._thread = threading.Thread(target=self._main, daemon=True, name="invarieq-limited")

    def start(self) -> None:
        self._done.acquire()
        self._leave.acquire()
        with _stack_size:
            before = threading.stack_size(STACK)
            try:
                self._thread.start()
            finally:
                threading.stack_size(before)

    def _main(self) -> None:
        try:
            try:
                self.results.append(self._context.run(self._work))
            except BaseException as error:  # handed to the caller
                self.errors.append(error)
            self._done.release()
            self._leave.acquire()
        except _Stopped as late:  # it came while the outcome was handed over
            if not self.over:
                self.errors.append(late)
            self._leave.acquire()

    @property
    def over(self) -> bool:
        """Whether there is an outcome (the lock alone may have been missed by an exception)."""
        return bool(self.results or self.errors)

    def wait(self, deadline: Deadline) -> None:
        """Until there is an outcome or the deadline is over."""
        while not self.over and not deadline.over:
            if self._done.acquire(timeout=min(LOOK, deadline.left)):
                return

    def end(self) -> None:
        """Stop what still runs, and let the thread go."""
        give_up = time.monotonic() + GRACE
        try:
            while not self.over and time.monotonic() < give_up:
                try:
                    self._stop(give_up)
                except _Stopped:  # an outer limit ends: it raises again, after the work in here is stopped
                    continue
        finally:
            self._raise(None if self.over else _Stopped)  # what was raised and did not come is taken back
            if self._leave.locked():
                self._leave.release()
        if self.over:
            self._thread.join()

    def _raise(self, error: type[_Stopped] | None) -> None:
        if self._thread.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self._thread.ident), None if error is None else ctypes.py_object(error)
            )

    def _stop(self, give_up: float) -> None:
        """Raise in the thread until it has an outcome: an exception is lost in a callback (of a weak reference) or caught.

        Without garbage collection meanwhile, whose callbacks would swallow the exception and report it.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            pause = FIRST
            self._done.acquire(timeout=FIRST / 4)  # a collection under way ends
            while not self.over and time.monotonic() < give_up:
                self._raise(_Stopped)
                self._done.acquire(timeout=pause)
                pause = min(2 * pause, LONGEST)
        finally:
            if collecting:
                gc.enable()
