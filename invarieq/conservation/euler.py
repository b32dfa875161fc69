"""The Euler operator and the adjoint of a linearized equation, exactly.

E_a(f) = Σ_J (−D)_J ∂f/∂u^a_J. A differential function is a total divergence exactly when every E_a annihilates it
(Olver 1993, Theorem 4.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import sympy as sp

from invarieq.exact.decide import decide
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.jets.multiindices import MultiIndex


def euler(expr: sp.Expr, space: JetSpace) -> tuple[sp.Expr, ...]:
    """E_a(expr) for every field, expanded; all 0 exactly for a total divergence."""
    return tuple(euler_of(expr, space, a) for a in range(len(space.fields)))


def euler_of(expr: sp.Expr, space: JetSpace, field: int) -> sp.Expr:
    """E_a(expr) for one field: derivatives are moved from the highest jets down, one total derivative each."""
    parts: dict[MultiIndex, sp.Expr] = {}
    for symbol in symbols_of(expr):
        found = space.index(symbol)
        if found and found[0] == field:
            parts[found[1]] = sp.diff(expr, symbol)
    return _moved_down(parts, space)


def adjoint(equation: sp.Expr, factor: sp.Expr, space: JetSpace, field: int) -> sp.Expr:
    """Σ_J (−D)_J (factor · ∂equation/∂u^a_J): the adjoint linearization applied to `factor`."""
    parts: dict[MultiIndex, sp.Expr] = {}
    for symbol in symbols_of(equation):
        found = space.index(symbol)
        if found and found[0] == field:
            parts[found[1]] = factor * sp.diff(equation, symbol)
    return _moved_down(parts, space)


def divergence(fluxes: Sequence[sp.Expr], space: JetSpace) -> sp.Expr:
    """Σ_i D_i fluxes[i]."""
    return sp.Add(*[space.total_derivative(flux, i) for i, flux in enumerate(fluxes)])


def is_divergence(expr: sp.Expr, space: JetSpace) -> bool:
    """Whether `expr` is a total divergence, proved by the Euler operator; `Undecided` where zero cannot be decided."""
    return all(decide(e).truth() for e in euler(expr, space))


def factored(expr: sp.Expr) -> sp.Expr:
    """`sympy.factor`, whose stated type is wider than what it gives."""
    return cast("sp.Expr", sp.factor(expr))


def split_powers(expr: sp.Expr) -> sp.Expr:
    """u^(k−1) as u^k · u^(−1), which is so wherever both are defined; SymPy compares only what is split alike."""
    sums = {p: sp.Mul(*[p.base**t for t in sp.Add.make_args(p.exp)]) for p in expr.atoms(sp.Pow) if p.exp.is_Add}
    return substitute(expr, sums) if sums else expr


def expanded(expr: sp.Expr) -> sp.Expr:
    """`expr` expanded, but for powers of sums that are no whole numbers: SymPy's own splits (x² + y²)^(−3/2) in two."""
    kept = {p: sp.Dummy() for p in expr.atoms(sp.Pow) if p.base.is_Add and not (p.exp.is_Integer and p.exp > 0)}
    shown = sp.expand(substitute(expr, kept)) if kept else sp.expand(expr)
    return substitute(shown, {d: p for p, d in kept.items()})


def gathered(expr: sp.Expr) -> sp.Expr:
    """x² r^(−3) + y² r^(−3) as 1/r for r² = x² + y²: what stands beside a power of a sum is divided by the sum."""
    for power in sorted((p for p in expr.atoms(sp.Pow) if p.base.is_Add and not p.exp.is_Integer), key=sp.default_sort_key):
        beside = expr.coeff(power)
        quotient = sp.cancel(beside / power.base)
        if beside != 0 and quotient.is_polynomial():
            expr = expr - sp.expand(beside) * power + quotient * power.base ** (power.exp + 1)
            expr = expanded(expr)
    return expr


def _moved_down(parts: dict[MultiIndex, sp.Expr], space: JetSpace) -> sp.Expr:
    width = len(space.coordinates)
    todo = {index: sp.expand(part) for index, part in parts.items()}
    while any(any(index) for index in todo):
        index = max(todo, key=lambda j: (sum(j), j))
        part = todo.pop(index)
        i = next(k for k in range(width) if index[k])
        lower = tuple(n - (k == i) for k, n in enumerate(index))
        todo[lower] = sp.expand(todo.get(lower, sp.S.Zero) - space.total_derivative(part, i))
    return cast("sp.Expr", todo.get((0,) * width, sp.S.Zero))
