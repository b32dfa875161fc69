"""First integrals of ordinary differential equations: functions I with D_t I = 0 on solutions.

D_t of each monomial along the equations is one number at a random point, so the search is one null space. Products of
integrals found before are taken out; how many integrals are functionally independent is the rank of their gradients.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import comb

import numpy as np
import sympy as sp

from invarieq.conservation.euler import vanishes
from invarieq.conservation.integral_factors import state_factors, time_factors
from invarieq.conservation.monomials import Factor, Monomials, count, evaluated, monomials
from invarieq.errors import DeclarationError, Undecided
from invarieq.exact import PRIME, echelon, inverse
from invarieq.exact.jetseries import JetSeries, parameter_value
from invarieq.exact.linear import product
from invarieq.exact.null_vectors import Vector, cleared, exact_vector, independent, null_basis
from invarieq.exact.primes import Residues
from invarieq.expressions import write_expression
from invarieq.jets import JetSpace, substitute
from invarieq.limit import Deadline, bounded
from invarieq.symmetry.check import leading_of, solved

MAX_COLUMNS = 500
LIMIT = 12_000
MAX_DEGREE = 6
WITH_TIME = 4
POINTS = 500
VALUES = 11  # the seed of the states at which integrals are compared
SPARE = 12
MAX_PRODUCTS = 130
MAX_FACTORS = 6
TRIES = 6


@dataclass(frozen=True, slots=True)
class FirstIntegrals:
    """Integrals found, none a polynomial in others of lower degree.

    Each is proved: D_t I vanishes where the law holds. `independent`: how many are functionally independent; `dimension`: that
    of the space of states, which with time has no more independent ones. `searched`: (factors, degree) searched whole.
    """

    space: JetSpace
    equations: tuple[sp.Expr, ...]
    integrals: tuple[sp.Expr, ...]
    independent: int
    dimension: int
    searched: tuple[tuple[tuple[sp.Expr, ...], int], ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def statement(self) -> str:
        """What is claimed, in words."""
        whole = "; ".join(f"degree {d} in {', '.join(write_expression(f) for f in fs)}" for fs, d in self.searched)
        return (
            f"at least {len(self.integrals)} first integrals, {self.independent} of them independent (of at most "
            f"{self.dimension}); all of {whole or 'no degree searched whole'}"
        )

    def document(self) -> dict[str, object]:
        """Everything as JSON, expressions in the TOML notation."""
        return {
            "kind": "first integrals",
            "count": len(self.integrals),
            "independent": self.independent,
            "dimension": self.dimension,
            "equations": [write_expression(e) for e in self.equations],
            "integrals": [write_expression(e) for e in self.integrals],
            "searched": [{"factors": [write_expression(f) for f in fs], "degree": d} for fs, d in self.searched],
            "statement": self.statement,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
        }


@bounded("the first integrals")
def first_integrals(
    space: JetSpace,
    law: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol] = (),
    *,
    degree: int | None = None,
    budget: float = 30.0,
    progress: Callable[[str], object] = lambda _: None,
) -> FirstIntegrals:
    """First integrals of a system of ODEs (each expression = 0), polynomial in states, time and the functions that it suggests.

    `degree`: of the integrals; without it as high as some hundred coefficients allow. `budget`: seconds. Raises
    `DeclarationError` for a law with several coordinates, without equations, or that is not solved for its highest derivatives.
    """
    start, deadline = time.monotonic(), Deadline.after(budget)
    if not law or len(space.coordinates) != 1:
        what = "there is no law" if not law else f"the law has the coordinates {', '.join(map(str, space.coordinates))}"
        raise DeclarationError(f"first integrals are those of ordinary differential equations, but {what}")
    sides = solved(space, law, leading_of(space, law, leading))
    search = _Search(space, tuple(law), sides, _states(space, sides))
    for factors, d in _stages(search, degree):
        if deadline.over and search.searched:
            search.notes.append(
                f"the budget of {budget:g} s ended before degree {d} with {', '.join(str(f.expr) for f in factors)}"
            )
            break
        if search.full(factors):
            continue
        progress(f"first integrals of degree {d} in {len(factors)} factors")
        search.stage(factors, d)
    found = tuple(search.found)
    return FirstIntegrals(
        space,
        tuple(law),
        found,
        search.rank(),
        len(search.states),
        tuple(search.searched),
        tuple(search.notes),
        time.monotonic() - start,
    )


@dataclass(frozen=True, slots=True)
class _Problem:
    """Columns D_t φ_j along the law."""

    space: JetSpace
    sides: dict[sp.Symbol, sp.Expr]
    basis: Monomials

    def rows(self, chosen: Sequence[int], parameter_seed: int) -> Residues:
        parts: list[Residues] = []
        seed = 1
        while sum(map(len, parts)) < len(chosen) + SPARE and seed < TRIES:
            sample = JetSeries(self.space, 1, len(chosen) + SPARE, seed, parameter_seed, self.sides)
            table = evaluated(self.basis, sample)
            columns = np.array([table.series(self.basis.exponents[j])[1] for j in chosen])
            parts.append(columns.T[sample.good])
            seed += 1
        rows = np.concatenate(parts)
        if not len(rows):
            raise Undecided("no random state at which the law is defined was found; a root in it may have no exact values")
        return rows


@dataclass
class _Search:
    space: JetSpace
    law: tuple[sp.Expr, ...]
    sides: dict[sp.Symbol, sp.Expr]
    states: tuple[sp.Symbol, ...]
    found: list[sp.Expr] = field(default_factory=list[sp.Expr])
    values: list[Residues] = field(default_factory=list[Residues])
    searched: list[tuple[tuple[sp.Expr, ...], int]] = field(default_factory=list["tuple[tuple[sp.Expr, ...], int]"])
    notes: list[str] = field(default_factory=list[str])

    def stage(self, factors: Sequence[Factor], degree: int) -> None:
        basis = monomials(factors, degree, self.space)
        basis = Monomials(basis.factors, tuple(e for e in reversed(basis.exponents) if any(e)))
        problem = _Problem(self.space, self.sides, basis)
        try:
            vectors = null_basis(problem.rows, len(basis.exponents))
        except Undecided as error:
            self.notes.append(f"degree {degree}: {error}")
            return
        sample = JetSeries(self.space, 0, POINTS, VALUES)
        table = evaluated(basis, sample)
        values = product(vectors, np.array([table.series(e)[0] for e in basis.exponents]))
        while fresh := independent(list(_products(self.values) * sample.good), values * sample.good):
            exact = exact_vector(vectors[fresh[0]], problem.rows, self.space.parameters, parameter_value(self.space))
            if exact is None:
                self.notes.append(f"an integral of degree {degree} has coefficients that cannot be read back")
            else:
                self._add(_integral(exact, basis))
            vectors, values = vectors[fresh[1:]], values[fresh[1:]]
        names = tuple(f.expr for f in factors)
        self.searched = [s for s in self.searched if s[0] != names] + [(names, degree)]

    def _add(self, candidate: sp.Expr) -> None:
        try:
            along = substitute(self.space.total_derivative(candidate, 0), self.sides)
            proved = vanishes(along)
        except Undecided:
            proved = False
        if not proved:
            self.notes.append(f"{candidate} could not be proved to be constant and is left out")
            return
        self.found.append(candidate)
        self.values.append(JetSeries(self.space, 0, POINTS, VALUES).at(candidate))

    def full(self, factors: Sequence[Factor]) -> bool:
        """Whether no functionally independent integral of these factors is left to find."""
        timed = any(f.expr.has(self.space.coordinates[0]) for f in factors)
        return self.rank() >= len(self.states) - (not timed)

    def rank(self) -> int:
        """Rank of the gradients by the states at a random point."""
        sample = JetSeries(self.space, 0, 8, 13)
        rows = np.array([[sample.at(sp.diff(e, s)) for s in self.states] for e in self.found])
        usable = np.flatnonzero(sample.good)
        return max((echelon(rows[:, :, k]).rank for k in usable), default=0) if self.found else 0


def _products(values: Sequence[Residues]) -> Residues:
    """Products of the values, as many factors as keep their number below `MAX_PRODUCTS`, with 1 and the reciprocals."""
    one = np.ones(POINTS, dtype=np.int64)
    factors = max(r for r in range(1, MAX_FACTORS + 1) if r == 1 or comb(len(values) + r, r) <= MAX_PRODUCTS)
    rows: list[Residues] = [inverse(v) for v in values]
    for chosen in itertools.combinations_with_replacement([one, *values], factors):
        row = one
        for v in chosen:
            row = row * v % PRIME
        rows.append(row)
    return np.array(rows)


def _states(space: JetSpace, sides: dict[sp.Symbol, sp.Expr]) -> tuple[sp.Symbol, ...]:
    orders = {space.index(s)[0]: space.order(s) for s in sides}  # type: ignore[index]
    highest = max(orders.values())
    return tuple(s for s in space.jets(highest) if space.order(s) < orders.get(space.index(s)[0], 0))  # type: ignore[index]


def _stages(search: _Search, degree: int | None) -> list[tuple[tuple[Factor, ...], int]]:
    sides = list(search.sides.values())
    states = tuple(Factor(s) for s in search.states)
    t = Factor(search.space.coordinates[0])
    inner = state_factors(search.law, search.sides, search.space)
    outer = time_factors(search.sides, search.states, search.space)
    plans = [
        (states, MAX_DEGREE),
        ((*states, *inner), MAX_DEGREE),
        ((t, *states, *inner), WITH_TIME),
        ((t, *states, *inner, *outer), WITH_TIME),
    ]
    if any(side.has(t.expr) for side in sides):
        plans = plans[2:]
    stages: dict[tuple[tuple[Factor, ...], int], int] = {}
    for factors, top in plans:
        for d in range(1, (top if degree is None else degree) + 1):
            size = count(factors, d)
            if degree is not None or size <= MAX_COLUMNS or d == 1:
                stages[factors, d] = size
    large = max(stages.values())
    if large > LIMIT:
        raise DeclarationError(f"integrals of degree {degree} have {large} coefficients, more than the {LIMIT} that are searched")
    return list(stages)


def _integral(vector: Vector, basis: Monomials) -> sp.Expr:
    scale = cleared(list(vector.values()))
    return sp.Add(*[sp.cancel(c * scale) * basis.function(basis.exponents[j]) for j, c in vector.items()])
