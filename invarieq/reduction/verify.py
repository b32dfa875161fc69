"""Does an explicit function solve a law? Decided by differentiation."""

from __future__ import annotations

import random
from collections.abc import Sequence

import sympy as sp

from invarieq.jets import JetSpace, substitute, symbols_of

POINTS = 4
DIGITS = 40
ZERO = sp.Float("1e-25")


def holds(space: JetSpace, law: Sequence[sp.Expr], fields: Sequence[sp.Expr]) -> str:
    """How it is shown that the fields solve the law: "symbolically" or "numerically"; "" where they do not.

    "numerically" says that every equation is 0 to 25 digits of its largest term at random points, but did not simplify to 0.
    """
    how = "symbolically"
    for equation in law:
        values = jet_values(space, [equation], fields)
        terms = [substitute(t, values) for t in sp.Add.make_args(equation)]
        if not _vanishes_at_points(terms):
            return ""
        if how == "symbolically" and sp.simplify(sp.Add(*terms)) != 0:
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


def _vanishes_at_points(terms: Sequence[sp.Expr]) -> bool:
    symbols = sorted({s for t in terms for s in symbols_of(t)}, key=lambda s: s.name)
    source = random.Random(17)
    seen = 0
    for _ in range(4 * POINTS):
        at = {s: sp.Rational(source.randrange(20, 140), 97) for s in symbols}
        values = [substitute(t, at).evalf(DIGITS) for t in terms]
        size = sum((abs(v) for v in values), sp.S.Zero)
        if not (size.is_number and size.is_finite) or size.has(sp.nan, sp.zoo):
            continue
        if abs(sp.Add(*values)) > ZERO * max(size, sp.S.One):
            return False
        seen += 1
        if seen == POINTS:
            return True
    return seen > 0
