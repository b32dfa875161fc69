"""Polynomial relative invariants of all generators at once: pr v_k(R) = λ_k R, by exact null spaces.

Degree by degree, weight by weight, multiplier by multiplier; a block is left out when a rank at a random point shows
that everything depending on its variables is found already. The null spaces sit behind `null_vectors`, so that a
sampled kernel can take their place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import sympy as sp
from sympy.polys.rings import PolyElement

from invarieq.invariants.action import Action, Monomial
from invarieq.invariants.blocks import Terms, monomials, null_vectors, weight
from invarieq.invariants.gradings import Split, monomial_weight
from invarieq.invariants.modular import RowSpace, gradient, rank
from invarieq.invariants.multipliers import Exponents, Multipliers

MAX_DEGREE = 10
MAX_MONOMIALS = 200_000
Progress = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Relative:
    """One relative invariant: its weights under the scaling generators, its multiplier on the rest, its jet order."""

    poly: PolyElement
    weights: tuple[sp.Expr, ...]
    exponents: Exponents
    order: int

    @property
    def character(self) -> tuple[sp.Expr, ...]:
        """All of its multipliers as one vector; products of relative invariants add them."""
        return (*self.weights, *(sp.Rational(e.numerator, e.denominator) for e in self.exponents))


@dataclass(slots=True)
class Search:
    """State of one search: what was found, and the row space of its gradients at the random point."""

    action: Action
    split: Split
    multipliers: Multipliers
    wanted: int
    deadline: float
    progress: Progress
    found: list[Relative] = field(default_factory=list)
    gradients: RowSpace = field(default_factory=RowSpace)
    stopped: str = ""

    def absolute(self) -> int:
        """Number of independent absolute invariants that the found relative ones give."""
        rows = [r.character for r in self.found]
        return len(rows) - (sp.Matrix(rows).rank() if rows and rows[0] else 0)


def relative_invariants(search: Search) -> list[Relative]:
    """Fill `search.found` until it gives `search.wanted` absolute invariants, or degree, size or time runs out."""
    places = _places(search)
    for degree in range(1, MAX_DEGREE + 1):
        if search.absolute() >= search.wanted:
            return search.found
        if degree == 2:
            places = _moved(search, places)
        for block in _blocks(search, places, degree):
            if time.monotonic() > search.deadline:
                search.stopped = f"the time budget ended at degree {degree}"
                return search.found
            _search_block(search, block, degree)
            if search.absolute() >= search.wanted:
                return search.found
        search.progress(f"degree {degree}: {search.absolute()} of {search.wanted} invariants")
        if sp.binomial(len(places) + degree + 1, degree + 1) > MAX_MONOMIALS:
            search.stopped = f"polynomials of degree {degree + 1} have more than {MAX_MONOMIALS} monomials"
            return search.found
    search.stopped = search.stopped or f"polynomials up to degree {MAX_DEGREE} were searched"
    return search.found


def _places(search: Search) -> list[int]:
    symbols = search.action.ring.symbols
    return [i for i, z in enumerate(symbols) if z not in search.split.translated]


def _moved(search: Search, places: list[int]) -> list[int]:
    """Without the variables that the rest of the generators neither move nor use: those are invariants by themselves."""
    polys = [search.action.moves[k] for k in search.split.rest]
    used = {i for row in polys for poly in row for powers in poly for i, n in enumerate(powers) if n}
    used |= {i for row in search.multipliers.basis for poly in row for powers in poly for i, n in enumerate(powers) if n}
    return [i for i in places if i in used or any(row[i] for row in polys)]


def _blocks(search: Search, places: Sequence[int], degree: int) -> Iterator[list[Monomial]]:
    """Monomials up to `degree` grouped by weight; groups that have one of exactly `degree`, small ones first."""
    symbols, space = search.action.ring.symbols, search.action.space
    gradings = [[int(monomial_weight(space, g, z)) for z in symbols] for g in search.split.gradings]
    top = {i for i, z in enumerate(symbols) if (found := space.index(z)) and sum(found[1]) == search.action.order}
    groups: dict[tuple[int, ...], list[Monomial]] = {}
    fresh: set[tuple[int, ...]] = set()
    for d in range(degree + 1):
        for powers in monomials(places, d, len(symbols)):
            if degree >= 3 and search.action.order >= 3 and sum(powers[i] for i in top) > 1:
                continue
            key = weight(powers, gradings)
            groups.setdefault(key, []).append(powers)
            if d == degree:
                fresh.add(key)
    orders = [sum(found[1]) if (found := space.index(z)) else 0 for z in symbols]

    def derivatives(block: list[Monomial]) -> int:
        return max(sum(n * order for n, order in zip(powers, orders, strict=True) if n) for powers in block)

    # Few derivatives first: u u_t + v v_t is worth more than u_t² + v_t², being linear in the derivative.
    yield from sorted((groups[key] for key in fresh), key=lambda block: (derivatives(block), len(block), block[::-1]))


def _search_block(search: Search, block: list[Monomial], degree: int) -> None:
    action, split = search.action, search.split
    base = dict(zip(action.ring.symbols, block[-1], strict=True))
    known = [_character(search, weights, base) for weights, _ in search.multipliers.known]
    weights = tuple(_character(search, w, base) for w in split.scaling_weights)
    if _saturated(search, block):
        return
    moves = [action.moves[k] for k in split.rest]
    for exponents in search.multipliers.candidates(known, 3 * degree):
        lambdas = search.multipliers.combine(exponents, action, split.rest)
        for vector in null_vectors(block, moves, lambdas, action.ring):
            _keep(search, vector, weights, exponents)
        if any(exponents) and _saturated(search, block):
            return


def _character(search: Search, base_weights: Sequence[sp.Expr], powers: dict[sp.Symbol, int]) -> sp.Expr:
    space = search.action.space
    return sp.expand(sum(n * monomial_weight(space, base_weights, z) for z, n in powers.items() if n) + sp.S.Zero)


def _keep(search: Search, vector: Terms, weights: tuple[sp.Expr, ...], exponents: Exponents) -> None:
    if len(vector) == 1 and not any(next(iter(vector))):
        return
    residues = search.action.residues(vector)
    if search.gradients.add(gradient(residues, search.action.point)):
        poly = search.action.ring.from_dict(vector)
        expr = poly.as_expr()
        poly = -poly if expr.as_ordered_terms()[0].could_extract_minus_sign() else poly
        search.found.append(Relative(poly, weights, exponents, search.action.space.order(expr)))


def _saturated(search: Search, block: Sequence[Monomial]) -> bool:
    """Whether all relative invariants in the variables of this block are found.

    There are at most |V| + q − rank [v_k | λ_k] independent ones among functions of the variables V, for q multipliers.
    """
    action, split = search.action, search.split
    inside = sorted({i for powers in block for i, n in enumerate(powers) if n})
    outside = set(range(len(action.ring.symbols))) - set(inside)
    have = sum(not any(powers[i] for powers in r.poly for i in outside) for r in search.found)
    rows = [
        [action.matrix[k][i] for i in inside] + [action.value(row[number]) for row in search.multipliers.basis]
        for number, k in enumerate(split.rest)
    ]
    return have >= len(inside) + len(search.multipliers.basis) - rank(rows)
