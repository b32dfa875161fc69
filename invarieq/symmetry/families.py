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
from invarieq.jets import Field, JetSpace, VectorField, symbols_of
from invarieq.jets.multiindices import MultiIndex
from invarieq.jets.space import substitute
from invarieq.symmetry.determining import Column
from invarieq.symmetry.equations import Equations
from invarieq.symmetry.functions_of import GREEK, NAMES, differentiate
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
        """Linear equations that the functions obey as functions of the coordinates, each = 0; none for free ones."""
        return self.functions.law

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the functions that the generator holds or that its conditions tie to these."""
        return tuple(f.name for f in self.functions.space.fields)


def renamed(family: Family, names: Sequence[str]) -> Family:
    """The same family with other names for its functions."""
    old = family.functions.space
    fields = tuple(Field(n, *f.arguments) for n, f in zip(names, old.fields, strict=True))
    new = JetSpace(old.coordinates, fields, old.parameters)

    def moved(expr: sp.Expr) -> sp.Expr:
        own = {s: old.index(s) for s in symbols_of(expr) if s.name.split("_")[0] in {f.name for f in old.fields}}
        return substitute(expr, {s: new.jet(*found) for s, found in own.items() if found is not None})

    functions = Equations(
        new,
        tuple(moved(e) for e in family.functions.law),
        tuple(moved(s) for s in family.functions.leading),  # type: ignore[arg-type]
        {moved(s): moved(e) for s, e in family.functions.sides.items()},  # type: ignore[misc]
        tuple(moved(e) for e in family.functions.conditions),
    )
    generator = VectorField({z: moved(c) for z, c in family.generator.components})
    return Family(generator, functions, family.arguments)


def distinctly_named(families: Sequence[Family], taken: Sequence[str]) -> tuple[Family, ...]:
    """The families with no function named like another one, or like anything in `taken`."""
    used, result = set(taken), []
    for family in families:
        names = []
        for name in family.names:
            fresh = (
                name if name not in used else next(n for n in (*NAMES, *GREEK, *(f"f{i}" for i in range(100))) if n not in used)
            )
            used.add(fresh)
            names.append(fresh)
        result.append(renamed(family, names))
    return tuple(result)


def family_jets(oracle: Oracle, family: Family, columns: Sequence[Column]) -> Residues:
    """The jets that a family has at the oracle's point, one row for each free derivative of its functions.

    The free derivatives can be chosen at will at a point.
    """
    variables, space = oracle.equations.variables, family.functions.space
    values = oracle.values_at_point()
    calculus = _Derived([family.generator.component(z) for z in variables], variables, family.functions)
    derived = [calculus(z, index) for z, index in columns]
    jets = sorted({s for e in derived for s in symbols_of(e) if s not in variables and space.index(s)}, key=lambda s: s.name)
    rows = [[values(sp.diff(e, jet))[0] if e.has(jet) else 0 for e in derived] for jet in jets]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(columns))


class _Derived:
    """Derivatives of components that hold functions, each from one of a lower order."""

    def __init__(self, components: Sequence[sp.Expr], variables: Sequence[sp.Symbol], functions: Equations) -> None:
        self.components, self.variables, self.functions = components, variables, functions
        self._known: dict[Column, sp.Expr] = {}

    def __call__(self, z: int, index: MultiIndex) -> sp.Expr:
        if self.components[z] == 0 or not any(index):
            return self.components[z]
        if (z, index) not in self._known:
            j = max(i for i, n in enumerate(index) if n)
            step = tuple(int(i == j) for i in range(len(index)))
            lower = tuple(n - (i == j) for i, n in enumerate(index))
            self._known[z, index] = differentiate(self(z, lower), step, self.variables, self.functions)
        return self._known[z, index]
