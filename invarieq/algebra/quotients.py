"""Irreducible real quotients of a module: the blocks in which an adjoint orbit is put into normal form.

A quotient of V is a submodule of the dual. For a soluble algebra [H, H] acts nilpotently (Lie), so on its common kernel
everything commutes, and intersections of eigenspaces end in a line or in a plane with complex eigenvalues.
With a Levi factor of type A1 its Casimir operator singles out modules of equal dimension first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.levi import levi_decomposition
from invarieq.algebra.modules import cyclic_submodule
from invarieq.algebra.representation import casimir_of
from invarieq.algebra.subspaces import product
from invarieq.errors import Undecided
from invarieq.exact.characteristic import characteristic_polynomial, discriminant_sign, factors, kernel, value_at
from invarieq.exact.fieldofconstants import ConstantField
from invarieq.exact.sparse import Basis, Span, Vector, add_scaled, combine, null_space

Columns = list[Vector]


class NeedsRoot(Exception):
    """The field lacks a square root that the splitting needs; `number` is the root."""

    def __init__(self, number: sp.Expr) -> None:
        super().__init__(str(number))
        self.number = number


@dataclass(frozen=True)
class Block:
    """A quotient V/V' : `over` are vectors of V whose classes form its basis, `rest` a basis of V'.

    `simple`: the Levi factor moves it; otherwise its dimension is 1, or 2 with complex eigenvalues.
    """

    over: list[Vector]
    rest: list[Vector]
    simple: bool


def top_block(algebra: StructureConstants, group: Sequence[Vector], module: Sequence[Vector]) -> Block:
    """An irreducible quotient of `module` (a subspace of the algebra) under a subalgebra `group`."""
    frame = Basis(algebra.domain, module)
    maps: list[Columns] = []
    for h in group:
        images = [frame.coordinates(algebra.bracket(h, v)) for v in module]
        if any(image is None for image in images):
            raise Undecided("the subspace is not invariant under the stabiliser")
        maps.append(_transposed([image or {} for image in images], len(module)))
    forms, simple = _minimal(algebra.restricted(group), maps, len(module), algebra.field)
    rest = null_space(forms, len(module), algebra.domain)
    outside = Span(algebra.domain, rest)
    over = [module[k] for k in range(len(module)) if outside.add({k: algebra.domain.one})]
    return Block(over, [combine(v, module) for v in rest], simple)


def _transposed(columns: Columns, size: int) -> Columns:
    result: Columns = [{} for _ in range(size)]
    for j, column in enumerate(columns):
        for i, value in column.items():
            result[i][j] = value
    return result


def _minimal(group: StructureConstants, maps: list[Columns], size: int, field: ConstantField) -> tuple[list[Vector], bool]:
    """A minimal subspace invariant under transposed matrices, and whether the Levi factor moves it."""
    levi = levi_decomposition(group)
    soluble = [_combined(maps, v, size) for v in levi.radical]
    inner = [_combined(maps, v, size) for v in product(group, group.units, levi.radical)]
    space = _common_kernel(inner, [{i: field.domain.one} for i in range(size)], field.domain)
    dimension = 1
    if levi.factor:
        if len(levi.factor) != 3:
            raise Undecided(f"the stabiliser has a Levi factor of dimension {len(levi.factor)}")
        dimension, space = _isotypic(group, [_combined(maps, v, size) for v in levi.factor], levi.factor, space)
    for matrix in soluble:
        space = _eigenspace(matrix, space, field)
    found = cyclic_submodule(maps, space[0], field.domain)
    if len(found) > max(2, dimension):
        raise Undecided("the adjoint action has no blocks of dimension 1 or 2")
    return found, dimension > 1


def _isotypic(
    group: StructureConstants, actions: list[Columns], factor: list[Vector], space: list[Vector]
) -> tuple[int, list[Vector]]:
    """The part of a space whose irreducible constituents under a Levi factor have the least dimension, and that dimension."""
    operator = casimir_of(group, factor, [_restricted(a, space, group.domain) for a in actions], len(space))
    for d in range(1, len(space) + 1):
        shifted = [dict(column) for column in operator]
        for j, column in enumerate(shifted):
            add_scaled(column, -group.domain.convert(d * d - 1) / 8, {j: group.domain.one})
        if found := kernel(shifted, group.domain):
            return d, [combine(v, space) for v in found]
    raise Undecided("the Levi factor acts by no module that is known")


def _combined(maps: list[Columns], weights: Vector, size: int) -> Columns:
    result: Columns = [{} for _ in range(size)]
    for k, c in weights.items():
        for j in range(size):
            add_scaled(result[j], c, maps[k][j])
    return result


def _common_kernel(maps: list[Columns], space: list[Vector], domain: Any) -> list[Vector]:
    for matrix in maps:
        images = [combine(v, matrix) for v in space]
        space = [combine(c, space) for c in kernel(images, domain)] if any(images) else space
    return space


def _restricted(matrix: Columns, space: list[Vector], domain: Any) -> Columns:
    frame = Basis(domain, space)
    images = [frame.coordinates(combine(v, matrix)) for v in space]
    if any(image is None for image in images):
        raise Undecided("a subspace that should be invariant is not")
    return [image or {} for image in images]


def _eigenspace(matrix: Columns, space: list[Vector], field: ConstantField) -> list[Vector]:
    """The kernel of one irreducible factor, of degree 1 if there is one, else of a complex pair.

    Eigenvalues that are not 0 come first: their blocks are the ones that translations reach.
    """
    inner = _restricted(matrix, space, field.domain)
    found = factors(characteristic_polynomial(inner, field))
    factor = min((f for f, _ in found), key=lambda f: (f.degree(), not f.rep.to_list()[1:] or not f.rep.to_list()[-1]))
    if factor.degree() == 2:
        sign = discriminant_sign(factor, field)
        if sign is None:
            raise Undecided("whether eigenvalues are real depends on parameters")
        if sign > 0:
            _, b, c = (field.to_sympy(e) for e in factor.rep.to_list())
            raise NeedsRoot(sp.sqrt(b**2 / 4 - c))
    elif factor.degree() > 2:
        raise Undecided(f"eigenvalues are roots of {factor.as_expr()}, a polynomial of degree {factor.degree()}")
    images = [value_at(factor, inner, {i: field.domain.one}) for i in range(len(space))]
    return [combine(c, space) for c in kernel(images, field.domain)]
