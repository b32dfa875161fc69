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
from sympy.polys.matrices import DomainMatrix

from invarieq.jets import JetSpace, VectorField

Weights = tuple[sp.Expr, ...]


@dataclass(frozen=True)
class Split:
    """The generators by kind: translations ∂_z, scalings that respect the grading, and the rest (by number).

    `gradings`: integer weights of the base variables (coordinates, then fields), one tuple a grading.
    `scaling_weights`: weights of the base variables under each scaling generator.
    """

    translated: tuple[sp.Symbol, ...]
    scalings: tuple[int, ...]
    rest: tuple[int, ...]
    gradings: tuple[tuple[int, ...], ...]
    scaling_weights: tuple[Weights, ...]


def base_variables(space: JetSpace) -> tuple[sp.Symbol, ...]:
    """Coordinates, then fields."""
    return (*space.coordinates, *(f.symbol for f in space.fields))


def diagonal_weights(field: VectorField, space: JetSpace) -> Weights | None:
    """Weights w of Σ w_z z ∂_z, or None for a generator of another form."""
    base = base_variables(space)
    weights = tuple(sp.cancel(field.component(z) / z) for z in base)
    return None if any(w.free_symbols & set(base) for w in weights) else weights


def split_generators(generators: Sequence[VectorField], space: JetSpace) -> Split:
    """Sort the generators by kind and find all gradings of those that are neither translations nor scalings."""
    base = base_variables(space)
    translated, diagonal, rest = [], {}, []
    for k, field in enumerate(generators):
        weights = diagonal_weights(field, space)
        if len(field.components) == 1 and not field.components[0][1].free_symbols & set(base):
            translated.append(field.components[0][0])
        elif weights is not None:
            diagonal[k] = weights
        else:
            rest.append(k)
    gradings = _gradings([generators[k] for k in rest], base)
    scalings = [k for k, w in diagonal.items() if _in_span(w, gradings)]
    rest = sorted([*rest, *(k for k in diagonal if k not in scalings)])
    return Split(tuple(dict.fromkeys(translated)), tuple(scalings), tuple(rest), gradings, tuple(diagonal[k] for k in scalings))


def monomial_weight(space: JetSpace, base_weights: Sequence[sp.Expr | int], variable: sp.Symbol) -> sp.Expr | int:
    """Weight of a jet variable: w(u_J) = w(u) − Σ J_i w(x^i)."""
    p, found = len(space.coordinates), space.index(variable)
    if found is None:
        return base_weights[space.coordinates.index(variable)]
    field, index = found
    return base_weights[p + field] - sum(n * base_weights[i] for i, n in enumerate(index) if n)


def _gradings(fields: Sequence[VectorField], base: tuple[sp.Symbol, ...]) -> tuple[tuple[int, ...], ...]:
    rows: list[list[int]] = []
    for field in fields:
        terms = [
            [power - (z == symbol) for power, z in zip(powers, base, strict=True)]
            for symbol, component in field.components
            for above in [sp.fraction(sp.together(component))]
            for powers in _powers(above, base)
        ]
        rows += [[x - y for x, y in zip(term, terms[0], strict=True)] for term in terms[1:]]
    rows = [row for row in rows if any(row)] or [[0] * len(base)]
    matrix = DomainMatrix([[sp.QQ(x) for x in row] for row in rows], (len(rows), len(base)), sp.QQ)
    return tuple(_integer(row) for row in matrix.nullspace().to_list())


def _powers(fraction: tuple[sp.Expr, sp.Expr], base: tuple[sp.Symbol, ...]) -> list[list[int]]:
    above, below = (sp.Poly(part, *base).monoms() for part in fraction)
    return [[a - b for a, b in zip(m, n, strict=True)] for m in above for n in below]


def _integer(row: Sequence[Any]) -> tuple[int, ...]:
    values = [Fraction(int(x.numerator), int(x.denominator)) for x in row]
    scale = math.lcm(*[v.denominator for v in values])
    return tuple(int(v * scale) for v in values)


def _in_span(weights: Weights, gradings: tuple[tuple[int, ...], ...]) -> bool:
    columns = [list(g) for g in gradings] + [list(weights)]
    matrix = DomainMatrix.from_list_sympy(len(columns), len(weights), columns).to_field()
    return matrix.rank() == len(gradings)
