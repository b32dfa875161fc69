"""What every command shares: its options, one JSON document on standard output, and one clear message for an error."""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, ParamSpec

import typer

from invarieq import catalog
from invarieq.errors import DataError, InvarieqError, SessionError, SimulationError
from invarieq.terminal import shown, shown_json

P = ParamSpec("P")
_STUMBLES = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError)


def _complete_system(incomplete: str) -> list[str]:
    return [name for name in catalog.names("systems") if name.startswith(incomplete)]


SystemName = Annotated[
    str,
    typer.Argument(
        metavar="SYSTEM", help="Name of a shipped system, or path of a .toml or .py file.", autocompletion=_complete_system
    ),
]
RunFolder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a run, e.g. runs/kdv-1.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn errors of a command into one message on standard error and its exit code; reads the command's `debug` option."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except typer.Exit:
            raise
        except BrokenPipeError:
            quiet_pipe()
        except KeyboardInterrupt as stop:
            complain(str(stop) or "stopped")
            raise typer.Exit(128 + getattr(stop, "by", signal.SIGINT)) from None  # 130 and 143, as shells count
        except Exception as error:
            if kwargs.get("debug"):
                complain(traceback.format_exc())
            told = _of_input(error, kwargs.get("run"))
            complain(message(told))
            raise typer.Exit(exit_code(told)) from None

    return run


class Terminated(KeyboardInterrupt):
    """Somebody asked this process to end; what is half done is put away as after Ctrl-C."""

    by = signal.SIGTERM


def listen() -> None:
    """Let SIGTERM end a command as Ctrl-C does, so that no half file stays behind."""

    def ask(by: int, frame: FrameType | None) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, ask)


def _of_input(error: Exception, run: object) -> Exception:
    """What the values that were given bring about, of numbers too large or of a folder that is not what invarieq writes."""
    if isinstance(error, MemoryError) or (isinstance(error, ImportError) and "failed to map segment" in str(error)):
        return DataError(
            f"the memory that this process may use is too small ({error}); raise the limit, or give a part of the data"
        )
    if isinstance(error, OverflowError | FloatingPointError):
        return DataError(
            f"numbers on the way become too large or too small ({error}); change the units so that values lie near 1"
        )
    if run is None or isinstance(error, InvarieqError) or not isinstance(error, _STUMBLES):
        return error
    return SessionError(
        f"run folder {str(run)!r}: what is stored there cannot be used ({type(error).__name__}: {str(error)[:200]}). Either it was made "
        "or changed by another program: restore it from a copy, or start the discovery again in another folder with --out DIR; or "
        "this is a fault of invarieq: add --debug to see where, and report it"
    )


def message(error: Exception) -> str:
    """What a user reads about an error."""
    if isinstance(error, InvarieqError):
        return f"error: {error}"
    if isinstance(error, OSError):
        return f"error: {error}; check the path, its permissions and the free space"
    blame = "This is a fault of invarieq, not of your input; add --debug to see where, and report it."
    return f"error: {type(error).__name__}: {error}\n{blame}"


def exit_code(error: Exception) -> int:
    """2 for input that can be mended, 1 for a failure."""
    mendable = isinstance(error, (ValueError, LookupError, OSError, SimulationError))
    return 2 if isinstance(error, InvarieqError) and mendable else 1


def complain(text: str) -> None:
    """Print lines on standard error, if anybody listens, with nothing in them that a terminal would obey."""
    with suppress(OSError):
        print(shown(text, lines=True), file=sys.stderr, flush=True)


def emit(document: Any) -> None:
    """Print one JSON document on standard output, in plain ASCII so that no locale can spoil it."""
    print(shown_json(json.dumps(document, indent=2, allow_nan=False)), flush=True)


def make_printable() -> None:
    """Write signs that the terminal's encoding lacks as escapes instead of failing; a closed output swallows all."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def quiet_pipe() -> None:
    """The reader of our output has closed it (`| head`): that is success, and nothing more is written."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
