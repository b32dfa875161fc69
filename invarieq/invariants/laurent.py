"""Absolute invariants as products of powers of relative ones: the kernel of their characters.

A product Π R_i^{e_i} is invariant when Σ e_i λ(R_i) = 0. One small set of pivots is chosen so that every other
relative invariant is completed by pivots alone: the pivots are then the only denominators
(for scalings: Hubert & Labahn, Found. Comput. Math. 13 (2013) 479).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import sympy as sp

from invarieq.invariants.relative import Relative

MAX_CHOICES = 3000
Product = tuple[tuple[sp.Expr, sp.Expr], ...]


def absolute_invariants(found: Sequence[Relative]) -> list[Product]:
    """Each absolute invariant as ((relative invariant, exponent), …); polynomial ones have a single factor."""
    fixed: list[Product] = [((r.poly.as_expr(), sp.S.One),) for r in found if not any(r.character)]
    others = [r for r in found if any(r.character)]
    if not others:
        return fixed
    characters = sp.Matrix([r.character for r in others])
    size = characters.rank()
    choices = itertools.islice(itertools.combinations(range(len(others)), size), MAX_CHOICES)
    completed = [(pivots, products) for pivots in choices if (products := _complete(others, characters, pivots)) is not None]
    orders = {r.poly.as_expr(): r.order for r in others}
    ranked = [(_cost(products, orders), pivots, products) for pivots, products in completed]
    if not ranked:
        pivots = tuple(characters.T.rref()[1])
        return fixed + (_complete(others, characters, pivots) or [])
    return fixed + min(ranked, key=lambda item: item[:2])[2]


def _complete(found: Sequence[Relative], characters: sp.Matrix, pivots: tuple[int, ...]) -> list[Product] | None:
    """Every non-pivot times the powers of pivots that make it invariant; None if the pivots are dependent."""
    chosen = characters.extract(list(pivots), list(range(characters.cols)))
    if chosen.rank() < len(pivots):
        return None
    columns = list(chosen.rref()[1])
    inverse = chosen.extract(list(range(len(pivots))), columns).inv()
    products = []
    for i, relative in enumerate(found):
        if i not in pivots:
            powers = list((-characters.extract([i], columns) * inverse).applyfunc(sp.cancel))
            bases = [found[j].poly.as_expr() for j in pivots]
            products.append(_clear(relative.poly.as_expr(), bases, powers))
    return products


def _clear(first: sp.Expr, bases: Sequence[sp.Expr], powers: Sequence[sp.Expr]) -> Product:
    """Raise to the least power that leaves no root of anything that may be negative."""
    roots = [e.q for base, e in zip(bases, powers, strict=True) if isinstance(e, sp.Rational) and not base.is_positive]
    scale = math.lcm(*roots)
    factors = [(first, sp.Integer(scale)), *((b, e * scale) for b, e in zip(bases, powers, strict=True))]
    return tuple((base, sp.expand(e)) for base, e in factors if e != 0)


def _cost(products: Sequence[Product], orders: dict[sp.Expr, int]) -> tuple[int, int]:
    """Total size of the factors by their powers; dividing costs extra, the more the higher the derivative that may vanish."""
    total = 0
    for factors in products:
        for base, e in factors:
            size = 1 + sp.count_ops(base)
            total += size * (int(4 * abs(e)) if e.is_Rational else 8 + 4 * sp.count_ops(e))
            if not e.is_nonnegative and not base.is_positive:
                total += 4 + 16 * orders[base]
    return total, len(products)


def product(factors: Sequence[tuple[sp.Expr, sp.Expr]]) -> sp.Expr:
    """Π base^exponent as an expression."""
    return sp.Mul(*[base**e for base, e in factors])
