"""Fluxes of a total divergence: f = Σ_i D_i X^i solved for X by linear algebra over monomials.

Candidates are found by undoing one derivative: a monomial m of f that holds u_{J,i} comes from D_i of (m / u_{J,i} integrated
by u_J). What their total derivatives hold beside gives the next candidates, until f is a combination.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.conservation.euler import divergence, expanded, is_divergence
from invarieq.errors import Undecided
from invarieq.exact.decide import decide
from invarieq.exact.jetseries import JetSeries, parameter_value
from invarieq.exact.null_vectors import combination
from invarieq.exact.primes import Residues
from invarieq.jets import JetSpace, symbols_of

ROUNDS = 6
MAX_CANDIDATES = 1500
SPARE = 12
Candidate = tuple[int, sp.Expr]  # (coordinate, θ): stands for D_i θ


def fluxes_of(expr: sp.Expr, space: JetSpace) -> tuple[sp.Expr, ...] | None:
    """X with Σ_i D_i X^i = expr identically, proved; None where no sum of candidate monomials is one."""
    try:
        if not is_divergence(expr, space):
            return None
    except Undecided:
        return None
    return known_fluxes(expr, space)


def known_fluxes(expr: sp.Expr, space: JetSpace) -> tuple[sp.Expr, ...] | None:
    """`fluxes_of` what is known to be a total divergence."""
    expr = expanded(expr)
    if expr == 0:
        return (sp.S.Zero,) * len(space.coordinates)
    known: dict[Candidate, None] = {}
    fresh = monomials_of(expr, space)
    seen = set(fresh)
    for _ in range(ROUNDS):
        added = [c for m in fresh for c in _candidates(m, space) if c not in known]
        known.update(dict.fromkeys(added))
        if len(known) > MAX_CANDIDATES:
            return None
        found = _solve(expr, sorted(known, key=lambda c: _cost(c, space)), space)
        if found is not None:
            return found
        products = [m for i, theta in dict.fromkeys(added) for m in monomials_of(space.total_derivative(theta, i), space)]
        fresh = [m for m in dict.fromkeys(products) if m not in seen]
        seen |= set(fresh)
        if not fresh:
            return None
    return None


def monomials_of(expr: sp.Expr, space: JetSpace) -> list[sp.Expr]:
    """The terms of an expression without their constant factors, each once."""
    found: dict[sp.Expr, None] = {}
    for term in sp.Add.make_args(expanded(expr)):
        found[_stripped(term, space)] = None
    return [m for m in found if m != 0]


def _stripped(term: sp.Expr, space: JetSpace) -> sp.Expr:
    def varies(factor: sp.Expr) -> bool:
        return any(s in space.coordinates or space.index(s) for s in symbols_of(factor))

    return sp.Mul(*[f for f in sp.Mul.make_args(term) if varies(f)])


def _candidates(monomial: sp.Expr, space: JetSpace) -> list[Candidate]:
    result: list[Candidate] = []
    for symbol in symbols_of(monomial):
        found = space.index(symbol)
        if not found:
            continue
        a, index = found
        for i, n in enumerate(index):
            if n:
                lower = space.jet(a, tuple(m - (k == i) for k, m in enumerate(index)))
                result += [(i, theta) for theta in _integrals(expanded(monomial / symbol), lower, space)]
    if not any(sum(found[1]) for s in symbols_of(monomial) if (found := space.index(s))):
        result += [(i, theta) for i, x in enumerate(space.coordinates) for theta in _integrals(monomial, x, space)]
    return result


def _integrals(monomial: sp.Expr, variable: sp.Symbol, space: JetSpace) -> list[sp.Expr]:
    """Monomials whose derivative by `variable` holds `monomial`."""
    inside = [f for f in sp.Mul.make_args(monomial) if f.has(variable)]
    outside = monomial / sp.Mul(*inside)
    factor = sp.powsimp(sp.Mul(*inside), combine="exp")
    base, exponent = factor.as_base_exp()
    if not inside:
        return [outside * variable]
    if base == variable and not exponent.has(variable):
        return [outside * (sp.log(variable) if exponent == -1 else variable ** (exponent + 1))]
    found = _by_parts(inside, variable)
    return [m for theta in found for m in monomials_of(outside * theta, space)]


def _by_parts(factors: Sequence[sp.Expr], variable: sp.Symbol) -> list[sp.Expr]:
    """Terms of ∫ Π factors: powers of the variable lowered beside the antiderivative of the one other factor."""
    power = next((f for f in factors if f.as_base_exp()[0] == variable), sp.S.One)
    others = [f for f in factors if f is not power]
    if len(others) != 1:
        whole = sp.Mul(*factors)
        return [whole * variable, whole / variable]
    other = others[0]
    base, exponent = other.as_base_exp()
    if isinstance(other, sp.Pow) and not exponent.has(variable):
        raised = sp.log(base) if exponent == -1 else base ** (exponent + 1)
        return [power * raised / variable, power * raised * variable, power * other * variable]
    if isinstance(other, sp.log):
        return [power * other * variable, power * variable]
    integral = _antiderivative(other, variable)
    degree = power.as_base_exp()[1] if power != 1 else sp.S.Zero
    steps = range(int(degree) + 1) if degree.is_Integer and degree >= 0 else range(1)
    partner = sp.diff(integral, variable)
    return [variable ** (degree - k) * (integral if k % 2 == 0 else _antiderivative(integral, variable)) for k in steps] + [
        power * partner * variable
    ]


def _antiderivative(function: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """Of exp, sin, cos of something linear; else the function times the variable."""
    slope = sp.diff(function.args[0], variable) if isinstance(function, (sp.exp, sp.sin, sp.cos)) else sp.S.Zero
    if slope == 0 or slope.has(variable):
        return function * variable
    turned: dict[type, sp.Expr] = {sp.sin: -sp.cos(function.args[0]), sp.cos: sp.sin(function.args[0])}
    return turned.get(type(function), function) / slope


def _cost(candidate: Candidate, space: JetSpace) -> tuple[object, ...]:
    i, theta = candidate
    jets = [sum(found[1]) for s in symbols_of(theta) if (found := space.index(s))]
    return (max(jets, default=0), sum(jets), int(sp.count_ops(theta)), i, str(theta))


def _solve(expr: sp.Expr, candidates: Sequence[Candidate], space: JetSpace) -> tuple[sp.Expr, ...] | None:
    problem = _Problem(space, expr, tuple(candidates))
    solution = combination(problem.rows, len(candidates) + 1, space.parameters, parameter_value(space))
    if solution is None:
        return None
    parts: list[list[sp.Expr]] = [[] for _ in space.coordinates]
    for j, coefficient in solution.items():
        i, theta = candidates[j]
        parts[i].append(coefficient * theta)
    fluxes = tuple(sp.Add(*terms) for terms in parts)
    try:
        return fluxes if decide(divergence(fluxes, space) - expr).truth() else None
    except Undecided:
        return None


@dataclass(frozen=True, slots=True)
class _Problem:
    """Columns D_i θ of the candidates, and f last."""

    space: JetSpace
    expr: sp.Expr
    candidates: tuple[Candidate, ...]

    def rows(self, chosen: Sequence[int], parameter_seed: int) -> Residues:
        """Values at random points (points × chosen columns)."""
        parts: list[Residues] = []
        seed = 1
        while sum(map(len, parts)) < len(chosen) + SPARE and seed < ROUNDS:
            sample = JetSeries(self.space, 1, len(chosen) + SPARE, seed, parameter_seed)
            columns = [self._column(c, sample) for c in chosen]
            parts.append(np.array(columns).T[sample.good])
            seed += 1
        return np.concatenate(parts)

    def _column(self, column: int, sample: JetSeries) -> Residues:
        if column == len(self.candidates):
            return sample.at(self.expr)
        i, theta = self.candidates[column]
        return sample.series(theta)[1 + i]
