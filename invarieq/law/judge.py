"""Compare a law found with a law known: for benchmarks only, never for a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.solvers.solveset import NonlinearError

from invarieq.errors import DeclarationError
from invarieq.jets import substitute
from invarieq.law.kernels import terms
from invarieq.law.law import Law

SAME = 1e-12  # coefficients below this share of the largest are rounding
INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Truth:
    """How a law compares with the true one.

    `recovered`: exactly the true terms in every equation. `coefficient_error`: relative l2 error over the union of terms;
    `largest_error`: the largest relative error of a true coefficient (E∞). `term_errors`: for each equation and term of the
    union (leading derivative, term, relative error), inf where the true law has no such term, 1 where the law found has none.
    """

    recovered: bool
    coefficient_error: float
    largest_error: float
    term_errors: tuple[tuple[sp.Symbol, sp.Expr, float], ...] = ()


def judge(law: Law, true_law: Sequence[sp.Expr], values: Mapping[sp.Symbol, sp.Expr | float]) -> Truth:
    """Both laws solved for the same derivatives, expanded into terms and compared.

    `true_law` are expressions that vanish, `values` the numbers of their parameters. A true law that cannot be solved for
    the derivatives that the law found is solved for is not recovered, with infinite errors.

    Raises `DeclarationError` for a parameter without a value.
    """
    numbers = {s: sp.sympify(v, strict=True) for s, v in values.items()}
    equations = [substitute(sp.sympify(e, strict=True), numbers) for e in true_law]
    missing = [p for p in law.space.parameters if p not in numbers and any(e.has(p) for e in (*equations, *law.right))]
    if missing:
        raise DeclarationError(
            f"the parameter {missing[0]} has no value; add it to `values`, terms are compared by their numbers"
        )
    sides = _solved(equations, law.leading)
    if sides is None:
        return Truth(False, INFINITE, INFINITE)
    fitted = {**numbers, **{c.symbol: sp.Rational(repr(c.value)) for c in law.coefficients}}  # exact, so that equal terms cancel
    count = len(law.leading)
    listed = terms([*(substitute(r, fitted) for r in law.right), *sides])
    return _compare(law.leading, [_kept(t) for t in listed[:count]], [_kept(t) for t in listed[count:]])


def _compare(
    leading: Sequence[sp.Symbol], found: Sequence[Mapping[sp.Expr, float]], wanted: Sequence[Mapping[sp.Expr, float]]
) -> Truth:
    rows = [
        (symbol, term, f.get(term, 0.0), w.get(term, 0.0))
        for symbol, f, w in zip(leading, found, wanted, strict=True)
        for term in sorted({**f, **w}, key=str)
    ]
    size = sum(w * w for *_, w in rows) ** 0.5
    error = sum((f - w) ** 2 for *_, f, w in rows) ** 0.5
    each = tuple((symbol, term, abs(f - w) / abs(w) if w else INFINITE) for symbol, term, f, w in rows)
    return Truth(
        recovered=all(set(f) == set(w) for f, w in zip(found, wanted, strict=True)),
        coefficient_error=error / size if size else error,
        largest_error=max((share for *_, share in each if share < INFINITE), default=0.0),
        term_errors=each,
    )


def _kept(found: Mapping[sp.Expr, float]) -> dict[sp.Expr, float]:
    largest = max((abs(c) for c in found.values()), default=0.0)
    return {term: c for term, c in found.items() if abs(c) > SAME * largest}


def _solved(equations: Sequence[sp.Expr], leading: Sequence[sp.Symbol]) -> list[sp.Expr] | None:
    """The equations solved together for the leading derivatives; None where they do not determine them linearly."""
    equations = [e for e in equations if e.has(*leading)]  # equations of fields that no law was sought for are left out
    if len(equations) != len(leading):
        return None
    try:
        slopes, rest = sp.linear_eq_to_matrix(list(equations), list(leading))
    except NonlinearError:
        return None
    if sp.expand(slopes.det()) == 0:
        return None
    return [sp.expand(side) for side in slopes.LUsolve(rest)]
