"""Weights that split a null-space problem into small blocks.

A grading gives every coordinate and field an integer weight such that each generator is homogeneous. Then the null
space of the prolonged generators is a sum over weights, so monomials of different weight never mix.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from invarieq.exact import sparse
from invarieq.invariants.action import Action

Weights = tuple[sp.Expr, ...]


@dataclass(frozen=True)
class Split:
    """The generators by kind: translations, scalings, and the rest (by number).

    `translated`: variables z moved by a constant by some generator that only scales the others: no relative invariant
    depends on them. `scalings`: generators Σ w_z z ∂_z (and c ∂_z). `gradings`: integer weights of the base variables
    (coordinates, fields, kernels), one tuple a grading. `scaling_weights`: weights of the base variables under each
    scaling generator, 0 for translated ones.
    """

    translated: tuple[sp.Symbol, ...]
    scalings: tuple[int, ...]
    rest: tuple[int, ...]
    gradings: tuple[tuple[int, ...], ...]
    scaling_weights: tuple[Weights, ...]


def diagonal_weights(components: Sequence[sp.Expr], base: Sequence[sp.Symbol]) -> tuple[Weights, sp.Symbol | None] | None:
    """(weights w, z) of c ∂_z + Σ w_y y ∂_y, with z None where there is no such part; None for other generators."""
    weights, moved = [], []
    for z, component in zip(base, components, strict=True):
        w = sp.cancel(component / z)
        if not _constant(w, base):
            if not _constant(component, base):
                return None
            moved.append(z)
            w = sp.S.Zero
        weights.append(w)
    return (tuple(weights), moved[0] if moved else None) if len(moved) < 2 else None


def _constant(expr: sp.Expr, base: Sequence[sp.Symbol]) -> bool:
    return not any(z in expr.free_symbols for z in base)


def split_generators(action: Action) -> Split:
    """Sort the generators by kind and find all gradings of those that are neither translations nor scalings."""
    base = action.base
    translated, diagonal, rest = [], {}, []
    rows = [action.components(v) for v in action.generators]
    for k, row in enumerate(rows):
        found = diagonal_weights(row, base)
        if found is None:
            rest.append(k)
            continue
        weights, moved = found
        if moved is not None:
            translated.append(moved)
        if any(weights):
            diagonal[k] = weights
    gradings = list(_gradings([rows[k] for k in rest], action))
    for w in diagonal.values():
        gradings += [g for g in _rational_parts(w) if not _in_span(g, gradings)]
    return Split(tuple(dict.fromkeys(translated)), tuple(diagonal), tuple(rest), tuple(gradings), tuple(diagonal.values()))


def _rational_parts(weights: Weights) -> list[tuple[int, ...]]:
    """The integer gradings that weights with parameters are made of: (1, a) has the parts (1, 0) and (0, 1)."""
    parts: dict[sp.Expr, dict[int, Any]] = {}
    for place, w in enumerate(weights):
        for term in sp.Add.make_args(sp.expand(w)):
            c, rest = term.as_coeff_Mul(rational=True)
            if c != 0:
                entry = parts.setdefault(rest, {})
                entry[place] = entry.get(place, sp.S.Zero) + c
    return [_integer({i: sp.QQ(c.p, c.q) for i, c in part.items()}, len(weights)) for part in parts.values()]


def _gradings(rows: Sequence[Sequence[sp.Expr]], action: Action) -> tuple[tuple[int, ...], ...]:
    base = action.base
    equations: list[list[int]] = []
    for row in rows:
        terms = [
            [power - (number == place) for number, power in enumerate(powers)]
            for place, component in enumerate(row)
            if component != 0
            for powers in _powers(sp.fraction(sp.together(component)), base)
        ]
        equations += [[x - y for x, y in zip(term, terms[0], strict=True)] for term in terms[1:]]
    equations += _kernel_equations(action)
    conditions = [{i: sp.QQ(x) for i, x in enumerate(row) if x} for row in equations]
    return tuple(_integer(vector, len(base)) for vector in sparse.null_space(conditions, len(base), sp.QQ))


def _kernel_equations(action: Action) -> list[list[int]]:
    """Conditions on weights so that ∂K/∂z has the weight of K less that of z, and relations are homogeneous."""
    base, result = action.base, []
    places = {z: i for i, z in enumerate(base)}
    for kernel in action.kernels.entries:
        own = places[kernel.symbol]
        for z, slope in kernel.partials.items():
            for powers in _powers(sp.fraction(sp.together(slope)), base):
                result.append([n - (i == own) + (i == places[z]) for i, n in enumerate(powers)])
        if kernel.relation is not None:
            degree, value = kernel.relation
            for powers in _powers(sp.fraction(sp.together(value)), base):
                result.append([n - degree * (i == own) for i, n in enumerate(powers)])
    return result


def _powers(fraction: tuple[sp.Expr, sp.Expr], base: Sequence[sp.Symbol]) -> list[list[int]]:
    above, below = (sp.Poly(part, *base).monoms() for part in fraction)
    return [[a - b for a, b in zip(m, n, strict=True)] for m in above for n in below]


def _integer(vector: sparse.Vector, size: int) -> tuple[int, ...]:
    values = [Fraction(int(x.numerator), int(x.denominator)) for x in (vector.get(i, sp.QQ.zero) for i in range(size))]
    scale = math.lcm(*[v.denominator for v in values])
    return tuple(int(v * scale) for v in values)


def _in_span(weights: Sequence[int], gradings: Sequence[Sequence[int]]) -> bool:
    span = sparse.Span(sp.QQ, [{i: sp.QQ(x) for i, x in enumerate(row) if x} for row in gradings])
    return {i: sp.QQ(x) for i, x in enumerate(weights) if x} in span
