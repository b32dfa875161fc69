"""Does an explicit function solve a law? Decided by differentiation."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.exact.decide import decide
from invarieq.jets import JetSpace, substitute, symbols_of


def holds(space: JetSpace, law: Sequence[sp.Expr], fields: Sequence[sp.Expr]) -> str:
    """How it is shown that the fields solve the law: "symbolically" or "numerically"; "" where they do not.

    "numerically" says that every equation is 0 to 28 digits of its largest term at some points, but did not simplify to 0.
    """
    how = "symbolically"
    for equation in law:
        values = jet_values(space, [equation], fields)
        found = decide(substitute(equation, values))
        if found.status == "not zero" or (found.status == "undecided" and not found.at_points):
            return ""
        if found.status == "undecided":
            how = "numerically"
    return how


def jet_values(space: JetSpace, equations: Sequence[sp.Expr], fields: Sequence[sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
    """The jets that some equations hold, for explicit fields."""
    jets = dict.fromkeys(s for e in equations for s in symbols_of(e))
    result: dict[sp.Symbol, sp.Expr] = {}
    for symbol in jets:
        found = space.index(symbol)
        if found:
            value = fields[found[0]]
            for x, n in zip(space.coordinates, found[1], strict=True):
                value = sp.diff(value, x, n) if n else value
            result[symbol] = value
    return result
