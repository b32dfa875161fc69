"""The simplest number that a measured one may be."""

from __future__ import annotations

from math import isfinite

import sympy as sp

DENOMINATORS = (1, 2, 3, 4, 5, 6, 8)
STANDARD_ERRORS = 2.0
WIDEST = 0.05  # never further than this share of the value


def simplest_number(value: float, error: float) -> sp.Expr:
    """The simplest rational within 2 standard errors of `value`, and within 5 % of it.

    Tried in turn: a quotient with denominator 1, 2, 3, 4, 5, 6 or 8, then decimals of one digit, two digits, and so on. At
    least a relative 1e-6 is allowed for.
    """
    if not (isfinite(value) and value):
        return sp.S.Zero
    reach = min(max(STANDARD_ERRORS * (error if isfinite(error) else 0.0), 1e-6 * abs(value)), WIDEST * abs(value))
    for denominator in DENOMINATORS:
        numerator = round(value * denominator)
        if numerator and abs(numerator / denominator - value) <= reach:
            return sp.Rational(numerator, denominator)
    for digits in range(1, 17):
        shown = f"{value:.{digits - 1}e}"
        if abs(float(shown) - value) <= reach:
            return sp.Rational(shown)
    return sp.Rational(repr(value))
