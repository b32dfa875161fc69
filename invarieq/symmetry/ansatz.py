"""Generators with constant coefficients to be found: Σ c_{z,b} b ∂_z, solved as one null space at sampled points.

A basis function b is a kernel (1, exp(t), log(x), f(t), …) times a monomial in coordinates and fields. With the determining
form A_{z,β} at a sample, its row is Σ_β A_{z,β} ∂^β b. The null space is computed modulo the prime and read back as
rationals; columns stand by falling degree, so that the solutions come out with low degrees.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.exact import echelon
from invarieq.exact.linear import product
from invarieq.exact.primes import Residues
from invarieq.exact.taylor import around
from invarieq.exact.values import Values
from invarieq.jets.multiindices import MultiIndex
from invarieq.symmetry.calculus import Calculus
from invarieq.symmetry.determining import Column, DeterminingForm
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.roots import radicands

ROUNDS = 4


@dataclass(frozen=True)
class AnsatzTerm:
    """One unknown coefficient: `kernel` · monomial with `powers` in the place of component `component`."""

    component: int
    powers: MultiIndex
    kernel: sp.Expr = sp.S.One

    def expression(self, variables: Sequence[sp.Symbol]) -> sp.Expr:
        """The function as an expression."""
        return sp.Mul(self.kernel, *[z**n for z, n in zip(variables, self.powers, strict=True) if n])

    @property
    def weight(self) -> tuple[int, int, int]:
        """How complicated the function is; solutions are read with the simplest ones free."""
        return (0 if self.kernel.is_number else 1 + int(sp.count_ops(self.kernel)), sum(self.powers), self.component)


def sorted_basis(basis: Sequence[AnsatzTerm]) -> tuple[AnsatzTerm, ...]:
    """Complicated functions first."""
    return tuple(sorted(basis, key=lambda b: (b.weight, b.powers, str(b.kernel)), reverse=True))


@dataclass(frozen=True)
class Ansatz:
    """Σ c_b b ∂_z over a basis, in the determining forms of a system.

    `functions`: what the kernels' arbitrary functions obey; `vary`: parameters differ between samples, so that kernels may
    hold powers of them and the solutions hold for all their values.
    """

    forms: tuple[DeterminingForm, ...]
    basis: tuple[AnsatzTerm, ...]
    functions: Equations | None = None
    vary: bool = False

    @property
    def equations(self) -> Equations:
        """The system."""
        return self.forms[0].equations

    def solve(self, *, seed: int = 1) -> Residues:
        """The null space, vectors × basis functions, modulo the prime (at one random value of parameters unless `vary`)."""
        if not self.basis:
            return np.zeros((0, 0), dtype=np.int64)
        rows, kernel = np.zeros((0, len(self.basis)), dtype=np.int64), np.eye(len(self.basis), dtype=np.int64)
        count = math.ceil(1.05 * len(self.basis) / len(self.forms)) + 12
        for attempt in range(ROUNDS):
            fresh = self.rows(count, seed=(seed, attempt))
            if attempt and not product(fresh, kernel.T).any():
                break
            found = echelon(np.concatenate([rows, fresh]))
            rows, kernel = found.rows, found.null_space
            if not len(kernel):
                break
            count = 12 if attempt == 0 else 2 * count
        return kernel

    def constants(self) -> Values:
        """Residues of expressions in the parameters."""
        return Values(1, 0, self.equations.space.parameters, salt=self.equations.salt)

    def rows(self, count: int, *, seed: tuple[int, int]) -> Residues:
        """One row for each equation and valid sample: the determining equations applied to every basis function."""
        drawn = 20 + (count << 1 + self._roots) if _may_fail(self) else count
        blocks = []
        for number, form in enumerate(self.forms):
            values = Values(drawn, (*seed, number), self.equations.space.parameters, vary=self.vary, salt=self.equations.salt)
            coefficients = {c: a[0] for c, a in form.coefficients(around(values, (), 0)).items()}
            block = self._apply(coefficients, values)
            blocks.append(block[np.flatnonzero(values.valid)[:count]])
        return np.concatenate(blocks)

    @property
    def _roots(self) -> int:
        """How many square roots exist at half of the parameters' values only."""
        return len(radicands([b.kernel for b in self.basis], self.equations.space.parameters)) if self.vary else 0

    def _apply(self, coefficients: Mapping[Column, Residues], values: Values) -> Residues:
        result = np.zeros((values.count, len(self.basis)), dtype=np.int64)
        calculus = Calculus(self.equations.variables, values, self.functions)
        for (z, kernel), places in self._groups().items():
            terms = calculus.operator({beta: a for (c, beta), a in coefficients.items() if c == z}, kernel)
            powers = [self.basis[j].powers for j in places]
            result[:, places] = calculus.on_monomials(terms, powers)
        return result

    def jets(self, values: Values, columns: Sequence[Column]) -> Residues:
        """∂^β of every basis function in its component at the first sample: basis × columns."""
        result = np.zeros((len(self.basis), len(columns)), dtype=np.int64)
        calculus = Calculus(self.equations.variables, values, self.functions)
        one = np.ones(values.count, dtype=np.int64)
        for (z, kernel), places in self._groups().items():
            powers = [self.basis[j].powers for j in places]
            for i, (component, beta) in enumerate(columns):
                if component == z:
                    result[places, i] = calculus.on_monomials(calculus.operator({beta: one}, kernel), powers)[0]
        return result

    def _groups(self) -> dict[tuple[int, sp.Expr], list[int]]:
        found: dict[tuple[int, sp.Expr], list[int]] = {}
        for j, b in enumerate(self.basis):
            found.setdefault((b.component, b.kernel), []).append(j)
        return found


def _may_fail(ansatz: Ansatz) -> bool:
    expressions = [*ansatz.equations.sides.values(), *(b.kernel for b in ansatz.basis)]
    return any(p.exp.is_Integer is not True for e in expressions for p in e.atoms(sp.Pow))
