"""New solutions from old: the graph u = f(x) moved by the flow, and whether the moved function obeys the law.

(x, f(x)) ↦ (X, U)(x, f(x), ε). Where X does not depend on u the new function is explicit:
ū(x̄) = U(x, f(x), ε) at x = X(x̄, −ε). Otherwise the point (x̄, ū) lies on it exactly when the flow by −ε takes it to the old graph,
U(x̄, ū, −ε) = f(X(x̄, ū, −ε)), which is solved for ū where that can be done in time (Olver 1993, section 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from invarieq.errors import DeclarationError, Undecided
from invarieq.flows.flow import Flow, symbol_of
from invarieq.flows.lowest import lowest
from invarieq.flows.roots import roots
from invarieq.flows.substitution import Shown, implicitly_solves, solves
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.limit import attempted


@dataclass(frozen=True, slots=True)
class Solution:
    """A function that solves (or is meant to solve) a law.

    `fields`: (field, expression in the coordinates) where it is explicit. `implicit`: expressions that vanish on it, in coordinates
    and fields (empty where it is explicit). `shown`: whether the law was verified: "exact" (by substitution), "sampled" (at random
    points, to 25 digits), "violated", or "unchecked" (no law was given, or neither could be done in time).
    """

    fields: tuple[tuple[sp.Symbol, sp.Expr], ...]
    implicit: tuple[sp.Expr, ...]
    shown: Shown


def move_solution(
    flow: Flow,
    solution: Mapping[Any, sp.Expr | float],
    epsilon: sp.Expr | float | None = None,
    *,
    law: Sequence[sp.Expr] = (),
    budget: float = 20.0,
) -> Solution:
    """The solution `{u: f(t, x)}` moved by exp(εv), verified against `law` (each expression = 0) where one is given.

    ε stays a symbol unless `epsilon` is given. Raises `DeclarationError` when a field is missing or a stray variable is used, and
    `Undecided` where the flow has no closed form.
    """
    space = flow.space
    old = _checked(space, solution)
    e = flow.parameter if epsilon is None else sp.sympify(epsilon, strict=True)
    back, ahead = flow.at(-e), flow.at(e)
    fields = [f.symbol for f in space.fields]
    source = {x: back[x] for x in space.coordinates}
    if not any(set(fields) & set(symbols_of(source[x])) for x in space.coordinates):
        values = {u: substitute(old[u], source) for u in fields}
        found = {u: _simple(substitute(ahead[u], {**source, **values}), budget) for u in fields}
        return Solution(tuple(found.items()), (), solves(space, law, found, seconds=budget))
    return _implicit(space, old, back, flow.parameter, law=law, budget=budget)


def _implicit(
    space: JetSpace,
    old: Mapping[sp.Symbol, sp.Expr],
    back: Mapping[sp.Symbol, sp.Expr],
    e: sp.Symbol,
    *,
    law: Sequence[sp.Expr],
    budget: float,
) -> Solution:
    fields = list(old)
    source = {x: back[x] for x in space.coordinates}
    relations = [sp.together(back[u] - substitute(old[u], source)) for u in fields]
    for root in roots([sp.numer(r) for r in relations], fields, budget / 4):
        if set(root) != set(fields):
            continue
        if all(root[u].has(e) for u in fields) and not _starts_at(root, old, e):
            continue
        shown = solves(space, law, root, seconds=budget)
        if shown != "violated":
            return Solution(tuple((u, root[u]) for u in fields), (), shown)
    implicit = tuple(sp.numer(r) for r in relations)
    return Solution((), implicit, implicitly_solves(space, law, dict(zip(fields, implicit, strict=True)), old, e))


def _starts_at(root: Mapping[sp.Symbol, sp.Expr], old: Mapping[sp.Symbol, sp.Expr], e: sp.Symbol) -> bool:
    """Whether the branch tends to the old solution as ε → 0, looked at by numbers."""
    for u, value in root.items():
        at = {s: sp.Rational(5 + 3 * i, 7 + i) for i, s in enumerate(symbols_of(value - old[u])) if s != e}
        small = sp.Float(sp.Rational(1, 10**9), 40)
        if not abs(sp.N((value - old[u]).xreplace({**at, e: small}), 30)) < sp.Rational(1, 10**5):
            return False
    return True


def _checked(space: JetSpace, solution: Mapping[Any, sp.Expr | float]) -> dict[sp.Symbol, sp.Expr]:
    given = {symbol_of(u): sp.sympify(f, strict=True) for u, f in solution.items()}
    missing = [f.name for f in space.fields if f.symbol not in given]
    if missing:
        raise DeclarationError(
            f"the solution lacks the field {missing[0]}; give an expression for each of {', '.join(f.name for f in space.fields)}"
        )
    for f in space.fields:
        other = [x for x in space.coordinates if x not in f.arguments]
        stray = [s for s in symbols_of(given[f.symbol]) if s in other or space.index(s) is not None]
        if stray:
            raise DeclarationError(
                f"the solution for {f.name} uses {stray[0]}; expected an expression in {', '.join(map(str, f.arguments))}"
            )
    return {f.symbol: given[f.symbol] for f in space.fields}


def _simple(expr: sp.Expr, budget: float) -> sp.Expr:
    return attempted(budget / 4, lambda: lowest(expr) if expr.is_rational_function() else sp.simplify(expr)) or expr


__all__ = ["Solution", "Undecided", "move_solution"]
