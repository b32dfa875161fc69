"""Derivations of expressions in one pass over them: D(f g) = (D f) g + f D g and the chain rule, from what D does to symbols.

Partial and total derivatives and prolonged fields are all derivations. SymPy's own `diff` walks an expression once for each symbol
and checks a `Derivative` object on the way; here that is left to functions other than sums, products and constant powers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import sympy as sp

Image = Callable[[sp.Symbol], sp.Expr]


def derive(expr: sp.Expr, image: Image) -> sp.Expr:
    """D expr, not simplified, where D z = `image(z)` for every symbol z."""
    return _Derivation(image)(expr)


class _Derivation:
    def __init__(self, image: Image) -> None:
        self._image = image
        self._known: dict[sp.Expr, sp.Expr] = {}

    def __call__(self, expr: sp.Expr) -> sp.Expr:
        known = self._known.get(expr)
        if known is None:
            known = self._known[expr] = self._of(expr)
        return known

    def _of(self, expr: sp.Expr) -> sp.Expr:
        if isinstance(expr, sp.Symbol):
            return self._image(expr)
        if not expr.args:
            return sp.S.Zero
        parts = cast("tuple[sp.Expr, ...]", expr.args)
        if isinstance(expr, sp.Add):
            return sp.Add(*[self(a) for a in parts])
        if isinstance(expr, sp.Mul):
            slopes = [(i, self(a)) for i, a in enumerate(parts)]
            return sp.Add(*[sp.Mul(*parts[:i], slope, *parts[i + 1 :]) for i, slope in slopes if slope != 0])
        if isinstance(expr, sp.Pow) and not expr.exp.free_symbols:
            slope = self(parts[0])
            return sp.S.Zero if slope == 0 else expr.exp * sp.Pow(expr.base, expr.exp - 1) * slope
        symbols = sorted(cast("set[sp.Symbol]", expr.free_symbols), key=lambda s: s.name)
        slopes = [(s, self(s)) for s in symbols]
        return sp.Add(*[sp.diff(expr, s) * slope for s, slope in slopes if slope != 0])
