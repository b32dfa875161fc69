"""The exact check of a generator, by another path than the one that found it: symbolic prolongation, no sampling.

pr v(F) is expanded, derivatives that the law determines are replaced by what it says, and the rest must vanish identically.
The generator may hold functions of families: symbols of an auxiliary jet space with conditions of their own.
"""

from __future__ import annotations

import sympy as sp

from invarieq.jets import JetSpace, VectorField, derive, symbols_of
from invarieq.jets.multiindices import MultiIndex
from invarieq.jets.space import substitute
from invarieq.symmetry.check import canonical
from invarieq.symmetry.equations import Equations


def leftover(
    field: VectorField, equations: Equations, *, on_shell: bool = True, functions: Equations | None = None
) -> tuple[sp.Expr, ...]:
    """pr v applied to each equation, in canonical form; all zero exactly when v is a symmetry. May raise `Undecided`."""
    prolonged = _Prolonged(field, equations.space, functions)
    applied = [sp.expand(derive(equation, prolonged)) for equation in equations.law]
    return tuple(canonical(_reduced(e, equations, on_shell=on_shell, functions=functions)) for e in applied)


def is_symmetry(field: VectorField, equations: Equations, *, on_shell: bool = True, functions: Equations | None = None) -> bool:
    """Whether every equation is left invariant, decided symbolically."""
    return all(e == 0 for e in leftover(field, equations, on_shell=on_shell, functions=functions))


class _Prolonged:
    """What pr v does to a symbol: ξ^i to x^i, D_J Q^a + ξ^i u^a_{J,i} to u^a_J, with Q^a = φ^a − ξ^i u^a_i."""

    def __init__(self, field: VectorField, space: JetSpace, functions: Equations | None) -> None:
        self.field, self.space, self.functions = field, space, functions
        self._derived: dict[tuple[int, MultiIndex], sp.Expr] = {}

    def __call__(self, symbol: sp.Symbol) -> sp.Expr:
        found = self.space.index(symbol)
        if found is None:
            return self.field.component(symbol) if symbol in self.space.coordinates else sp.S.Zero
        a, index = found
        return sp.Add(self._characteristic(a, index), *[xi * self.space.jet(a, _raised(index, i)) for i, xi in self._own(a)])

    def _own(self, a: int) -> list[tuple[int, sp.Expr]]:
        pairs = [(i, x) for i, x in enumerate(self.space.coordinates) if x in self.space.fields[a].arguments]
        return [(i, self.field.component(x)) for i, x in pairs if self.field.component(x) != 0]

    def _characteristic(self, a: int, index: MultiIndex) -> sp.Expr:
        """D_J Q^a."""
        if (a, index) not in self._derived:
            i = max((k for k, n in enumerate(index) if n), default=None)
            if i is None:
                moved = sp.Add(*[xi * self.space.jet(a, _raised(index, k)) for k, xi in self._own(a)])
                value = self.field.component(self.space.fields[a]) - moved
            else:
                value = self._total(self._characteristic(a, tuple(n - (k == i) for k, n in enumerate(index))), i)
            self._derived[a, index] = sp.expand(value)
        return self._derived[a, index]

    def _total(self, expr: sp.Expr, i: int) -> sp.Expr:
        """D_i; arbitrary functions may depend on coordinates and fields."""
        if self.functions is None:
            return self.space.total_derivative(expr, i)
        inner = self.functions.space
        steps = [(k, z, self.space.total_derivative(z, i)) for k, z in enumerate(inner.coordinates)]

        def moved(symbol: sp.Symbol) -> sp.Expr:
            strange = self.space.index(symbol) is None and symbol not in self.space.coordinates
            found = inner.index(symbol) if strange else None
            if found is None:
                return self.space.total_derivative(symbol, i)
            own = [(k, step) for k, z, step in steps if step != 0 and z in inner.fields[found[0]].arguments]
            return sp.Add(*[inner.jet(found[0], _raised(found[1], k)) * step for k, step in own])

        return derive(expr, moved)


def _raised(index: MultiIndex, i: int) -> MultiIndex:
    return tuple(n + (k == i) for k, n in enumerate(index))


def _reduced(expr: sp.Expr, equations: Equations, *, on_shell: bool, functions: Equations | None) -> sp.Expr:
    known = {}
    for symbol in symbols_of(expr):
        if equations.space.index(symbol) is not None:
            known[symbol] = equations.on_shell(symbol) if on_shell else symbol
        elif functions is not None and functions.space.index(symbol) is not None:
            known[symbol] = functions.on_shell(symbol)
    return sp.expand(substitute(expr, known))
