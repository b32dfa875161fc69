"""The command that computes the Lie point symmetries of a system's law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, SystemName, emit, guarded
from invarieq.report.tables import print_table, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from invarieq.jets import VectorField
    from invarieq.symmetry import Classification, Family, PointSymmetries
    from invarieq.symmetry.classify import Case
    from invarieq.system import System

Budget = Annotated[float, typer.Option("--budget", min=0.0, metavar="S", help="Seconds after which what is proved is shown.")]


@guarded
def symmetries(
    system: SystemName,
    budget: Budget = 60.0,
    expressions: Annotated[
        bool, typer.Option("--expressions", help="Symmetries of the expressions themselves, not only where they vanish.")
    ] = False,
    special: Annotated[
        bool, typer.Option("--special", help="Look also for values of the parameters at which the algebra is larger.")
    ] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print the generators as LaTeX.")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Compute the Lie point symmetry algebra of a system's law."""
    from invarieq.cli.progress import shown
    from invarieq.errors import DeclarationError
    from invarieq.limit import Deadline, within
    from invarieq.symmetry import point_symmetries
    from invarieq.system import load_system

    last = Deadline.behind(budget)
    loaded = within(last, lambda: load_system(system), f"reading {system}")
    if not loaded.law:
        raise DeclarationError(
            f"system {loaded.name!r} declares no law, so there is nothing to compute symmetries of; add its equations, or see "
            f"`invarieq invariants {system}` for those of the declared symmetry"
        )
    with shown() as progress:
        found = within(
            last,
            lambda: point_symmetries(
                loaded.space, loaded.law, loaded.leading, expressions=expressions, budget=budget, progress=progress.step
            ),
            f"the symmetries of {loaded.name}",
        )
        larger = _special_values(loaded, budget, progress.step) if special and loaded.parameters else None
    if as_json:
        emit({**document(found), **({} if larger is None else {"special": [_case(c) for c in larger.special]})})
    elif latex:
        say("\n".join(field_latex(v) for v in (*found.generators, *(f.generator for f in found.families))))
    else:
        _show(found)
        if larger is not None:
            _show_special(larger)


def _special_values(loaded: System, budget: float, step: Callable[[str], object]) -> Classification:
    from invarieq.symmetry import special_parameters

    return special_parameters(loaded.space, loaded.law, loaded.leading, budget=2 * budget, progress=step)


def _case(case: Case) -> dict[str, Any]:
    from invarieq.expressions import write_expression

    values = {str(a): write_expression(b) for a, b in case.substitution}
    return {
        "values": values,
        **{k: v for k, v in document(case.symmetries).items() if k in ("dimension", "infinite", "complete")},
    }


def _show_special(larger: Classification) -> None:
    for case in larger.special:
        values = ", ".join(f"{a} = {b}" for a, b in case.substitution)
        families = f" and {len(case.symmetries.families)} families" if case.symmetries.families else ""
        say(f"larger at {values}: dimension {case.symmetries.dimension}{families}")
    say(f"{larger.tried} small rational values and ratios of the parameters were tried, {len(larger.undecided)} left undecided")


def _show(found: PointSymmetries) -> None:
    print_table(("name", "generator"), [(f"v{i}", field_text(v)) for i, v in enumerate(found.generators, start=1)])
    for family in found.families:
        say(f"family: {field_text(family.generator)}  with {described(family)}")
    status = "complete" if found.complete else "at least these"
    families = f" and {len(found.families)} families with arbitrary functions" if found.families else ""
    say(f"dimension {found.dimension}{families}; {status}; each verified by symbolic prolongation; {found.seconds:.1f} s")
    if found.assumptions:
        say(f"taken to be non-zero and generic: {', '.join(str(a) for a in found.assumptions)}")
    if found.note:
        say(f"note: {found.note}")


def described(family: Family) -> str:
    """The functions of a family, what they depend on, and their conditions, as text."""
    from invarieq.expressions import write_expression

    functions = [
        f"{name}({', '.join(write_expression(a) for a in given)})"
        for name, given in zip(family.names, family.arguments, strict=True)
    ]
    plain = all(a.is_Symbol for given in family.arguments for a in given)
    conditions = [f"{write_expression(c)} = 0" for c in family.conditions] if plain else []
    return ", ".join(functions) + (" arbitrary" if not conditions else " where " + ", ".join(conditions))


def document(found: PointSymmetries) -> dict[str, Any]:
    """The answer as the JSON of the contract."""
    from invarieq.expressions import write_expression

    return {
        "dimension": found.dimension,
        "generators": [components(v) for v in found.generators],
        "infinite": [
            {
                "generator": components(f.generator),
                "functions": {g.name: [a.name for a in g.arguments] for g in f.functions.space.fields},
                "condition": [write_expression(c) for c in f.conditions],
            }
            for f in found.families
        ],
        "complete": found.complete,
        "bound": found.bound,
        "assumptions": [write_expression(a) for a in found.assumptions],
        "note": found.note,
        "latex": [field_latex(v) for v in found.generators],
        "seconds": round(found.seconds, 3),
    }


def components(generator: VectorField) -> dict[str, str]:
    """{variable: component} in the notation of TOML systems."""
    from invarieq.expressions import write_expression

    return {symbol.name: write_expression(component) for symbol, component in generator.components}


def field_text(field: VectorField) -> str:
    """A vector field for a terminal: t∂_x + ∂_u."""
    from invarieq.expressions import write_expression

    parts: list[str] = []
    for z, c in field.components:
        factor = "" if c == 1 else "-" if c == -1 else f"({write_expression(c)})" if c.is_Add else f"{write_expression(c)} "
        parts.append(f"{factor}∂_{z.name}")
    return " + ".join(parts).replace("+ - ", "- ").replace("+ -", "- ")


def field_latex(field: VectorField) -> str:
    """A vector field as LaTeX, coordinates first as in its components."""
    import sympy as sp

    parts: list[str] = []
    for z, c in field.components:
        text = sp.latex(c)
        factor = "" if c == 1 else "-" if c == -1 else rf"\left({text}\right) " if c.is_Add else f"{text} "
        parts.append(rf"{factor}\partial_{{{sp.latex(z)}}}")
    return " + ".join(parts).replace("+ - ", "- ").replace("+ -", "- ")
