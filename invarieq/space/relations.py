"""Candidates for a law as a relation between differential invariants, without telling what it is solved for.

A law that admits the group is F(η1, η2, …) = 0 with η the invariants. Products of relative invariants with equal multiplier can
stand in one equation as terms; divided by one of them they are absolute invariants. So a class of equal multiplier is
the polynomial form of all laws in every basis of invariants that differs by powers of relative ones, and needs no
denominator and no root: what is divided by is chosen later (`normalizers`), 1 if nothing.

Source: Olver 1995, Equivalence, Invariants and Symmetry, ch. 3 and 5 (relative invariants).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.invariants import Derivation, Invariants
from invarieq.jets import JetSpace, symbols_of

MOST = 400  # candidates of one class
FACTORS = 2  # of a candidate, or as many as its degree in the fields allows


@dataclass(frozen=True)
class FactorBasis:
    """Relative invariants that candidates are made of, with their multipliers, and how they came about."""

    name: str
    factors: tuple[sp.Expr, ...]
    multipliers: tuple[tuple[sp.Expr, ...], ...]


@dataclass(frozen=True)
class RelationClass:
    """Candidates of one multiplier: `powers[k]` are the exponents of `basis.factors` in candidate k, `terms[k]` the product.

    `inner` are the invariants of order 0, of which functions may be candidates too (only where the multiplier is 0).
    """

    space: JetSpace
    basis: FactorBasis
    powers: tuple[tuple[int, ...], ...]
    inner: tuple[sp.Expr, ...]
    normalizers: tuple[sp.Expr, ...]

    @property
    def terms(self) -> tuple[sp.Expr, ...]:
        """The candidates as expressions in jets."""
        return tuple(sp.Mul(*[f**n for f, n in zip(self.basis.factors, p, strict=True)]) for p in self.powers)

    @property
    def groups(self) -> tuple[int, ...]:
        """Candidates with the same factors of order > 0 have the same number; 0 where there are none."""
        high = [i for i, f in enumerate(self.basis.factors) if self.space.order(f) > 0]
        keys = [tuple(p[i] for i in high) for p in self.powers]
        numbers = {key: n for n, key in enumerate(dict.fromkeys([tuple(0 for _ in high), *keys]))}
        return tuple(numbers[key] for key in keys)

    @property
    def orders(self) -> tuple[int, ...]:
        """Order of the highest derivative in each candidate."""
        return tuple(self.space.order(t) for t in self.terms)


def returned_basis(invariants: Invariants) -> FactorBasis:
    """The relative invariants that the search for invariants gave, lowest order first."""
    found = sorted(invariants.relative, key=lambda r: (invariants.space.order(r.expression), sp.count_ops(r.expression)))
    return FactorBasis("returned", tuple(r.expression for r in found), tuple(r.multipliers for r in found))


def derived_basis(invariants: Invariants, derivations: Sequence[Derivation]) -> FactorBasis | None:
    """The invariants of order ≤ 1, and what invariant derivations make of them up to the order; None if that is too few.

    Only derivations with multiplier 0 and coefficients of order 0 are used: each step keeps the multiplier, and stays short.
    """
    space = invariants.space
    plain = [d for d in derivations if not any(d.multipliers) and not any(space.order(c) for c in d.coefficients)]
    factors = {r.expression: r.multipliers for r in invariants.relative if space.order(r.expression) <= 1}
    last = dict(factors)
    for _ in range(invariants.order - 1):
        fresh = {}
        for expr, multipliers in last.items():
            for d in plain if not any(multipliers) else ():
                found = d(expr, space)
                if space.order(found) > space.order(expr) and found not in factors:
                    fresh[found] = multipliers
        factors |= fresh
        last = fresh
    if len(factors) < len(invariants.relative):
        return None
    ordered = sorted(factors, key=lambda e: (space.order(e), sp.count_ops(e), str(e)))
    return FactorBasis("derived", tuple(ordered), tuple(factors[e] for e in ordered))


def families(
    space: JetSpace, basis: FactorBasis, *, order: int, degree: int, time_order: int | None = None
) -> tuple[RelationClass, ...]:
    """The classes of candidates with a derivative, those of the lowest degree and the fewest candidates first.

    `time_order` m keeps candidates with at most m derivatives by the first coordinate, and classes in which one has m.
    A candidate has at most `order` derivatives in all its factors together, and at most two factors, or the `degree` in fields and
    coordinates. A class with one candidate holds no law.
    """
    sizes = [(_derivatives(space, f), _degree(space, f), _derivatives(space, f, 0)) for f in basis.factors]
    found: dict[tuple[sp.Expr, ...], list[tuple[int, ...]]] = {}
    for powers in _products(sizes, order, degree, order if time_order is None else time_order):
        key = tuple(sp.expand(sp.Add(*[n * m for n, m in zip(powers, column, strict=True)])) for column in _columns(basis))
        found.setdefault(key, []).append(powers)
    result = []
    for key, powers in found.items():
        steps = [sum(n * size[2] for n, size in zip(p, sizes, strict=True)) for p in powers]
        full = time_order is None or time_order in steps
        if full and 1 < len(powers) <= MOST and any(_order(space, basis, p) > 0 for p in powers):
            inner = _inner(space, basis) if not any(key) else ()
            result.append(RelationClass(space, basis, tuple(powers), inner, _normalizers(space, basis, key)))
    return tuple(sorted(result, key=lambda f: (_least_degree(f), len(f.powers))))


def unrestricted_size(space: JetSpace, order: int, degree: int) -> int:
    """Number of monomials in jets of the same size: at most `degree` factors with `order` derivatives together."""
    weights = [sum((space.index(z) or (0, ()))[1]) for z in space.jets(order)]
    counts = [[0] * (order + 1) for _ in range(degree + 1)]
    counts[0][0] = 1
    for w in weights:
        for d, k in itertools.product(range(1, degree + 1), range(w, order + 1)):
            counts[d][k] += counts[d - 1][k - w]
    return sum(map(sum, counts))


def _columns(basis: FactorBasis) -> list[tuple[sp.Expr, ...]]:
    return list(zip(*basis.multipliers, strict=True)) if basis.multipliers else []


def _products(sizes: Sequence[tuple[int, int, int]], order: int, degree: int, steps: int) -> list[tuple[int, ...]]:
    found = []
    for d in range(max(FACTORS, degree) + 1):
        for chosen in itertools.combinations_with_replacement(range(len(sizes)), d):
            small = d <= FACTORS or sum(sizes[i][1] for i in chosen) <= degree
            slow = sum(sizes[i][2] for i in chosen) <= steps
            if small and slow and sum(sizes[i][0] for i in chosen) <= order:
                found.append(tuple(chosen.count(i) for i in range(len(sizes))))
    return found


def _derivatives(space: JetSpace, expr: sp.Expr, by: int | None = None) -> int:
    """The most derivatives (by coordinate number `by`, or any) that a term of a relative invariant holds in all its factors."""

    def count(symbol: sp.Symbol) -> int:
        found = space.index(symbol)
        return 0 if found is None else sum(found[1]) if by is None else found[1][by]

    most = 0
    for term in sp.Add.make_args(sp.expand(expr)):
        powers = term.as_powers_dict()
        total = 0
        for base, n in powers.items():
            inside = max(map(count, symbols_of(base)), default=0)
            total += inside * (abs(math.ceil(n)) if isinstance(n, sp.Number | int) else 1)
        most = max(most, total)
    return most


def _degree(space: JetSpace, expr: sp.Expr) -> int:
    """Degree in fields, their derivatives and coordinates together; 1 for what is no polynomial."""
    variables = [s for s in symbols_of(expr) if s not in space.parameters]
    return int(sp.Poly(expr, *variables).total_degree()) if variables and expr.is_polynomial(*variables) else 1


def _order(space: JetSpace, basis: FactorBasis, powers: Sequence[int]) -> int:
    return max((space.order(f) for f, n in zip(basis.factors, powers, strict=True) if n), default=0)


def _least_degree(family: RelationClass) -> int:
    return min(sum(p) for p in family.powers)


def _inner(space: JetSpace, basis: FactorBasis) -> tuple[sp.Expr, ...]:
    return tuple(f for f, m in zip(basis.factors, basis.multipliers, strict=True) if space.order(f) == 0 and not any(m))


def _normalizers(space: JetSpace, basis: FactorBasis, key: tuple[sp.Expr, ...]) -> tuple[sp.Expr, ...]:
    """Powers of single relative invariants with the multiplier of a class: divided by one of them, candidates are absolute."""
    found = []
    for f, multipliers in zip(basis.factors, basis.multipliers, strict=True):
        share = _ratio(key, multipliers)
        if share is not None and space.order(f) <= 1:
            found.append(f**share)
    return tuple(found)


def _ratio(key: Sequence[sp.Expr], multipliers: Sequence[sp.Expr]) -> sp.Rational | None:
    """The exponent a ≠ 0 with key = a·multipliers, if it is rational."""
    shares = {sp.cancel(k / m) if m != 0 else None for k, m in zip(key, multipliers, strict=True) if k != 0 or m != 0}
    share = shares.pop() if len(shares) == 1 else None
    return share if isinstance(share, sp.Rational) and share != 0 else None
