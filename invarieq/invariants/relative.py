"""Polynomial relative invariants of all generators at once: pr v_k(R) = λ_k R, by exact null spaces.

Size by size, weight by weight, multiplier by multiplier, where the size of a monomial is its degree plus its number of
derivatives: u² u_xx (5) comes before u_tt u_xx (6), so that sets linear in the highest derivative are met first. A block
is left out when a rank at a random point shows that everything depending on its variables is found already. The null
spaces sit behind `null_vectors`, so that a sampled kernel can take their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement

from invarieq.exact import PRIME
from invarieq.exact.linear import RowSpace, rank
from invarieq.exact.points import gradient
from invarieq.invariants.action import Action, Monomial
from invarieq.invariants.blocks import Terms, monomials, null_vectors, weight
from invarieq.invariants.eigen import multiplier_of
from invarieq.invariants.gradings import Split
from invarieq.invariants.relative_multipliers import Exponents, RelativeMultipliers
from invarieq.limit import Deadline

MAX_SIZE = 40
MAX_MONOMIALS = 100_000
MAX_WORK = 10_000_000
REACH = 3
GUESSES = 25  # multipliers tried on one block before the next has its turn
Progress = Callable[[str], object]
Groups = dict[tuple[int, ...], list[Monomial]]


@dataclass(frozen=True, slots=True)
class Relative:
    """One relative invariant, in ring variables and in jet variables.

    Its weights under the scaling generators, its multiplier on the rest, its jet order; `character`: all of its multipliers
    as one vector, which products of relative invariants add.
    """

    poly: PolyElement
    expression: sp.Expr
    weights: tuple[sp.Expr, ...]
    exponents: Exponents
    order: int
    character: tuple[sp.Expr, ...]


@dataclass(slots=True)
class Search:
    """One search for `wanted` absolute invariants (None: all relative ones); `found` and `gradients` grow while it runs."""

    action: Action
    split: Split
    multipliers: RelativeMultipliers
    wanted: int | None
    deadline: Deadline
    progress: Progress
    found: list[Relative] = field(default_factory=list)
    gradients: RowSpace = field(default_factory=RowSpace)
    groups: Groups = field(default_factory=dict)
    size: int = 0
    work: int = 0
    patience: int = 0
    counted: tuple[int, int] = (0, 0)
    stopped: str = ""

    @property
    def absolute(self) -> int:
        """Number of independent absolute invariants that the found relative ones give."""
        rows = [r.character for r in self.found if any(r.character)]
        if self.counted[0] != len(self.found):
            rank_of = (
                DomainMatrix.from_list_sympy(len(rows), len(rows[0]), [list(r) for r in rows]).to_field().rank() if rows else 0
            )
            self.counted = len(self.found), len(self.found) - rank_of
        return self.counted[1]

    @property
    def finished(self) -> bool:
        """Whether the set is complete or the time is up."""
        if self.absolute >= self.wanted if self.wanted is not None else _saturated(self, range(len(self.action.symbols))):
            return True
        if self.deadline.over:
            self.stopped = "the time budget ended; give a larger budget, a lower order or fewer generators"
            return True
        return False


def fill(search: Search, limit: int = MAX_MONOMIALS, patience: int = MAX_WORK) -> None:
    """Fill `search.found` until it gives `search.wanted` absolute invariants, or size, `limit` monomials or time run out.

    `patience` bounds the null spaces that guess at multipliers. A later call with higher limits goes on where this one
    stopped.
    """
    search.patience = patience
    symbols, split = search.action.symbols, search.split
    alone, orders = _inert(search), search.action.orders
    places = [i for i, z in enumerate(symbols) if z not in split.translated]
    if not search.size:
        for i in places:
            if search.deadline.over:
                break
            if i in alone or not orders[i]:
                _search_block(search, [tuple(int(i == j) for j in range(len(symbols)))])
        _add_layer(search, [(0,) * len(symbols)])
    places, sizes = [i for i in places if i not in alone], [1 + n for n in orders]
    while not search.finished and search.size < MAX_SIZE:
        search.size += 1
        for block in _add_layer(search, monomials(places, search.size, sizes)):
            if search.finished:
                return
            _search_block(search, block)
            if search.work > search.patience:
                search.size, search.groups = 0, {}
                search.stopped = "the multipliers of the relative invariants are too many to be guessed"
                return
        wanted = search.wanted if search.wanted is not None else "all"
        search.progress(f"polynomials of size {search.size}: {search.absolute} of {wanted} invariants")
        count = sum(map(len, search.groups.values()))
        if count > limit:
            search.stopped = (
                f"there are {count} monomials up to size {search.size}, more than {limit}; try a lower order or fewer fields"
            )
            return
    if not search.finished:
        search.stopped = (
            f"all polynomials up to size {MAX_SIZE} (degree + number of derivatives) were searched; the others are larger or not "
            "rational: try a lower order or fewer generators"
        )


def _inert(search: Search) -> set[int]:
    """Variables that the rest of the generators neither move nor use: those are relative invariants by themselves."""
    rows = [search.action.moves[k] for k in search.split.rest]
    polys = [poly for row in (*rows, *search.multipliers.basis) for poly in row]
    used = {i for poly in polys for powers in poly for i, n in enumerate(powers) if n}
    return {i for i in range(len(search.action.symbols)) if i not in used and not any(row[i] for row in rows)}


def _add_layer(search: Search, layer: Iterable[Monomial]) -> list[list[Monomial]]:
    """Sort new monomials into the groups of equal weight; return the groups that grew, few derivatives first, then small."""
    action, orders = search.action, search.action.orders
    gradings = [action.weights(g) for g in search.split.gradings]
    groups, grown = search.groups, dict[tuple[int, ...], None]()
    for powers in layer:
        if search.deadline.over:
            return []
        if action.relations and action.reducible(powers):
            continue
        key = weight(powers, gradings)
        groups.setdefault(key, []).append(powers)
        grown[key] = None

    def rank_of(block: list[Monomial]) -> tuple[int, int, list[Monomial]]:
        derivatives = max(sum(n * order for n, order in zip(powers, orders, strict=True) if n) for powers in block)
        return derivatives, len(block), block[::-1]

    return sorted((groups[key] for key in grown), key=rank_of)


def _search_block(search: Search, block: list[Monomial]) -> None:
    inside = sorted({i for powers in block for i, n in enumerate(powers) if n})
    if _divisible(block, search.action) or _saturated(search, inside):
        return
    action, split = search.action, search.split
    if len(block) == 1:
        poly = action.ring.from_dict({block[0]: action.ring.domain.one})
        if (found := multiplier_of(poly, action, split, search.multipliers)) is not None:
            keep(search, poly, *found)
        return
    known = [weight_of(block[-1], w, action) for w, _ in search.multipliers.known]
    weights = tuple(weight_of(block[-1], w, action) for w in split.scaling_weights)
    normal = action.normal if action.relations else None
    moves = [action.moves[k] for k in split.rest]
    guessed = block if search.patience < MAX_WORK else None
    candidates = search.multipliers.candidates(guessed, known, REACH * max(map(sum, block)))
    for number, exponents in enumerate(candidates if guessed is None else candidates[:GUESSES]):
        if search.deadline.over or search.work > search.patience:
            return
        search.work += len(block) if number else 0
        lambdas = search.multipliers.combine(exponents, action, split.rest)
        before = len(search.found)
        for vector in null_vectors(block, moves, lambdas, action.ring, normal):
            _keep(search, vector, weights, exponents)
        if len(search.found) > before and _saturated(search, inside):
            return


def _divisible(block: Sequence[Monomial], action: Action) -> bool:
    """Whether all monomials share a variable: then a relative invariant among them is a product of smaller ones."""
    if len(block) == 1 and sum(block[0]) == 1:
        return False
    algebraic = {place for place, _, _ in action.relations}
    return any(min(column) and i not in algebraic for i, column in enumerate(zip(*block, strict=True)))


def weight_of(powers: Monomial, base_weights: Sequence[sp.Expr], action: Action) -> sp.Expr:
    """Weight of a monomial in the ring variables."""
    pairs = zip(powers, action.weights(base_weights), strict=True)
    return sp.expand(sum((n * w for n, w in pairs if n), sp.S.Zero))


def _keep(search: Search, vector: Terms, weights: tuple[sp.Expr, ...], exponents: Exponents) -> None:
    """Add the polynomial to the found ones if it is not a constant and is independent of them."""
    if any(map(any, vector)):
        keep(search, search.action.ring.from_dict(vector), weights, exponents)


def keep(search: Search, poly: PolyElement, weights: tuple[sp.Expr, ...], exponents: Exponents) -> bool:
    """Add a relative invariant to the found ones if it is independent of them; whether it was."""
    action = search.action
    character = (*weights, *search.multipliers.character(exponents))
    if not search.gradients.add(_logarithmic(poly, character, action)):
        return False
    expr = action.expression(poly)
    if _negative(expr):
        poly, expr = -poly, sp.expand(-expr)
    search.found.append(Relative(poly, expr, weights, exponents, action.space.order(expr), character))
    return True


def _negative(expr: sp.Expr) -> bool:
    first: Any = expr.as_ordered_terms()[0]
    return bool(first.could_extract_minus_sign())


def _logarithmic(poly: PolyElement, character: Sequence[sp.Expr], action: Action) -> list[int]:
    """d log R in the jet variables and the character: absolute invariants are the combinations whose character is 0."""
    scale = pow(action.value(poly), -1, PRIME)
    row = [x * scale % PRIME for x in action.project(gradient(action.residues(poly), action.point))]
    return row + [action.slope(action.kernels.rewrite(c)) if c != 0 else 0 for c in character]


def _saturated(search: Search, inside: Sequence[int]) -> bool:
    """Whether all relative invariants that are functions of the variables `inside` are found.

    At most |V| + q − rank [v_k | λ_k] of them have independent (d log R, character), for q multipliers.
    """
    action, split = search.action, search.split
    places = _closed(action, inside)
    outside = set(range(len(action.symbols))) - set(places)
    have = sum(not any(powers[i] for powers in r.poly for i in outside) for r in search.found)
    rows = [
        [action.matrix[k][i] for i in places]
        + [action.value(search.multipliers.basis[j][number]) for j in search.multipliers.pivots]
        for number, k in enumerate(split.rest)
    ]
    dimension = len(places) - sum(i >= len(action.jets) for i in places)
    return have >= dimension + len(search.multipliers.pivots) - rank(rows)


def _closed(action: Action, inside: Sequence[int]) -> list[int]:
    """The variables with those that their kernels depend on, and all kernels of these."""
    first = len(action.jets)
    if first == len(action.symbols):
        return list(inside)
    jets = {i for i in inside if i < first}
    for i in inside:
        jets |= set(action.slopes[i - first]) if i >= first else set()
    kernels = [first + n for n, slopes in enumerate(action.slopes) if set(slopes) <= jets]
    return sorted(jets) + kernels
