"""The command about a system's Lie algebra: brackets, isomorphism type, structure, optimal system."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from invarieq.cli.output import AsJson, Debug, SystemName, complain, emit, guarded
from invarieq.report.tables import print_table, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sympy as sp

    from invarieq.algebra import AlgebraReport, LieAlgebra
    from invarieq.jets import VectorField
    from invarieq.system import System

WIDEST_TABLE = 10


class Source(StrEnum):
    """Where the generators come from."""

    SYMMETRY = "symmetry"
    LAW = "law"


@guarded
def algebra(
    system: SystemName,
    of: Annotated[
        Source, typer.Option("--of", help="Generators: the declared symmetry, or those computed from the law.")
    ] = Source.SYMMETRY,
    clean: Annotated[bool, typer.Option("--clean", help="Use a clean basis: sparse, small integers, low degree first.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print the table of brackets and the answer as LaTeX.")] = False,
    graph: Annotated[Path | None, typer.Option("--graph", metavar="FILE", help="Draw the brackets: .svg, .pdf or .png.")] = None,
    ideals: Annotated[
        Path | None, typer.Option("--ideals", metavar="FILE", help="Draw how the ideals lie in one another.")
    ] = None,
    budget: Annotated[float, typer.Option("--budget", min=0.0, help="Seconds for symmetries and optimal system.")] = 60.0,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show the structure of the Lie algebra of a system's symmetry."""
    from invarieq.algebra import analyse, bracket_graph, clean_basis, close_algebra, draw, ideal_graph
    from invarieq.cli.progress import shown
    from invarieq.errors import DeclarationError
    from invarieq.limit import Deadline, within
    from invarieq.system import load_system

    started, last = time.monotonic(), Deadline.behind(budget)
    loaded = within(last, lambda: load_system(system), f"reading {system}")
    for file in (graph, ideals):
        if file is not None and (file.suffix not in {".svg", ".pdf", ".png"} or not file.parent.is_dir()):
            raise DeclarationError(
                f"{str(file)!r} cannot be drawn: give a file ending in .svg, .pdf or .png, in a folder that exists"
            )
    with shown() as progress:
        generators, remark = within(last, lambda: _generators(loaded, of, budget, progress.step), "its symmetries")
        if clean:
            generators = within(last, lambda: clean_basis(generators, loaded.space), "a clean basis")
        progress.step(f"structure of {len(generators)} generators")
        rest = min(budget, last.left / 1.5)  # so that the optimal system ends by itself
        report = within(
            last, lambda: analyse(close_algebra(generators, loaded.space), budget=rest), "the structure of its algebra"
        )
    for file, make in ((graph, bracket_graph), (ideals, ideal_graph)):
        if file is not None:
            draw(make(report.algebra), file, title=loaded.name)
    if as_json:
        emit({**_document(report), "of": of.value, "remark": remark, "seconds": round(time.monotonic() - started, 3)})
    elif latex:
        say(_latex(report))
    else:
        _show(report, remark)
    for file in (graph, ideals):
        if file is not None:
            complain(f"drawn: {file}")


def _generators(system: System, of: Source, budget: float, step: Any) -> tuple[Sequence[VectorField], str]:
    """The generators asked for, and what has to be said about them."""
    from invarieq.errors import DeclarationError

    if of is Source.SYMMETRY:
        if not system.symmetry:
            hint = "; --of law computes it from the law" if system.law else ""
            raise DeclarationError(f"system {system.name!r} declares no symmetry{hint}")
        return system.symmetry, ""
    if not system.law:
        raise DeclarationError(f"system {system.name!r} has no law to compute symmetries from; use --of symmetry")
    from invarieq.symmetry import point_symmetries

    found = point_symmetries(system.space, system.law, system.leading, budget=budget, progress=step)
    if not found.generators:
        raise DeclarationError(f"the law of {system.name!r} has no finite point symmetry: there is no algebra to show")
    count = len(found.families)
    families = f"; {count} {'family' if count == 1 else 'families'} with arbitrary functions left out" if count else ""
    return found.generators, ("complete" if found.complete else "at least these; " + found.note) + families


def _show(report: AlgebraReport, remark: str) -> None:
    from invarieq.algebra.tables import bracket_cells

    algebra = report.algebra
    print_table(("", "generator", "name"), [(n, str(v), v.name) for n, v in zip(algebra.labels, algebra.generators, strict=True)])
    say()
    if algebra.dimension <= WIDEST_TABLE:
        cells = bracket_cells(algebra)
        print_table(("[ , ]", *algebra.labels), [(n, *row) for n, row in zip(algebra.labels, cells, strict=True)])
    else:
        from invarieq.algebra.tables import linear_combination

        found = [(i, j, c) for (i, j), c in sorted(algebra.structure.items()) if any(x != 0 for x in c)]
        lines = [(f"[{algebra.labels[i]}, {algebra.labels[j]}]", linear_combination(c, algebra.labels)) for i, j, c in found]
        print_table(("bracket", "value"), lines)
    say()
    facts = [("type", report.type.text), *_facts(report)]
    if remark:
        facts.insert(0, ("symmetry of the law", remark))
    width = max(len(name) for name, _ in facts)
    for name, text in facts:
        say(f"{name.ljust(width)}  {text}")


