"""Planar and other polynomial fields that are linear in rational functions of the coordinates.

A Darboux polynomial p is divided by v(p); for a product d of their powers, v − v(d)/d acts on polynomials N. The largest
space of N up to a degree that it maps into itself gives functions N/d that evolve linearly; enough of them give the coordinates
back (fields that are projective in other coordinates, as those of y″ + 3yy′ + y³ = 0).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, cast

import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.flows.exponential import exponential
from invarieq.flows.lift import derive, polynomial_ring
from invarieq.flows.roots import roots
from invarieq.jets import substitute

DEGREE = 4
SECONDS = 3.0
MOST = 3  # coordinates


def darboux_flow(rates: Sequence[sp.Expr], variables: Sequence[sp.Symbol], e: sp.Symbol) -> list[sp.Expr] | None:
    """The coordinates by solving for them in functions that evolve linearly; None where too few are found."""
    found = polynomial_ring(rates, variables)
    if found is None or len(variables) > MOST:
        return None
    ring, moves = found
    pairs: list[tuple[sp.Expr, sp.Expr]] = []
    for below, weight in _denominators(ring, moves):
        for pair in _linear_functions(ring, moves, below, weight, e):
            if _independent([f for f, _ in pairs] + [pair[0]], variables):
                pairs.append(pair)
            if len(pairs) == len(variables):
                return _solved(pairs, variables, e)
    return None


def darboux_polynomials(ring: PolyRing, moves: Sequence[PolyElement]) -> list[tuple[PolyElement, PolyElement]]:
    """(p, v(p)/p) for those of the coordinates and the factors of the components that v(p) is a multiple of."""
    candidates: list[PolyElement] = [*ring.gens]
    for move in moves:
        if move:
            candidates += [p for p, _ in move.factor_list()[1] if p not in candidates]
    curves: list[tuple[PolyElement, PolyElement]] = []
    for p in candidates:
        quotient, left = cast("tuple[PolyElement, PolyElement]", divmod(derive(p, moves), p))
        if not left:
            curves.append((p, quotient))
    return curves


def _denominators(ring: PolyRing, moves: Sequence[PolyElement]) -> Iterator[tuple[PolyElement, PolyElement]]:
    """(d, v(d)/d) for products of Darboux polynomials, few factors first."""
    curves = darboux_polynomials(ring, moves)
    for powers in sorted(itertools.product(range(3), repeat=min(len(curves), 4)), key=lambda k: (sum(k), k)):
        if sum(powers) <= 3:
            below, weight = ring.one, ring.zero
            for (p, cofactor), k in zip(curves, powers, strict=False):
                below, weight = below * p**k, weight + cofactor * k
            yield below, weight


def _linear_functions(
    ring: PolyRing, moves: Sequence[PolyElement], below: PolyElement, weight: PolyElement, e: sp.Symbol
) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """(f, f along the flow) for the functions N/d that evolve linearly."""
    basis, matrix = largest_space(ring, moves, weight, DEGREE)
    if not basis:
        return
    growth = exponential(matrix, e)
    if growth is None:
        return
    functions = [cast("sp.Expr", sp.factor(f.as_expr() / below.as_expr())) for f in basis]
    ends = cast("list[sp.Expr]", list(growth * sp.Matrix(functions)))
    order = sorted(range(len(basis)), key=lambda k: int(sp.count_ops(functions[k])))
    for k in order:
        if functions[k].free_symbols & set(ring.symbols):
            yield functions[k], ends[k]


def largest_space(
    ring: PolyRing, moves: Sequence[PolyElement], weight: PolyElement, degree: int
) -> tuple[list[PolyElement], sp.Matrix]:
    """The largest space of polynomials up to `degree` that v − weight maps into itself, and its matrix in that basis."""
    n = len(ring.gens)
    space: list[PolyElement] = [
        ring.from_dict({powers: ring.domain.one})
        for powers in itertools.product(range(degree + 1), repeat=n)
        if sum(powers) <= degree
    ]
    while space:
        images: list[PolyElement] = [derive(f, moves) - weight * f for f in space]
        kept = relations(images, space, ring)
        if len(kept) == len(space):
            rows = [[row[len(space) + j] for j in range(len(space))] for row in kept]
            lead = DomainMatrix([row[: len(space)] for row in kept], (len(kept), len(space)), ring.domain)
            matrix = lead.inv() * DomainMatrix(rows, (len(kept), len(space)), ring.domain)
            return space, cast("sp.Matrix", matrix.to_Matrix())
        space = [_combined(space, row, ring) for row in kept]
    return [], sp.zeros(0, 0)


def _combined(space: Sequence[PolyElement], row: Sequence[Any], ring: PolyRing) -> PolyElement:
    total = ring.zero
    for f, c in zip(space, row, strict=False):
        if c:
            total = total + f * c
    return total


def relations(images: list[PolyElement], space: list[PolyElement], ring: PolyRing) -> list[list[Any]]:
    """All (c, a) with Σ c_i image_i = Σ a_j space_j."""
    keys = {m: k for k, m in enumerate(dict.fromkeys(m for f in (*images, *space) for m in f))}
    columns = [*images, *[-f for f in space]]
    rows = [[ring.domain.zero] * len(columns) for _ in keys]
    for j, f in enumerate(columns):
        for m, c in f.items():
            rows[keys[m]][j] = c
    return DomainMatrix(rows, (len(rows), len(columns)), ring.domain).nullspace().to_list()


def _independent(functions: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> bool:
    at = {z: sp.Rational(17 + 6 * i, 7 + 4 * i) for i, z in enumerate(variables)}
    rows = [[sp.diff(f, z).xreplace(at) for z in variables] for f in functions]
    return sp.Matrix(rows).rank() == len(functions)


def _solved(pairs: Sequence[tuple[sp.Expr, sp.Expr]], variables: Sequence[sp.Symbol], e: sp.Symbol) -> list[sp.Expr] | None:
    """The coordinates from f_k(Z) = F_k, on the branch that is the identity at ε = 0."""
    levels = [sp.Dummy(f"f{k}") for k in range(len(pairs))]
    equations = [sp.numer(sp.together(f - level)) for (f, _), level in zip(pairs, levels, strict=True)]
    ends = {level: end for level, (_, end) in zip(levels, pairs, strict=True)}
    for root in roots(equations, variables, SECONDS):
        if len(root) != len(variables):
            continue
        raw = [substitute(root[z], ends) for z in variables]
        for sign in (1, -1):
            values = [_unfolded(v, e, sign) for v in raw]
            if all(sp.cancel(substitute(v, {e: sp.S.Zero}) - z) == 0 for v, z in zip(values, variables, strict=True)):
                return values
    return None


def _unfolded(expr: sp.Expr, e: sp.Symbol, sign: int) -> sp.Expr:
    """Square roots √R(ε) written as ±s √(R/s²) where R(0) = s²: real and smooth on both sides of s = 0."""

    def root(node: sp.Expr) -> sp.Expr:
        inside = cast("sp.Expr", sp.cancel(node.args[0]))
        start = substitute(inside, {e: sp.S.Zero})
        side = square_root(start)
        return node if side is None else sign * side * sp.sqrt(sp.cancel(inside / start))

    half = sp.Rational(1, 2)
    return cast("sp.Expr", expr.replace(lambda n: isinstance(n, sp.Pow) and n.exp == half and n.has(e), root))


def square_root(expr: sp.Expr) -> sp.Expr | None:
    """s with s² = expr, a rational function; None where there is none."""
    side = sp.S.One
    for part, sign in zip(sp.fraction(sp.cancel(sp.together(expr))), (1, -1), strict=True):
        number, factors = sp.factor_list(part)  # pyright: ignore[reportAssignmentType] (no polys asked for)
        if any(k % 2 for _, k in factors) or not sp.sqrt(number).is_Rational:
            return None
        side *= (sp.sqrt(number) * sp.Mul(*[f ** (k // 2) for f, k in factors])) ** sign
    return side
