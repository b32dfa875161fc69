"""Proof that an expression is invariant: each prolonged generator annihilates it, decided by polynomial identities.

Only arithmetic decides: for a product Π b^e the logarithmic derivative Σ e v(b)/b is a rational function, which
`cancel` brings to a canonical form. No call to `simplify`.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.invariants.action import Action
from invarieq.invariants.modular import PRIME, rank, residue
from invarieq.jets import JetSpace, VectorField, apply_prolonged


def annihilated(field: VectorField, expr: sp.Expr, space: JetSpace) -> bool:
    """True if pr v(expr) = 0 identically, proved; False if it is not zero or not rational enough to decide."""
    total = sp.S.Zero
    for factor in sp.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        if exponent.free_symbols - set(space.parameters):
            return sp.cancel(sp.together(apply_prolonged(field, expr, space))) == 0
        image = apply_prolonged(field, base, space)
        image = sp.expand(image) if base.is_polynomial() else sp.together(image)
        total += exponent * sp.cancel(image / base) if image != 0 else 0
    return sp.expand(total) == 0 or sp.cancel(sp.together(total)) == 0


def independent(expressions: Sequence[sp.Expr], action: Action) -> bool:
    """True if the Jacobian in the jet variables has full row rank at a random point modulo a prime.

    The gradient of a product of powers is taken up to the factor of the product itself, so that roots never enter.
    """
    return rank([logarithmic_gradient(e, action) for e in expressions]) == len(expressions)


def logarithmic_gradient(expr: sp.Expr, action: Action) -> list[int]:
    """Residues of ∂ log(expr)/∂z for every variable z at the random point of the action (any non-zero multiple)."""
    ring, result = action.ring, [0] * len(action.ring.symbols)
    for factor in sp.Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        if not base.free_symbols:
            continue
        power = residue(ring.domain.from_sympy(exponent), action.parameter_point)
        above, below = (ring.from_expr(sp.expand(part)) for part in sp.fraction(sp.together(base)))
        for poly, sign in ((above, 1), (below, -1)):
            if not poly.is_ground:
                scale = sign * power * pow(action.value(poly), -1, PRIME)
                result = [(r + scale * action.value(poly.diff(z))) % PRIME for r, z in zip(result, ring.gens, strict=True)]
    return result
