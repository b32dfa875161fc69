"""Does a function solve a law? Its derivatives are put in, and what is left must vanish identically."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sympy as sp

from invarieq.exact.decide import Decision, small_at
from invarieq.flows.proof import is_zero
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.limit import Deadline

Shown = Literal["exact", "sampled", "violated", "unchecked"]
POINTS = 4
DIGITS = 50


def left_over(space: JetSpace, equation: sp.Expr, fields: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """The equation with u = f(x) and all its derivatives put in."""
    values: dict[sp.Symbol, sp.Expr] = {}
    for symbol in symbols_of(equation):
        found = space.index(symbol)
        if found is not None:
            a, index = found
            value = fields[space.fields[a].symbol]
            for x, count in zip(space.coordinates, index, strict=True):
                value = sp.diff(value, x, count) if count else value
            values[symbol] = value
    return substitute(equation, values)


def solves(space: JetSpace, law: Sequence[sp.Expr], fields: Mapping[sp.Symbol, sp.Expr], *, seconds: float = 20.0) -> Shown:
    """Whether u = f(x) solves the law: rejected by numbers, accepted by proof, "sampled" where the proof does not end in time."""
    if not law:
        return "unchecked"
    limit = Deadline.after(seconds)
    found: list[Decision] = []
    for equation in law:
        found.append(is_zero(left_over(space, equation, fields), limit))
        if found[-1].status == "not zero":
            return "violated"
    if all(d.proved for d in found):
        return "exact"
    return "unchecked" if any(d.status == "undecided" and d.at_points is None for d in found) else "sampled"


def implicitly_solves(
    space: JetSpace,
    law: Sequence[sp.Expr],
    relations: Mapping[sp.Symbol, sp.Expr],
    start: Mapping[sp.Symbol, sp.Expr],
    e: sp.Symbol,
) -> Shown:
    """Whether u defined by relations G(x, u) = 0 solves the law, looked at where the law can be evaluated on them.

    Derivatives come from D_i G = 0; u is found by Newton's method from `start`, the solution at ε = 0, so ε is small there.
    """
    if not law:
        return "unchecked"
    fields = list(relations)
    order = max(space.order(equation) for equation in law)
    jets = implicit_jets(space, list(relations.values()), order)
    rest = [substitute(equation, jets) for equation in law]
    seen = 0
    for k in range(3 * POINTS):
        at: dict[sp.Symbol, sp.Expr] = {e: sp.Rational(1, 40 + k)}
        others = sorted({s for r in (*relations.values(), *rest) for s in symbols_of(r)} - {e, *fields}, key=lambda s: s.name)
        at |= {s: sp.Rational(3 + 2 * ((i + 2 * k) % 9), 7 + 3 * ((i * i + k) % 11)) for i, s in enumerate(others)}
        try:
            guess = [sp.N(substitute(start[u], at), DIGITS) for u in fields]
            root: Any = sp.nsolve([substitute(r, at) for r in relations.values()], fields, guess, prec=DIGITS)
        except (ValueError, ZeroDivisionError, TypeError):
            continue  # Newton's method did not settle here: another point
        at |= dict(zip(fields, root.flat(), strict=True))
        values = [small_at(r, at, DIGITS, lost=25) for r in rest]
        if False in values:
            return "violated"
        seen += None not in values
        if seen == POINTS:
            return "sampled"
    return "unchecked"


def implicit_jets(space: JetSpace, relations: Sequence[sp.Expr], order: int) -> dict[sp.Symbol, sp.Expr]:
    """The jets up to `order` of functions defined by G(x, u) = 0, as expressions in x and u."""
    fields = [f.symbol for f in space.fields]
    inverse = sp.Matrix(len(fields), len(fields), lambda i, j: sp.diff(relations[i], fields[j])).inv()
    slopes: dict[tuple[int, int], sp.Expr] = {}
    for i, x in enumerate(space.coordinates):
        column = -inverse * sp.Matrix([sp.diff(r, x) for r in relations])
        slopes |= {(a, i): column[a] for a in range(len(fields))}
    jets: dict[sp.Symbol, sp.Expr] = {}
    for jet in space.jets(order):
        found = space.index(jet)
        assert found is not None
        a, index = found
        if not any(index):
            continue
        i = max(k for k, count in enumerate(index) if count)
        lower = tuple(count - (k == i) for k, count in enumerate(index))
        if not any(lower):
            jets[jet] = slopes[a, i]
            continue
        below = jets[space.jet(a, lower)]
        jets[jet] = sp.diff(below, space.coordinates[i]) + sp.Add(
            *[sp.diff(below, u) * slopes[b, i] for b, u in enumerate(fields)]
        )
    return jets
