"""Conservation laws by multipliers: Λ with E(Σ Λ_k Δ_k) = 0, over growing ansatz spaces.

Source: Anco & Bluman, Direct construction method for conservation laws, Eur. J. Appl. Math. 13 (2002) 545; Olver 1993, sect. 4.3.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from invarieq.conservation.euler import is_divergence
from invarieq.conservation.factors import damping, suggested_factors
from invarieq.conservation.family import is_linear, linear_family
from invarieq.conservation.fluxes import known_fluxes
from invarieq.conservation.laws import ConservationLaw, ConservationLaws
from invarieq.conservation.monomials import Factor, count, evaluated, monomials
from invarieq.conservation.principal import is_derivative, principal_of, restricted
from invarieq.conservation.rows import MultiplierProblem
from invarieq.errors import DeclarationError, Undecided
from invarieq.exact.jetseries import JetSeries, parameter_value
from invarieq.exact.linear import product
from invarieq.exact.null_vectors import Vector, cleared, exact_vector, independent, null_basis
from invarieq.exact.primes import Residues
from invarieq.jets import JetSpace
from invarieq.limit import Deadline, bounded

MAX_COLUMNS = 900  # in a search whose size is ours to choose
LIMIT = 12_000  # in one that the user asked for
HIGHEST = 3
MAX_ORDER = 4  # in a search whose size is ours to choose
DEGREES = (4, 3, 3, 3)
POINTS = 120


@bounded("the conservation laws")
def conservation_laws(
    space: JetSpace,
    law: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol] = (),
    *,
    order: int | None = None,
    degree: int | None = None,
    budget: float = 30.0,
    progress: Callable[[str], object] = lambda _: None,
) -> ConservationLaws:
    """Conservation laws of a system of differential equations (each expression = 0).

    `order`, `degree`: those of the multipliers; without them several pairs are searched, small spaces first. Each multiplier
    is proved by the Euler operator, each set of fluxes by differentiation. `budget`: seconds; past them what is found and
    proved is returned, with a note. Raises `DeclarationError` for a law without equations or a search too large to hold.
    """
    start = time.monotonic()
    if not law:
        raise DeclarationError("there is no law to find conservation laws of; give the equations in `law` (TOML: `equations`)")
    principal = principal_of(space, law, leading)
    search = _Search(space, tuple(law), principal, Deadline.after(budget))
    extra = (*suggested_factors(law, space), *damping(law, space))
    for n, d in _stages(search, extra, order, degree):
        if search.deadline.over and search.searched:
            search.notes.append(f"the budget of {budget:g} s ended before multipliers of order {n}, degree {d}")
            break
        progress(f"multipliers of order {n}, degree {d}")
        search.stage(n, d, extra)
    progress(f"fluxes of {len(search.found)} laws")
    laws = tuple(_law(m, search) for m in sorted(search.found, key=lambda m: _simplicity(m, space)))
    families = linear_family(space, tuple(law))
    return ConservationLaws(
        space,
        tuple(law),
        laws,
        families,
        tuple(search.searched),
        tuple(f.expr for f in extra),
        tuple(search.notes),
        time.monotonic() - start,
    )


@dataclass
class _Search:
    """The multipliers found so far; a new one counts if it is independent of them where the law holds."""

    space: JetSpace
    law: tuple[sp.Expr, ...]
    principal: tuple[sp.Symbol, ...]
    deadline: Deadline
    found: list[tuple[sp.Expr, ...]] = field(default_factory=list[tuple[sp.Expr, ...]])
    values: list[np.ndarray] = field(default_factory=list[np.ndarray])
    searched: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    notes: list[str] = field(default_factory=list[str])

    @property
    def linear(self) -> bool:
        """Whether the law is linear; it has infinitely many laws then, and only a few low ones are listed."""
        return all(is_linear(e, self.space) for e in self.law)

    def factors(self, order: int, extra: Sequence[Factor]) -> tuple[Factor, ...]:
        """What multipliers are made of: coordinates, jets that the law leaves free, the leading derivatives, kernels."""
        highest = self.space.order(sp.Add(*[sp.Abs(e) for e in self.law]))
        jets = [s for s in self.space.jets(order) if self._allowed(s, highest)]
        return tuple(Factor(s) for s in (*self.space.coordinates, *jets)) + tuple(extra)

    def _allowed(self, symbol: sp.Symbol, highest: int) -> bool:
        if symbol in self.principal:
            return self.space.order(symbol) < highest
        return not any(is_derivative(self.space, symbol, p) for p in self.principal)

    def stage(self, order: int, degree: int, extra: Sequence[Factor]) -> None:
        """Find, prove and keep the multipliers of one order and degree."""
        basis = monomials(self.factors(order, extra), degree, self.space)
        columns = [(k, j) for j in reversed(range(len(basis.exponents))) for k in reversed(range(len(self.law)))]
        problem = MultiplierProblem(self.space, self.law, basis, tuple(columns))
        value = parameter_value(self.space)
        for vector in self._fresh(null_basis(problem.rows, len(columns)), problem):
            exact = exact_vector(vector, problem.rows, self.space.parameters, value)
            if exact is None:
                self.notes.append(f"a multiplier of order {order}, degree {degree} has coefficients that cannot be read back")
            else:
                self._add(self._multiplier(exact, problem))
        self.searched.append((order, degree))

    def _fresh(self, vectors: Residues, problem: MultiplierProblem) -> Residues:
        """The null vectors that are independent, as functions of the jets, of each other and of the multipliers found."""
        sample = JetSeries(self.space, 0, POINTS, 7)
        table = evaluated(problem.basis, sample)
        values = np.array([table.series(problem.basis.exponents[j])[0] for _, j in problem.columns])
        mine = [np.flatnonzero([k == n for k, _ in problem.columns]) for n in range(len(self.law))]
        new = np.concatenate([product(vectors[:, at], values[at]) for at in mine], axis=1)
        old = [np.concatenate([sample.at(m) for m in found]) for found in self.found]
        good = np.tile(sample.good, len(self.law))
        return vectors[independent([o * good for o in old], new * good)]

    def _multiplier(self, vector: Vector, problem: MultiplierProblem) -> tuple[sp.Expr, ...]:
        parts: list[list[sp.Expr]] = [[] for _ in self.law]
        scale = cleared(list(vector.values()))
        for column, coefficient in vector.items():
            k, j = problem.columns[column]
            parts[k].append(sp.cancel(coefficient * scale) * problem.basis.function(problem.basis.exponents[j]))
        return tuple(sp.Add(*terms) for terms in parts)

    def _add(self, multiplier: tuple[sp.Expr, ...]) -> None:
        values = self._values(multiplier)
        if values is not None and not independent(self.values, values[None]):
            return
        try:
            proved = is_divergence(sp.Add(*[m * e for m, e in zip(multiplier, self.law, strict=True)]), self.space)
        except Undecided:
            proved = False
        if not proved:
            self.notes.append(f"the multiplier ({', '.join(map(str, multiplier))}) could not be proved and is left out")
            return
        if values is not None:
            self.values.append(values)
        self.found.append(multiplier)

    def _values(self, multiplier: tuple[sp.Expr, ...]) -> np.ndarray | None:
        sample = JetSeries(self.space, 0, POINTS, 7)
        try:
            shown = [restricted(m, self.space, self.law, self.principal) for m in multiplier]
            return np.concatenate([sample.at(m) * sample.good for m in shown])
        except Undecided:
            return None


def _stages(search: _Search, extra: Sequence[Factor], order: int | None, degree: int | None) -> list[tuple[int, int]]:
    def size(n: int, d: int) -> int:
        return count(search.factors(n, extra), d) * len(search.law)

    if order is not None and degree is not None:
        if size(order, degree) > LIMIT:
            raise DeclarationError(
                f"multipliers of order {order} and degree {degree} have {size(order, degree)} coefficients, more than the {LIMIT} "
                "that are searched; give a lower order or degree"
            )
        return [(order, degree)]
    highest = 1 if search.linear else max(HIGHEST, min(max(search.space.order(e) for e in search.law) - 1, MAX_ORDER))
    orders = range(highest + 1) if order is None else [order]
    stages: dict[tuple[int, int], int] = {}
    for n in orders:
        top = (3 if search.linear else DEGREES[min(n, HIGHEST)]) if degree is None else degree
        fitting = [d for d in range(1, top + 1) if size(n, d) <= MAX_COLUMNS]
        if fitting:
            stages[n, fitting[-1]] = size(n, fitting[-1])
    useful = [s for s in stages if not any(o != s and o[0] >= s[0] and o[1] >= s[1] for o in stages)]
    return sorted(useful, key=lambda s: (stages[s], s))


def _law(multiplier: tuple[sp.Expr, ...], search: _Search) -> ConservationLaw:
    if search.deadline.over:
        return ConservationLaw(multiplier, None, "the time budget ended before its fluxes were sought")
    whole = sp.Add(*[m * e for m, e in zip(multiplier, search.law, strict=True)])
    found = known_fluxes(whole, search.space)
    return ConservationLaw(multiplier, found, "" if found else "its fluxes were not found among sums of monomials")


def _simplicity(multiplier: tuple[sp.Expr, ...], space: JetSpace) -> tuple[int, int, str]:
    return max(space.order(m) for m in multiplier), sum(int(sp.count_ops(m)) for m in multiplier), str(multiplier)
