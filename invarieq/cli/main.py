"""The program `invarieq`: commands are registered here and loaded only as far as their options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from invarieq.cli import algebra, conserve, discovery, export, init, invariants, reduce, report, runs, symmetries, systems
from invarieq.cli.output import listen, make_printable, quiet_pipe
from invarieq.terminal import shown


class _Program(TyperGroup):
    """Escapes in what is said about arguments, which may be names of files that others gave."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with _escaped():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _escaped():
            return super().invoke(ctx)


@contextmanager
def _escaped() -> Generator[None]:
    try:
        yield
    except Exception as error:
        say: Callable[[], str] | None = getattr(error, "format_message", None)
        if say is not None:
            told = shown(say(), lines=True)
            vars(error)["format_message"] = lambda: told
        raise


app = typer.Typer(
    name="invarieq",
    cls=_Program,
    help="Find the differential equation behind data, in the invariants of its symmetry.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    systems.systems,
    symmetries.symmetries,
    invariants.invariants,
    algebra.algebra,
    systems.simulate,
    conserve.conserve,
    reduce.reduce,
    init.init,
    discovery.discover,
    discovery.resume,
    runs.runs,
    runs.show,
    report.predict,
    report.report,
    export.export,
):
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        from invarieq import __version__

        print(f"invarieq {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Find the differential equation behind data, in the invariants of its symmetry.

    SYSTEM is the name of a shipped system (see `invarieq systems`) or the path of a .toml or .py file. Exit codes: 0 success,
    2 bad input, 1 failure, 130 after Ctrl-C, 143 after SIGTERM.
    """


def main() -> None:
    """Run the command line on the arguments of this process, and exit."""
    make_printable()
    listen()
    code: object = 0
    try:
        app(prog_name="invarieq")
    except SystemExit as done:
        code = done.code
    except BrokenPipeError:
        quiet_pipe()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        quiet_pipe()
    sys.exit(code if isinstance(code, (int, str)) else 0)
