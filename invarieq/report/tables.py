"""Text and tables of text on standard output: as wide as the terminal, a row a line where the output is not one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from invarieq.terminal import shown

if TYPE_CHECKING:
    from rich.console import Console

UNWRAPPED = 10_000


def console() -> Console:
    """A console for tables: as wide as the terminal; where the output is not one, a row is a line however long."""
    from rich.console import Console

    class Pipe(Console):
        def on_broken_pipe(self) -> None:  # rich would exit with 1
            raise BrokenPipeError

    return Pipe(width=None if sys.stdout.isatty() else UNWRAPPED, highlight=False, emoji=False, markup=False, soft_wrap=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of texts under column names."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    look = box.SIMPLE_HEAD if sys.stdout.isatty() else None
    table = Table(*map(shown, columns), box=look, padding=(0, 1), pad_edge=False, show_edge=False)
    for row in rows:
        table.add_row(*(Text(shown(cell, lines=True)) for cell in row))
    console().print(table)


def say(text: str = "") -> None:
    """Print lines on standard output, with nothing in them that a terminal would obey."""
    print(shown(text, lines=True))
