"""The command `invarieq invariants`: a complete set of differential invariants of a system's symmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, SystemName, complain, emit, guarded
from invarieq.report.tables import print_table, say

if TYPE_CHECKING:
    from invarieq.invariants import Invariants

DEFAULT_ORDER = 2


@guarded
def invariants(
    system: SystemName,
    order: Annotated[
        int | None, typer.Option("--order", min=0, help="Highest order of derivatives; default: that of the law, else 2.")
    ] = None,
    budget: Annotated[
        float, typer.Option("--budget", min=0.0, metavar="S", help="Seconds; what is proved by then is kept.")
    ] = 60.0,
    latex: Annotated[bool, typer.Option("--latex", help="Print the invariants as LaTeX.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Compute a complete set of differential invariants of a system's symmetry."""
    from invarieq.cli.progress import shown
    from invarieq.errors import Undecided
    from invarieq.invariants import differential_invariants
    from invarieq.limit import Deadline, within
    from invarieq.system import load_system

    last = Deadline.behind(budget)
    loaded = within(last, lambda: load_system(system), f"reading {system}")
    chosen = order if order is not None else loaded.order or loaded.terms.order or DEFAULT_ORDER
    undecided = None
    with shown() as progress:
        try:
            found = within(
                last,
                lambda: differential_invariants(loaded.symmetry, loaded.space, chosen, budget=budget, progress=progress.step),
                f"the invariants of {loaded.name}",
            )
        except Undecided as problem:
            undecided, found = problem, getattr(problem, "found", None)
            if found is None:
                raise
    if as_json:
        emit(_document(found))
    elif latex:
        say("\n".join(_latex_lines(found)))
    else:
        _print(found)
    if undecided is not None:
        complain(f"undecided: {undecided}")
        raise typer.Exit(1)


def _print(found: Invariants) -> None:
    from invarieq.expressions import write_expression

    print_table(("name", "expression"), [(n, write_expression(e)) for n, e in zip(found.names, found.expressions, strict=True)])
    wanted = found.jet_dimension - found.orbit_dimension
    share = f"{found.count}" if found.complete else f"{found.count} of {wanted}"
    say(
        f"{share} invariants of order {found.order} = jet dimension {found.jet_dimension} - orbit dimension "
        f"{found.orbit_dimension}; {'certified' if found.certified else 'NOT certified'}; {found.seconds:.1f} s"
    )
    if found.singular:
        say(f"where none of these is 0: {', '.join(write_expression(e) for e in found.singular)}")
    for stratum in found.strata:
        say(f"orbits have dimension {stratum.orbit_dimension} where {write_expression(stratum.expression)} = 0")
    for note in found.notes:
        say(f"note: {note}")


def _latex_lines(found: Invariants) -> list[str]:
    from invarieq.law.latex import latex_expression

    pairs = zip(found.names, found.expressions, strict=True)
    return [f"I_{{{name[1:]}}} &= {latex_expression(e, found.space)} \\\\" for name, e in pairs]


def _document(found: Invariants) -> dict[str, Any]:
    """`certified` is true only of complete sets; each expression of an incomplete one is proved invariant all the same."""
    from invarieq.expressions import write_expression
    from invarieq.law.latex import latex_expression

    return {
        "order": found.order,
        "count": found.count,
        "jet_dimension": found.jet_dimension,
        "orbit_dimension": found.orbit_dimension,
        "invariants": [
            {"name": name, "expression": write_expression(expr), "latex": latex_expression(expr, found.space)}
            for name, expr in zip(found.names, found.expressions, strict=True)
        ],
        "certified": found.complete,
        "complete": found.complete,
        "singular": [write_expression(e) for e in found.singular],
        "strata": [{"expression": write_expression(s.expression), "orbit_dimension": s.orbit_dimension} for s in found.strata],
        "relative": [
            {"expression": write_expression(r.expression), "multipliers": [write_expression(m) for m in r.multipliers]}
            for r in found.relative
        ],
        "notes": list(found.notes),
        "seconds": round(found.seconds, 3),
    }
