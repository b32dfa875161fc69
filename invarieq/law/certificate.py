"""The certificate: each declared generator, prolonged and applied to the law, vanishes where the law holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.errors import Undecided
from invarieq.expressions import write_expression
from invarieq.jets import JetSpace, VectorField, apply_prolonged, substitute, symbols_of
from invarieq.law.kernels import normal, vanishes
from invarieq.law.law import Law
from invarieq.law.shell import on_law
from invarieq.limit import Deadline
from invarieq.symmetry.discrete import Discrete

MAX_SIZE = 20_000  # operations in an expression that is still brought to a common denominator
POINTS = 4
DIGITS = 40
ZERO = sp.Float("1e-28")  # of the sum of the sizes of the terms
Row = tuple[str, tuple[sp.Expr, ...]]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proved.

    `certified` is True, False, or None where it could not be decided. `residuals` lists for each generator what is left in
    each equation (all 0 when certified). `method` says for which values of the coefficients it holds, or why it does not.
    """

    certified: bool | None
    residuals: tuple[Row, ...]
    method: str

    def document(self) -> dict[str, object]:
        """The certificate as JSON, expressions in the TOML notation."""
        rows = [{"generator": label, "left": [write_expression(e) for e in left]} for label, left in self.residuals]
        return {"certified": self.certified, "method": self.method, "generators": rows}


def certify(law: Law, symmetry: Sequence[VectorField | Discrete], *, budget: float = 20.0) -> Certificate:
    """Apply every prolonged generator to the law, its coefficients kept as symbols: then it holds for all their values. Of a discrete
    symmetry the image of the law is taken.

    Where that fails, the coefficients are given their fitted values (as exact rationals of six digits), then their rounded
    ones, and `method` says which. What vanishes is shown to vanish exactly; what does not is shown by a point where it is not
    0. `budget`: seconds, looked at between the steps; past them the answer is None, with the evidence of numbers.
    """
    if not symmetry:
        return Certificate(None, (), "no symmetry was declared")
    deadline = Deadline.after(budget)
    first = _attempt(law, symmetry, {}, deadline)
    if first.certified:
        return Certificate(True, first.residuals, "for all values of the coefficients")
    if first.certified is None or not law.coefficients:
        return first
    values = {c.symbol: sp.Rational(f"{c.value:.6g}") for c in law.coefficients}
    attempt = _attempt(law, symmetry, values, deadline)
    if attempt.certified:
        return Certificate(True, attempt.residuals, "for the fitted coefficients")
    simple = {c.symbol: c.rounded for c in law.coefficients}
    rounded = _attempt(law, symmetry, simple, deadline)
    if rounded.certified:
        shown = ", ".join(f"{s} = {write_expression(v)}" for s, v in simple.items())
        return Certificate(True, rounded.residuals, f"for the rounded coefficients {shown}")
    return attempt


def _attempt(
    law: Law, symmetry: Sequence[VectorField | Discrete], values: Mapping[sp.Symbol, sp.Expr], deadline: Deadline
) -> Certificate:
    space = law.full_space
    equations = tuple(normal(substitute(e, values)) for e in law.equations("symbolic"))  # exact: decimals would leave rounding
    rows: list[Row] = []
    doubt = ""
    for generator in symmetry:
        try:
            reduced = on_law(law, equations)
            raw = [reduced(_moved(generator, e, space)) for e in equations]
        except Undecided as error:
            return Certificate(None, tuple(rows), f"undecided for {generator.label!r}: {error}")
        decided = [_decide(e, deadline) for e in raw]
        left = tuple(sp.S.Zero if why == "" else sp.expand(e) if why is None else e for e, why in zip(raw, decided, strict=True))
        rows.append((generator.label, left))
        doubt = doubt or next((f"undecided for {generator.label!r}: {why}" for why in decided if why), "")
        if any(why is None for why in decided):
            return Certificate(False, tuple(rows), f"fails for {generator.label!r}")
    return Certificate(None if doubt else True, tuple(rows), doubt or "proved")


def _moved(generator: VectorField | Discrete, expr: sp.Expr, space: JetSpace) -> sp.Expr:
    return generator.apply(expr, space) if isinstance(generator, Discrete) else apply_prolonged(generator, expr, space)


def _decide(expr: sp.Expr, deadline: Deadline) -> str | None:
    """Empty when `expr` is shown to vanish, None when it is shown not to, else the reason why neither could be shown."""
    if expr == 0:
        return ""
    numbers = zero_at_points(expr)
    if numbers is False:
        return None
    evidence = "it has no value at the points tried" if numbers is None else f"it is 0 to {DIGITS - 12} digits at {POINTS} points"
    if deadline.over:
        return f"the time budget ended; {evidence}"
    if (size := int(sp.count_ops(expr))) > MAX_SIZE:
        return f"{size} operations are too many to simplify; {evidence}"
    return "" if vanishes(expr) else f"it could not be shown to vanish, but {evidence}"


def zero_at_points(expr: sp.Expr) -> bool | None:
    """Whether `expr` is 0 at fixed rational points; None if it has no finite value at any. Good to reject, not to accept."""
    symbols = symbols_of(expr)
    seen = 0
    for k in range(3 * POINTS):
        at = {s: sp.Rational(997 * (i + 2) % 89 + 13 + 7 * k, 31 + 2 * ((i * i + 3 * k) % 17)) for i, s in enumerate(symbols)}
        parts = [substitute(term, at).evalf(DIGITS) for term in sp.Add.make_args(expr)]
        scale = sum((abs(part) for part in parts), sp.S.Zero)
        if not (scale.is_number and scale.is_finite):
            continue
        if scale != 0 and abs(sp.Add(*parts)) > scale * ZERO:
            return False
        seen += 1
        if seen == POINTS:
            return True
    return None if seen == 0 else True
