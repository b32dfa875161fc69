"""The multiplier of a given polynomial, by division: λ_k = v_k(P) / P where that is a polynomial."""

from __future__ import annotations

import sympy as sp
from sympy.polys.rings import PolyElement

from invarieq.invariants.action import Action
from invarieq.invariants.gradings import Split
from invarieq.invariants.relative_multipliers import Exponents, RelativeMultipliers, exponents_of


def quotients(poly: PolyElement, action: Action) -> list[PolyElement] | None:
    """λ_k = v_k(P) / P for every generator, times its scale; None if one is not a polynomial."""
    slopes = [poly.diff(z) for z in action.ring.gens]
    result: list[PolyElement] = []
    for row in action.moves:
        image = action.ring.zero
        for move, slope in zip(row, slopes, strict=True):
            image = image + move * slope if move and slope else image
        if not image:
            result.append(image)
            continue
        quotient, rest = divmod(image, poly)
        if rest and action.relations:
            quotient, rest = _quotient(action.normal(image), poly)
        if rest:
            return None
        result.append(quotient)
    return result


def multiplier_of(
    poly: PolyElement, action: Action, split: Split, multipliers: RelativeMultipliers
) -> tuple[tuple[sp.Expr, ...], Exponents] | None:
    """(weights under the scalings, exponents of the multiplier on the rest) of a polynomial; None if it is not relative."""
    lambdas = quotients(poly, action)
    if lambdas is None:
        return None
    moved = [k for k in range(len(lambdas)) if k not in split.scalings and k not in split.rest]
    if any(not lambdas[k].is_ground for k in split.scalings) or any(lambdas[k] for k in moved):
        return None
    exponents = exponents_of([lambdas[k] for k in split.rest], multipliers, action.ring.domain)
    if exponents is None:
        return None
    return tuple(action.ring.domain.to_sympy(lambdas[k].coeff(1)) for k in split.scalings), exponents


def _quotient(image: PolyElement, poly: PolyElement) -> tuple[PolyElement, PolyElement]:
    """Division where kernels obey relations: only a constant quotient is recognized."""
    ring = poly.ring
    powers, c = next(iter(poly.items()))
    quotient = ring.ground_new(image.get(powers, ring.domain.zero) / c)
    return quotient, image - quotient * poly
