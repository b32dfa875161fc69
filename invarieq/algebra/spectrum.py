"""Exact eigenvalues of 2×2 and 3×3 matrices with their Jordan structure: what the small soluble algebras differ in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact.characteristic import characteristic_polynomial, discriminant_sign, factors
from invarieq.exact.fieldofconstants import ConstantField
from invarieq.exact.sparse import Span, Vector, add_scaled


@dataclass(frozen=True)
class Spectrum:
    """Real eigenvalues (value, multiplicity, number of Jordan blocks) and one complex pair α ± iβ, β > 0, if there is one."""

    real: tuple[tuple[sp.Expr, int, int], ...]
    pair: tuple[sp.Expr, sp.Expr] | None = None


def spectrum(columns: Sequence[Vector], field: ConstantField) -> Spectrum:
    """Eigenvalues of a matrix of size at most 3; `Undecided` where their reality depends on parameters."""
    real: list[tuple[sp.Expr, int, int]] = []
    pair: tuple[sp.Expr, sp.Expr] | None = None
    for factor, multiplicity in factors(characteristic_polynomial(columns, field)):
        if factor.degree() == 1:
            root = -factor.rep.to_list()[1] if len(factor.rep.to_list()) == 2 else field.domain.zero
            shifted = [dict(column) for column in columns]
            for j, column in enumerate(shifted):
                add_scaled(column, -root, {j: field.domain.one})
            blocks = len(columns) - Span(field.domain, shifted).dimension
            real.append((field.to_sympy(root), multiplicity, blocks))
        elif factor.degree() == 2:
            sign = discriminant_sign(factor, field)
            _, b, c = (field.to_sympy(e) for e in factor.rep.to_list())
            if sign is None:
                raise Undecided(f"whether the roots of t**2 + ({b})*t + ({c}) are real depends on the parameters")
            if sign < 0:
                pair = (-b / 2, sp.sqrt(c - b**2 / 4))
            else:
                real += [(-b / 2 + s * sp.sqrt(b**2 / 4 - c), 1, 1) for s in (1, -1)]
        else:
            roots, pair = _cubic(factor)
            real += [(r, 1, 1) for r in roots]
    return Spectrum(tuple(real), pair)


def _cubic(factor: sp.Poly) -> tuple[list[sp.Expr], tuple[sp.Expr, sp.Expr] | None]:
    """The real roots of an irreducible cubic over the rationals, and its complex pair."""
    if not factor.domain.is_QQ:
        raise Undecided(f"the roots of {factor.as_expr()} are not computed over {factor.domain}")
    roots: list[sp.Expr] = [sp.CRootOf(factor, k) for k in range(factor.count_roots())]
    if len(roots) == 3:
        return roots, None
    _, a, _, c = factor.all_coeffs()
    alpha = (-a - roots[0]) / 2
    return roots, (alpha, sp.sqrt(-c / roots[0] - alpha**2))


def number(expr: sp.Expr) -> float | None:
    """A constant as a float; None if it holds parameters."""
    return None if expr.free_symbols else float(expr.evalf(30))


def ratio(above: sp.Expr, below: sp.Expr) -> sp.Expr:
    """A quotient of constants, simplified where that is cheap."""
    quotient = above / below
    return quotient if quotient.has(sp.CRootOf) else sp.radsimp(sp.cancel(quotient))
