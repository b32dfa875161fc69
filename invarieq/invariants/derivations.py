"""Invariant derivations: operators D = Σ c^i D_i that turn invariants into invariants of one order more.

D commutes with every prolonged generator exactly when pr v(c^i) = Σ_j c^j D_j ξ^i: a linear condition on polynomial
coefficients c^i, so again a null space (Olver 1995, Equivalence, Invariants and Symmetry, chapter 5).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement

from invarieq.errors import Undecided
from invarieq.invariants.action import Action, NotPolynomial, polynomial_action
from invarieq.invariants.blocks import Monomial, apply_move, monomials, primitive, weight
from invarieq.invariants.gradings import Split, split_generators
from invarieq.invariants.modular import RowSpace
from invarieq.invariants.relative import weight_of
from invarieq.jets import JetSpace, VectorField

MAX_SIZE = 9
Unknown = tuple[int, Monomial]
Vector = dict[Unknown, Any]


@dataclass(frozen=True, slots=True)
class Derivation:
    """D = Σ c^i D_i with [pr v_k, D] = μ_k D; `multipliers` holds the constants μ_k (0: D is invariant)."""

    coefficients: tuple[sp.Expr, ...]
    multipliers: tuple[sp.Expr, ...]

    def __call__(self, expr: sp.Expr, space: JetSpace) -> sp.Expr:
        """D applied to a differential function, expanded."""
        pairs = enumerate(self.coefficients)
        return sp.expand(sp.Add(*[c * space.total_derivative(expr, i) for i, c in pairs if c != 0]))


def invariant_derivations(
    generators: Sequence[VectorField], space: JetSpace, order: int = 1, *, budget: float = 30.0
) -> tuple[Derivation, ...]:
    """As many independent derivations as coordinates, with polynomial coefficients of order ≤ `order`, smallest first.

    Scaling generators may multiply them by a constant. `Undecided`, with the attribute `found`, if there are too few.
    """
    deadline = time.monotonic() + budget
    given = [v for v in generators if v.components]
    try:
        action = polynomial_action(given, space, max(order, 1))
    except NotPolynomial as problem:
        raise Undecided(f"{problem}; invariant derivations are searched for rational generators only") from None
    split = split_generators(action)
    turns = [_turning(action, k) for k in split.rest]
    found: list[Derivation] = []
    rows = RowSpace()
    groups: dict[tuple[int, ...], list[Unknown]] = {}
    for size in range(MAX_SIZE + 1):
        for block in _grow(action, split, groups, size):
            for vector in _null_space(block, action, split, turns) if time.monotonic() < deadline else []:
                if rows.add(_value(vector, action)):
                    found.append(_derivation(vector, action, split))
        if len(found) == len(space.coordinates):
            return tuple(found)
    error = Undecided(
        f"{len(found)} of {len(space.coordinates)} invariant derivations have polynomial coefficients of order ≤ {order} and "
        f"size ≤ {MAX_SIZE} (searched for at most {budget:g} s); try a higher order"
    )
    error.found = tuple(found)  # type: ignore[attr-defined]
    raise error


def _turning(action: Action, k: int) -> list[list[PolyElement]]:
    """D_j ξ^i of generator k as polynomials, rows i, times the denominator that the action was cleared of."""
    space, field = action.space, action.generators[k]
    scale = action.scales[k].as_expr()
    places = range(len(space.coordinates))
    values = [[space.total_derivative(field.component(space.coordinates[i]), j) for j in places] for i in places]
    return [[action.convert(sp.cancel(scale * action.kernels.rewrite(value))) for value in row] for row in values]


def _grow(action: Action, split: Split, groups: dict[tuple[int, ...], list[Unknown]], size: int) -> list[list[Unknown]]:
    """Sort the unknowns (i, monomial of this size) into groups of equal weight of c^i D_i; return those that grew."""
    space, symbols = action.space, action.symbols
    gradings = [action.weights(g) for g in split.gradings]
    sizes = [1 + n for n in action.orders]
    places = [i for i, z in enumerate(symbols) if z not in split.translated]
    grown: dict[tuple[int, ...], None] = {}
    for powers in monomials(places, size, sizes):
        for i in range(len(space.coordinates)):
            key = tuple(w - g[i] for w, g in zip(weight(powers, gradings), gradings, strict=True))
            groups.setdefault(key, []).append((i, powers))
            grown[key] = None
    return sorted((groups[key] for key in grown), key=lambda block: (len(block), block))


def _null_space(block: list[Unknown], action: Action, split: Split, turns: list[list[list[PolyElement]]]) -> list[Vector]:
    ring = action.ring
    rows: dict[tuple[int, int, Monomial], dict[int, Any]] = {}
    for column, (i, powers) in enumerate(block):
        monomial = ring.from_dict({powers: ring.domain.one})
        for k, turn in zip(split.rest, turns, strict=True):
            parts = [(j, -monomial * row[i]) for j, row in enumerate(turn)]
            for j, terms in [(i, apply_move(powers, action.moves[k], ring.zero)), *parts]:
                for key, c in terms.items():
                    entry = rows.setdefault((k, j, key), {})
                    entry[column] = entry.get(column, ring.domain.zero) + c
    kept = [{j: c for j, c in row.items() if c} for row in rows.values()]
    entries = dict(enumerate(row for row in kept if row))
    matrix = DomainMatrix(entries, (max(len(entries), 1), len(block)), ring.domain)
    vectors = [{block[j]: c for j, c in v.items()} for _, v in sorted(matrix.nullspace().rep.to_sdm().items())]
    return sorted((primitive(v, ring.domain) for v in vectors), key=len)


def _parts(vector: Vector, action: Action) -> list[PolyElement]:
    parts: list[dict[Monomial, Any]] = [{} for _ in action.space.coordinates]
    for (i, powers), c in vector.items():
        parts[i][powers] = c
    return [action.ring.from_dict(part) for part in parts]


def _value(vector: Vector, action: Action) -> list[int]:
    return [action.value(part) for part in _parts(vector, action)]


def _derivation(vector: Vector, action: Action, split: Split) -> Derivation:
    space = action.space
    (i, powers), *_ = vector
    multipliers: list[sp.Expr] = [sp.S.Zero] * len(action.generators)
    for k, weights in zip(split.scalings, split.scaling_weights, strict=True):
        multipliers[k] = sp.expand(weight_of(powers, weights, action) - weights[i])
    return Derivation(tuple(action.expression(part) for part in _parts(vector, action)), tuple(multipliers))
