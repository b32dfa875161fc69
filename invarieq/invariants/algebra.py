"""Whether generators span a Lie algebra: brackets as combinations of the generators, with constant coefficients."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from invarieq.jets import JetSpace, VectorField


@dataclass(frozen=True)
class LieAlgebra:
    """Generators with the brackets among them.

    `structure[(i, j)]` holds the constants c^k with [v_i, v_j] = Σ_k c^k v_k for i < j where the bracket stays in the
    span; `leaving` holds (i, j, bracket) where it does not. Invariants do not need closure: those of the generators
    are those of the algebra that they generate.
    """

    generators: tuple[VectorField, ...]
    structure: dict[tuple[int, int], tuple[sp.Expr, ...]]
    leaving: tuple[tuple[int, int, VectorField], ...]

    @property
    def closed(self) -> bool:
        """True if every bracket is a combination of the generators."""
        return not self.leaving

    def explain(self) -> str:
        """One sentence on closure, naming the first bracket that leaves the span."""
        if self.closed:
            return f"the {len(self.generators)} generators span a Lie algebra"
        i, j, bracket = self.leaving[0]
        return (
            f"the bracket of {self.generators[i].label!r} and {self.generators[j].label!r} is {bracket}, not a combination "
            "of the generators; the invariants are those of the larger algebra that they generate"
        )


def close_algebra(generators: Sequence[VectorField], space: JetSpace) -> LieAlgebra:
    """Brackets of all pairs, each solved for the constants of structure (parameters of the space count as constants)."""
    structure: dict[tuple[int, int], tuple[sp.Expr, ...]] = {}
    leaving: list[tuple[int, int, VectorField]] = []
    for i, j in itertools.combinations(range(len(generators)), 2):
        bracket = generators[i].bracket(generators[j])
        constants = combination(bracket, generators, space)
        if constants is None:
            leaving.append((i, j, bracket))
        else:
            structure[i, j] = constants
    return LieAlgebra(tuple(generators), structure, tuple(leaving))


def combination(field: VectorField, basis: Sequence[VectorField], space: JetSpace) -> tuple[sp.Expr, ...] | None:
    """Constants c with field = Σ c^k basis_k, or None; free constants are set to 0."""
    columns = [field_terms(v, space) for v in (*basis, field)]
    keys = list(dict.fromkeys(key for column in columns for key in column))
    if not keys:
        return (sp.S.Zero,) * len(basis)
    rows = [[column.get(key, sp.S.Zero) for column in columns] for key in keys]
    reduced, pivots = echelon(rows)
    if len(basis) in pivots:
        return None
    result = [sp.S.Zero] * len(basis)
    for row, pivot in enumerate(pivots):
        result[pivot] = reduced[row][len(basis)]
    return tuple(result)


def echelon(rows: list[list[sp.Expr]]) -> tuple[list[list[Any]], tuple[int, ...]]:
    """Reduced row echelon form over the field of the entries, with its pivot columns."""
    matrix = DomainMatrix.from_list_sympy(len(rows), len(rows[0]), rows).to_field().to_sparse()
    reduced, pivots = matrix.rref()  # pyright: ignore[reportGeneralTypeIssues] (SymPy's stub lacks the return type)
    return reduced.to_Matrix().tolist(), tuple(pivots)


def field_terms(field: VectorField, space: JetSpace) -> dict[tuple[sp.Symbol, sp.Expr], sp.Expr]:
    """{(variable, term without constants): constant factor} of the expanded components."""
    variables = (*space.coordinates, *(f.symbol for f in space.fields))
    result: dict[tuple[sp.Symbol, sp.Expr], sp.Expr] = {}
    for symbol, component in field.components:
        for term in sp.Add.make_args(sp.expand(component)):
            constant, rest = term.as_independent(*variables, as_Add=False)
            result[symbol, rest] = result.get((symbol, rest), sp.S.Zero) + constant
    return {key: c for key, c in result.items() if c != 0}
