"""From relations between candidates to a search document: solved for derivatives, coefficients as symbols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp
from sympy.solvers.solveset import NonlinearError

from invarieq.engines.points.implicit import Relation, refitted, scores
from invarieq.engines.points.samples import Samples
from invarieq.errors import DeclarationError
from invarieq.expressions import write_expression
from invarieq.jets import JetSpace
from invarieq.symmetry.check import leading_of, solve_for

Found = Sequence[tuple[Sequence[sp.Expr], Relation]]


def document_of(space: JetSpace, found: Found, samples: Samples, time_order: int | None) -> dict[str, Any]:
    """The law as a document: solved for ∂_t^m of the fields if `time_order` is given and that works, else for the
    highest derivative that enters linearly. `relations` keeps the relations as they were found.
    """
    leading = _leading(space, found, time_order)
    refits = [_solved_for(terms, relation, samples, leading) for terms, relation in found]
    symbols, equations, values, errors = [], [], [], []
    stem = _stem(space)
    for terms, relation in refits:
        own = [sp.Symbol(f"{stem}{len(symbols) + n + 1}", real=True) for n in range(len(relation.terms) - 1)]
        first, *others = relation.terms
        equations.append(terms[first] - sp.Add(*[s * terms[k] for s, k in zip(own, others, strict=True)]))
        symbols += own
        values += [-float(c) for c in relation.coefficients[1:]]
        errors += [float(e) for e in relation.errors[1:]]
    right = _right_sides(equations, leading)
    residual = max(r.fit.residual for _, r in refits)
    noise = max(r.fit.noise_residual for _, r in refits)
    model = {
        "right": [write_expression(side) for side in right],
        "symbols": [s.name for s in symbols],
        "values": values,
        "errors": errors,
        "residual": residual,
        "misfit": float(sum(r.fit.misfit for _, r in refits)),
    }
    return {
        "residual": residual,
        "noise_residual": noise,
        "leading": [s.name for s in leading],
        "chosen": 0,
        "models": [model],
        "stability": None,
        "exponents": [],
        "relations": [
            {
                "terms": [write_expression(terms[k]) for k in relation.terms],
                "coefficients": [float(c) for c in relation.coefficients],
            }
            for terms, relation in refits
        ],
    }


def _leading(space: JetSpace, found: Found, time_order: int | None) -> tuple[sp.Symbol, ...]:
    sums = [
        sp.Add(*[sp.Rational(repr(float(c))) * terms[k] for c, k in zip(r.coefficients, r.terms, strict=True)])
        for terms, r in found
    ]
    if time_order is not None:
        index = (time_order, *(0 for _ in space.coordinates[1:]))
        wanted = tuple(space.jet(a, index) for a in range(len(space.fields)) if any(e.has(space.jet(a, index)) for e in sums))
        if len(wanted) == len(sums) and _right(sums, wanted) is not None:
            return wanted
    return leading_of(space, [sp.expand(e) for e in sums])


def _solved_for(
    terms: Sequence[sp.Expr], relation: Relation, samples: Samples, leading: Sequence[sp.Symbol]
) -> tuple[Sequence[sp.Expr], Relation]:
    """The relation fitted again with the shortest term that holds a leading derivative as its left-hand side."""
    holding = [k for k in relation.terms if terms[k].has(*leading)]
    left = min(holding, key=lambda k: (sp.count_ops(terms[k]), k), default=relation.terms[0])
    law = np.zeros(len(terms))
    scale = float(relation.coefficients[relation.terms.index(left)])
    law[list(relation.terms)] = relation.coefficients / scale
    order = (left, *(k for k in relation.terms if k != left))
    return terms, refitted(scores(samples.table(terms), law), order, law)


def _right_sides(equations: Sequence[sp.Expr], leading: Sequence[sp.Symbol]) -> list[sp.Expr]:
    if len(equations) == 1:
        return [solve_for(sp.expand(equations[0]), leading[0])]
    right = _right(equations, leading)
    if right is None:
        raise DeclarationError(f"the relations cannot be solved for {', '.join(map(str, leading))} together")
    return right


def _right(equations: Sequence[sp.Expr], leading: Sequence[sp.Symbol]) -> list[sp.Expr] | None:
    """The equations solved together for the leading derivatives; None where they are not linear in them."""
    try:
        slopes, rest = sp.linear_eq_to_matrix([sp.expand(e) for e in equations], list(leading))
    except NonlinearError:
        return None
    if sp.expand(slopes.det()) == 0:
        return None
    return [sp.cancel(sp.together(side)) for side in slopes.LUsolve(rest)]


def _stem(space: JetSpace) -> str:
    taken = {s.name for s in (*space.variables(4), *space.parameters)}
    return next(n for n in ("c", "k", "coef", "coefficient") if not any(f"{n}{i}" in taken for i in range(1, 1000)))
