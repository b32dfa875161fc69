"""A time limit on symbolic work that may not end."""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Callable
from typing import TypeVar

from invarieq.errors import Undecided

T = TypeVar("T")
GRACE = 5.0  # seconds in which a stopped calculation unwinds
ATTEMPTS = 10
PAUSE = 0.05
STACK = 256 * 1024 * 1024  # SymPy recurses deeply


class _Stopped(BaseException):
    """Raised inside a calculation whose time is over; no handler of ordinary exceptions swallows it."""


def within(seconds: float, work: Callable[[], T], what: str) -> T:
    """The result of `work`, or `Undecided` ("`what`: not decided in N s"); its own exceptions pass through.

    The work runs in a thread of its own, which is stopped between two of its instructions.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # handed to the caller below
            errors.append(error)

    before = threading.stack_size(STACK)
    try:
        thread = threading.Thread(target=run, daemon=True, name="invarieq-symbolic")
        thread.start()
    finally:
        threading.stack_size(before)
    try:
        thread.join(max(seconds, 0.0))
    finally:
        if thread.is_alive():
            _stop(thread)
    if results:
        return results[0]
    if errors and not isinstance(errors[0], _Stopped):
        raise errors[0]
    raise Undecided(f"{what}: not decided in {seconds:g} s")


def _stop(thread: threading.Thread) -> None:
    """Raise in the thread until it ends; without garbage collection, whose callbacks would swallow the exception."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        thread.join(PAUSE)  # a collection under way ends
        for _ in range(ATTEMPTS):
            if thread.ident is None or not thread.is_alive():
                return
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stopped))
            thread.join(GRACE / ATTEMPTS)
    finally:
        if collecting:
            gc.enable()
