"""Bracket and adjoint tables, in text and in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.algebra.algebra import LieAlgebra

Cells = tuple[tuple[str, ...], ...]


def linear_combination(coefficients: Sequence[sp.Expr], labels: Sequence[str]) -> str:
    """`v1 - 2*v3`, or `0`."""
    text = ""
    for c, label in zip(coefficients, labels, strict=True):
        if c == 0:
            continue
        negative = c.could_extract_minus_sign()
        size = -c if negative else c
        factor = "" if size == 1 else f"({size})*" if size.is_Add else f"{size}*"
        text += (" - " if text else "-") if negative else (" + " if text else "")
        text += f"{factor}{label}"
    return text or "0"


def latex_combination(coefficients: Sequence[sp.Expr], labels: Sequence[str]) -> str:
    """`v_{1} - 2 v_{3}`, or `0`."""
    symbols = [sp.Symbol(label, real=True) for label in labels]
    terms = [c * s for c, s in zip(coefficients, symbols, strict=True) if c != 0]
    return sp.latex(sp.Add(*terms, evaluate=False)) if len(terms) > 1 else sp.latex(terms[0] if terms else sp.S.Zero)


def bracket_cells(algebra: LieAlgebra, *, latex: bool = False) -> Cells:
    """[v_i, v_j] for all i and j as texts; a bracket that leaves the span is written as a vector field in square brackets."""
    write = latex_combination if latex else linear_combination
    outside = {(i, j): v for i, j, v in algebra.leaving}
    rows: list[tuple[str, ...]] = []
    for i in range(algebra.dimension):
        row: list[str] = []
        for j in range(algebra.dimension):
            key, sign = ((i, j), 1) if i < j else ((j, i), -1)
            if key in outside:
                text = sp.latex(sp.Symbol(str(outside[key]))) if latex else str(outside[key])
                row.append(f"[{text}]" if sign == 1 else f"-[{text}]")
            else:
                row.append(write([sign * c for c in algebra.structure.get(key, ())], algebra.labels) if i != j else "0")
        rows.append(tuple(row))
    return tuple(rows)


def to_table(algebra: LieAlgebra, *, latex: bool = False) -> str:
    """The table of brackets [v_i, v_j] (row i, column j), aligned as text or as a LaTeX array."""
    return _table(bracket_cells(algebra, latex=latex), algebra.labels, latex=latex)


def _table(cells: Cells, labels: Sequence[str], *, latex: bool) -> str:
    if latex:
        names = [sp.latex(sp.Symbol(label)) for label in labels]
        lines = [" & ".join([f"{name}", *row]) for name, row in zip(names, cells, strict=True)]
        head = " & ".join(["", *names])
        body = " \\\\\n".join([head + r" \\ \hline" + "\n" + lines[0], *lines[1:]]) if lines else head
        return f"\\begin{{array}}{{c|{'c' * len(labels)}}}\n{body}\n\\end{{array}}"
    rows = [["", *labels], *([label, *row] for label, row in zip(labels, cells, strict=True))]
    widths = [max(len(row[k]) for row in rows) for k in range(len(labels) + 1)]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)
