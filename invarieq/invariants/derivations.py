"""Invariant derivations: operators D = Σ c^i D_i that turn invariants into invariants of one order more.

D commutes with every prolonged generator exactly when pr v(c^i) = Σ_j c^j D_j ξ^i: a linear condition on the c^i. With
polynomial c^i it can often be met only up to a factor, pr v(c^i) − Σ_j c^j D_j ξ^i = μ c^i, which powers of relative
invariants then take away (Olver 1995, Equivalence, Invariants and Symmetry, chapter 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyElement

from invarieq.exact.linear import RowSpace
from invarieq.exact.sparse import null_vectors
from invarieq.invariants.action import Action
from invarieq.invariants.blocks import Monomial, apply_move, monomials, primitive, weight
from invarieq.invariants.gradings import Split
from invarieq.invariants.relative import weight_of
from invarieq.invariants.relative_multipliers import Exponents, RelativeMultipliers
from invarieq.jets import JetSpace
from invarieq.limit import Deadline

MAX_SIZE = 9
REACH = 3
Unknown = tuple[int, Monomial]
Vector = dict[Unknown, Any]


@dataclass(frozen=True, slots=True)
class Derivation:
    """D = Σ c^i D_i with [pr v_k, D] = μ_k D; `multipliers` holds the μ_k (0: D is invariant)."""

    coefficients: tuple[sp.Expr, ...]
    multipliers: tuple[sp.Expr, ...]

    def __call__(self, expr: sp.Expr, space: JetSpace) -> sp.Expr:
        """D applied to a differential function, expanded."""
        pairs = enumerate(self.coefficients)
        return sp.expand(sp.Add(*[c * space.total_derivative(expr, i) for i, c in pairs if c != 0]))


@dataclass(frozen=True)
class RelativeDerivation:
    """A derivation with polynomial coefficients, its weights under the scalings and its multiplier on the rest."""

    parts: tuple[PolyElement, ...]
    weights: tuple[sp.Expr, ...]
    exponents: Exponents
    character: tuple[sp.Expr, ...]

    def apply(self, poly: PolyElement, action: Action) -> PolyElement:
        """D of a polynomial without kernels, of lower order than the action."""
        result = action.ring.zero
        for c, row in zip(self.parts, total_derivatives(action), strict=True):
            if c:
                for raised, z in zip(row, action.ring.gens, strict=True):
                    slope = poly.diff(z)
                    result = result + c * slope * raised if slope else result
        return result

    def of_expression(self, expr: sp.Expr, action: Action) -> sp.Expr:
        """D of any differential function."""
        pairs = enumerate(self.parts)
        return sp.Add(*[action.expression(c) * action.space.total_derivative(expr, i) for i, c in pairs if c])

    def multipliers(self, action: Action, split: Split, multipliers: RelativeMultipliers) -> tuple[sp.Expr, ...]:
        """μ_k for every generator."""
        result: list[sp.Expr] = [sp.S.Zero] * len(action.generators)
        for k, w in zip(split.scalings, self.weights, strict=True):
            result[k] = w
        for k, value in zip(split.rest, multipliers.combine(self.exponents, action, split.rest), strict=True):
            result[k] = action.kernels.restore(sp.cancel(value.as_expr() / action.scales[k].as_expr()))
        return tuple(result)


def total_derivatives(action: Action) -> list[list[PolyElement]]:
    """D_i of every jet variable as a ring element, rows i; 0 for kernels and for jets of the highest order."""
    space, ring = action.space, action.ring
    known = dict(zip(action.symbols, ring.gens, strict=True))
    result = []
    for i, x in enumerate(space.coordinates):
        row = [ring.one if z == x else ring.zero for z in space.coordinates]
        for z in action.jets[len(space.coordinates) :]:
            a, index = space.index(z) or (0, ())
            raised = tuple(n + (j == i) for j, n in enumerate(index))
            present = x in space.fields[a].arguments and sum(raised) <= action.order
            row.append(known[space.jet(a, raised)] if present else ring.zero)
        result.append([*row, *[ring.zero] * len(action.kernels.entries)])
    return result


def relative_derivations(
    action: Action, split: Split, multipliers: RelativeMultipliers, deadline: Deadline, *, order: int = 1, plain: bool = False
) -> list[RelativeDerivation]:
    """Independent derivations with polynomial coefficients of order ≤ `order`, smallest first, at most one a coordinate.

    `plain`: only those with μ = 0 on the generators that are not scalings.
    """
    turns = [_turning(action, k) for k in split.rest]
    found: list[RelativeDerivation] = []
    rows, groups = RowSpace(), dict[tuple[int, ...], list[Unknown]]()
    for size in range(MAX_SIZE + 1):
        for block in _grow(action, split, groups, size, order):
            for exponents in _candidates(block, action, multipliers, plain):
                if deadline.over:
                    return found
                lambdas = multipliers.combine(exponents, action, split.rest)
                for vector in _null_space(block, action, split, turns, lambdas):
                    if rows.add(_value(vector, action)):
                        found.append(_derivation(vector, action, split, multipliers, exponents))
                if len(found) == len(action.space.coordinates):
                    return found
    return found


def _candidates(block: list[Unknown], action: Action, multipliers: RelativeMultipliers, plain: bool) -> list[Exponents]:
    i, powers = block[-1]
    known = [sp.expand(weight_of(powers, w, action) - w[i]) for w, _ in multipliers.known]
    return [multipliers.zero] if plain else multipliers.candidates(None, known, REACH)


def _turning(action: Action, k: int) -> list[list[PolyElement]]:
    """D_j ξ^i of generator k as polynomials, rows i, times the denominator that the action was cleared of."""
    space, field = action.space, action.generators[k]
    scale = action.scales[k].as_expr()
    places = range(len(space.coordinates))
    values = [[space.total_derivative(field.component(space.coordinates[i]), j) for j in places] for i in places]
    return [[action.convert(sp.cancel(scale * action.kernels.rewrite(value))) for value in row] for row in values]


def _grow(
    action: Action, split: Split, groups: dict[tuple[int, ...], list[Unknown]], size: int, order: int
) -> list[list[Unknown]]:
    """Sort the unknowns (i, monomial of this size) into groups of equal weight of c^i D_i; return those that grew."""
    gradings = [action.weights(g) for g in split.gradings]
    places = [i for i, z in enumerate(action.symbols) if z not in split.translated and action.orders[i] <= order]
    grown: dict[tuple[int, ...], None] = {}
    for powers in monomials(places, size, [1 + n for n in action.orders]):
        if action.relations and action.reducible(powers):
            continue
        for i in range(len(action.space.coordinates)):
            key = tuple(w - g[i] for w, g in zip(weight(powers, gradings), gradings, strict=True))
            groups.setdefault(key, []).append((i, powers))
            grown[key] = None
    return sorted((groups[key] for key in grown), key=lambda block: (len(block), block))


def _null_space(
    block: list[Unknown], action: Action, split: Split, turns: list[list[list[PolyElement]]], lambdas: Sequence[PolyElement]
) -> list[Vector]:
    ring = action.ring
    columns: list[dict[tuple[int, int, Monomial], Any]] = []
    for i, powers in block:
        column: dict[tuple[int, int, Monomial], Any] = {}
        monomial = ring.from_dict({powers: ring.domain.one})
        for k, turn, factor in zip(split.rest, turns, lambdas, strict=True):
            parts = [(j, -monomial * row[i]) for j, row in enumerate(turn) if row[i]]
            own = ring.from_dict(apply_move(powers, action.moves[k], factor))
            for j, terms in [(i, own), *parts]:
                for key, c in action.normal(terms).items():
                    column[k, j, key] = column.get((k, j, key), ring.domain.zero) + c
        columns.append(column)
    vectors = [{block[j]: c for j, c in v.items()} for v in null_vectors(columns, ring.domain)]
    return sorted((primitive(v, ring.domain) for v in vectors), key=len)


def _parts(vector: Vector, action: Action) -> list[PolyElement]:
    parts: list[dict[Monomial, Any]] = [{} for _ in action.space.coordinates]
    for (i, powers), c in vector.items():
        parts[i][powers] = c
    return [action.ring.from_dict(part) for part in parts]


def _value(vector: Vector, action: Action) -> list[int]:
    return [action.value(part) for part in _parts(vector, action)]


def _derivation(
    vector: Vector, action: Action, split: Split, multipliers: RelativeMultipliers, exponents: Exponents
) -> RelativeDerivation:
    (i, powers), *_ = vector
    weights = tuple(sp.expand(weight_of(powers, w, action) - w[i]) for w in split.scaling_weights)
    parts = tuple(_parts(vector, action))
    if next(p for p in parts if p).LC < 0 if action.ring.domain == sp.QQ else False:
        parts = tuple(-p for p in parts)
    return RelativeDerivation(parts, weights, exponents, (*weights, *multipliers.character(exponents)))
