"""A law for the eye: one line an equation, the table of its coefficients, and what a notebook shows."""

from __future__ import annotations

from html import escape

import sympy as sp
from sympy.printing.str import StrPrinter

from invarieq.expressions import write_expression
from invarieq.jets import substitute
from invarieq.law.latex import latex, number
from invarieq.law.shown import ShownLaw

HEAD = ("coefficient", "value", "standard error", "rounded")


def plain(law: ShownLaw) -> str:
    """The equations, a line each, every constant by its value with the error in its last digits: u_t = -5.9987(12)*u*u_x."""
    values: dict[sp.Symbol, sp.Expr] = {}
    for c in law.coefficients:
        shown = sp.Dummy(number(abs(c.value), c.error).replace(" \\cdot 10^{", "e").replace("}", ""), positive=True)
        values[c.symbol] = shown if c.value >= 0 else -shown
    sides = [_sum(law, side, values) for side in law.right]
    if law.is_implicit:
        return "\n".join(f"{side} = 0" for side in sides)
    return "\n".join(f"{symbol} = {side}" for symbol, side in zip(law.leading, sides, strict=True))


def _sum(law: ShownLaw, side: sp.Expr, values: dict[sp.Symbol, sp.Expr]) -> str:
    """The terms in the order in which LaTeX shows them."""
    printer = _Values({"order": None})
    ordered = sorted(sp.Add.make_args(side), key=lambda term: (law.space.order(term), str(term)))
    texts = [str(printer.doprint(substitute(term, values))) for term in ordered]
    return texts[0] + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in texts[1:])


class _Values(StrPrinter):
    """SymPy's printer, a stand-in for a value by its text alone."""

    def _print_Dummy(self, expr: sp.Dummy) -> str:
        return expr.name


def coefficients_table(law: ShownLaw) -> str:
    """The coefficients as aligned text, a line each; only the head where the law has none."""
    head, rows = _table(law)
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in (head, *rows)]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def html(law: ShownLaw) -> str:
    """The law as a piece of static HTML without script: LaTeX between dollars, the coefficients, the notes."""
    names, rows = _table(law)
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    head = "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in names) + "</tr>"
    table = f"<table>{head}{cells}</table>" if cells else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in law.notes)
    return f"<div><p>$\\displaystyle {escape(latex(law))}$</p>{table}{notes}</div>"


def _table(law: ShownLaw) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows; columns of the terms, of their inclusion and of the intervals only where something stands in them."""
    found = law.coefficients
    columns = [
        (HEAD[0], [c.symbol.name for c in found]),
        *([("term", [c.term for c in found])] if any(c.term for c in found) else []),
        (HEAD[1], [f"{c.value:.8g}" for c in found]),
        (HEAD[2], [f"{c.error:.2g}" for c in found]),
        (HEAD[3], [write_expression(c.rounded) for c in found]),
    ]
    if any(c.inclusion is not None for c in found):
        columns.append(("chosen in", ["" if c.inclusion is None else f"{100 * c.inclusion:.0f} %" for c in found]))
    if any(c.interval is not None for c in found):
        columns.append(("95 % interval", ["" if c.interval is None else "{:.5g} … {:.5g}".format(*c.interval) for c in found]))
    return tuple(name for name, _ in columns), [tuple(cells[i] for _, cells in columns) for i in range(len(found))]
