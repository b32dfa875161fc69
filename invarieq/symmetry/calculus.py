"""Linear differential operators applied to kernel · monomial at sampled points, many monomials at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import sympy as sp

from invarieq.exact import power
from invarieq.exact.arithmetic import SampledValues
from invarieq.exact.primes import Residues
from invarieq.jets import symbols_of
from invarieq.jets.multiindices import MultiIndex
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.functions_of import differentiate

Operator = dict[MultiIndex, Residues]  # Σ_ρ B_ρ ∂^ρ, B at the samples


@lru_cache(maxsize=4096)
def _slope(kernel: sp.Expr, steps: tuple[tuple[sp.Symbol, int], ...]) -> sp.Expr:
    return sp.diff(kernel, *steps) if steps else kernel


class Calculus:
    """Derivatives by coordinates and fields at the samples of `values`; kernels may hold arbitrary `functions`."""

    def __init__(self, variables: Sequence[sp.Symbol], values: SampledValues, functions: Equations | None = None) -> None:
        """Nothing is evaluated yet."""
        self.variables, self.values, self.functions = variables, values, functions
        self._numbers = values.arithmetic
        self.parameters = set(self.values.parameters)
        self._powers: dict[tuple[int, int], Residues] = {}
        self._monomials: dict[MultiIndex, Residues] = {}

    def operator(self, coefficients: Mapping[MultiIndex, Residues], kernel: sp.Expr) -> Operator:
        """The operator m ↦ Σ_β A_β ∂^β(kernel · m), by Leibniz: B_ρ = Σ_β A_β binom(β, ρ) ∂^(β−ρ) kernel."""
        constant, kernel = self._constant(kernel)
        if constant is not None:
            coefficients = {beta: self._numbers.reduce(a * constant) for beta, a in coefficients.items()}
        if kernel == 1:
            return dict(coefficients)
        moving = self._moving(kernel)
        result: Operator = {}
        for beta, a in coefficients.items():
            for kappa in itertools.product(*[range(n + 1) if moves else (0,) for n, moves in zip(beta, moving, strict=True)]):
                slope = self._kernel(kernel, kappa)
                if slope != 0:
                    rho = tuple(n - k for n, k in zip(beta, kappa, strict=True))
                    factor = math.prod(math.comb(n, k) for n, k in zip(beta, kappa, strict=True))
                    term = self._numbers.reduce(a * self.values(slope))
                    result[rho] = self._numbers.reduce(result.get(rho, 0) + term * factor)
        return result

    def on_monomials(self, operator: Operator, powers: Sequence[MultiIndex]) -> Residues:
        """The operator applied to each monomial: samples × monomials."""
        result = self._numbers.zeros((self.values.count, len(powers)))
        for rho, b in operator.items():
            hit = [(j, p) for j, p in enumerate(powers) if all(m <= n for m, n in zip(rho, p, strict=True))]
            if hit:
                places = [j for j, _ in hit]
                factors = np.array([self._numbers.ratio(math.prod(map(math.perm, p, rho))) for _, p in hit])
                rest = np.stack([self._monomial(tuple(n - m for n, m in zip(p, rho, strict=True))) for _, p in hit], axis=1)
                terms = self._numbers.reduce(b[:, None] * rest) * factors
                result[:, places] = self._numbers.reduce(result[:, places] + terms)
        return result

    def _moving(self, kernel: sp.Expr) -> list[bool]:
        """Which variables a kernel depends on, through its functions too."""
        reached = set(kernel.free_symbols)
        if self.functions is not None:
            space = self.functions.space
            for symbol in symbols_of(kernel):
                found = space.index(symbol) if symbol not in self.variables else None
                if found is not None:
                    reached |= set(space.fields[found[0]].arguments)
        return [z in reached for z in self.variables]

    def _kernel(self, kernel: sp.Expr, index: MultiIndex) -> sp.Expr:
        if self.functions is not None:
            return differentiate(kernel, index, self.variables, self.functions)
        return _slope(kernel, tuple((z, n) for z, n in zip(self.variables, index, strict=True) if n))

    def _constant(self, kernel: sp.Expr) -> tuple[Residues | None, sp.Expr]:
        """The values of the factors that depend on nothing but parameters, if there are any, and the other factors."""
        if self.functions is not None or not self.parameters & kernel.free_symbols:
            return None, kernel
        constant, rest = kernel.as_independent(*self.variables, as_Add=False)
        return (None, kernel) if constant == 1 else (self.values(constant), rest)

    def _monomial(self, powers: MultiIndex) -> Residues:
        known = self._monomials.get(powers)
        if known is None:
            known = self._numbers.ones((self.values.count,))
            for i, n in enumerate(powers):
                if n:
                    if (i, n) not in self._powers:
                        self._powers[i, n] = self._power(self.values(self.variables[i]), n)
                    known = self._numbers.reduce(known * self._powers[i, n])
            self._monomials[powers] = known
        return known

    def _power(self, base: Residues, exponent: int) -> Residues:
        return power(base, exponent) if self._numbers.modulus else base**exponent
