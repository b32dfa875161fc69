"""How a long computation says where it is: a protocol of two calls, and the listener that ignores them."""

from __future__ import annotations

from typing import Protocol


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
