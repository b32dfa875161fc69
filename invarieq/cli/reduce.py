"""The command that reduces a system's law by its symmetry and looks for invariant solutions."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, SystemName, emit, guarded
from invarieq.report.tables import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from invarieq.jets import JetSpace, VectorField
    from invarieq.reduction import Reduction, Solutions
    from invarieq.system import System


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
    from invarieq.errors import DeclarationError
    from invarieq.system import load_system

    loaded = load_system(system)
    if not loaded.law:
        raise DeclarationError(f"{loaded.name} declares no law, so that there is nothing to reduce; add `law` to the system")
    if len(loaded.coordinates) == 1:
        raise DeclarationError(
            f"{loaded.name} has one coordinate; reduction leaves fewer. Its first integrals: invarieq conserve"
        )
    with shown() as progress:
        progress.step("symmetry")
        choices = _choices(loaded, _symmetry(loaded, of, budget), generator)
        results: list[dict[str, Any]] = []
        for label, space, generators in choices:
            progress.step(f"reduction by {label}")
            result = _attempt(loaded, space, generators, budget, single=len(choices) == 1)
            results.append({"label": label, **result})
    if as_json:
        emit({"system": loaded.name, "reductions": [_document(r) for r in results]})
        return
    for result in results:
        _show(result, latex)


def _symmetry(system: System, of: Source, budget: float) -> Sequence[VectorField]:
    from invarieq.errors import DeclarationError

    if of is Source.law:
        from invarieq.symmetry.point import point_symmetries

        return tuple(point_symmetries(system.space, system.law, system.leading, budget=max(budget, 30.0)).generators)
    if not system.symmetry:
        raise DeclarationError(f"{system.name} declares no symmetry; add it, or use that of its law with --of law")
    return system.symmetry


Choice = tuple[str, "JetSpace", tuple["VectorField", ...]]


def _choices(system: System, symmetry: Sequence[VectorField], wanted: str) -> list[Choice]:
    """What to reduce by: (label, jet space with the speed of a wave as parameter, generators)."""
    from invarieq.errors import DeclarationError

    if wanted == "all":
        return [(f"{k + 1}: {v.label}", system.space, (v,)) for k, v in enumerate(symmetry)] + _waves(system, symmetry)
    if wanted == "wave":
        found = _waves(system, symmetry)
        if not found:
            raise DeclarationError(f"{system.name} has no two translations among its generators, so that no wave travels in it")
        return found
    numbers = [n.strip() for n in wanted.split(",")]
    if not all(n.isdigit() and 1 <= int(n) <= len(symmetry) for n in numbers):
        raise DeclarationError(
            f"--generator {wanted}: expected a number from 1 to {len(symmetry)}, several with commas between them, 'wave' or 'all'"
        )
    chosen = tuple(symmetry[int(n) - 1] for n in numbers)
    return [(", ".join(f"{n}: {v.label}" for n, v in zip(numbers, chosen, strict=True)), system.space, chosen)]


def _waves(system: System, symmetry: Sequence[VectorField]) -> list[Choice]:
    """∂_t + c ∂_x for the first coordinate and each other one along which the law is translated."""
    import sympy as sp

    from invarieq.jets import JetSpace, VectorField

    moved = [v.components[0][0] for v in symmetry if len(v.components) == 1 and v.components[0][1].is_number]
    space = system.space
    first = space.coordinates[0]
    taken = {s.name for s in (*space.coordinates, *space.parameters)} | {f.name for f in space.fields}
    name = next(n for n in ("c", "speed", "wave_speed") if n not in taken)
    speed = sp.Symbol(name, real=True)
    wider = JetSpace(space.coordinates, space.fields, (*space.parameters, speed))
    along = [x for x in space.coordinates[1:] if x in moved and first in moved]
    return [(f"wave along {x.name}", wider, (VectorField({first: 1, x: speed}),)) for x in along]


def _attempt(
    system: System, space: JetSpace, generators: tuple[VectorField, ...], budget: float, *, single: bool
) -> dict[str, Any]:
    from invarieq.errors import DeclarationError, Undecided
    from invarieq.reduction import invariant_solutions, reduce_by

    try:
        found = reduce_by(space, system.law, generators, system.leading)
    except (Undecided, DeclarationError) as error:
        if single:
            raise
        return {"reduction": None, "solutions": None, "reason": str(error)}
    solutions = invariant_solutions(found, budget=budget) if budget > 0 else None
    return {"reduction": found, "solutions": solutions, "reason": ""}


def _document(result: dict[str, Any]) -> dict[str, Any]:
    reduction: Reduction | None = result["reduction"]
    solutions: Solutions | None = result["solutions"]
    if reduction is None:
        return {"label": result["label"], "reduced": False, "reason": result["reason"]}
    rest = {} if solutions is None else solutions.document(reduction.original)
    return {"label": result["label"], "reduced": True, **reduction.document(), **rest}


def _show(result: dict[str, Any], latex: bool) -> None:
    import sympy as sp

    reduction: Reduction | None = result["reduction"]
    say(f"[{result['label']}]")
    if reduction is None:
        say(f"  not reduced: {result['reason']}")
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
    solutions: Solutions | None = result["solutions"]
    for solution in solutions.solutions if solutions else ():
        shown = ", ".join(f"{f.name} = {write(e)}" for f, e in zip(reduction.original.fields, solution.fields, strict=True))
        say(f"  solution: {shown}  (verified {solution.verified})")
    for note in solutions.notes if solutions else ():
        say(f"  note: {note}")
