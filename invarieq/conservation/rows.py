"""Sampled rows of E(Σ Λ_k Δ_k) = 0 for an ansatz Λ_k = Σ_j c_kj φ_j.

By the product rule E_a(φ Δ) = Σ_J (−D)_J (φ ∂Δ/∂u^a_J) + Σ_J (−D)_J (Δ ∂φ/∂u^a_J), and (−D)_J f at a point is
(−1)^|J| J! [δ^J] f(x + δ): each sum is a fixed linear functional of the series of φ and of ∂φ/∂u_J.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.conservation.monomials import Monomials, evaluated
from invarieq.exact import PRIME
from invarieq.exact.jetseries import JetSeries
from invarieq.exact.primes import Residues
from invarieq.jets import JetSpace, symbols_of
from invarieq.jets.multiindices import MultiIndex, factorial

SPARE = 12
TRIES = 6


@dataclass(frozen=True, slots=True)
class MultiplierProblem:
    """The linear problem of the multipliers of an order and degree: one column for each (equation, monomial)."""

    space: JetSpace
    equations: tuple[sp.Expr, ...]
    basis: Monomials
    columns: tuple[tuple[int, int], ...]  # (equation, monomial), the simple ones last

    def rows(self, chosen: Sequence[int], parameter_seed: int) -> Residues:
        """Residues (rows × chosen columns), more rows than columns."""
        wanted = [self.columns[c] for c in chosen]
        parts: list[Residues] = []
        total, seed = 0, 1
        while total < len(wanted) + SPARE and seed < TRIES:
            need = (len(wanted) + SPARE - total) // len(self.space.fields) + 4
            part = self._block(wanted, need, (seed, parameter_seed))
            parts.append(part)
            total, seed = total + len(part), seed + 1
        return np.concatenate(parts)

    def _block(self, wanted: Sequence[tuple[int, int]], count: int, seeds: tuple[int, int]) -> Residues:
        order = max([self.space.order(e) for e in (*self.equations, *(f.expr for f in self.basis.factors))])
        sample = JetSeries(self.space, order, count, *seeds)
        table = evaluated(self.basis, sample)
        functionals = {k: _Functional(sample, self.equations[k]) for k in sorted({k for k, _ in wanted})}
        result = np.empty((len(self.space.fields), len(wanted), count), dtype=np.int64)
        jets = _jets(self.space, self.basis)
        of = {j: [i for i, f in enumerate(self.basis.factors) if f.expr.has(j)] for j in jets}
        for n, (k, j) in enumerate(wanted):
            exponents = self.basis.exponents[j]
            for a in range(len(self.space.fields)):
                result[a, n] = functionals[k].on(a, table.series(exponents))
            for symbol in jets:
                if any(exponents[i] for i in of[symbol]):
                    slope = table.derivative(exponents, symbol)
                    if slope is not None:
                        a, index = self.space.index(symbol)  # type: ignore[misc]
                        result[a, n] = (result[a, n] + functionals[k].below(index, slope)) % PRIME
        good = result[:, :, sample.good]
        return good.transpose(0, 2, 1).reshape(-1, len(wanted))


class _Functional:
    """The two linear functionals that one equation is: on φ, and on ∂φ/∂u_J."""

    def __init__(self, sample: JetSeries, equation: sp.Expr) -> None:
        self.sample, self.series = sample, sample.series(equation)
        self.kept: dict[MultiIndex, Residues] = {}
        self.whole: dict[int, Residues] = {}
        for symbol in symbols_of(equation):
            found = sample.space.index(symbol)
            if found:
                a, index = found
                part = _functional(sample, sample.series(sp.diff(equation, symbol)), index)
                self.whole[a] = (self.whole[a] + part) % PRIME if a in self.whole else part

    def on(self, a: int, series: Residues) -> Residues | int:
        """Σ_J (−D)_J (φ ∂Δ/∂u^a_J) at each sample."""
        if a not in self.whole:
            return 0
        return (self.whole[a] * series % PRIME).sum(axis=0) % PRIME

    def below(self, index: MultiIndex, slope: Residues) -> Residues:
        """(−D)_J (Δ · slope) at each sample."""
        if index not in self.kept:
            self.kept[index] = _functional(self.sample, self.series, index)
        return (self.kept[index] * slope % PRIME).sum(axis=0) % PRIME


def _functional(sample: JetSeries, factor: Residues, index: MultiIndex) -> Residues:
    """Coefficients w_I with (−D)_J (factor · f) = Σ_I w_I f_I."""
    ring = sample.ring
    result = np.zeros_like(factor)
    scale = (-1) ** sum(index) * factorial(index)
    for i, low in enumerate(ring.exponents):
        rest = tuple(n - m for n, m in zip(index, low, strict=True))
        if min(rest) >= 0:
            result[i] = scale * factor[ring.place[rest]] % PRIME
    return result


def _jets(space: JetSpace, basis: Monomials) -> list[sp.Symbol]:
    found = {s for f in basis.factors for s in symbols_of(f.expr) if space.index(s)}
    return sorted(found, key=lambda s: s.name)
