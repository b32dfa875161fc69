"""Infinitesimal generators on the space of coordinates and fields: v = ξ^i ∂_{x^i} + φ^a ∂_{u^a}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets.space import Field, variable_of


@dataclass(frozen=True)
class VectorField:
    """A vector field, given by its components: `VectorField({x: 6*t, u: 1})` is 6t ∂_x + ∂_u.

    Keys are coordinates or fields; missing components are 0. `name` is only a label for messages.
    """

    components: tuple[tuple[sp.Symbol, sp.Expr], ...]
    name: str

    def __init__(self, components: Mapping[Any, Any], name: str = "") -> None:
        pairs: dict[sp.Symbol, sp.Expr] = {}
        for key, value in components.items():
            symbol = variable_of(key)
            if not isinstance(symbol, sp.Symbol):
                raise DeclarationError(f"VectorField: {key!r} is not a coordinate or a field")
            expr = value.symbol if isinstance(value, Field) else value
            if not isinstance(expr, (int, float, sp.Expr)) or isinstance(expr, bool):
                raise DeclarationError(f"VectorField: the component of {symbol} is {expr!r}; expected an expression")
            expr = sp.nsimplify(expr, rational=True) if isinstance(expr, float) else sp.sympify(expr, strict=True)
            if expr != 0:
                pairs[symbol] = expr
        ordered = tuple(sorted(pairs.items(), key=lambda pair: pair[0].name))
        object.__setattr__(self, "components", ordered)
        object.__setattr__(self, "name", name)

    def component(self, variable: sp.Symbol | Field) -> sp.Expr:
        """The coefficient of ∂_variable (0 if there is none)."""
        symbol = variable.symbol if isinstance(variable, Field) else variable
        return dict(self.components).get(symbol, sp.S.Zero)

    def __call__(self, expr: sp.Expr) -> sp.Expr:
        """v(expr) on functions of coordinates and fields (not prolonged)."""
        return sp.Add(*[c * sp.diff(expr, s) for s, c in self.components])

    def bracket(self, other: VectorField) -> VectorField:
        """The Lie bracket [self, other], with components self(other^i) − other(self^i)."""
        keys = sorted({s for s, _ in (*self.components, *other.components)}, key=lambda s: s.name)
        return VectorField({s: sp.expand(self(other.component(s)) - other(self.component(s))) for s in keys})

    def __str__(self) -> str:
        if not self.components:
            return "0"
        return " + ".join(f"∂_{s}" if c == 1 else f"({c})∂_{s}" if c.is_Add else f"{c}∂_{s}" for s, c in self.components)

    @property
    def label(self) -> str:
        """The given name, or the field itself as text."""
        return self.name or str(self)
