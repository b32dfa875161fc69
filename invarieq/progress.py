"""How a long computation says where it is, and how it is stopped: a protocol of two calls, and what may stand for it.

A listener may raise: the computation ends there, in whatever thread it runs, with what was stored before intact.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TextIO, runtime_checkable

from invarieq.errors import Cancelled, DeclarationError

Callback = Callable[[str, float | None], object]
WIDTH = 20  # of a bar, in signs


@runtime_checkable
class Progress(Protocol):
    """Listens to a computation; the command line shows it, a library call may pass `Silent()`."""

    def step(self, text: str) -> None:
        """A new piece of work begins, or something has to be said."""

    def advance(self, fraction: float) -> None:
        """The current piece of work is done to this fraction, 0 to 1."""


class Silent:
    """Ignores all progress."""

    def step(self, text: str) -> None:
        """Say nothing."""

    def advance(self, fraction: float) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Calls:
    """Hands every report to a function of (text of the current step, fraction done or None)."""

    callback: Callback
    text: str = ""

    def step(self, text: str) -> None:
        """Report the beginning of a step."""
        self.text = text
        self.callback(text, None)

    def advance(self, fraction: float) -> None:
        """Report how far the step is."""
        self.callback(self.text, fraction)


@dataclass(slots=True)
class Bar:
    """One line that is written over, with the step and its bar: for notebooks and scripts, where the command line's display is not."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    text: str = ""

    def step(self, text: str) -> None:
        """Begin a line."""
        if self.text:
            self.stream.write("\n")
        self.text = text
        self._write("")

    def advance(self, fraction: float) -> None:
        """Move the bar."""
        full = round(WIDTH * min(max(fraction, 0.0), 1.0))
        self._write(f" {100 * fraction:3.0f} %|{'█' * full}{' ' * (WIDTH - full)}|")

    def _write(self, bar: str) -> None:
        self.stream.write(f"\r{self.text}{bar}")
        self.stream.flush()


@dataclass(slots=True)
class Cancel:
    """A progress that stops the computation it is handed to after `cancel()`, called from any thread.

    It hands all reports on to `listener`, which may be all that `discover` takes for its progress.
    """

    listener: Progress | Callback | bool | None = None
    _asked: threading.Event = field(default_factory=threading.Event)
    _heard: Progress = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._heard = listening(self.listener)

    def cancel(self) -> None:
        """Ask the computation to stop; it raises `Cancelled` at its next report."""
        self._asked.set()

    def step(self, text: str) -> None:
        """Report, or raise `Cancelled`."""
        self._look()
        self._heard.step(text)

    def advance(self, fraction: float) -> None:
        """Report, or raise `Cancelled`."""
        self._look()
        self._heard.advance(fraction)

    def _look(self) -> None:
        if self._asked.is_set():
            raise Cancelled("the computation was cancelled")


def listening(progress: Progress | Callback | bool | None) -> Progress:
    """What a user handed in as a listener: None, True for a `Bar`, a `Progress`, or a function of (text, fraction or None).

    Raises `DeclarationError` for anything else.
    """
    if progress is None or progress is False:
        return Silent()
    if progress is True:
        return Bar()
    if isinstance(progress, Progress) and not isinstance(progress, type):
        return progress
    if not callable(progress) or isinstance(progress, type):
        raise DeclarationError(f"progress {progress!r}: expected a function of (text, fraction or None), True, or None")
    return Calls(progress)
