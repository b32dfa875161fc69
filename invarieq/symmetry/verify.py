"""The exact check of a generator, by another path than the one that found it: symbolic prolongation, no sampling.

pr v(F) is expanded, derivatives that the law determines are replaced by what it says, and the rest must vanish identically.
The generator may hold functions of families: symbols of an auxiliary jet space with conditions of their own.
"""

from __future__ import annotations

import sympy as sp

from invarieq.jets import JetSpace, VectorField, symbols_of
from invarieq.jets.space import substitute
from invarieq.symmetry.check import canonical
from invarieq.symmetry.equations import Equations


def leftover(
    field: VectorField, equations: Equations, *, on_shell: bool = True, functions: Equations | None = None
) -> tuple[sp.Expr, ...]:
    """pr v applied to each equation, in canonical form; all zero exactly when v is a symmetry. May raise `Undecided`."""
    return tuple(
        canonical(
            _reduced(_applied(field, equation, equations.space, functions), equations, on_shell=on_shell, functions=functions)
        )
        for equation in equations.law
    )


def is_symmetry(field: VectorField, equations: Equations, *, on_shell: bool = True, functions: Equations | None = None) -> bool:
    """Whether every equation is left invariant, decided symbolically."""
    return all(e == 0 for e in leftover(field, equations, on_shell=on_shell, functions=functions))


def _applied(field: VectorField, equation: sp.Expr, space: JetSpace, functions: Equations | None) -> sp.Expr:
    """Σ_J (D_J Q^a + ξ^i u^a_{J,i}) ∂F/∂u^a_J + ξ^i ∂F/∂x^i with Q^a = φ^a − ξ^i u^a_i."""
    total = sp.Add(*[field.component(x) * sp.diff(equation, x) for x in space.coordinates])
    for symbol in symbols_of(equation):
        found = space.index(symbol)
        if found is None:
            continue
        a, index = found
        coefficient = _total(_characteristic(field, a, space), index, space, functions)
        for i, x in enumerate(space.coordinates):
            if x in space.fields[a].arguments and field.component(x) != 0:
                coefficient += field.component(x) * space.jet(a, tuple(n + (k == i) for k, n in enumerate(index)))
        total += coefficient * sp.diff(equation, symbol)
    return sp.expand(total)


def _characteristic(field: VectorField, a: int, space: JetSpace) -> sp.Expr:
    own = [(i, x) for i, x in enumerate(space.coordinates) if x in space.fields[a].arguments]
    units = {i: tuple(int(i == k) for k in range(len(space.coordinates))) for i, _ in own}
    return field.component(space.fields[a]) - sp.Add(*[field.component(x) * space.jet(a, units[i]) for i, x in own])


def _total(expr: sp.Expr, index: tuple[int, ...], space: JetSpace, functions: Equations | None) -> sp.Expr:
    for i, count in enumerate(index):
        for _ in range(count):
            expr = sp.expand(_total_once(expr, i, space, functions))
    return expr


def _total_once(expr: sp.Expr, i: int, space: JetSpace, functions: Equations | None) -> sp.Expr:
    result = space.total_derivative(expr, i)
    if functions is None:
        return result
    for symbol in symbols_of(expr):
        found = functions.space.index(symbol) if space.index(symbol) is None and symbol not in space.coordinates else None
        if found is None:
            continue
        for k, z in enumerate(functions.space.coordinates):  # the functions may depend on fields too
            slope = space.total_derivative(z, i)
            if slope != 0 and z in functions.space.fields[found[0]].arguments:
                raised = tuple(n + (j == k) for j, n in enumerate(found[1]))
                result += sp.diff(expr, symbol) * functions.space.jet(found[0], raised) * slope
    return result


def _reduced(expr: sp.Expr, equations: Equations, *, on_shell: bool, functions: Equations | None) -> sp.Expr:
    known = {}
    for symbol in symbols_of(expr):
        if equations.space.index(symbol) is not None:
            known[symbol] = equations.on_shell(symbol) if on_shell else symbol
        elif functions is not None and functions.space.index(symbol) is not None:
            known[symbol] = functions.on_shell(symbol)
    return sp.expand(substitute(expr, known))
