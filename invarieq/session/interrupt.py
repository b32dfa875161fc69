"""Stopping a run on request: Ctrl-C once finishes the stage, twice stops now; SIGTERM stops now.

Whatever is abandoned is computed again on resume; the store is valid at every instant.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from invarieq.progress import Progress
from invarieq.store.faults import resume_command


class Stopped(KeyboardInterrupt):
    """A run was stopped by a signal and can be resumed; not an `Exception`, so that no search swallows it."""

    def __init__(self, folder: Path, by: int) -> None:
        super().__init__(f"stopped; go on with: {resume_command(folder)}")
        self.folder, self.by = folder, by


@dataclass(slots=True)
class Request:
    """Whether somebody asked to stop; `raise_if_made` is called where it is cheap to do so."""

    folder: Path
    by: int | None = None

    def raise_if_made(self) -> None:
        """Raise `Stopped` after a request."""
        if self.by is not None:
            raise Stopped(self.folder, self.by)


@contextmanager
def stop_requests(folder: Path, progress: Progress) -> Generator[Request]:
    """Listen to SIGINT and SIGTERM inside the block (in the main thread; elsewhere there is nothing to listen to)."""
    request = Request(folder)

    def heard(by: int, frame: FrameType | None) -> None:
        again = request.by is not None
        request.by = by
        if again or by == signal.SIGTERM:
            request.raise_if_made()
        with suppress(RuntimeError):  # the signal may have come in the middle of another print
            progress.step("stopping after this stage (Ctrl-C again: now)")

    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {by: signal.signal(by, heard) for by in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield request
    finally:
        for by, handler in before.items():
            signal.signal(by, handler)
