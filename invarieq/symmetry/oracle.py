"""How many point symmetries there are, without solving: the solutions of the determining equations counted as Taylor series.

At a random point z0 the determining equations and their derivatives up to order K are linear equations for the Taylor
coefficients of the generator. N(k) is the dimension of what they leave of the coefficients up to order k ≤ K. It never
falls below the dimension of the k-jets of true symmetries. If N(k) = N(k + 1), all derivatives of order k + 1 follow from
lower ones at a generic point, so the algebra is finite and its dimension is at most N(k). Everything is computed modulo a
31-bit prime at one random point: too small a count has a probability of about (degree)/2^31.

A derivative that alone must vanish at a generic point vanishes everywhere, with all its derivatives. Such derivatives are
struck out order by order, which keeps the systems small and bounds the degrees of the generators.

Source: Seiler, Involution, 2010, chapters 7 and 8; Reid, Finding abstract Lie symmetry algebras …, EJAM 2 (1991) 319.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp

from invarieq.exact import PRIME, Echelon, echelon
from invarieq.exact.primes import Residues
from invarieq.exact.taylor import around
from invarieq.exact.values import Values
from invarieq.jets.multiindices import MultiIndex, divides, factorial, of_order, up_to_order
from invarieq.limit import Deadline
from invarieq.symmetry.determining import Column, DeterminingForm
from invarieq.symmetry.equations import Equations

SEED = 7_031


@dataclass(frozen=True)
class LocalSolutions:
    """Taylor series of the symmetries at a generic point, known to order `order`.

    `vanishing[z]`: the least derivatives of component z that are zero; `columns`: those that are not, by falling order;
    `relations`: the echelon form of all equations over them; `counts[k]` = N(k).
    """

    order: int
    vanishing: tuple[tuple[MultiIndex, ...], ...]
    columns: tuple[Column, ...]
    relations: Residues
    pivots: tuple[int, ...]
    counts: tuple[int, ...]

    @property
    def dimension(self) -> int | None:
        """The least upper bound on the dimension that the counts prove; None while they prove none."""
        bounds = [a for a, b in itertools.pairwise(self.counts) if a == b]
        return min(bounds) if bounds else None

    @property
    def settled(self) -> int:
        """The highest order up to which the counts show no further growth; 0 if they prove no finite dimension."""
        dimension = self.dimension
        return max((k for k, n in enumerate(self.counts) if n == dimension), default=0)

    @property
    def null_space(self) -> Residues:
        """The solutions that are left: vectors over `columns`."""
        return Echelon(self.relations, self.pivots).null_space

    @property
    def parametric(self) -> tuple[Column, ...]:
        """The derivatives that the equations leave free."""
        pivots = set(self.pivots)
        return tuple(c for i, c in enumerate(self.columns) if i not in pivots)

    def leaves_infinitely_many(self, kept: Sequence[tuple[int, Sequence[int]]]) -> bool:
        """Whether solutions may be infinitely many in which only some components are not 0: pairs (component, its variables).

        False is proved as a finite dimension is: their counts for two orders in a row agree.
        """
        places = dict(kept)
        chosen = [
            i
            for i, (z, index) in enumerate(self.columns)
            if z in places and all(j in places[z] for j, n in enumerate(index) if n)
        ]
        orders = np.array([sum(self.columns[i][1]) for i in chosen], dtype=np.int64)
        free = np.ones(len(chosen), dtype=bool)
        free[list(echelon(self.relations[:, chosen]).pivots)] = False
        counts = [int((free & (orders <= k)).sum()) for k in range(self.order)]
        return all(a != b for a, b in itertools.pairwise(counts))

    def allows(self, z: int, powers: MultiIndex) -> bool:
        """Whether component z may hold the monomial with these powers: its own derivative is not struck out."""
        return not any(divides(low, powers) for low in self.vanishing[z])


class Oracle:
    """Local solutions of the determining equations of a system, order by order."""

    def __init__(self, equations: Equations, *, on_shell: bool = True, seed: int = SEED) -> None:
        """Nothing is computed yet. `on_shell`: symmetries of the equations; else of the expressions."""
        self.equations, self.on_shell, self._seed = equations, on_shell, seed
        self.forms = [DeterminingForm(equations, i, on_shell) for i in range(len(equations.law))]
        self._vanishing: list[tuple[MultiIndex, ...]] = [()] * len(equations.variables)
        self._strike_missing_arguments()
        self._base: list[tuple[int, dict[Column, Residues]]] = []  # (order of the form, coefficients: terms × rows)
        self._depth = -1
        self._others: dict[tuple[int, int], tuple[Oracle, LocalSolutions]] = {}
        self.deadline = Deadline()
        self.point: Residues = np.random.default_rng(seed).integers(2, 2**15, size=len(equations.variables)) ** 2

    def _strike_missing_arguments(self) -> None:
        """A field that does not depend on a coordinate must not after the transformation either."""
        space, count = self.equations.space, len(self.equations.variables)
        for a, field in enumerate(space.fields):
            missing = [i for i, x in enumerate(space.coordinates) if x not in field.arguments]
            units = tuple(tuple(int(i == j) for j in range(count)) for i in missing)
            self._vanishing[len(space.coordinates) + a] = units

    def solve(self, order: int) -> LocalSolutions:
        """Local solutions to `order`, at least that of the equations."""
        self._sample(max(order - min(self._orders), 0))
        while True:
            found = self._level(order)
            units = _units(found)
            if not units:
                return found
            for z, index in units:
                kept = [low for low in self._vanishing[z] if not divides(index, low)]
                self._vanishing[z] = (*kept, index)

    def elsewhere(self, salt: int, order: int) -> tuple[Oracle, LocalSolutions]:
        """The oracle of the same system at the same point with other values of the parameters, and its solutions."""
        if (salt, order) not in self._others:
            other = Oracle(replace(self.equations, salt=salt), on_shell=self.on_shell, seed=self._seed)
            other._vanishing = list(self._vanishing)
            self._others[salt, order] = other, other.solve(order)
        return self._others[salt, order]

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return self.deadline.over

    def size(self, order: int) -> int:
        """How many unknowns the equations to `order` have."""
        return len(self._columns(order))

    def values_at_point(self) -> Values:
        """Residues of expressions in coordinates, fields and parameters at the oracle's point (one sample)."""
        return self._values(1, PRIME)

    def _values(self, count: int, number: int) -> Values:
        """Samples at the point, number by number with other jets; functions of coordinates and fields have one value in all of them."""
        parameters, point = self.equations.space.parameters, zip(self.equations.variables, self.point.tolist(), strict=True)
        return Values(count, (self._seed, number), parameters, common=dict(point), salt=self.equations.salt)

    @property
    def parameters(self) -> tuple[tuple[sp.Symbol, int], ...]:
        """The whole numbers that stand for the parameters."""
        symbols = self.equations.space.parameters
        drawn = Values(1, 0, symbols, salt=self.equations.salt)
        return tuple((s, int(drawn(s)[0])) for s in symbols)

    @property
    def _orders(self) -> list[int]:
        return [self.equations.space.order(e) for e in self.equations.law]

    def _sample(self, depth: int) -> None:
        if depth <= self._depth:
            return
        self._depth, self._base = max(depth, min(2 * max(self._depth, 0), depth + 2)), []
        for number, form in enumerate(self.forms):
            wanted = 10 + len(form.columns(self.equations.order)) * len(self.equations.variables)
            self._base.append(self._rows(number, form, min(wanted, 40 + wanted // 2)))

    def _rows(self, number: int, form: DeterminingForm, count: int) -> tuple[int, dict[Column, Residues]]:
        values = self._values(count, number)
        order = self._orders[number]
        taylor = around(values, self.equations.explicit, max(self._depth - (order - min(self._orders)), 0))
        coefficients = form.coefficients(taylor)
        valid = np.flatnonzero(values.valid)
        start = (
            np.stack([c[0, valid] for c in coefficients.values()], axis=1) if coefficients else np.zeros((0, 0), dtype=np.int64)
        )
        independent = valid[list(echelon(start.T).pivots)] if start.size else valid[:0]
        return order, {column: c[:, independent] for column, c in coefficients.items()}

    def _level(self, order: int) -> LocalSolutions:
        columns = self._columns(order)
        place = {c: i for i, c in enumerate(columns)}
        rows = [r for base_order, base in self._reduced_base() for r in self._prolonged(base, order - base_order, place)]
        reduced = echelon(np.concatenate(rows) if rows else np.zeros((0, len(columns)), dtype=np.int64))
        orders = np.array([sum(index) for _, index in columns])
        pivots = np.zeros(len(columns), dtype=bool)
        pivots[list(reduced.pivots)] = True
        counts = tuple(int(((orders <= k) & ~pivots).sum()) for k in range(order + 1))
        return LocalSolutions(order, tuple(self._vanishing), columns, reduced.rows, reduced.pivots, counts)

    def _reduced_base(self) -> list[tuple[int, dict[Column, Residues]]]:
        """The base equations over the columns not struck out, without those that depend on others at the generic point."""
        result = []
        for order in sorted(set(self._orders)):
            blocks = [base for of, base in self._base if of == order]
            columns = sorted({c for b in blocks for c in b if not any(divides(low, c[1]) for low in self._vanishing[c[0]])})
            if not columns:
                continue
            terms = max(c.shape[0] for b in blocks for c in b.values())
            sizes = [next(iter(b.values())).shape[1] for b in blocks if b]
            joined = {
                c: np.concatenate(
                    [_padded(b.get(c), n, terms) for b, n in zip([b for b in blocks if b], sizes, strict=True)], axis=1
                )
                for c in columns
            }
            start = np.stack([joined[c][0] for c in columns], axis=1)
            kept = list(echelon(start.T).pivots)
            result.append((order, {c: block[:, kept] for c, block in joined.items()}))
        return result

    def _columns(self, order: int) -> tuple[Column, ...]:
        count = len(self.equations.variables)
        found: list[Column] = []
        for n in range(order, -1, -1):
            indices = of_order(count, n)
            table = np.array(indices, dtype=np.int64)
            free = np.ones((len(indices), count), dtype=bool)
            for z, lows in enumerate(self._vanishing):
                for low in lows:
                    free[:, z] &= ~(table >= np.array(low)).all(axis=1)
            found += [(int(z), indices[i]) for i, z in np.argwhere(free)]
        return tuple(found)

    def _prolonged(self, base: dict[Column, Residues], depth: int, place: dict[Column, int]) -> Iterator[Residues]:
        """D^α of the base rows for |α| ≤ depth, each divided by α!."""
        count = len(self.equations.variables)
        moved = [self.equations.variables.index(z) for z in self.equations.explicit]
        steps = up_to_order(len(moved), self._depth)
        terms = [(c, t, steps[t]) for c, block in base.items() for t in np.flatnonzero(block.any(axis=1))]
        rows = next(iter(base.values())).shape[1] if base else 0
        for n in range(depth + 1):
            for alpha in of_order(count, n):
                result = np.zeros((rows, len(place)), dtype=np.int64)
                for column, term, step in terms:
                    _add(result, base[column][term], (alpha, moved, step), column, place)
                yield result[result.any(axis=1)]


def _add(
    result: Residues,
    coefficient: Residues,
    derivative: tuple[MultiIndex, Sequence[int], MultiIndex],
    column: Column,
    place: dict[Column, int],
) -> None:
    """Leibniz: D^α(A ζ_β)/α! = Σ_σ A_σ ζ_{β+α−σ} / (α−σ)!, with A_σ the Taylor coefficient of A."""
    alpha, moved, step = derivative
    rest = list(alpha)
    for i, n in zip(moved, step, strict=True):
        rest[i] -= n
        if rest[i] < 0:
            return
    target = place.get((column[0], tuple(b + r for b, r in zip(column[1], rest, strict=True))))
    if target is not None:
        scale = pow(factorial(tuple(rest)), -1, PRIME)
        result[:, target] = (result[:, target] + coefficient * scale) % PRIME


def _padded(block: Residues | None, rows: int, terms: int) -> Residues:
    result = np.zeros((terms, rows), dtype=np.int64)
    if block is not None:
        result[: len(block)] = block
    return result


def _units(found: LocalSolutions) -> list[Column]:
    single = np.flatnonzero((found.relations != 0).sum(axis=1) == 1)
    units = [found.columns[found.pivots[i]] for i in single]
    return [u for u in units if not any(z == u[0] and low != u[1] and divides(low, u[1]) for z, low in units)]
