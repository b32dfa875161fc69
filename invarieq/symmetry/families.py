"""Infinite families of symmetries: generators that hold arbitrary functions, subject to linear conditions.

The functions are fields of an auxiliary jet space over the coordinates (and fields) of the system. Its conditions decide
which of their derivatives are free: f_t − f_x = 0 makes f a function of t + x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from invarieq.exact.primes import Residues
from invarieq.exact.taylor import Triangle
from invarieq.jets import VectorField, symbols_of
from invarieq.jets.space import MultiIndex
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.functions_of import differentiate
from invarieq.symmetry.oracle import Oracle


@dataclass(frozen=True)
class Family:
    """A generator with arbitrary functions; `functions` holds their jet space and the conditions that they obey.

    `arguments` says for each function what it is a function of.
    """

    generator: VectorField
    functions: Equations
    arguments: tuple[tuple[sp.Expr, ...], ...] = field(default=())

    @property
    def conditions(self) -> tuple[sp.Expr, ...]:
        """Linear equations that the functions obey, each = 0; none for functions that are free."""
        named = [set(a for a in given if a.is_Symbol) for given in self.arguments]
        free = [bool(n) and n == set(f.arguments) for n, f in zip(named, self.functions.space.fields, strict=True)]
        return self.functions.law if all(free) else ()


def family_jets(oracle: Oracle, family: Family, order: int) -> Residues:
    """The jets that a family has at the oracle's point, one row for each free derivative of its functions.

    Columns: components × multi-indices up to `order`. The free derivatives can be chosen at will at a point.
    """
    variables, space = oracle.equations.variables, family.functions.space
    indices, values = Triangle(len(variables), order).indices, oracle.values_at_point()
    derived = [_derived(family.generator.component(z), variables, indices, family.functions) for z in variables]
    flat = [e for by_component in derived for e in by_component]
    jets = sorted({s for e in flat for s in symbols_of(e) if s not in variables and space.index(s)}, key=lambda s: s.name)
    rows = [[values(sp.diff(e, jet))[0] if e.has(jet) else 0 for e in flat] for jet in jets]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(flat))


def _derived(
    component: sp.Expr, variables: Sequence[sp.Symbol], indices: Sequence[MultiIndex], functions: Equations
) -> list[sp.Expr]:
    """The component's derivatives, each from one of a lower order."""
    known: dict[MultiIndex, sp.Expr] = {}
    for index in indices:
        if component == 0 or not any(index):
            known[index] = component
            continue
        j = max(i for i, n in enumerate(index) if n)
        step = tuple(int(i == j) for i in range(len(index)))
        known[index] = differentiate(known[tuple(n - (i == j) for i, n in enumerate(index))], step, variables, functions)
    return [known[index] for index in indices]


def orders_of_columns(size: int, order: int) -> Residues:
    """The order of the derivative in each column of `family_jets`."""
    return np.array([sum(index) for _ in range(size) for index in Triangle(size, order).indices], dtype=np.int64)
