"""Direct sums: an algebra split into ideals that cannot be split further, over the reals.

First abelian summands: what the centre has outside [L, L]. The rest splits as the centroid does: the kernels of the
primary factors of a random centroid element are ideals whose direct sum is L (Rand, Winternitz and Zassenhaus 1988).
A factor of degree 2 with real roots splits over its quadratic field; with complex roots the ideal carries a complex
structure and is not split over the reals.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from invarieq.algebra.cleaning import clean_span
from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.modules import commutant, random_element
from invarieq.algebra.subspaces import Subspace, centre, product
from invarieq.exact.characteristic import discriminant_sign, primary_components
from invarieq.exact.sparse import Span, Vector, combine, intersection

SEEDS = (1618033, 2718281, 3141592)


@dataclass(frozen=True)
class Summand:
    """An ideal of a direct sum: its algebra in the given basis (vectors over the field of that algebra).

    `complex_structure`: it is a complex algebra regarded as a real one; `remark` says what could not be decided.
    """

    algebra: StructureConstants
    basis: Subspace
    complex_structure: bool = False
    remark: str = ""


def direct_summands(algebra: StructureConstants) -> tuple[Summand, ...]:
    """Ideals with L as their direct sum, none of which splits; abelian ones last."""
    derived = product(algebra, algebra.units, algebra.units)
    central = centre(algebra)
    inner = Span(algebra.domain, intersection(central, derived, algebra.domain))
    flat = [v for v in central if inner.add(v)]
    rest = Span(algebra.domain, derived)
    outer = Span(algebra.domain, [*derived, *flat])
    for e in algebra.units:
        if outer.add(e):
            rest.add(e)
    core = clean_span(rest.basis, algebra.field)
    found = _split(algebra.restricted(core), core) if core else []
    lines = [Summand(algebra.restricted([v]), [v]) for v in clean_span(flat, algebra.field)]
    return (*sorted(found, key=lambda s: -s.algebra.dimension), *lines)


def centroid(algebra: StructureConstants) -> list[list[Vector]]:
    """A basis of the linear maps φ with φ[x, y] = [φx, y], as columns."""
    return commutant([algebra.adjoint(e) for e in algebra.units], algebra.dimension, algebra.domain)


def _split(algebra: StructureConstants, basis: Subspace) -> list[Summand]:
    if algebra.field.has_parameters and not algebra.domain.is_EX and len(centroid(algebra.at_random_parameters())) == 1:
        return [Summand(algebra, basis)]  # the generic centroid is no larger than one at a point, and much slower
    maps = centroid(algebra)
    if len(maps) == 1:
        return [Summand(algebra, basis)]
    parts: list[tuple[sp.Poly, Subspace]] = []
    for seed in SEEDS:  # a random element may be special by chance
        parts = primary_components(random_element(maps, algebra.domain, seed=seed), algebra.field)
        if len(parts) > 1:
            return [summand for _, ideal in parts for summand in _within(algebra, basis, ideal)]
    factor, _ = parts[0]
    return _over_the_reals(Summand(algebra, basis), factor)


def _within(algebra: StructureConstants, basis: Subspace, ideal: Subspace) -> list[Summand]:
    clean = clean_span(ideal, algebra.field)
    return _split(algebra.restricted(clean), [combine(v, basis) for v in clean])


def _over_the_reals(part: Summand, factor: sp.Poly) -> list[Summand]:
    """Split an ideal over which the centroid is the field of an irreducible polynomial, as far as its roots are real."""
    if factor.degree() == 1:
        return [part]
    if factor.degree() > 2:
        remark = f"its centroid is a field of degree {factor.degree()}: it may split further over the reals"
        return [Summand(part.algebra, part.basis, remark=remark)]
    sign = discriminant_sign(factor, part.algebra.field)
    if sign is None:
        return [Summand(part.algebra, part.basis, remark="whether it splits over the reals depends on the parameters")]
    if sign < 0:
        return [Summand(part.algebra, part.basis, complex_structure=True)]
    field = part.algebra.field
    _, b, c = (field.to_sympy(e) for e in factor.rep.to_list())
    larger = field.extended(sp.sqrt(b**2 - 4 * c))
    lifted = [{k: larger.convert(x, field) for k, x in v.items()} for v in part.basis]
    return _split(part.algebra.over(larger), lifted)
