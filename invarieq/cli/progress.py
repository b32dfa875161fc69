"""Progress on standard error: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from invarieq.progress import Progress
from invarieq.terminal import shown as shown_text

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

QUIET_SECONDS = 10.0


@dataclass(slots=True)
class Plain:
    """One line a step, with the seconds since the start; within a step a line every ten seconds."""

    start: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    def step(self, text: str) -> None:
        """Print the step."""
        self._print(text)

    def advance(self, fraction: float) -> None:
        """Print the percentage, seldom."""
        if time.monotonic() - self.last >= QUIET_SECONDS:
            self._print(f"  {100 * fraction:.0f} %")

    def _print(self, text: str) -> None:
        self.last = time.monotonic()
        with suppress(OSError):  # nobody reads: the work goes on
            print(f"[{self.last - self.start:7.1f} s] {shown_text(text)}", file=sys.stderr, flush=True)


@dataclass(slots=True)
class Live:
    """A spinner with the current step, its bar and its time; finished steps stay above it as lines."""

    bars: Bars
    task: TaskID | None = None
    text: str = ""
    start: float = 0.0

    def step(self, text: str) -> None:
        """Finish the line of the step before and begin a new one."""
        self.finish()
        self.text, self.start = shown_text(text), time.monotonic()
        self.task = self.bars.add_task(self.text, total=None)

    def advance(self, fraction: float) -> None:
        """Move the bar."""
        if self.task is not None:
            self.bars.update(self.task, total=1.0, completed=fraction)

    def finish(self) -> None:
        """Turn the current step into a line."""
        if self.task is not None:
            self.bars.remove_task(self.task)
            self.bars.console.print(
                f"{self.text}  {time.monotonic() - self.start:.1f} s", style="dim", markup=False, highlight=False
            )
            self.task = None


@contextmanager
def shown() -> Generator[Progress]:
    """The progress that fits standard error."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield Plain()
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    with Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bars:
        live = Live(bars)
        yield live
        live.finish()
