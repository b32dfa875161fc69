"""One coordinate fewer by a first integral: v(I) = 0 with I linear in a coordinate z puts z = (C − I_0)/I_1 into the others.

First integrals tried: polynomials up to a degree that v annihilates, and quotients of Darboux polynomials with equal cofactors. The
constant C becomes I at the starting point at the end.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.flows.darboux import darboux_polynomials, relations
from invarieq.flows.lift import derive, polynomial_ring
from invarieq.jets import substitute

DEGREE = 2
MOST = 3  # coordinates
Ends = dict[sp.Symbol, sp.Expr]
Solve = Callable[[Mapping[sp.Symbol, sp.Expr]], "tuple[Ends, tuple[str, ...]] | None"]


def integrable_flow(rates: Sequence[sp.Expr], variables: Sequence[sp.Symbol], solve: Solve) -> list[sp.Expr] | None:
    """The coordinates by way of a first integral; None where none is found or the rest has no closed form.

    `solve` gives the flow of the remaining coordinates, with C among their constants.
    """
    found = polynomial_ring(rates, variables)
    if found is None or not 1 < len(variables) <= MOST:
        return None
    ring, moves = found
    for integral in _integrals(ring, moves):
        for z in variables:
            above, below = sp.fraction(sp.together(integral))
            constant = sp.Dummy("C", real=True)
            level = sp.expand(above - constant * below)
            slope = sp.diff(level, z)
            if slope == 0 or slope.has(z):
                continue
            place = sp.cancel(-substitute(level, {z: sp.S.Zero}) / slope)
            others = {w: sp.cancel(substitute(r, {z: place})) for w, r in zip(variables, rates, strict=True) if w != z}
            ends = solve(others)
            if ends is not None:
                whole = {**ends[0], z: substitute(place, ends[0])}
                return [substitute(whole[w], {constant: integral}) for w in variables]
    return None


def _integrals(ring: PolyRing, moves: Sequence[PolyElement]) -> Iterator[sp.Expr]:
    n = len(ring.gens)
    powers = [p for p in itertools.product(range(DEGREE + 1), repeat=n) if 0 < sum(p) <= DEGREE]
    terms = [ring.from_dict({p: ring.domain.one}) for p in sorted(powers, key=sum)]
    for row in relations([derive(f, moves) for f in terms], [], ring):
        total = ring.zero
        for f, c in zip(terms, row, strict=True):
            if c:
                total = total + f * c
        yield total.as_expr()
    curves = darboux_polynomials(ring, moves)
    for (p, k), (q, other) in itertools.combinations(curves, 2):
        if k == other:
            yield p.as_expr() / q.as_expr()
