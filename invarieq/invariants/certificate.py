"""Proof that an expression is invariant: each prolonged generator annihilates it, decided by polynomial identities.

Only arithmetic decides: for a product Π b^e the logarithmic derivative Σ e v(b)/b is a rational function of the
variables and of kernels such as exp(t), which a normal form compares with zero. No call to `simplify`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import sympy as sp
from sympy.polys.rings import PolyElement

from invarieq.exact import PRIME
from invarieq.exact.decide import decide
from invarieq.exact.linear import rank
from invarieq.exact.points import gradient
from invarieq.invariants.action import Action
from invarieq.invariants.eigen import quotients
from invarieq.invariants.laurent import Product
from invarieq.invariants.normal import vanishes
from invarieq.invariants.relative import Relative
from invarieq.jets import JetSpace, VectorField, apply_prolonged, symbols_of


def proved(products: Sequence[Product], found: Sequence[Relative], action: Action) -> bool:
    """True if every generator of the action annihilates every product of powers, by identities of polynomials.

    v_k(R) = λ_k R for each factor R by exact division, then Σ e λ_k = 0 for each product. Where roots or sines take part,
    `annihilated` decides on the expressions themselves.
    """
    polys = {r.expression: r.poly for r in found}
    if action.relations:
        expressions = [sp.Mul(*[base**e for base, e in factors]) for factors in products]
        return all(annihilated(v, e, action.space) for v in action.generators for e in expressions)
    table: dict[sp.Expr, list[PolyElement] | None] = {}
    for base in dict.fromkeys(base for factors in products for base, _ in factors):
        table[base] = quotients(polys[base], action)
    for factors in products:
        for k in range(len(action.generators)):
            total = action.ring.zero
            for base, e in factors:
                known = table[base]
                if known is None:
                    return False
                total = total + known[k] * action.ring.domain.from_sympy(e)
            if total:
                return False
    return True


def annihilated(field: VectorField, expr: sp.Expr, space: JetSpace) -> bool:
    """True if pr v(expr) = 0 identically, proved; False if it is not zero or not elementary enough to decide."""
    return eigenvalue_is(field, expr, sp.S.Zero, space)


def eigenvalue_is(field: VectorField, expr: sp.Expr, multiplier: sp.Expr, space: JetSpace) -> bool:
    """True if pr v(expr) = multiplier · expr identically, proved."""
    total = -multiplier
    for factor in sp.Mul.make_args(expr):
        total += logarithmic_derivative(field, factor, space)
    variables = [s for s in symbols_of(total) if s not in space.parameters]
    return decide(total, forms=[lambda left: vanishes(left, variables)]).proved


def logarithmic_derivative(field: VectorField, factor: sp.Expr, space: JetSpace) -> sp.Expr:
    """v(factor) / factor, without the powers of the factor itself."""
    if isinstance(factor, sp.exp):
        return apply_prolonged(field, cast("sp.Expr", factor.args[0]), space)
    base, exponent = factor.as_base_exp()
    if any(s not in space.parameters for s in symbols_of(exponent)):
        return apply_prolonged(field, factor, space) / factor
    image = apply_prolonged(field, base, space)
    if image == 0:
        return sp.S.Zero
    if base.is_rational_function() and image.is_rational_function():
        image = sp.expand(image) if base.is_polynomial() else sp.together(image)
        return exponent * sp.cancel(image / base)
    return exponent * image / base


def independent(products: Sequence[Product], found: Sequence[Relative], action: Action) -> bool:
    """True if the Jacobian in the jet variables has full row rank at a random point modulo a prime.

    Σ e d log R stands for the gradient of a product of powers (a multiple of it), so that roots never enter.
    """
    polys = {r.expression: r.poly for r in found}
    rows = []
    for factors in products:
        row = [0] * len(action.jets)
        for base, e in factors:
            poly = polys[base]
            scale = action.slope(action.kernels.rewrite(e)) * pow(action.value(poly), -1, PRIME)
            slopes = action.project(gradient(action.residues(poly), action.point))
            row = [(r + scale * x) % PRIME for r, x in zip(row, slopes, strict=True)]
        rows.append(row)
    return rank(rows) == len(rows)
