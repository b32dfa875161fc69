"""Prolongation of a vector field to the jet space.

pr v = v + Σ φ^a_J ∂_{u^a_J} with φ^a_{J,i} = D_i φ^a_J − Σ_k (D_i ξ^k) u^a_{J,k}
(Olver 1993, Theorem 2.36, recursive form eq. 2.44).
"""

from __future__ import annotations

import functools

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets.derive import derive
from invarieq.jets.multiindices import MultiIndex
from invarieq.jets.space import JetSpace, symbols_of
from invarieq.jets.vectorfield import VectorField


def prolong(field: VectorField, space: JetSpace, order: int) -> dict[sp.Symbol, sp.Expr]:
    """Coefficient of ∂_z in pr v for every variable z of J^order, expanded."""
    check_variables(field, space)
    return {z: coefficient(field, space, z) for z in space.variables(order)}


def check_variables(field: VectorField, space: JetSpace) -> None:
    """Raise `DeclarationError` unless the components are those of coordinates and fields of `space` and use only them."""
    base = {*space.coordinates, *(f.symbol for f in space.fields)}
    for symbol, component in field.components:
        if symbol not in base:
            raise DeclarationError(f"generator {field.label!r}: {symbol} is neither a coordinate nor a field of this system")
        stray = [s for s in symbols_of(component) if s not in base and s not in space.parameters]
        if stray:
            raise DeclarationError(
                f"generator {field.label!r}: the component of {symbol} uses {stray[0]}; a point symmetry depends on "
                "coordinates, fields and parameters only"
            )


def coefficient(field: VectorField, space: JetSpace, variable: sp.Symbol) -> sp.Expr:
    """Coefficient of ∂_variable in the prolonged field."""
    found = space.index(variable)
    if found is None:
        return field.component(variable)
    return _jet_coefficient(field, space, *found)


@functools.lru_cache(maxsize=65536)
def _jet_coefficient(field: VectorField, space: JetSpace, a: int, index: MultiIndex) -> sp.Expr:
    if not any(index):
        return field.component(space.fields[a].symbol)
    i = max(k for k, n in enumerate(index) if n)
    lower = tuple(n - (k == i) for k, n in enumerate(index))
    result = space.total_derivative(_jet_coefficient(field, space, a, lower), i)
    for k, x in enumerate(space.coordinates):
        if x in space.fields[a].arguments and (xi := field.component(x)) != 0:
            raised = tuple(n + (j == k) for j, n in enumerate(lower))
            result -= space.total_derivative(xi, i) * space.jet(a, raised)
    return sp.expand(result)


def apply_prolonged(field: VectorField, expr: sp.Expr, space: JetSpace) -> sp.Expr:
    """pr v applied to a differential function: Σ_z (pr v)_z ∂expr/∂z, not simplified."""
    check_variables(field, space)
    return derive(expr, lambda s: sp.S.Zero if s in space.parameters else coefficient(field, space, s))
