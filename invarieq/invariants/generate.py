"""Higher invariants from lower ones by invariant derivations (Tresse; Olver 1995, chapter 5): no system is solved again.

For an absolute invariant A = Π R_i^{e_i} and a derivation D with [v, D] = μ D, the polynomial
N = Σ e_i D(R_i) Π_{j≠i} R_j is a relative invariant, and so is each of its factors (of a connected group).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import sympy as sp
from sympy.polys.rings import PolyElement

from invarieq.invariants.action import Action
from invarieq.invariants.derivations import RelativeDerivation, relative_derivations
from invarieq.invariants.eigen import multiplier_of
from invarieq.invariants.laurent import Product, absolute_invariants
from invarieq.invariants.relative import Search, keep

MAX_TERMS = 4_000
FACTOR_TERMS = 150


def generate(search: Search) -> None:
    """Add to `search.found` what derivations make of the absolute invariants found, lower orders first."""
    if search.deadline.over or not any(r.order < search.action.order for r in search.found):
        return
    derivations = relative_derivations(search.action, search.split, search.multipliers, search.deadline)
    tried: set[tuple[int, str]] = set()
    grew = bool(derivations)
    while grew and not search.finished:
        grew = False
        products = sorted(absolute_invariants(search.found), key=lambda f: (_order(f, search), len(str(f))))
        for factors in products:
            if _order(factors, search) >= search.action.order:
                continue
            for number, derivation in enumerate(derivations):
                if (number, str(factors)) in tried or search.finished:
                    continue
                tried.add((number, str(factors)))
                grew = _differentiate(search, factors, derivation) or grew
        search.progress(f"invariant derivations: {search.absolute} of {search.wanted} invariants")


def _order(factors: Product, search: Search) -> int:
    return max(search.action.space.order(base) for base, _ in factors)


def _differentiate(search: Search, factors: Product, derivation: RelativeDerivation) -> bool:
    """Keep the new factors of D(A); whether there were any."""
    numerator = _numerator(search, factors, derivation)
    if numerator is None:
        return False
    grew = False
    for part in _parts(numerator, [r.poly for r in search.found], search.action):
        found = multiplier_of(part, search.action, search.split, search.multipliers)
        grew = (found is not None and keep(search, part, *found)) or grew
    return grew


def _numerator(search: Search, factors: Product, derivation: RelativeDerivation) -> PolyElement | None:
    """Σ e_i D(R_i) Π_{j≠i} R_j for A = Π R_i^{e_i}; None if it is too long."""
    action = search.action
    if action.kernels.entries:
        return action.fraction(sp.Add(*[e * derivation.of_expression(base, action) / base for base, e in factors]))[0]
    known = {r.expression: r.poly for r in search.found}
    pairs = [(known[base], e) for base, e in factors]
    result = action.ring.zero
    for i, (poly, e) in enumerate(pairs):
        term = derivation.apply(poly, action) * action.ring.domain.from_sympy(e)
        for j, (other, _) in enumerate(pairs):
            term = term * other if j != i else term
        result = result + term
        if len(result) > MAX_TERMS:
            return None
    return result


def _parts(poly: PolyElement, known: Sequence[PolyElement], action: Action) -> Iterator[PolyElement]:
    """Factors of a polynomial that are neither constants nor known: divided by the known ones, then factored if small."""
    if not poly:
        return
    for other in known:
        while not poly.is_ground and not action.relations:
            quotient, rest = divmod(poly, other)
            if rest:
                break
            poly = cast("PolyElement", quotient)
    if poly.is_ground:
        return
    if len(poly) <= FACTOR_TERMS and not action.relations:
        yield from (f for f, _ in sorted(poly.factor_list()[1], key=lambda pair: len(pair[0])))
    else:
        yield poly.primitive()[1]
