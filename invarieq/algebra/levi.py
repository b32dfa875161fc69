"""Levi decomposition L = S ⋉ rad L: a semisimple subalgebra that complements the radical.

A complement of R = rad L is corrected step by step modulo the derived series R ⊃ R' ⊃ R'' ⊃ …: at each step the
corrections solve a linear system (Levi's theorem says that it can be solved; de Graaf 2000, section 4.13).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from invarieq.algebra.cleaning import clean_span
from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.radical import radical
from invarieq.algebra.series import derived_series
from invarieq.algebra.subspaces import Subspace
from invarieq.errors import Undecided
from invarieq.exact.sparse import Basis, Span, Vector, add_scaled, combine, solve


@dataclass(frozen=True)
class LeviDecomposition:
    """L = factor ⋉ radical as vector spaces: `factor` is a semisimple subalgebra (empty for a soluble algebra)."""

    factor: Subspace
    radical: Subspace


def levi_decomposition(algebra: StructureConstants) -> LeviDecomposition:
    """A Levi factor and the radical, both with clean bases."""
    soluble = radical(algebra)
    span = Span(algebra.domain, soluble)
    if span.dimension == algebra.dimension:
        return LeviDecomposition([], algebra.units)
    factor = [algebra.unit(k) for k in span.complement(algebra.dimension)]
    if soluble:
        inner = derived_series(algebra.restricted(soluble))
        layers = [[combine(v, soluble) for v in term] for term in inner]
        for upper, lower in itertools.pairwise(layers):
            factor = _corrected(algebra, factor, upper, lower)
    return LeviDecomposition(clean_span(factor, algebra.field), clean_span(soluble, algebra.field))


def _corrected(algebra: StructureConstants, factor: Subspace, upper: Subspace, lower: Subspace) -> Subspace:
    """Vectors of `upper` added to a complement that is closed modulo `upper`, so that it is closed modulo `lower`."""
    below = Span(algebra.domain, lower)
    layer: Subspace = []
    for v in upper:  # representatives of upper/lower
        if below.add(v):
            layer.append(v)
    frame = Basis(algebra.domain, [*factor, *layer, *lower])
    size, width = len(factor), len(layer)
    actions = [[frame.coordinates(algebra.bracket(x, r)) or {} for r in layer] for x in factor]
    rows: list[Vector] = []
    for i, j in itertools.combinations(range(size), 2):
        image = frame.coordinates(algebra.bracket(factor[i], factor[j]))
        if image is None:
            raise Undecided("the complement of the radical is not closed modulo the radical; the algebra violates Jacobi")
        rows += _conditions(image, actions, (i, j), (size, width))
    solution = solve(rows, size * width, algebra.domain)
    if solution is None:
        raise Undecided("the Levi corrections have no solution; the structure constants violate the Jacobi identity")
    result = [dict(v) for v in factor]
    for place, value in solution.items():
        add_scaled(result[place // width], value, layer[place % width])
    return result


def _conditions(image: Vector, actions: list[list[Vector]], pair: tuple[int, int], shape: tuple[int, int]) -> list[Vector]:
    """[x_i + u_i, x_j + u_j] = Σ c (x_k + u_k) modulo the lower layer, one row for each direction of the layer.

    Unknowns: u_i = Σ_a y[i·width + a] layer_a; the constant stands in the last column.
    """
    (i, j), (size, width) = pair, shape
    rows: list[Vector] = []
    for a in range(width):
        row: Vector = {}
        if size + a in image:
            row[size * width] = image[size + a]
        for b in range(width):
            if size + a in actions[i][b]:
                add_scaled(row, actions[i][b][size + a], {j * width + b: 1})
            if size + a in actions[j][b]:
                add_scaled(row, -actions[j][b][size + a], {i * width + b: 1})
        for k, c in image.items():
            if k < size:
                add_scaled(row, -c, {k * width + a: 1})
        if row:
            rows.append(row)
    return rows
