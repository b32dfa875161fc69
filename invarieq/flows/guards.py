"""Where a closed flow ends: denominators, radicands and arguments of logarithms that must keep their sign from 0 to ε."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from invarieq.limit import attempted

SECONDS = 1.0


def guards_of(exprs: Iterable[sp.Expr], e: sp.Symbol) -> tuple[sp.Expr, ...]:
    """The factors, depending on ε, of what stands under a negative or broken power or in a logarithm."""
    found: dict[sp.Expr, None] = {}
    for expr in exprs:
        for node in sp.preorder_traversal(expr):
            inside = _guarded(node)
            if inside is not None and inside.has(e):
                found.update(dict.fromkeys(_factors(inside, e)))
    return tuple(sorted(found, key=sp.default_sort_key))


def _guarded(node: sp.Basic) -> sp.Expr | None:
    if isinstance(node, sp.log):
        return node.args[0]
    if isinstance(node, sp.Pow) and not (node.exp.is_Integer and node.exp.is_positive):
        return node.base
    if isinstance(node, sp.tan):
        return sp.cos(node.args[0])
    return None


def _factors(inside: sp.Expr, e: sp.Symbol) -> list[sp.Expr]:
    factored = (
        attempted(SECONDS, lambda: sp.factor_list(sp.numer(sp.together(inside)))) if inside.is_rational_function() else None
    )
    if factored is None:
        return [inside]
    return [f for f, _ in factored[1] if f.has(e)]
