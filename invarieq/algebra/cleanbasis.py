"""Clean bases of algebras of vector fields: sparse, small whole coefficients, low degree first.

Echelon form with the highest terms leading keeps them out of all other generators: translations before rotations and
scalings before projective ones, none mixed with another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from invarieq.algebra.cleaning import sparser, whole
from invarieq.algebra.fields import base_variables, expansion
from invarieq.algebra.terms import term_text, whole_coefficients
from invarieq.exact.sparse import Basis, Span
from invarieq.jets import JetSpace, VectorField


def clean_basis(generators: Sequence[VectorField], space: JetSpace) -> tuple[VectorField, ...]:
    """A clean basis of the span of the generators over the constants.

    Sparse, whole coprime coefficients, low degree first; a generator that is in it already keeps its name. Dependent
    generators are dropped.
    """
    found = expansion(generators, space)
    order = sorted(range(len(found.columns)), key=lambda k: _height(found.columns[k], space), reverse=True)
    place = {k: i for i, k in enumerate(order)}
    kept, span = list[int](), Span(found.field.domain)
    vectors = [{place[k]: c for k, c in row.items()} for row in found.vectors]
    for i, vector in enumerate(vectors):
        if span.add(vector):
            kept.append(i)
    basis = Basis(found.field.domain, [vectors[i] for i in kept])
    result: list[VectorField] = []
    for row in sparser(span.basis, found.field.domain):
        parts: dict[sp.Symbol, sp.Expr] = {}
        for i, c in (basis.coordinates(whole(row, found.field)) or {}).items():
            for s, component in generators[kept[i]].components:
                parts[s] = parts.get(s, sp.S.Zero) + found.field.to_sympy(c) * component
        result.append(_normal(VectorField({s: sp.expand(e) for s, e in parts.items()}), space))
    names = {_normal(v, space).components: v for v in generators if v.components}
    return tuple(sorted((names.get(v.components, v) for v in result), key=lambda v: _rank(v, space)))


def _normal(v: VectorField, space: JetSpace) -> VectorField:
    """The multiple without denominators and common numbers, with a positive first term in its first component."""
    variables = base_variables(space)
    parts = _without_denominators(v, variables)
    terms = [t for s in variables if s in parts for t in sp.Add.make_args(parts[s])]
    factor = whole_coefficients([t.as_coeff_Mul()[0] for t in terms])
    first = max(terms[: len(sp.Add.make_args(parts[next(s for s in variables if s in parts)]))], key=sp.default_sort_key)
    sign = -1 if first.as_coeff_Mul()[0].is_negative else 1
    return VectorField({s: sp.expand(sign * factor * e) for s, e in parts.items()})


def _height(column: tuple[sp.Symbol, Any], space: JetSpace) -> tuple[Any, ...]:
    """Terms by size: functions above powers, then by degree."""
    variable, key = column
    term = term_text(key) if isinstance(key, tuple) else key
    powers: dict[sp.Expr, Any] = dict(term.as_powers_dict())
    degree = sum(abs(float(e)) for b, e in powers.items() if b.is_Symbol and sp.sympify(e, strict=True).is_number)
    foreign = any(not b.is_Symbol and not b.is_number for b in powers)
    return (foreign, degree, base_variables(space).index(variable), sp.default_sort_key(term))


def _rank(v: VectorField, space: JetSpace) -> tuple[Any, ...]:
    names = base_variables(space)
    heights = [_height((s, t), space)[:2] for s, e in v.components for t in sp.Add.make_args(e)]
    return (max(heights), len(heights), [names.index(s) for s, _ in v.components], str(v))


def _without_denominators(v: VectorField, variables: Sequence[sp.Symbol]) -> dict[sp.Symbol, sp.Expr]:
    """The components times the parameters in their denominators, over the parameters that all have in common."""
    parts = dict(v.components)
    if all(e.free_symbols <= set(variables) for e in parts.values()):
        return parts
    parts = {s: sp.cancel(sp.together(e)) for s, e in parts.items()}
    below = [sp.fraction(e)[1].as_independent(*variables, as_Add=False)[0] for e in parts.values()]
    cleared = {s: sp.expand(sp.cancel(e * sp.lcm_list(below))) for s, e in parts.items()}
    above = [
        t.as_independent(*variables, as_Add=False)[0]
        for e in cleared.values()
        for t in sp.Add.make_args(sp.collect(e, variables))
    ]
    common = sp.gcd_list(above)
    return {s: sp.expand(sp.cancel(e / common)) for s, e in cleared.items()}