def _facts(report: AlgebraReport) -> list[tuple[str, str]]:
    squares = (
        "depends on the parameters" if report.signature is None else "{} positive, {} negative, {} zero".format(*report.signature)
    )
    optimal = report.optimal
    shown = [r.text(report.algebra.labels) for r in optimal.representatives]
    return [
        ("derived series", " > ".join(map(str, report.derived))),
        ("lower central series", " > ".join(map(str, report.lower_central))),
        ("centre", _span(report.centre, report)),
        ("radical", _span(report.radical, report)),
        ("nilradical", _span(report.nilradical, report)),
        ("Levi factor", _span(report.levi, report)),
        ("Killing form", f"rank {report.killing_rank}; {squares}"),
        ("optimal system", "; ".join(shown) if optimal.computed else optimal.remark),
        *([("", optimal.remark)] if optimal.computed and optimal.remark else []),
    ]


def _span(vectors: Sequence[Sequence[sp.Expr]], report: AlgebraReport) -> str:
    from invarieq.algebra.tables import linear_combination

    return ", ".join(linear_combination(v, report.algebra.labels) for v in vectors) or "0"


def _latex(report: AlgebraReport) -> str:
    from invarieq.algebra import to_table
    from invarieq.algebra.tables import latex_combination

    labels = report.algebra.labels
    fields = [f"{name} &= {_field_latex(v)}" for name, v in zip(_latex_labels(labels), report.algebra.generators, strict=True)]
    families = [
        ", \\; ".join([latex_combination(r.coefficients, labels), *(_condition_latex(c) for c in r.conditions)])
        for r in report.optimal.representatives
    ]
    optimal = [r"\[ " + r" \qquad ".join(families) + r" \]"] if families else []
    aligned = " \\\\\n".join(fields)
    table = to_table(report.algebra, latex=True)
    return "\n".join(
        [
            f"\\begin{{align*}}\n{aligned}\n\\end{{align*}}",
            f"\\[\n{table}\n\\]",
            f"\\[ L \\cong {report.type.latex} \\]",
            *optimal,
        ]
    )


def _latex_labels(labels: Sequence[str]) -> list[str]:
    import sympy as sp

    return [sp.latex(sp.Symbol(label)) for label in labels]


def _field_latex(field: VectorField) -> str:
    import sympy as sp

    parts: list[str] = []
    for symbol, component in field.components:
        text = sp.latex(component)
        factor = "" if component == 1 else f"\\left({text}\\right)" if component.is_Add else text
        parts.append(f"{factor} \\partial_{{{sp.latex(symbol)}}}")
    return " + ".join(parts).replace("+ -", "- ")


def _condition_latex(text: str) -> str:
    for plain, command in ((">=", r"\ge"), ("!=", r"\ne"), (" in R", r" \in \mathbb{R}"), (" in ", r" \in "), ("**", "^")):
        text = text.replace(plain, command)
    return text.replace("exp(", r"\exp(").replace("pi", r"\pi")


def _document(report: AlgebraReport) -> dict[str, Any]:
    from invarieq.expressions import write_expression

    algebra, optimal = report.algebra, report.optimal

    def rows(vectors: Sequence[Sequence[sp.Expr]]) -> list[list[str]]:
        return [[write_expression(c) for c in v] for v in vectors]

    return {
        "dimension": algebra.dimension,
        "generators": [{s.name: write_expression(e) for s, e in v.components} for v in algebra.generators],
        "brackets": _brackets(algebra),
        "type": {
            "name": report.type.name,
            "latex": report.type.latex,
            "also": list(report.type.also),
            "parameters": [str(p) for p in report.type.parameters],
            "complete": report.type.complete,
            "remark": report.type.remark,
        },
        "derived_series": list(report.derived),
        "lower_central_series": list(report.lower_central),
        "centre": rows(report.centre),
        "radical": rows(report.radical),
        "nilradical": rows(report.nilradical),
        "levi": rows(report.levi),
        "killing": {"rank": report.killing_rank, "signature": None if report.signature is None else list(report.signature)},
        "optimal_system": {
            "computed": optimal.computed,
            "minimal": optimal.minimal,
            "remark": optimal.remark,
            "representatives": [
                {"coefficients": rows([r.coefficients])[0], "conditions": list(r.conditions)} for r in optimal.representatives
            ],
        },
    }


def _brackets(algebra: LieAlgebra) -> dict[str, dict[str, str]]:
    """As in the benchmark file: "i,j" → {"k": constant} for i < j, 0-based, non-zero ones only."""
    from invarieq.expressions import write_expression

    return {
        f"{i},{j}": {str(k): write_expression(c) for k, c in enumerate(row) if c != 0}
        for (i, j), row in sorted(algebra.structure.items())
        if any(c != 0 for c in row)
    }
