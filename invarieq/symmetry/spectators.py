"""Piecewise linear functions as polynomials in spectators: ReLU and its like, whose sign pattern a symmetry does not change.

With h = H(z) (1 where z > 0, else 0; h² = h): max(z, 0) = h z, |z| = (2h − 1) z, sign z = 2h − 1. Away from z = 0 every h is constant,
so its derivative is 0, and an identity that holds for all values of the bits holds for all patterns of active units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import sympy as sp

from invarieq.errors import Undecided
from invarieq.jets import substitute, symbols_of


@dataclass
class Patterns:
    """The bits that stand for H(z), by argument."""

    bits: dict[sp.Expr, sp.Symbol] = field(default_factory=dict[sp.Expr, sp.Symbol])

    def bit(self, argument: sp.Expr) -> sp.Expr:
        """H(argument): one bit for z and −z, since H(−z) = 1 − H(z) away from 0."""
        argument = sp.expand(argument)
        flipped = argument.could_extract_minus_sign()
        key = sp.expand(-argument) if flipped else argument
        if key not in self.bits:
            self.bits[key] = sp.Dummy(f"h{len(self.bits)}", dummy_index=3 * 10**9 + len(self.bits))
        return 1 - self.bits[key] if flipped else self.bits[key]

    def replace(self, expr: sp.Expr) -> sp.Expr:
        """`expr` without max, min, |·|, sign, Heaviside and two-branched Piecewise."""
        if not expr.args or not expr.has(sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside, sp.Piecewise):
            return expr
        if isinstance(expr, sp.Piecewise):
            return self._piecewise(expr)
        args = [self.replace(cast("sp.Expr", a)) for a in expr.args]
        if isinstance(expr, sp.Max | sp.Min):
            result = args[0]
            for other in args[1:]:
                h = self.bit(result - other)
                h = h if isinstance(expr, sp.Max) else 1 - h
                result = other + h * (result - other)
            return result
        if isinstance(expr, sp.Abs):
            return (2 * self.bit(args[0]) - 1) * args[0]
        if isinstance(expr, sp.sign):
            return 2 * self.bit(args[0]) - 1
        if isinstance(expr, sp.Heaviside):
            return self.bit(args[0])
        return expr.func(*args)

    def _piecewise(self, expr: sp.Piecewise) -> sp.Expr:
        pairs = [(cast("sp.Expr", value), condition) for value, condition in cast("Any", expr.args)]
        if len(pairs) != 2 or pairs[1][1] != sp.true or not isinstance(pairs[0][1], sp.Gt | sp.Ge | sp.Lt | sp.Le):
            raise Undecided(f"{expr}: expected two branches, the first with one inequality; write it with max, |·| or Heaviside")
        (value, condition), (other, _) = pairs
        h = self.bit(self.replace(condition.lhs - condition.rhs))
        h = h if isinstance(condition, sp.Gt | sp.Ge) else 1 - h
        return h * self.replace(value) + (1 - h) * self.replace(other)

    def reduced(self, expr: sp.Expr) -> sp.Expr:
        """`expr`, polynomial in the bits, with h² = h."""
        result = sp.expand(expr)
        for h in self.bits.values():
            if h in result.free_symbols:
                result = sp.expand(result.replace(lambda n, h=h: isinstance(n, sp.Pow) and n.base == h, lambda _, h=h: h))
        return result

    def meaning(self, expr: sp.Expr) -> sp.Expr:
        """`expr` with the bits written as Heaviside functions again."""
        return substitute(expr, {h: sp.Heaviside(z) for z, h in self.bits.items()})


def strangers(exprs: list[sp.Expr], variables: list[sp.Symbol]) -> list[sp.Symbol]:
    """Symbols of the expressions that are not moved, by name."""
    return sorted({s for e in exprs for s in symbols_of(e)} - set(variables), key=lambda s: s.name)
