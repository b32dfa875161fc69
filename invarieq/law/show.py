"""A law for the eye: the table of its coefficients, and what a notebook shows."""

from __future__ import annotations

from html import escape

from invarieq.expressions import write_expression
from invarieq.law.latex import latex
from invarieq.law.law import Law

HEAD = ("coefficient", "value", "standard error", "rounded")


def coefficients_table(law: Law) -> str:
    """The coefficients as aligned text, a line each; only the head where the law has none."""
    rows = [HEAD, *_rows(law)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def html(law: Law) -> str:
    """The law as a piece of static HTML without script: LaTeX between dollars, the coefficients, the notes."""
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in _rows(law))
    head = "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in HEAD) + "</tr>"
    table = f"<table>{head}{cells}</table>" if cells else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in law.notes)
    return f"<div><p>$\\displaystyle {escape(latex(law))}$</p>{table}{notes}</div>"


def _rows(law: Law) -> list[tuple[str, ...]]:
    return [(c.symbol.name, f"{c.value:.8g}", f"{c.error:.2g}", write_expression(c.rounded)) for c in law.coefficients]
