"""An equation that admits the symmetry, written in the invariants: F = factor · Φ(I1, I2, …).

First F is sought as a sum of products of relative invariants with its own multiplier (a linear system at sampled points
modulo a prime, then an identity of polynomials). Else by replacement: Φ(w) = F at the points of one cross-section, where
the invariants have the values w (Fels & Olver, Acta Appl. Math. 55 (1999) 127: the replacement theorem).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import numpy as np
import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed
from sympy.polys.rings import PolyElement

from invarieq.errors import NotASymmetry, Undecided
from invarieq.exact import PRIME, null_space, read_vector
from invarieq.exact.points import evaluate, random_point
from invarieq.invariants.action import Action, polynomial_action
from invarieq.invariants.eigen import quotients
from invarieq.invariants.replacement import replace
from invarieq.invariants.result import Invariants

MAX_PRODUCTS = 600
Exponents = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Expressed:
    """equation = factor · expression, with the expression in the symbols I1, I2, … of the invariants.

    `method`: "products" (an identity of polynomials) or "replacement" (on a cross-section; the factor is not computed).
    """

    equation: sp.Expr
    expression: sp.Expr
    factor: sp.Expr | None
    method: str


def express(equation: sp.Expr, invariants: Invariants) -> Expressed:
    """The equation (its left-hand side, = 0) in the invariants I1, I2, …

    `NotASymmetry` if it does not admit the generators, `Undecided` if no form was found.
    """
    if not invariants.expressions:
        raise Undecided("there are no invariants to write the equation in")
    space = invariants.space
    action = polynomial_action(invariants.generators, space, max(invariants.order, space.order(equation)), extra=[equation])
    found = _by_products(equation, invariants, action) if not action.kernels.entries else None
    if found is not None:
        return found
    return Expressed(equation, replace(equation, invariants), None, "replacement")


def _by_products(equation: sp.Expr, invariants: Invariants, action: Action) -> Expressed | None:
    try:
        poly = action.ring.from_expr(sp.expand(equation))
        relatives = [action.ring.from_expr(sp.expand(r.expression)) for r in invariants.relative]
    except (ValueError, CoercionFailed, BasePolynomialError):
        return None
    own = quotients(poly, action)
    if own is None:
        raise NotASymmetry(
            f"{equation} does not admit the generators ({', '.join(v.label for v in invariants.generators)}): a prolonged "
            "generator applied to it is not a multiple of it; check the equation, or the symmetry (equations of a system may admit "
            "it only together)"
        )
    lambdas = [quotients(r, action) for r in relatives]
    powers = _exponents(poly, own, relatives, lambdas, action)
    solved = _solve(poly, relatives, powers, action)
    if solved is None:
        return None
    return _absolute(equation, solved, invariants)


def _size(poly: PolyElement, action: Action) -> int:
    sizes = [1 + n for n in action.orders]
    return max(sum(n * s for n, s in zip(powers, sizes, strict=True)) for powers in poly)


def _exponents(
    poly: PolyElement,
    own: list[PolyElement],
    relatives: list[PolyElement],
    lambdas: list[list[PolyElement] | None],
    action: Action,
) -> list[Exponents]:
    """Exponents of the products of relative invariants that have the multiplier of the equation and are not larger."""
    limit, sizes = _size(poly, action), [_size(r, action) for r in relatives]
    found: list[Exponents] = []

    def extend(place: int, left: int, powers: Exponents, rest: Sequence[Any]) -> None:
        if len(found) > MAX_PRODUCTS:
            return
        if place == len(relatives):
            if not any(rest):
                found.append(powers)
            return
        known = lambdas[place]
        for n in range(left // sizes[place] + 1 if known is not None else 1):
            lowered = rest if not n or known is None else [r - n * m for r, m in zip(rest, known, strict=True)]
            extend(place + 1, left - n * sizes[place], (*powers, n), lowered)

    extend(0, limit, (), own)
    return found


def _solve(
    poly: PolyElement, relatives: list[PolyElement], powers: list[Exponents], action: Action
) -> list[tuple[Exponents, Fraction]] | None:
    """Coefficients c with Σ c Π R_i^{e_i} = F, verified as an identity."""
    if not powers or len(powers) > MAX_PRODUCTS:
        return None
    terms, target = [action.residues(r) for r in relatives], action.residues(poly)
    rows = np.zeros((len(powers) + 8, len(powers) + 1), dtype=np.int64)
    for i in range(len(rows)):
        point = random_point(len(action.symbols), seed=500 + i)
        values = [evaluate(t, point) for t in terms]
        for j, exponents in enumerate(powers):
            value = 1
            for v, n in zip(values, exponents, strict=True):
                value = value * pow(v, n, PRIME) % PRIME
            rows[i, j] = value
        rows[i, -1] = evaluate(target, point)
    for vector in null_space(rows):
        numbers = read_vector([int(x) for x in vector])
        if numbers is None or numbers[-1] == 0:
            continue
        solved = [(p, -n / numbers[-1]) for p, n in zip(powers, numbers[:-1], strict=True) if n]
        total = action.ring.zero
        for exponents, c in solved:
            term = action.ring.one
            for r, n in zip(relatives, exponents, strict=True):
                term = term * r**n if n else term
            total = total + term * sp.QQ(c.numerator, c.denominator)
        if total == poly:
            return solved
    return None


def _absolute(equation: sp.Expr, solved: list[tuple[Exponents, Fraction]], invariants: Invariants) -> Expressed | None:
    """Divide by one of the products and write the quotients as products of powers of the invariants."""
    places = {r.expression: i for i, r in enumerate(invariants.relative)}
    rows = []
    for expr in invariants.expressions:
        row: list[sp.Expr] = [sp.S.Zero] * len(places)
        for factor in sp.Mul.make_args(expr):
            base, e = factor.as_base_exp()
            if base not in places:
                return None
            row[places[base]] += e
        rows.append(row)
    matrix, symbols = sp.Matrix(rows).T, [sp.Symbol(name, real=True) for name in invariants.names]
    for divisor, _ in sorted(solved, key=lambda pair: (sum(pair[0]), pair[0])):
        terms = []
        for exponents, c in solved:
            target = sp.Matrix([x - y for x, y in zip(exponents, divisor, strict=True)])
            unknown = sp.symbols(f"f:{len(rows)}")
            solution = cast("list[tuple[sp.Expr, ...]]", list(sp.linsolve((matrix, target), unknown)))
            if not solution:
                return None
            terms.append(
                sp.Rational(c.numerator, c.denominator) * sp.Mul(*[s**e for s, e in zip(symbols, solution[0], strict=True)])
            )
        factor = sp.Mul(*[r.expression**n for r, n in zip(invariants.relative, divisor, strict=True)])
        return Expressed(equation, sp.Add(*terms), factor, "products")
    return None
