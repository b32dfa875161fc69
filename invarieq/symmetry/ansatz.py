"""Generators with constant coefficients to be found: Σ c_{z,b} b ∂_z, solved as one null space at sampled points.

A basis function b is a kernel (1, exp(t), log(x), f(t), …) times a monomial in coordinates and fields. With the determining
form A_{z,β} at a sample, its row is Σ_β A_{z,β} ∂^β b. The null space is computed modulo the prime and read back as
rationals; columns stand by falling degree, so that the solutions come out with low degrees.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp

from invarieq.exact import PRIME, echelon, power, read_vector
from invarieq.exact.linear import product
from invarieq.exact.primes import Residues
from invarieq.exact.taylor import MultiIndex, Taylor
from invarieq.exact.values import Values
from invarieq.jets import VectorField, symbols_of
from invarieq.symmetry.determining import Column, DeterminingForm
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.functions_of import differentiate

ROUNDS = 4


@dataclass(frozen=True)
class Basis:
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


def sorted_basis(basis: Sequence[Basis]) -> tuple[Basis, ...]:
    """Complicated functions first."""
    return tuple(sorted(basis, key=lambda b: (b.weight, b.powers, str(b.kernel)), reverse=True))


@dataclass(frozen=True)
class Ansatz:
    """Σ c_b b ∂_z over a basis, in the determining forms of a system.

    `functions`: what the kernels' arbitrary functions obey; `vary`: parameters differ between samples, so that kernels may
    hold powers of them and the solutions hold for all their values.
    """

    forms: tuple[DeterminingForm, ...]
    basis: tuple[Basis, ...]
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
        return Values(1, np.random.default_rng(0), self.equations.space.parameters)

    def rows(self, count: int, *, seed: tuple[int, int]) -> Residues:
        """One row for each equation and valid sample: the determining equations applied to every basis function."""
        drawn = 2 * count + 20 if _may_fail(self) else count
        blocks = []
        for number, form in enumerate(self.forms):
            source = np.random.default_rng([*seed, number])
            values = Values(drawn, source, self.equations.space.parameters, vary=self.vary)
            coefficients = {c: a[:, 0] for c, a in form.coefficients(Taylor(values, (), 0)).items()}
            block = self._apply(coefficients, values)
            blocks.append(block[np.flatnonzero(values.valid)[:count]])
        return np.concatenate(blocks)

    def _apply(self, coefficients: Mapping[Column, Residues], values: Values) -> Residues:
        result = np.zeros((values.count, len(self.basis)), dtype=np.int64)
        derivatives = _Derivatives(self.equations.variables, values, self.functions)
        by_component: dict[int, list[tuple[MultiIndex, Residues]]] = {}
        for (z, beta), a in coefficients.items():
            by_component.setdefault(z, []).append((beta, a))
        for j, function in enumerate(self.basis):
            total = np.zeros(values.count, dtype=np.int64)
            for beta, a in by_component.get(function.component, []):
                value = derivatives(function, beta)
                if value is not None:
                    total = (total + a * value) % PRIME
            result[:, j] = total
        return result


def _may_fail(ansatz: Ansatz) -> bool:
    expressions = [*ansatz.equations.sides.values(), *(b.kernel for b in ansatz.basis)]
    return any(p.exp.is_Integer is not True for e in expressions for p in e.atoms(sp.Pow))


class _Derivatives:
    """∂^β of basis functions at the samples."""

    def __init__(self, variables: Sequence[sp.Symbol], values: Values, functions: Equations | None) -> None:
        self.variables, self.values, self.functions = variables, values, functions
        self._monomials: dict[MultiIndex, Residues] = {}
        self._kernels: dict[tuple[sp.Expr, MultiIndex], sp.Expr] = {}

    def __call__(self, function: Basis, beta: MultiIndex) -> Residues | None:
        """Leibniz over kernel and monomial; None where the derivative vanishes."""
        if function.kernel == 1:
            return self.monomial(function.powers, beta)
        moving = self.moving(function.kernel)
        total: Residues | None = None
        for kappa in itertools.product(*[range(n + 1) if moves else (0,) for n, moves in zip(beta, moving, strict=True)]):
            rest = tuple(n - k for n, k in zip(beta, kappa, strict=True))
            part = self.monomial(function.powers, rest)
            slope = self.kernel(function.kernel, kappa)
            if part is not None and slope != 0:
                factor = math.prod(math.comb(n, k) for n, k in zip(beta, kappa, strict=True))
                term = part * self.values(slope) % PRIME * factor % PRIME
                total = term if total is None else (total + term) % PRIME
        return total

    def moving(self, kernel: sp.Expr) -> list[bool]:
        """Which variables a kernel depends on, through its functions too."""
        reached = set(kernel.free_symbols)
        if self.functions is not None:
            space = self.functions.space
            for symbol in symbols_of(kernel):
                found = space.index(symbol) if symbol not in self.variables else None
                if found is not None:
                    reached |= set(space.fields[found[0]].arguments)
        return [z in reached for z in self.variables]

    def kernel(self, kernel: sp.Expr, index: MultiIndex) -> sp.Expr:
        """∂^index of the kernel, as an expression."""
        known = self._kernels.get((kernel, index))
        if known is None:
            if self.functions is not None:
                known = differentiate(kernel, index, self.variables, self.functions)
            else:
                steps = [(z, n) for z, n in zip(self.variables, index, strict=True) if n]
                known = sp.diff(kernel, *steps) if steps else kernel
            self._kernels[kernel, index] = known
        return known

    def monomial(self, powers: MultiIndex, beta: MultiIndex) -> Residues | None:
        """∂^β of a monomial."""
        rest = tuple(p - b for p, b in zip(powers, beta, strict=True))
        if any(r < 0 for r in rest):
            return None
        factor = math.prod(math.perm(p, b) for p, b in zip(powers, beta, strict=True)) % PRIME
        value = self._value(rest)
        return value if factor == 1 else value * factor % PRIME

    def _value(self, powers: MultiIndex) -> Residues:
        known = self._monomials.get(powers)
        if known is None:
            known = np.ones(self.values.count, dtype=np.int64)
            for z, n in zip(self.variables, powers, strict=True):
                if n:
                    known = known * power(self.values(z), n) % PRIME
            self._monomials[powers] = known
        return known


def read_fields(kernel: Residues, basis: Sequence[Basis], equations: Equations) -> list[VectorField] | None:
    """Each null vector as a vector field with whole coefficients; None as soon as one is not rational."""
    result = []
    for vector in kernel:
        entries = read_vector(vector.tolist())
        if entries is None:
            return None
        result.append(field_of({j: c for j, c in enumerate(entries) if c}, basis, equations))
    return result


def field_of(coefficients: Mapping[int, Fraction | sp.Expr], basis: Sequence[Basis], equations: Equations) -> VectorField:
    """The vector field with the given coefficients, scaled to whole numbers without common factor."""
    rational = {j: c for j, c in coefficients.items() if isinstance(c, Fraction)}
    scale = Fraction(1)
    if len(rational) == len(coefficients) and rational:
        below = math.lcm(*[c.denominator for c in rational.values()])
        above = math.gcd(*[c.numerator * (below // c.denominator) for c in rational.values()])
        scale = Fraction(below, above or 1)
        lead = min(rational, key=lambda j: (basis[j].weight, basis[j].powers, j))
        scale = -scale if rational[lead] < 0 else scale
    components: dict[sp.Symbol, sp.Expr] = {}
    for j, c in coefficients.items():
        number = sp.Rational(c.numerator * scale.numerator, c.denominator * scale.denominator) if isinstance(c, Fraction) else c
        z = equations.variables[basis[j].component]
        components[z] = components.get(z, sp.S.Zero) + number * basis[j].expression(equations.variables)
    return VectorField(components)
