"""The command that reduces a system's law by its symmetry and looks for invariant solutions."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from invarieq.cli.output import AsJson, Debug, SystemName, emit, guarded
from invarieq.report.tables import say

if TYPE_CHECKING:
    from invarieq.system.reduced import By, Reduced


class Source(StrEnum):
    """Whose symmetry is used."""

    declared = "declared"
    law = "law"


@guarded
def reduce(
    system: SystemName,
    generator: Annotated[
        str,
        typer.Option(
            "--generator",
            metavar="I|I,J|wave|all",
            help="Number of a generator, numbers of several that span a subalgebra (ideals first), 'wave' for a travelling wave, or all.",
        ),
    ] = "all",
    of: Annotated[
        Source, typer.Option("--of", help="Use the declared symmetry, or that computed from the law.")
    ] = Source.declared,
    budget: Annotated[float, typer.Option("--budget", min=0.0, help="Seconds for solutions of each reduced law; 0: none.")] = 5.0,
    latex: Annotated[bool, typer.Option("--latex", help="Write formulas in LaTeX.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Reduce a system's law by its symmetry: fewer coordinates, and invariant solutions."""
    from invarieq.cli.progress import shown
    from invarieq.system import load_system
    from invarieq.system.reduced import reductions

    loaded = load_system(system)
    with shown() as progress:
        results = reductions(loaded, _by(generator), of=of.value, budget=budget, progress=progress.step)
    if as_json:
        emit({"system": loaded.name, "reductions": [r.document() for r in results]})
        return
    for result in results:
        _show(result, latex)


def _by(text: str) -> By:
    """What the option says: a word, or numbers."""
    from invarieq.errors import DeclarationError

    if text in ("all", "wave"):
        return "all" if text == "all" else "wave"
    numbers = [n.strip() for n in text.split(",")]
    if not all(n.isascii() and n.isdigit() for n in numbers):
        raise DeclarationError(f"--generator {text}: expected a number, several with commas between them, 'wave' or 'all'")
    return [int(n) for n in numbers]


def _show(result: Reduced, latex: bool) -> None:
    import sympy as sp

    reduction, solutions = result.reduction, result.solutions
    say(f"[{result.label}]")
    if reduction is None:
        say(f"  not reduced: {result.reason}")
        return
    write = sp.latex if latex else sp.sstr
    names = ", ".join(c.name for c in reduction.space.coordinates)
    for c, v in zip(reduction.space.coordinates, reduction.variables, strict=True):
        if c != v:
            say(f"  {c} = {write(v)}")
    amplitudes = {f.symbol: sp.Symbol(f"{f.name}({names})") for f in reduction.space.fields}
    for f, form in zip(reduction.original.fields, reduction.forms, strict=True):
        say(f"  {f.name} = {write(form.xreplace(amplitudes))}")
    for equation in reduction.equations:
        say(f"  {write(equation)} = 0")
    for solution in solutions.solutions if solutions else ():
        shown = ", ".join(f"{f.name} = {write(e)}" for f, e in zip(reduction.original.fields, solution.fields, strict=True))
        say(f"  solution: {shown}  (verified {solution.verified})")
    for note in solutions.notes if solutions else ():
        say(f"  note: {note}")
