"""Compare a law found with a law known: for benchmarks only, never for a search.

Solved laws are compared term by term. Where that fails, and for implicit laws, it is asked whether one law is an algebraic rewriting of
the other: multiplied by a factor that vanishes nowhere, solved for another derivative, by identities, with constants merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from sympy.solvers.solveset import NonlinearError

from invarieq.errors import DeclarationError, Undecided
from invarieq.expressions.arrays import compile_expressions
from invarieq.jets import substitute, symbols_of
from invarieq.jets.kernels import without_decimals
from invarieq.law.kernels import terms
from invarieq.law.law import Law
from invarieq.law.rewriting import manifold, rewriting
from invarieq.law.solve import solution
from invarieq.symmetry.check import leading_of, on_shell, solved

SAME = 1e-12  # coefficients below this share of the largest are rounding
INFINITE = float("inf")
POINTS = 500


@dataclass(frozen=True, slots=True)
class Truth:
    """How a law compares with the true one.

    `recovered`: exactly the true terms in every equation, or with other values of its constants the law is an algebraic rewriting of the
    true one (numbers that are no constants are then held fixed, but for factors of a solved law's terms).
    `coefficient_error`: relative l2 error over the union of terms;
    `largest_error`: the largest relative error of a true coefficient (E∞). `term_errors`: for each equation and term of the
    union (leading derivative, term, relative error), inf where the true law has no such term, 1 where the law found has none.

    Laws that have no terms in common form are compared by the values of their right sides at random jets: the errors are the relative l2
    difference, over all equations and of the worst one; where they cannot be solved, by the constants themselves. `term_errors` is empty.
    """

    recovered: bool
    coefficient_error: float
    largest_error: float
    term_errors: tuple[tuple[sp.Symbol, sp.Expr, float], ...] = ()


def judge(
    law: Law,
    true_law: Sequence[sp.Expr],
    values: Mapping[sp.Symbol, sp.Expr | float],
    *,
    leading: Sequence[sp.Symbol] = (),
) -> Truth:
    """Both laws solved for the same derivatives, expanded into terms and compared; else compared as rewritings of one another.

    `true_law` are expressions that vanish, `values` the numbers of their parameters, `leading` what they are solved for (chosen as
    `leading_of` does where it is not given): errors are those of right sides for these. A true law that cannot be solved for
    the derivatives that the law found is solved for, and is no rewriting of it, is not recovered, with infinite errors.
    Equations of the true law without these derivatives are constraints: laws that agree where these hold are the same.

    Raises `DeclarationError` for a parameter without a value.
    """
    numbers = {s: sp.sympify(v, strict=True) for s, v in values.items()}
    equations = [substitute(sp.sympify(e, strict=True), numbers) for e in true_law]
    missing = [p for p in law.space.parameters if p not in numbers and any(e.has(p) for e in (*equations, *law.right))]
    if missing:
        raise DeclarationError(
            f"the parameter {missing[0]} has no value; add it to `values`, terms are compared by their numbers"
        )
    found = _by_terms(law, equations, numbers)
    leading = tuple(leading) or _leading(law, equations)
    if found.recovered and (set(leading) == set(law.leading) or len(equations) != len(law.leading)):
        return found
    constants = {} if found.recovered else _rewritten(law, equations, numbers)
    if constants is None:
        return found
    return _measured(law, equations, numbers, leading, constants) or replace(found, recovered=True)


def _leading(law: Law, equations: Sequence[sp.Expr]) -> tuple[sp.Symbol, ...]:
    try:
        return leading_of(law.space, equations)
    except DeclarationError:
        return ()  # errors are then those for whatever the true law can be solved for


def _by_terms(law: Law, equations: Sequence[sp.Expr], numbers: Mapping[sp.Symbol, sp.Expr]) -> Truth:
    """A solved law beside the true one, solved for the same derivatives."""
    sides = _solved(equations, law.leading) if law.leading and _is_polynomial(law) else None
    if sides is None:
        return Truth(False, INFINITE, INFINITE)
    right = [substitute(r, {**numbers, **_fitted(law)}) for r in law.right]
    found = _judged(law.leading, right, sides)
    constraints = [e for e in equations if not e.has(*law.leading)]
    if found.recovered or not constraints:
        return found
    alike = _judged(law.leading, *_modulo(law, constraints, right, sides))
    return alike if alike.recovered else found


def _fitted(law: Law) -> dict[sp.Symbol, sp.Expr]:
    """The fitted values, exact, so that equal terms cancel."""
    return {c.symbol: sp.Rational(repr(c.value)) for c in law.coefficients}


def _is_polynomial(law: Law) -> bool:
    """Whether the constants are factors: inside functions and exponents no fitted value makes a true term."""
    return all(e.is_polynomial(*(c.symbol for c in law.coefficients)) for e in law.right if law.coefficients)


def _rewritten(law: Law, equations: Sequence[sp.Expr], numbers: Mapping[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, float] | None:
    """The constants with which the law says what the true equations do, the numbers before a solved law's terms among them."""
    start = {c.symbol: c.value for c in law.coefficients}
    sides: list[sp.Expr] = []
    for side in law.right:
        terms = []
        for term in sp.Add.make_args(without_decimals(substitute(side, numbers))):
            factor, rest = term.as_coeff_Mul()
            if law.leading and factor != 0 and not rest.has(*start):
                constant = sp.Dummy("n", real=True)
                start[constant] = float(factor)
                term = constant * rest
            terms.append(term)
        sides.append(sp.Add(*terms))
    found = [s - side for s, side in zip(law.leading, sides, strict=True)] if law.leading else sides
    wanted = [e for e in equations if e.has(*law.leading)] if law.leading and len(found) < len(equations) else equations
    return rewriting(found, [without_decimals(e) for e in wanted], start, law.space)


def _measured(
    law: Law,
    equations: Sequence[sp.Expr],
    numbers: Mapping[sp.Symbol, sp.Expr],
    leading: Sequence[sp.Symbol],
    constants: Mapping[sp.Symbol, float],
) -> Truth | None:
    """The errors of a law that is recovered, both laws solved for the true one's derivatives."""
    known = manifold(equations, law.space) or {}
    chosen = tuple(leading) if leading else tuple(known)
    wanted = solution(equations, chosen) if chosen else None
    fitted = [substitute(e, {**numbers, **_fitted(law)}) for e in law.equations("symbolic")]
    found = solution([without_decimals(e) for e in fitted], chosen) if wanted is not None else None
    if found is None or wanted is None:
        value = {c.symbol: c.value for c in law.coefficients}
        pairs = [(value[s], true) for s, true in constants.items() if s in value]
        if not pairs:
            return None
        size = sum(true**2 for _, true in pairs) ** 0.5
        return Truth(
            True,
            sum((v - true) ** 2 for v, true in pairs) ** 0.5 / size,
            max(abs(v - true) / abs(true) for v, true in pairs),
        )
    right, sides = [found[s] for s in chosen], [wanted[s] for s in chosen]
    if _is_polynomial(law) and all(e.is_polynomial() for e in (*right, *sides)):
        by_terms = _judged(chosen, right, sides)
        if by_terms.recovered:
            return by_terms
    return _at_points(right, sides)


def _at_points(right: Sequence[sp.Expr], sides: Sequence[sp.Expr]) -> Truth | None:
    """The relative l2 difference of right sides at random jets."""
    symbols = sorted({s for e in (*right, *sides) for s in symbols_of(e)}, key=lambda s: s.name)
    columns = np.random.default_rng(2).uniform(0.2, 2.0, (len(symbols), POINTS))
    with np.errstate(all="ignore"):
        rows = compile_expressions([*right, *sides], symbols)(list(columns))
        values = np.stack([np.broadcast_to(v, POINTS) for v in rows])
    values = values[:, np.all(np.isfinite(values), axis=0)]
    found, wanted = values[: len(right)], values[len(right) :]
    sizes = np.linalg.norm(wanted, axis=1)
    if not values.size or not np.all(sizes > 0):
        return None
    off = np.linalg.norm(found - wanted, axis=1)
    return Truth(True, float(np.linalg.norm(off) / np.linalg.norm(sizes)), float(np.max(off / sizes)))


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
