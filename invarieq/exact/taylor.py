"""Truncated power series in some variables around random points, modulo the prime.

A series is an array samples × terms, its terms the monomials of degree up to `order` in the displacements, by degree. Every
function is composed through its own Taylor coefficients at the constant term (Knuth, TAOCP 2, section 4.7).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import numpy as np
import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact.arithmetic import MODULAR, Arithmetic, Numbers, Samples
from invarieq.exact.primes import PRIME, Residues

MultiIndex = tuple[int, ...]


@dataclass(frozen=True)
class Triangle:
    """All multi-indices of `size` entries with sum up to `order`, by sum."""

    size: int
    order: int

    @cached_property
    def indices(self) -> tuple[MultiIndex, ...]:
        """The multi-indices in order; the place in this tuple is the place of a term."""
        found = []
        for degree in range(self.order + 1):
            for chosen in itertools.combinations_with_replacement(range(self.size), degree):
                found.append(tuple(chosen.count(i) for i in range(self.size)))
        return tuple(found)

    @cached_property
    def place(self) -> dict[MultiIndex, int]:
        """Where each multi-index stands."""
        return {index: i for i, index in enumerate(self.indices)}

    @cached_property
    def pairs(self) -> tuple[tuple[Residues, Residues], ...]:
        """For each place i: the places j that may be multiplied with it, and where the products stand."""
        result = []
        for left in self.indices:
            allowed = [r for r in self.indices if sum(left) + sum(r) <= self.order]
            sums = [self.place[tuple(a + b for a, b in zip(left, r, strict=True))] for r in allowed]
            result.append((np.array([self.place[r] for r in allowed]), np.array(sums)))
        return tuple(result)

    def multiply(self, left: Numbers, right: Numbers, arithmetic: Arithmetic = MODULAR) -> Numbers:
        """Product of two series."""
        if len(self.indices) == 1:
            return arithmetic.reduce(left * right)
        result = np.zeros_like(left)
        used = np.flatnonzero(left.any(axis=0))
        for i in used:
            js, ks = self.pairs[i]
            result[:, ks] = arithmetic.reduce(result[:, ks] + left[:, i : i + 1] * right[:, js])
        return result

    def derivative(self, series: Residues, i: int) -> Residues:
        """∂/∂(variable i); the highest degree is lost (zero)."""
        result = np.zeros_like(series)
        for place, index in enumerate(self.indices):
            if index[i]:
                lower = tuple(n - (k == i) for k, n in enumerate(index))
                result[:, self.place[lower]] = series[:, place] * index[i] % PRIME
        return result


@dataclass
class Taylor:
    """Series of expressions in `variables` around the values that `values` gives them.

    In floating point only constants are needed (no variables): the coefficients of functions are computed modulo the prime.
    """

    values: Samples
    variables: tuple[sp.Symbol, ...]
    order: int
    _known: dict[sp.Basic, Residues] = field(default_factory=dict)

    @cached_property
    def triangle(self) -> Triangle:
        """The terms of a series."""
        return Triangle(len(self.variables), self.order)

    def __call__(self, expr: sp.Expr) -> Residues:
        """The series of `expr`, samples × terms."""
        known = self._known.get(expr)
        if known is None:
            known = self._expand(expr)
            self._known[expr] = known
        return known

    def constant(self, values: Numbers) -> Numbers:
        """A constant as a series."""
        result = self.values.arithmetic.zeros((self.values.count, len(self.triangle.indices)))
        result[:, 0] = values
        return result

    def _expand(self, expr: sp.Expr) -> Residues:
        if not expr.free_symbols & set(self.variables):
            return self.constant(self.values(expr))
        if expr.is_Symbol:
            result = self.constant(self.values(expr))
            if self.order:
                result[:, 1 + self.variables.index(expr)] = 1
            return result
        if isinstance(expr, sp.Add):
            return sum(self(a) for a in expr.args) % PRIME  # type: ignore[arg-type, return-value]
        if isinstance(expr, sp.Mul):
            total = self(expr.args[0])  # type: ignore[arg-type]
            for factor in expr.args[1:]:
                total = self.triangle.multiply(total, self(factor))  # type: ignore[arg-type]
            return total
        if isinstance(expr, sp.Pow) and isinstance(expr.exp, sp.Integer) and expr.exp > 0:
            return self._power(self(expr.base), int(expr.exp))
        return self._compose(expr)

    def _power(self, base: Residues, exponent: int) -> Residues:
        result = None
        while exponent:
            if exponent & 1:
                result = base if result is None else self.triangle.multiply(result, base)
            exponent >>= 1
            base = self.triangle.multiply(base, base) if exponent else base
        assert result is not None
        return result

    def _compose(self, expr: sp.Expr) -> Residues:
        """f(g) = Σ f^(n)(g0)/n! (g − g0)^n for a function of one moving argument."""
        dummy = sp.Dummy(real=True)
        if isinstance(expr, (sp.Derivative, sp.Subs)):  # f'(u): a function of the variable itself
            moving: list[sp.Basic] = [z for z in self.variables if z in expr.free_symbols]
        else:
            moving = [a for a in expr.args if a.free_symbols & set(self.variables)]
        if len(moving) != 1:
            raise Undecided(f"{expr} has {len(moving)} arguments that vary; expected functions of one variable")
        if moving[0].is_Symbol:
            shape = expr.xreplace({moving[0]: dummy})
        else:
            shape = expr.func(*[dummy if a is moving[0] else a for a in expr.args])
        inner = self(moving[0])  # type: ignore[arg-type]
        step = inner.copy()
        step[:, 0] = 0
        result, term, scale = self.constant(self.values(expr)), self.constant(np.ones(self.values.count, dtype=np.int64)), 1
        for n in range(1, self.order + 1):
            shape = sp.diff(shape, dummy)
            if shape == 0:
                break
            scale = scale * n % PRIME
            term = self.triangle.multiply(term, step)
            slope = self.values(cast("sp.Expr", shape.xreplace({dummy: moving[0]}))) * pow(scale, -1, PRIME) % PRIME
            result = (result + slope[:, None] * term) % PRIME
        return result
