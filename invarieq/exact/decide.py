"""Is an expression identically 0, and how is that known? One answer for everything that proves or refutes an identity.

Expanding decides most; a point at which the expression is not 0 refutes; what is 0 at all points tried is brought to canonical
forms, ever heavier ones, in a stated time. What none of them shows to be 0 is undecided, and stays so: it is never taken for
"not zero".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sympy as sp
from sympy.core.function import AppliedUndef

from invarieq.errors import Undecided
from invarieq.expressions.size import expanded_terms
from invarieq.jets.kernels import vanishes
from invarieq.jets.space import substitute, symbols_of
from invarieq.limit import Deadline, attempted

Form = Callable[[sp.Expr], bool]  # whether bringing an expression to a form shows that it is 0
SECONDS = 60.0
POINTS = 4
DIGITS, LOST = 40, 12
WIDE = 2_000  # operations up to which an expression is looked at multiplied out
MAX_SIZE = 20_000  # operations in an expression that is still brought to a common denominator, terms in one that is expanded


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an expression is 0 identically, and how that is known.

    `how`: "proved by a canonical form", "refuted at a point", or why it is undecided. `at_points`: whether it is 0 to 28
    digits at the points tried; None where it has no value at them or none was needed.

    >>> x = sp.Symbol("x", real=True)
    >>> decide((x + 1) ** 2 - x**2 - 2 * x - 1).status, decide(sp.sin(x) - x).status
    ('zero', 'not zero')
    """

    status: Literal["zero", "not zero", "undecided"]
    how: str
    at_points: bool | None = None

    @property
    def proved(self) -> bool:
        """Whether it is shown to be 0."""
        return self.status == "zero"

    def truth(self) -> bool:
        """Whether it is 0; raises `Undecided` where that is not known."""
        if self.status == "undecided":
            raise Undecided(self.how)
        return self.proved

    __bool__ = truth


def decide(expr: sp.Expr, budget: float | Deadline = SECONDS, *, forms: Sequence[Form] | None = None) -> Decision:
    """Whether `expr` vanishes for all values of its symbols and all choices of its undefined functions.

    `budget`: seconds for the canonical forms, or a deadline. `forms`: those that are tried, cheap ones first (default: one
    denominator, the relations of roots and functions, SymPy's `simplify`).
    """
    expr = _plain(expr)
    wide = expanded(expr) if expanded_terms(expr) <= MAX_SIZE else expr
    if wide == 0:
        return Decision("zero", "proved by a canonical form")
    if sp.count_ops(wide) <= max(WIDE, 5 * sp.count_ops(expr)):
        expr = wide  # else the short form it is: multiplied out, quotients of trigonometric functions grow fifty times as large
    seen = zero_at_points(expr)
    if seen is False:
        return Decision("not zero", "refuted at a point", False)
    evidence = "it has no value at the points tried" if seen is None else f"it is 0 to {DIGITS - LOST} digits at {POINTS} points"
    if budget.over if isinstance(budget, Deadline) else budget <= 0:
        return Decision("undecided", f"the time budget ended; {evidence}", seen)
    if (size := int(sp.count_ops(expr))) > MAX_SIZE:
        return Decision("undecided", f"{size} operations are too many to simplify; {evidence}", seen)
    tried = (expr,) if wide == expr or sp.count_ops(wide) > MAX_SIZE else (expr, wide)
    shown = attempted(budget, lambda: any(form(e) for e in tried for form in (FORMS if forms is None else forms)))
    if shown is None:
        return Decision("undecided", f"the time budget ended; {evidence}", seen)
    if shown:
        return Decision("zero", "proved by a canonical form", seen)
    return Decision("undecided", f"it could not be shown to vanish, but {evidence}", seen)


def over_one_denominator(expr: sp.Expr) -> bool:
    """Whether the numerator is 0 when it is expanded."""
    return sp.expand(sp.numer(sp.together(expr))) == 0


def simplified(expr: sp.Expr) -> bool:
    """Whether SymPy simplifies to 0."""
    return sp.simplify(expr) == 0


FORMS: tuple[Form, ...] = (over_one_denominator, vanishes, simplified)


def expanded(expr: sp.Expr) -> sp.Expr:
    """Expanded until nothing changes (√P √P = P appears only after a first expansion), with x^(a+1) written as x^a x."""
    sums = {p: sp.Mul(*[p.base**t for t in p.exp.args]) for p in expr.atoms(sp.Pow) if p.exp.is_Add}
    expr = substitute(expr, sums) if sums else expr
    while (wider := sp.expand(expr)) != expr:
        expr = wider
    return expr


def zero_at_points(expr: sp.Expr) -> bool | None:
    """Whether `expr` is 0 at fixed rational points; None if it has no finite value at any. Good to reject, not to accept.

    Points at which all terms are real count before others, where a branch of a root or logarithm may be another one.
    """
    symbols = symbols_of(expr)
    real: list[bool] = []
    others: list[bool] = []
    for k in range(3 * POINTS):
        at = {s: _coordinate(i, k) for i, s in enumerate(symbols)}
        parts = _values(expr, at, DIGITS)
        if parts is None:
            continue
        kind = real if all(p.is_extended_real for p in parts) else others
        kind.append(_is_small(parts, DIGITS, LOST))
        if (kind is real and not kind[-1]) or len(real) == POINTS:
            break
    seen = real or others
    return all(seen) if seen else None


def small_at(expr: sp.Expr, at: Mapping[sp.Symbol, sp.Expr], digits: int, lost: int) -> bool | None:
    """Whether a sum is 0 at a point, to all but `lost` of the `digits` of its largest terms; None where it has no finite value."""
    parts = _values(expr, at, digits)
    return None if parts is None else _is_small(parts, digits, lost)


def _coordinate(i: int, k: int) -> sp.Expr:
    return sp.Rational(997 * (i + 2) % 89 + 13 + 7 * k, 31 + 2 * ((i * i + 3 * k) % 17))


def _values(expr: sp.Expr, at: Mapping[sp.Symbol, sp.Expr], digits: int) -> list[sp.Expr] | None:
    parts = [substitute(term, at).evalf(digits) for term in sp.Add.make_args(expr)]
    return parts if all(p.is_number and p.is_finite for p in parts) else None


def _is_small(parts: Sequence[sp.Expr], digits: int, lost: int) -> bool:
    scale = sum((abs(part) for part in parts), sp.S.Zero)
    return bool(scale == 0 or abs(sp.Add(*parts)) <= scale * sp.Float(10, digits) ** (lost - digits))


def _plain(expr: sp.Expr) -> sp.Expr:
    """Undefined functions and their derivatives as symbols: what vanishes then vanishes for all functions."""
    strange = sorted(expr.atoms(AppliedUndef, sp.Derivative), key=sp.default_sort_key)
    names = {node: sp.Dummy(f"f{k}", real=True, dummy_index=3 * 10**9 + k) for k, node in enumerate(strange)}
    return substitute(expr, names) if names else expr
