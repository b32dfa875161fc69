"""Lie algebras of vector fields: whether brackets stay in the span of the generators, and with which constants."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from invarieq.algebra.constants import StructureConstants, structure_constants
from invarieq.algebra.fields import brackets_of, expansion
from invarieq.errors import AlgebraError
from invarieq.exact.sparse import Basis
from invarieq.jets import JetSpace, VectorField

MAX_DIMENSION = 60


@dataclass(frozen=True)
class LieAlgebra:
    """Generators with the brackets among them.

    `structure[(i, j)]` holds the constants c^k with [v_i, v_j] = Σ_k c^k v_k for i < j where the bracket stays in the
    span; `leaving` holds (i, j, bracket) where it does not. `relation` holds coefficients of a combination of the
    generators that vanishes, if there is one (then they are no basis).
    """

    generators: tuple[VectorField, ...]
    structure: dict[tuple[int, int], tuple[sp.Expr, ...]]
    leaving: tuple[tuple[int, int, VectorField], ...]
    relation: tuple[sp.Expr, ...] = ()

    @property
    def closed(self) -> bool:
        """True if every bracket is a combination of the generators."""
        return not self.leaving

    @property
    def dimension(self) -> int:
        """Number of generators."""
        return len(self.generators)

    @property
    def labels(self) -> tuple[str, ...]:
        """v1, v2, …: how tables name the generators."""
        return tuple(f"v{i + 1}" for i in range(self.dimension))

    def explain(self) -> str:
        """One sentence on closure, naming the first bracket that leaves the span."""
        if self.closed:
            return f"the {len(self.generators)} generators span a Lie algebra"
        i, j, bracket = self.leaving[0]
        return (
            f"the bracket of {self.generators[i].label!r} and {self.generators[j].label!r} is {bracket}, not a combination "
            "of the generators; the invariants are those of the larger algebra that they generate"
        )

    @cached_property
    def constants(self) -> StructureConstants:
        """The structure constants as an abstract algebra.

        Raises `AlgebraError` where a bracket leaves the span (naming it) or the generators are linearly dependent.
        """
        if self.leaving:
            i, j, bracket = self.leaving[0]
            raise AlgebraError(
                f"the generators span no Lie algebra: the bracket of {self.generators[i].label!r} and "
                f"{self.generators[j].label!r} is {bracket}, which is no combination of them; add it to the generators, "
                "or take generate_algebra(...)"
            )
        if self.relation:
            text = " + ".join(f"({c})*({v.label})" for c, v in zip(self.relation, self.generators, strict=True) if c != 0)
            raise AlgebraError(f"the generators are linearly dependent: {text} = 0; leave one of them out")
        brackets = {pair: {k: c for k, c in enumerate(row) if c != 0} for pair, row in self.structure.items()}
        return structure_constants(self.dimension, brackets, check=False)

    def combination(self, coefficients: Sequence[sp.Expr | int]) -> VectorField:
        """Σ c_i v_i as a vector field, unnamed."""
        parts: dict[sp.Symbol, sp.Expr] = {}
        for c, v in zip(coefficients, self.generators, strict=True):
            for s, component in v.components:
                parts[s] = parts.get(s, sp.S.Zero) + c * component
        return VectorField({s: sp.expand(e) for s, e in parts.items()})


def close_algebra(generators: Sequence[VectorField], space: JetSpace) -> LieAlgebra:
    """Brackets of all pairs, each written in the generators (parameters of the space count as constants).

    Independence over the constants is exact for polynomial components; for others it is decided by an expansion into
    independent terms and checked by numbers. Raises `Undecided` where neither decides.
    """
    pairs = list(itertools.combinations(range(len(generators)), 2))
    brackets = {pair: v for pair, v in brackets_of(generators, space, pairs).items() if v.components}
    found = expansion([*generators, *brackets.values()], space)
    basis = Basis(found.field.domain, found.vectors[: len(generators)])
    zero: tuple[sp.Expr, ...] = (sp.S.Zero,) * len(generators)
    structure: dict[tuple[int, int], tuple[sp.Expr, ...]] = dict.fromkeys(pairs, zero)
    leaving: list[tuple[int, int, VectorField]] = []
    for (i, j), vector in zip(brackets, found.vectors[len(generators) :], strict=True):
        image = basis.coordinates(vector)
        if image is None:
            del structure[i, j]
            leaving.append((i, j, brackets[i, j]))
        else:
            structure[i, j] = tuple(found.field.to_sympy(image[k]) if k in image else sp.S.Zero for k in range(len(zero)))
    relation: tuple[sp.Expr, ...] = ()
    if basis.dependent is not None:
        relation = tuple(
            found.field.to_sympy(basis.dependent[k]) if k in basis.dependent else sp.S.Zero for k in range(len(zero))
        )
    return LieAlgebra(tuple(generators), structure, tuple(leaving), relation)


def combination(field: VectorField, basis: Sequence[VectorField], space: JetSpace) -> tuple[sp.Expr, ...] | None:
    """Constants c with field = Σ c^k basis_k, or None; free constants are set to 0."""
    found = expansion([*basis, field], space)
    image = Basis(found.field.domain, found.vectors[:-1]).coordinates(found.vectors[-1])
    if image is None:
        return None
    return tuple(found.field.to_sympy(image[k]) if k in image else sp.S.Zero for k in range(len(basis)))


def generate_algebra(generators: Sequence[VectorField], space: JetSpace, *, limit: int = MAX_DIMENSION) -> LieAlgebra:
    """The smallest Lie algebra that holds the generators: dependent ones are left out, brackets that leave are added.

    Raises `AlgebraError` when it grows beyond `limit` dimensions (it may be infinite-dimensional).
    """
    chosen: list[VectorField] = []
    for v in generators:
        if v.components and combination(v, chosen, space) is None:
            chosen.append(v)
    while True:
        algebra = close_algebra(chosen, space)
        for _, _, bracket in algebra.leaving:
            if combination(bracket, chosen, space) is None:
                chosen.append(bracket)
        if algebra.closed:
            return algebra
        if len(chosen) > limit:
            raise AlgebraError(f"the algebra that the {len(generators)} generators generate has more than {limit} dimensions")
