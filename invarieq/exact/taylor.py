"""Expressions as truncated power series around random points, modulo the prime.

Every function is composed through its own Taylor coefficients at the constant term, whose value comes from `Values`. What no rule
names (f(u), its derivatives, asin, …) is differentiated by SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact.arithmetic import SampledValues
from invarieq.exact.primes import PRIME, Residues
from invarieq.exact.series import SeriesRing
from invarieq.exact.values import Values

Displaced = Callable[[sp.Symbol], Residues | None]  # the series of a symbol; None if it does not vary


@dataclass
class Taylor:
    """Series (terms × samples) of expressions in `ring` around the points of `values`, where `displaced` says how symbols vary.

    In floating point only constants are needed (a ring of order 0): the coefficients of functions are computed modulo the prime.
    """

    values: SampledValues
    ring: SeriesRing
    displaced: Displaced
    _known: dict[sp.Basic, Residues] = field(default_factory=dict["sp.Basic", Residues])
    _moving: dict[sp.Basic, bool] = field(default_factory=dict["sp.Basic", bool])

    def __call__(self, expr: sp.Expr) -> Residues:
        """The series of `expr`; `Undecided` for a function not known here."""
        known = self._known.get(expr)
        if known is None:
            known = self._known[expr] = self._expand(expr)
        return known

    def moves(self, expr: sp.Basic) -> bool:
        """Whether an expression varies."""
        known = self._moving.get(expr)
        if known is None:
            if expr.is_Symbol:
                series = self.displaced(cast("sp.Symbol", expr))
                known = series is not None
                if series is not None:
                    self._known[expr] = series
            else:
                parts = expr.free_symbols if isinstance(expr, (sp.Derivative, sp.Subs)) else expr.args
                known = any(self.moves(part) for part in parts)
            self._moving[expr] = known
        return known

    def _expand(self, expr: sp.Expr) -> Residues:
        if self.ring.order == 0 or not self.moves(expr):
            return self.ring.constant(self.values(expr))
        if expr.is_Symbol:
            return self._known[expr]
        if isinstance(expr, sp.Add):
            return np.add.reduce([self(a) for a in expr.args]) % PRIME
        if isinstance(expr, sp.Mul):
            return self._product(expr)
        if isinstance(expr, sp.Pow) and expr.func is sp.Pow and expr.base is not sp.E:
            return self._power(expr)
        rule = _RULES.get(expr.func)
        if rule is not None:
            argument = cast("sp.Expr", expr.args[0])
            return rule(_Composition(self, cast("Values", self.values), argument))
        return self._by_slopes(expr)

    def _product(self, expr: sp.Expr) -> Residues:
        factors = sp.Mul.make_args(expr)
        fixed = [a for a in factors if not self.moves(a)]
        moving = [self(a) for a in factors if self.moves(a)]
        result = moving[0]
        for factor in moving[1:]:
            result = self.ring.product(result, factor)
        return result * self.values(sp.Mul(*fixed)) % PRIME if fixed else result

    def _power(self, expr: sp.Expr) -> Residues:
        base, exponent = expr.as_base_exp()
        if isinstance(exponent, sp.Integer) and exponent > 0:
            return self.ring.power(self(base), int(exponent))
        values = cast("Values", self.values)
        if self.moves(exponent):  # b^e = exp(e log b)
            inner = self.ring.product(self(exponent), self(sp.log(base, evaluate=False)))
            return self.ring.compose(_exponential(values(expr), self.ring.order), inner)
        inner, at = self(base), values(exponent)
        below, coefficient = values.inverse(inner[0]), values(expr)
        taylor = [coefficient]
        for m in range(1, self.ring.order + 1):
            coefficient = coefficient * ((at - m + 1) % PRIME) % PRIME * below % PRIME * _over(m) % PRIME
            taylor.append(coefficient)
        return self.ring.compose(np.array(taylor), inner)

    def _by_slopes(self, expr: sp.Expr) -> Residues:
        """f(g) = Σ f^(n)(g0)/n! (g − g0)^n for a function of one moving argument, its derivatives by SymPy."""
        dummy = sp.Dummy(real=True)
        if isinstance(expr, (sp.Derivative, sp.Subs)):  # f'(u): a function of the variable itself
            moving: list[sp.Basic] = [z for z in expr.free_symbols if self.moves(z)]
        else:
            moving = [a for a in expr.args if self.moves(a)]
        if len(moving) != 1:
            raise Undecided(f"{expr} has {len(moving)} arguments that vary; expected functions of one variable")
        if moving[0].is_Symbol:
            shape = expr.xreplace({moving[0]: dummy})
        else:
            shape = expr.func(*[dummy if a is moving[0] else a for a in expr.args])
        taylor, scale = [self.values(expr)], 1
        for n in range(1, self.ring.order + 1):
            shape, scale = sp.diff(shape, dummy), scale * n % PRIME
            taylor.append(self.values(cast("sp.Expr", shape.xreplace({dummy: moving[0]}))) * pow(scale, -1, PRIME) % PRIME)
        return self.ring.compose(np.array(taylor), self(cast("sp.Expr", moving[0])))


def around(values: SampledValues, variables: Sequence[sp.Symbol], order: int) -> Taylor:
    """Series in the displacement of `variables` from the values that `values` gives them."""
    ring = SeriesRing(len(variables), order, values.arithmetic)
    place = {z: i for i, z in enumerate(variables)}

    def displaced(symbol: sp.Symbol) -> Residues | None:
        if symbol not in place:
            return None
        result = ring.constant(values(symbol))
        if order:
            result[1 + place[symbol]] = 1
        return result

    return Taylor(values, ring, displaced)


@dataclass(frozen=True, slots=True)
class _Composition:
    """A function of an argument that varies."""

    taylor: Taylor
    values: Values
    argument: sp.Expr

    @property
    def inner(self) -> Residues:
        return self.taylor(self.argument)

    @property
    def order(self) -> int:
        return self.taylor.ring.order

    def compose(self, taylor: Sequence[Residues]) -> Residues:
        return self.taylor.ring.compose(np.array(taylor), self.inner)

    def cycle(self, *functions: sp.Expr) -> Residues:
        """From the derivatives at the constant term, which come back in turn."""
        at = [self.values(f) for f in functions]
        scale, taylor = 1, []
        for m in range(self.order + 1):
            scale = scale * max(m, 1)
            taylor.append(at[m % len(at)] * _over(scale) % PRIME)
        return self.compose(taylor)


def _exponential(start: Residues, order: int) -> Residues:
    taylor = [start]
    for m in range(1, order + 1):
        taylor.append(taylor[-1] * _over(m) % PRIME)
    return np.array(taylor)


def _logarithm(at: _Composition) -> Residues:
    below, factor = at.values.inverse(at.inner[0]), np.ones(at.values.count, dtype=np.int64)
    taylor = [at.values.logarithm(at.argument)]
    for m in range(1, at.order + 1):
        factor = factor * below % PRIME
        taylor.append((-1) ** (m - 1) * _over(m) * factor % PRIME)
    return at.compose(taylor)


def _arctangent(at: _Composition) -> Residues:
    start = at.inner[0]
    below = at.values.inverse((1 + start * start) % PRIME)
    slope = [below, -2 * start * below % PRIME * below % PRIME]  # 1/(1 + (g + y)²) as a series in y
    while len(slope) < at.order:
        slope.append(-(2 * start * slope[-1] + slope[-2]) % PRIME * below % PRIME)
    return at.compose([at.values(sp.atan(at.argument)), *(slope[m - 1] * _over(m) % PRIME for m in range(1, at.order + 1))])


def _over(number: int) -> int:
    return pow(number, -1, PRIME)


_RULES: dict[type[sp.Basic], Callable[[_Composition], Residues]] = {
    sp.exp: lambda at: at.compose(list(_exponential(at.values.exponential(at.argument), at.order))),
    sp.log: _logarithm,
    sp.cos: lambda at: at.cycle(*(f(at.argument) for f in (sp.cos, lambda g: -sp.sin(g), lambda g: -sp.cos(g), sp.sin))),
    sp.sin: lambda at: at.cycle(*(f(at.argument) for f in (sp.sin, sp.cos, lambda g: -sp.sin(g), lambda g: -sp.cos(g)))),
    sp.cosh: lambda at: at.cycle(sp.cosh(at.argument), sp.sinh(at.argument)),
    sp.sinh: lambda at: at.cycle(sp.sinh(at.argument), sp.cosh(at.argument)),
    sp.tan: lambda at: at.taylor(sp.sin(at.argument) / sp.cos(at.argument)),
    sp.tanh: lambda at: at.taylor(sp.sinh(at.argument) / sp.cosh(at.argument)),
    sp.atan: _arctangent,
    sp.sign: lambda at: at.taylor.ring.constant(at.values(sp.sign(at.argument))),
    sp.Abs: lambda at: at.inner * at.values(sp.sign(at.argument)) % PRIME,
}
