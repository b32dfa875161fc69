"""Compare a law found with a law known: for benchmarks only, never for a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.solvers.solveset import NonlinearError

from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import substitute
from invarieq.jets.kernels import terms
from invarieq.law.law import Law
from invarieq.symmetry.check import leading_of, on_shell, solved

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
    the derivatives that the law found is solved for is not recovered, with infinite errors. Equations of the true law without these
    derivatives are constraints: laws that agree where these hold are the same.

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
    fitted: dict[sp.Symbol, sp.Expr] = {
        **numbers,
        **{c.symbol: sp.Rational(repr(c.value)) for c in law.coefficients},
    }  # exact, so that equal terms cancel
    right = [substitute(r, fitted) for r in law.right]
    found = _judged(law.leading, right, sides)
    constraints = [e for e in equations if not e.has(*law.leading)]
    if found.recovered or not constraints:
        return found
    alike = _judged(law.leading, *_modulo(law, constraints, right, sides))
    return alike if alike.recovered else found


def _judged(leading: Sequence[sp.Symbol], right: Sequence[sp.Expr], sides: Sequence[sp.Expr]) -> Truth:
    listed = terms([*right, *sides])
    count = len(leading)
    return _compare(leading, [_kept(t) for t in listed[:count]], [_kept(t) for t in listed[count:]])


def _modulo(
    law: Law, constraints: Sequence[sp.Expr], right: Sequence[sp.Expr], sides: Sequence[sp.Expr]
) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Both laws where the other true equations hold: with u_x + v_y = 0 the terms u v_x − u_x v and u v_x + v v_y are the same."""
    try:
        known = solved(law.space, constraints, leading_of(law.space, constraints))
        first, second = ([sp.expand(on_shell(e, law.space, known)) for e in part] for part in (right, sides))
    except (DeclarationError, Undecided):
        return list(right), list(sides)
    return first, second


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
