"""Infinite families of symmetries: generators that hold arbitrary functions, subject to linear conditions.

The functions are fields of an auxiliary jet space over the coordinates (and fields) of the system. Its conditions decide
which of their derivatives are free: f_t − f_x = 0 makes f a function of t + x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from invarieq.exact import echelon
from invarieq.exact.primes import Residues
from invarieq.exact.taylor import Triangle
from invarieq.exact.values import Values
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


def jet_ranks(
    oracle: Oracle, generators: Sequence[VectorField], families: Sequence[Family], orders: Sequence[int]
) -> tuple[int, ...]:
    """Dimension of the k-jets, for each k of `orders`, of all given symmetries at the oracle's point.

    A family counts with every free derivative of its functions, for these can be chosen at will at a point.
    """
    variables, top = oracle.equations.variables, max(orders)
    indices = Triangle(len(variables), top).indices
    values = oracle.values_at_point()
    rows = [[values(_plain(v, z, index, variables))[0] for z in variables for index in indices] for v in generators]
    for family in families:
        rows += _family_rows(family, variables, indices, values)
    if not rows:
        return (0,) * len(orders)
    matrix = np.array(rows, dtype=np.int64)
    degree = np.array([sum(index) for _ in variables for index in indices])
    return tuple(echelon(matrix[:, degree <= k]).rank for k in orders)


def _plain(v: VectorField, z: sp.Symbol, index: MultiIndex, variables: Sequence[sp.Symbol]) -> sp.Expr:
    steps = [(w, n) for w, n in zip(variables, index, strict=True) if n]
    component = v.component(z)
    return sp.diff(component, *steps) if steps and component != 0 else component


def _family_rows(
    family: Family, variables: Sequence[sp.Symbol], indices: Sequence[MultiIndex], values: Values
) -> list[list[np.int64]]:
    space = family.functions.space
    derived = [differentiate(family.generator.component(z), i, variables, family.functions) for z in variables for i in indices]
    jets = sorted({s for e in derived for s in symbols_of(e) if s not in variables and space.index(s)}, key=lambda s: s.name)
    return [[values(sp.diff(e, jet))[0] for e in derived] for jet in jets]


def spanned(vectors: Residues, candidate: Residues) -> bool:
    """Whether a vector lies in the span of others."""
    if not candidate.any():
        return True
    return len(vectors) > 0 and echelon(np.vstack([vectors, candidate])).rank == echelon(vectors).rank
