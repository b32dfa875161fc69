"""How large an expression gets when it is multiplied out, told before it is."""

from __future__ import annotations

import math

import sympy as sp

SATURATED = 10**9  # counts stop here: nobody can hold so many terms


def expanded_terms(expr: sp.Basic) -> int:
    """An upper bound on the number of terms of `expr` after `sympy.expand`, at most 10⁹, without expanding it.

    Sums add, products multiply, and the k-th power of n terms has C(n + k − 1, k). What stands in a denominator or in a function
    is expanded too and counts where it is larger than the whole.

    >>> x, y = sp.symbols("x y")
    >>> expanded_terms((1 + x + y) ** 64), expanded_terms(x * (x + y) * (1 + x) ** 2)
    (2145, 6)
    """
    return _Counter().terms(expr)


class _Counter:
    def __init__(self) -> None:
        self._known: dict[sp.Basic, int] = {}

    def terms(self, expr: sp.Basic) -> int:
        if not expr.args:
            return 1
        known = self._known.get(expr)
        if known is None:
            known = self._known[expr] = min(self._of(expr), SATURATED)
        return known

    def _of(self, expr: sp.Basic) -> int:
        if isinstance(expr, sp.Add):
            return sum(self.terms(a) for a in expr.args)
        if isinstance(expr, sp.Mul):
            return math.prod(self.terms(a) for a in expr.args)
        if isinstance(expr, sp.Pow) and expr.exp.is_Rational:
            return _power(self.terms(expr.base), math.ceil(abs(expr.exp)))
        return max(self.terms(a) for a in expr.args)


def _power(count: int, power: int) -> int:
    """C(count + power − 1, power), or more than the bound as soon as it is clear that it is larger."""
    more, fewer = max(count - 1, power), min(count - 1, power)
    total = 1
    for k in range(1, fewer + 1):
        total = total * (more + k) // k
        if total > SATURATED:
            break
    return total
