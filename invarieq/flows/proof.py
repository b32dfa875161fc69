"""Is a family of maps the flow of a field? Z(0) = z and ∂Z_i/∂ε = v(Z_i), an identity in ε and z.

This linear form of Lie's equation (Olver 1993, eq. 1.17: exp(εv) commutes with v) needs no composition; with analytic data its
solution is unique, so it says the same as dZ/dε = v(Z).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from invarieq.exact.decide import Decision, decide, over_one_denominator, simplified
from invarieq.flows.lowest import lowest
from invarieq.jets import substitute, symbols_of
from invarieq.jets.kernels import vanishes
from invarieq.limit import Deadline, attempted

DIGITS = 40
POINTS = 3


def rejected(ends: Mapping[sp.Symbol, sp.Expr], rates: Mapping[sp.Symbol, sp.Expr], e: sp.Symbol) -> bool | None:
    """Whether numbers show that Z is not the flow; None where Z has no real value at any point tried."""
    seen = False
    for k in range(4 * POINTS):
        symbols = sorted({s for expr in (*ends.values(), *rates.values()) for s in symbols_of(expr)} - {e}, key=lambda s: s.name)
        at = {s: sp.Rational(7 + 3 * ((i + k) % 7) + i, 11 + 2 * ((i * i + k) % 13)) for i, s in enumerate(symbols)}
        start = _numbers(ends, {**at, e: sp.S.Zero})
        at_e = {**at, e: sp.Rational(1, 17 + 5 * k)}
        slopes = _numbers({z: sp.diff(end, e) for z, end in ends.items()}, at_e)
        places = _numbers(ends, at_e)
        if start is None or slopes is None or places is None:
            continue
        if any(_differ(start[z], at[z]) for z in ends if z in at):
            return True
        moves = _numbers(rates, {**at, **places})
        if moves is None:
            continue
        if any(_differ(slopes[z], moves[z]) for z in ends):
            return True
        seen = True
        if k >= POINTS - 1:
            break
    return False if seen else None


def _numbers(exprs: Mapping[sp.Symbol, sp.Expr], at: Mapping[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr] | None:
    """The values, or None where one is not a finite real number."""
    values = {z: substitute(expr, at).evalf(DIGITS) for z, expr in exprs.items()}
    return values if all(v.is_number and v.is_finite and v.is_extended_real for v in values.values()) else None


def _differ(a: sp.Expr, b: sp.Expr) -> bool:
    size = abs(a) + abs(b)
    return bool(size != 0 and abs(sp.Float(a, DIGITS) - sp.Float(b, DIGITS)) > size * sp.Float("1e-25"))


def proved(ends: Mapping[sp.Symbol, sp.Expr], rates: Mapping[sp.Symbol, sp.Expr], e: sp.Symbol, *, seconds: float) -> bool:
    """Whether Z is shown, exactly and in time, to be the flow: Lie's equation and the identity at ε = 0."""
    limit = Deadline.after(seconds)
    return bool(attempted(limit, lambda: all(is_zero(left, limit).proved for left in _left_over(ends, rates, e))))


def _left_over(ends: Mapping[sp.Symbol, sp.Expr], rates: Mapping[sp.Symbol, sp.Expr], e: sp.Symbol) -> Iterator[sp.Expr]:
    """What vanishes for a flow: Z(0) − z, then ∂Z/∂ε − v(Z)."""
    for z, end in ends.items():
        yield substitute(end, {e: sp.S.Zero}) - z
    for end in ends.values():
        yield sp.diff(end, e) - sp.Add(*[rate * sp.diff(end, z) for z, rate in rates.items()])


def _in_lowest_terms(expr: sp.Expr) -> bool:
    return lowest(expr) == 0 or (expr.has(sp.tan) and lowest(expr.rewrite(sp.tan)) == 0)


def _in_exponentials(expr: sp.Expr) -> bool:
    return vanishes(expr.rewrite(sp.exp).expand())


FORMS = (over_one_denominator, _in_lowest_terms, vanishes, _in_exponentials, simplified)


def is_zero(expr: sp.Expr, budget: float | Deadline) -> Decision:
    """Whether `expr` vanishes identically, by the forms that suit what flows are made of."""
    return decide(expr, budget, forms=FORMS)
