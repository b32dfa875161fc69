"""Seconds for a symbolic computation that may not end: past them it is given up, and the caller goes on without it.

The limit is a timer of the operating system, which only the main thread of a process has (and not on Windows). Elsewhere
what may not end is not begun: the answer is then numbers, never a hang.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class _Ended(BaseException):
    """The time is over (a `BaseException`, so that no library takes it for an error of its own)."""


def within(seconds: float, compute: Callable[[], T], *, bounded: bool = False) -> T | None:
    """The result of `compute()`, or None when it takes longer than `seconds`.

    Where it can't be interrupted, only a computation that ends anyway (`bounded`, however long it takes) is begun.
    """
    if seconds <= 0:
        return None
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return compute() if bounded else None
    done = False

    def end(*_: Any) -> None:
        if not done:  # else the alarm came between the result and its return
            raise _Ended

    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if left and left <= seconds:
        return compute()  # an outer limit ends first: it stays in charge
    begun = time.monotonic()
    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        result = compute()
        done = True
        return result
    except _Ended:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - begun), 1e-3) if left else 0.0)
        signal.signal(signal.SIGALRM, before)
