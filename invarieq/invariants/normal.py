"""Normal form of polynomials modulo the relations of algebraic kernels, and the zero test that rests on it."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.invariants.elementary import ElementaryFunctions, NotElementary
from invarieq.jets import symbols_of

Relation = tuple[int, int, PolyElement]


def relations_of(kernels: ElementaryFunctions, ring: PolyRing, first: int) -> tuple[Relation, ...]:
    """(place in the ring, q, value of K^q) for the algebraic kernels, whose places start at `first`; outer ones first."""
    found = []
    for number, kernel in enumerate(kernels.entries):
        if kernel.relation is not None:
            found.append((first + number, kernel.relation[0], ring.from_expr(sp.expand(kernel.relation[1]))))
    return tuple(reversed(found))


def normal_form(poly: PolyElement, relations: Sequence[Relation]) -> PolyElement:
    """The polynomial with every power of an algebraic kernel below its degree."""
    ring = poly.ring
    for place, degree, value in relations:
        while any(powers[place] >= degree for powers in poly):
            result = ring.zero
            for powers, c in poly.items():
                times, rest = divmod(powers[place], degree)
                lowered = ring.from_dict({(*powers[:place], rest, *powers[place + 1 :]): c})
                result = result + (lowered * value**times if times else lowered)
            poly = result
    return poly


def vanishes(expr: sp.Expr, variables: Sequence[sp.Symbol]) -> bool:
    """True if the expression in `variables` (other symbols are parameters) is zero, proved; False if not or not decided.

    exp, log, roots and trigonometric functions count as in `ElementaryFunctions`, on the branch where their arguments are positive.
    """
    if expr == 0:
        return True
    if expr.is_rational_function():
        return bool((sp.expand(expr) if expr.is_polynomial() else sp.cancel(sp.together(expr))) == 0)
    try:
        kernels = ElementaryFunctions(variables, [expr])
        above = sp.expand(sp.numer(sp.together(kernels.rewrite(expr))))
        if above == 0 or not any(k.relation for k in kernels.entries):
            return bool(above == 0)
        others = [s for s in symbols_of(above) if s not in kernels.symbols]
        ring = PolyRing((*others, *kernels.symbols), sp.QQ, sp.grevlex)  # pyright: ignore[reportArgumentType] (stub: lex only)
        return not normal_form(ring.from_expr(above), relations_of(kernels, ring, len(others)))
    except (NotElementary, ValueError, CoercionFailed, BasePolynomialError):
        return False
