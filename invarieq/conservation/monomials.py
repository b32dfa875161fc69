"""Ansatz spaces: monomials in coordinates, jets and kernels, by rising degree."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import sympy as sp

from invarieq.exact import PRIME
from invarieq.exact.jetseries import JetSeries
from invarieq.exact.primes import Residues
from invarieq.jets import JetSpace

Exponents = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """Something monomials are made of: an expression, its highest exponent, and the factors that it never meets."""

    expr: sp.Expr
    top: int = 99
    clash: frozenset[sp.Expr] = frozenset()


@dataclass(frozen=True, slots=True)
class Monomials:
    """Monomials of degree at most `degree` in some factors, simple ones first."""

    factors: tuple[Factor, ...]
    exponents: tuple[Exponents, ...]

    @property
    def functions(self) -> tuple[sp.Expr, ...]:
        """The monomials as expressions."""
        return tuple(self.function(e) for e in self.exponents)

    def function(self, exponents: Exponents) -> sp.Expr:
        """One monomial as an expression."""
        return prod((f.expr**e for f, e in zip(self.factors, exponents, strict=True) if e), start=sp.S.One)


def monomials(factors: Sequence[Factor], degree: int, space: JetSpace) -> Monomials:
    """All monomials up to a degree, ordered by (degree, order of derivatives, number of factors)."""
    orders = [space.order(f.expr) for f in factors]
    found = sorted(_exponents(factors, degree), key=lambda e: _cost(e, orders))
    return Monomials(tuple(factors), tuple(found))


def count(factors: Sequence[Factor], degree: int) -> int:
    """How many monomials there are up to a degree (an upper bound where factors clash)."""
    rows = [1] + [0] * degree
    for f in factors:
        rows = [sum(rows[d - e] for e in range(min(d, f.top) + 1)) for d in range(degree + 1)]
    return sum(rows)


def _cost(exponents: Exponents, orders: Sequence[int]) -> tuple[object, ...]:
    used = [(n, o) for n, o in zip(exponents, orders, strict=True) if n]
    return (sum(exponents), sum(n * o for n, o in used), max((o for _, o in used), default=0), len(used), [-e for e in exponents])


def _exponents(factors: Sequence[Factor], degree: int) -> Iterator[Exponents]:
    if not factors:
        yield ()
        return
    *rest, last = factors
    for exponents in _exponents(rest, degree):
        used = {f.expr for f, e in zip(rest, exponents, strict=True) if e}
        room = degree - sum(exponents)
        top = 0 if used & last.clash else min(room, last.top)
        for e in range(top + 1):
            yield (*exponents, e)


@dataclass
class Evaluated:
    """Series of the monomials of a basis at a sample, and of their derivatives by jets."""

    basis: Monomials
    sample: JetSeries
    known: dict[Exponents, Residues]

    def series(self, exponents: Exponents) -> Residues:
        """The series of a monomial."""
        found = self.known.get(exponents)
        if found is None:
            i = max(k for k, e in enumerate(exponents) if e)
            lower = tuple(e - (k == i) for k, e in enumerate(exponents))
            factor = self.sample.series(self.basis.factors[i].expr)
            found = self.sample.ring.product(self.series(lower), factor) if any(lower) else factor
            self.known[exponents] = found
        return found

    def derivative(self, exponents: Exponents, symbol: sp.Symbol) -> Residues | None:
        """The series of ∂(monomial)/∂symbol; None where it is 0."""
        total: Residues | None = None
        for i, e in enumerate(exponents):
            slope = _slope(self.basis.factors[i].expr, symbol) if e else sp.S.Zero
            if slope == 0:
                continue
            lower = tuple(n - (k == i) for k, n in enumerate(exponents))
            part = e * self.series(lower) % PRIME
            if slope != 1:
                part = self.sample.ring.product(part, self.sample.series(slope))
            total = part if total is None else (total + part) % PRIME
        return total


@functools.lru_cache(maxsize=65536)
def _slope(expr: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    if expr.is_Symbol:
        return sp.Integer(expr == symbol)
    return sp.diff(expr, symbol)


def evaluated(basis: Monomials, sample: JetSeries) -> Evaluated:
    """A basis at a sample."""
    one = sample.ring.constant(np.ones(sample.count, dtype=np.int64))
    return Evaluated(basis, sample, {(0,) * len(basis.factors): one})
