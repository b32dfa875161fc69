"""Vector fields as vectors over the constants: polynomial ones in a sparse ring, others by independent terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.algebra.independence import relations
from invarieq.algebra.terms import Factors, independent_terms
from invarieq.exact.fieldofconstants import ConstantField, constant_field
from invarieq.exact.sparse import Vector
from invarieq.jets import JetSpace, VectorField

Columns = dict[tuple[sp.Symbol, Any], int]


@dataclass(frozen=True)
class Expansion:
    """Fields as sparse vectors over a field of constants, in terms (variable, term) that are independent."""

    field: ConstantField
    vectors: tuple[Vector, ...]
    columns: tuple[tuple[sp.Symbol, Any], ...]


def base_variables(space: JetSpace) -> tuple[sp.Symbol, ...]:
    """Coordinates and fields: what components of point symmetries depend on."""
    return (*space.coordinates, *(f.symbol for f in space.fields))


def expansion(fields: Sequence[VectorField], space: JetSpace) -> Expansion:
    """Fields as vectors. Parameters of the space, and any symbol that is no variable, count as constants.

    Raises `Undecided` where independence of the components cannot be decided.
    """
    variables = base_variables(space)
    if all(c.is_polynomial(*variables) for v in fields for _, c in v.components):
        rows = [{(s, m): c for s, e in v.components for m, c in _polynomial_terms(e, variables).items()} for v in fields]
    else:
        rows = _general_rows(fields, variables)
    return expanded_rows(rows)


def expanded_rows(rows: Sequence[dict[tuple[sp.Symbol, Any], sp.Expr]]) -> Expansion:
    """Rows {(variable, term): constant} as vectors over the smallest field that holds the constants."""
    field = constant_field({c: None for row in rows for c in row.values()})
    columns: Columns = {}
    vectors = [{columns.setdefault(key, len(columns)): e for key, c in row.items() if (e := field.from_sympy(c))} for row in rows]
    return Expansion(field, tuple(vectors), tuple(columns))


def _polynomial_terms(expr: sp.Expr, variables: Sequence[sp.Symbol]) -> dict[sp.Expr, sp.Expr]:
    result: dict[sp.Expr, sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(expr)):
        constant, rest = term.as_independent(*variables, as_Add=False)
        result[rest] = result.get(rest, sp.S.Zero) + constant
    return {key: c for key, c in result.items() if c != 0}


def _general_rows(
    fields: Sequence[VectorField], variables: Sequence[sp.Symbol]
) -> list[dict[tuple[sp.Symbol, Factors], sp.Expr]]:
    rows: list[dict[tuple[sp.Symbol, Factors], sp.Expr]] = [{} for _ in fields]
    for s in variables:
        terms = independent_terms([v.component(s) for v in fields], variables)
        keys = list(dict.fromkeys(key for row in terms for key in row))
        removed = {keys[max(r)]: {keys[i]: c for i, c in r.items() if i != max(r)} for r in relations(keys)}
        for row, found in zip(rows, terms, strict=True):
            for key, constant in found.items():
                for name, c in removed.get(key, {key: sp.S.One}).items():
                    row[s, name] = row.get((s, name), sp.S.Zero) + c * constant
    return rows


def brackets_of(
    fields: Sequence[VectorField], space: JetSpace, pairs: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], VectorField]:
    """[v_i, v_j] for the pairs asked for; polynomial fields are multiplied in a sparse ring."""
    variables = base_variables(space)
    ring = polynomial_ring(fields, variables)
    if ring is None:
        return {(i, j): fields[i].bracket(fields[j]) for i, j in pairs}
    polys = [ring_components(v, *ring) for v in fields]
    slopes = [{s: {t: p.diff(ring[0].gens[k]) for k, t in enumerate(variables)} for s, p in row.items()} for row in polys]
    result: dict[tuple[int, int], VectorField] = {}
    for i, j in pairs:
        parts = {s: ring[0].zero for s in (*polys[i], *polys[j])}
        for sign, a, b in ((1, i, j), (-1, j, i)):
            for s, slope in slopes[b].items():
                for t, p in polys[a].items():
                    if slope[t]:
                        parts[s] += sign * p * slope[t]
        result[i, j] = VectorField({s: _expression(p, variables, ring[1]) for s, p in parts.items() if p})
    return result


def polynomial_ring(fields: Sequence[VectorField], variables: Sequence[sp.Symbol]) -> tuple[PolyRing, ConstantField] | None:
    """A ring that holds all components with its field of constants; None where one is no polynomial in the variables."""
    if not all(c.is_polynomial(*variables) for v in fields for _, c in v.components):
        return None
    coefficients = {c: None for v in fields for _, e in v.components for c in _polynomial_terms(e, variables).values()}
    field = constant_field(coefficients)
    return (PolyRing(variables, field.domain), field) if not field.domain.is_EX else None


def ring_components(field: VectorField, ring: PolyRing, constants: ConstantField) -> dict[sp.Symbol, PolyElement]:
    """{variable: component} as elements of a ring from `polynomial_ring`."""
    variables = cast("tuple[sp.Symbol, ...]", ring.symbols)
    result: dict[sp.Symbol, PolyElement] = {}
    for s, component in field.components:
        poly = ring.zero
        for term, constant in _polynomial_terms(component, variables).items():
            powers = term.as_powers_dict()
            poly[tuple(int(powers.get(v, 0)) for v in variables)] = constants.from_sympy(constant)
        result[s] = poly
    return result


def _expression(poly: PolyElement, variables: Sequence[sp.Symbol], constants: ConstantField) -> sp.Expr:
    terms = [
        constants.to_sympy(c) * sp.Mul(*[v**n for v, n in zip(variables, powers, strict=True) if n]) for powers, c in poly.terms()
    ]
    return sp.expand(sp.Add(*terms))
