"""The command that finds conservation laws, or first integrals, of a system's law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, SystemName, emit, guarded
from invarieq.report.tables import print_table, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sympy as sp

    from invarieq.conservation import ConservationLaws, FirstIntegrals
    from invarieq.limit import Deadline
    from invarieq.progress import Progress
    from invarieq.system import System

Latex = Annotated[bool, typer.Option("--latex", help="Write formulas in LaTeX.")]


@guarded
def conserve(
    system: SystemName,
    order: Annotated[
        int | None, typer.Option("--order", min=0, help="Order of the multipliers (PDEs); default: several, small ones first.")
    ] = None,
    degree: Annotated[
        int | None, typer.Option("--degree", min=1, help="Degree of the multipliers or integrals; default: as high as is quick.")
    ] = None,
    budget: Annotated[float, typer.Option("--budget", min=0.0, help="Seconds; what is proved by then is shown.")] = 60.0,
    latex: Latex = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find conservation laws (of PDEs) or first integrals (of ODEs) of a system's law."""
    from invarieq.cli.progress import shown
    from invarieq.conservation import ConservationLaws
    from invarieq.limit import Deadline, within
    from invarieq.system import load_system
    from invarieq.system.conserved import conservation_laws

    last = Deadline.behind(budget)
    loaded = within(last, lambda: load_system(system), f"reading {system}")
    with shown() as progress:
        found = within(
            last,
            lambda: conservation_laws(loaded, order=order, degree=degree, budget=last.seconds, progress=progress.step),
            f"what {loaded.name} conserves",
        )
        variational = _variational(loaded, last, progress)
    if as_json:
        emit({**found.document(), "variational": variational})
        return
    write = _writer(latex)
    if isinstance(found, ConservationLaws):
        _print_laws(found, [c.name for c in loaded.coordinates], write)
    elif found.integrals:
        print_table(("first integral",), [(write(e),) for e in found.integrals])
    _print_variational(variational)
    _end(found, found.notes)


def _print_laws(found: ConservationLaws, coordinates: Sequence[str], write: Callable[[sp.Expr], str]) -> None:
    columns = ("multiplier", *(f"{'density' if i == 0 else 'flux'} by {c}" for i, c in enumerate(coordinates)))
    rows = [
        (
            ", ".join(map(write, law.multiplier)),
            *(map(write, law.fluxes) if law.fluxes else (law.doubt, *[""] * (len(columns) - 2))),
        )
        for law in found.laws
    ]
    if rows:
        print_table(columns, rows)
    for family in found.families:
        names = ", ".join(f"{f.name}({', '.join(a.name for a in f.arguments)})" for f in family.space.fields)
        say(f"and every {names} with {', '.join(f'{write(c)} = 0' for c in family.condition)} is a multiplier")


def _end(found: ConservationLaws | FirstIntegrals, notes: tuple[str, ...]) -> None:
    for note in notes:
        say(f"note: {note}")
    say(f"{found.statement}; each proved; {found.seconds:.1f} s")


def _writer(latex: bool) -> Callable[[sp.Expr], str]:
    import sympy as sp

    from invarieq.expressions import write_expression

    def latexed(expr: sp.Expr) -> str:
        return str(sp.latex(expr))

    return latexed if latex else write_expression


def _variational(system: System, last: Deadline, progress: Progress) -> dict[str, Any] | None:
    """The Lagrangian and the laws of the declared symmetry by Noether's theorem; None where there is none."""
    from invarieq.conservation import noether_laws, variational_form
    from invarieq.errors import Undecided
    from invarieq.expressions import write_expression
    from invarieq.limit import within

    progress.step("Lagrangian and Noether's theorem")
    try:
        form = within(last, lambda: variational_form(system.space, system.law), "its Lagrangian")
        laws = within(last, lambda: noether_laws(form, system.symmetry) if form else (), "its laws by Noether's theorem")
    except Undecided as error:
        return {"lagrangian": None, "doubt": str(error), "laws": []}
    if form is None:
        return None
    return {
        "lagrangian": write_expression(form.lagrangian),
        "doubt": "",
        "laws": [
            {
                "generator": {s.name: write_expression(c) for s, c in one.generator.components},
                **one.law.document(system.space),
            }
            for one in laws
        ],
    }


def _print_variational(variational: dict[str, Any] | None) -> None:
    if variational is None:
        return
    if variational["lagrangian"] is None:
        say(f"variational, but: {variational['doubt']}")
        return
    say(f"variational, with the Lagrangian {variational['lagrangian']}")
    for law in variational["laws"]:
        generator = " + ".join(f"({c}) d/d{name}" for name, c in law["generator"].items())
        say(f"  {generator}  gives the multiplier {', '.join(law['multiplier'])}")
