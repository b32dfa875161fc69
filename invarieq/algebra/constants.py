"""A Lie algebra by its structure constants alone: [e_i, e_j] = Σ_k c_ij^k e_k over an exact field.

The field is any SymPy field: the rationals, algebraic numbers, or rational functions of parameters (then every answer
is the generic one: pivots that are not identically zero count as non-zero).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from invarieq.errors import AlgebraError
from invarieq.exact.fieldofconstants import ConstantField, constant_field
from invarieq.exact.sparse import Basis, Span, Vector, add_scaled

Pair = tuple[int, int]
SEED = 1729


@dataclass(frozen=True)
class StructureConstants:
    """A Lie algebra of a given dimension; `brackets` holds ((i, j), ((k, c_ij^k), …)) for i < j, non-zero ones only.

    Build it with `structure_constants` (from SymPy numbers) or `LieAlgebra.constants` (from vector fields).
    """

    dimension: int
    brackets: tuple[tuple[Pair, tuple[tuple[int, Any], ...]], ...]
    field: ConstantField

    @property
    def domain(self) -> Any:
        """The SymPy field that the constants lie in."""
        return self.field.domain

    @cached_property
    def table(self) -> dict[Pair, Vector]:
        """{(i, j): [e_i, e_j]} for both orders, non-zero brackets only."""
        result: dict[Pair, Vector] = {}
        for (i, j), entries in self.brackets:
            result[i, j] = dict(entries)
            result[j, i] = {k: -c for k, c in entries}
        return result

    @cached_property
    def partners(self) -> dict[int, list[tuple[int, Vector]]]:
        """{i: [(j, [e_i, e_j]), …]}, non-zero brackets only."""
        result: dict[int, list[tuple[int, Vector]]] = {i: [] for i in range(self.dimension)}
        for (i, j), value in sorted(self.table.items()):
            result[i].append((j, value))
        return result

    def bracket(self, left: Vector, right: Vector) -> Vector:
        """[left, right] of two vectors."""
        result: Vector = {}
        for i, a in left.items():
            for j, value in self.partners[i]:
                if j in right:
                    add_scaled(result, a * right[j], value)
        return result

    def adjoint(self, vector: Vector) -> list[Vector]:
        """ad v by columns: entry j is [v, e_j]."""
        columns: list[Vector] = [{} for _ in range(self.dimension)]
        for i, a in vector.items():
            for j, value in self.partners[i]:
                add_scaled(columns[j], a, value)
        return columns

    def unit(self, i: int) -> Vector:
        """The basis vector e_i."""
        return {i: self.domain.one}

    @property
    def units(self) -> list[Vector]:
        """All basis vectors."""
        return [self.unit(i) for i in range(self.dimension)]

    def expressions(self, vector: Vector) -> tuple[sp.Expr, ...]:
        """A vector as a tuple of SymPy expressions."""
        return tuple(self.field.to_sympy(vector[k]) if k in vector else sp.S.Zero for k in range(self.dimension))

    def restricted(self, basis: Sequence[Vector]) -> StructureConstants:
        """The subalgebra with a given basis; `AlgebraError` if a bracket leaves it."""
        frame = Basis(self.domain, basis)
        brackets: list[tuple[Pair, Vector]] = []
        for i, j in itertools.combinations(range(len(basis)), 2):
            image = frame.coordinates(self.bracket(basis[i], basis[j]))
            if image is None:
                raise AlgebraError(f"the subspace is no subalgebra: the bracket of its vectors {i} and {j} leaves it")
            brackets.append(((i, j), image))
        return _made(len(basis), brackets, self.field)

    def changed(self, basis: Sequence[Vector]) -> StructureConstants:
        """The same algebra in another basis (as many independent vectors)."""
        if Span(self.domain, basis).dimension != self.dimension or len(basis) != self.dimension:
            raise AlgebraError(f"a new basis needs {self.dimension} independent vectors")
        return self.restricted(basis)

    def quotient(self, ideal: Sequence[Vector], complement: Sequence[Vector]) -> StructureConstants:
        """The algebra modulo an ideal, in the basis of the classes of `complement`."""
        frame, size = Basis(self.domain, [*complement, *ideal]), len(complement)
        brackets: list[tuple[Pair, Vector]] = []
        for i, j in itertools.combinations(range(size), 2):
            image = frame.coordinates(self.bracket(complement[i], complement[j]))
            if image is None:
                raise AlgebraError("complement and ideal do not span the algebra")
            brackets.append(((i, j), {k: c for k, c in image.items() if k < size}))
        return _made(size, brackets, self.field)

    def at_random_parameters(self) -> StructureConstants:
        """The algebra at one random value of its parameters; ranks of linear systems there are at most the generic ones."""
        symbols = getattr(self.domain, "symbols", ())
        source = random.Random(SEED)
        while True:
            point = {s: sp.Integer(source.randint(10**5, 10**6)) for s in symbols}
            fractions = {key: [(k, self.domain.to_sympy(c).subs(point)) for k, c in entries] for key, entries in self.brackets}
            if all(c.is_finite for entries in fractions.values() for _, c in entries):
                field = constant_field(c for entries in fractions.values() for _, c in entries)
                brackets = [(key, {k: e for k, c in row if (e := field.from_sympy(c))}) for key, row in fractions.items()]
                return _made(self.dimension, brackets, field)

    def over(self, field: ConstantField) -> StructureConstants:
        """The same algebra over a larger field."""
        brackets = [((i, j), {k: field.convert(c, self.field) for k, c in entries}) for (i, j), entries in self.brackets]
        return _made(self.dimension, brackets, field)


def structure_constants(dimension: int, brackets: Mapping[Pair, Mapping[int, Any]], *, check: bool = True) -> StructureConstants:
    """An algebra from its non-zero brackets: {(i, j): {k: c}} means [e_i, e_j] = Σ c e_k (0-based).

    The constants may hold parameters (symbols) and algebraic numbers. Raises `AlgebraError` where indices are out of
    range, brackets contradict antisymmetry, or the Jacobi identity fails.

    >>> structure_constants(3, {(1, 2): {0: 1}}).dimension
    3
    """
    exact = {(i, j): {k: sp.sympify(c, strict=True) for k, c in row.items()} for (i, j), row in brackets.items()}
    for (i, j), row in exact.items():
        if not all(0 <= k < dimension for k in (i, j, *row)):
            raise AlgebraError(f"the bracket of {i} and {j} names a vector out of range; expected 0 to {dimension - 1}")
    field = constant_field(c for row in exact.values() for c in row.values())
    table: dict[Pair, Vector] = {}
    for (i, j), row in exact.items():
        value = {k: e for k, c in row.items() if (e := field.from_sympy(c) * (1 if i < j else -1))}
        key = (min(i, j), max(i, j))
        if (i == j and value) or table.setdefault(key, value) != value:
            raise AlgebraError(f"the brackets of {i} and {j} are not antisymmetric: [a, b] = -[b, a] fails")
    result = _made(dimension, [(key, value) for key, value in table.items() if key[0] != key[1]], field)
    if check and (failing := first_jacobi_failure(result)) is not None:
        raise AlgebraError(f"no Lie algebra: the Jacobi identity fails for the vectors {', '.join(map(str, failing))}")
    return result


def _made(dimension: int, brackets: Sequence[tuple[Pair, Vector]], field: ConstantField) -> StructureConstants:
    kept = sorted((key, tuple(sorted(value.items()))) for key, value in brackets if value)
    return StructureConstants(dimension, tuple(kept), field)


def jacobi_failures(algebra: StructureConstants) -> Iterator[tuple[int, int, int]]:
    """Triples (i, j, k) with [e_i, [e_j, e_k]] + cyclic ≠ 0."""
    for i, j, k in itertools.combinations(range(algebra.dimension), 3):
        total: Vector = {}
        for a, b, c in ((i, j, k), (j, k, i), (k, i, j)):
            for m, value in algebra.table.get((b, c), {}).items():
                add_scaled(total, value, algebra.table.get((a, m), {}))
        if total:
            yield i, j, k


def first_jacobi_failure(algebra: StructureConstants) -> tuple[int, int, int] | None:
    """The first triple of basis vectors that violates the Jacobi identity; None for a Lie algebra."""
    return next(jacobi_failures(algebra), None)
