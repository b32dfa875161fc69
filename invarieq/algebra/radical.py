"""Radical (the largest soluble ideal) and nilradical (the largest nilpotent one).

rad L = {x : K(x, [L, L]) = 0} (Cartan; Jacobson 1962, III.5). By Lie's theorem ad rad L is triangular over ℂ with weights
w on the diagonal; x lies in the nilradical exactly when all w(x) = 0. With one c ∈ rad L on which different weights
differ that says tr(ad x · ad(c)^k) = Σ_w w(x) w(c)^k = 0 for all k (Vandermonde). Whether c was good is seen at the end:
the answer holds the nilradical in any case, so it is the nilradical as soon as it is nilpotent.
"""

from __future__ import annotations

import random

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.killing import killing_form
from invarieq.algebra.series import is_nilpotent
from invarieq.algebra.subspaces import Subspace, product
from invarieq.errors import Undecided
from invarieq.exact.sparse import Vector, combine, dot, null_space

SEED = 271828
TRIES = 12


def radical(algebra: StructureConstants) -> Subspace:
    """A basis of the largest soluble ideal."""
    form = killing_form(algebra)
    derived = product(algebra, algebra.units, algebra.units)
    return null_space((combine(v, form) for v in derived), algebra.dimension, algebra.domain)


def nilradical(algebra: StructureConstants, soluble: Subspace | None = None) -> Subspace:
    """A basis of the largest nilpotent ideal; `soluble` is the radical, if it is known already."""
    ideal = radical(algebra) if soluble is None else soluble
    if is_nilpotent(algebra.restricted(ideal)):
        return ideal
    source = random.Random(SEED)
    for trial in range(TRIES):
        weights = [algebra.domain.convert(source.randint(-3 - trial, 3 + trial)) for _ in ideal]
        candidate = _weightless(algebra, ideal, combine({i: w for i, w in enumerate(weights) if w}, ideal))
        if is_nilpotent(algebra.restricted(candidate)):
            return candidate
    raise Undecided(f"the nilradical was not found with {TRIES} random elements; report this algebra")


def _weightless(algebra: StructureConstants, ideal: Subspace, chosen: Vector) -> Subspace:
    """The x in the ideal with tr(ad x · ad(chosen)^k) = 0 for k < dimension."""
    n, domain = algebra.dimension, algebra.domain
    step = algebra.adjoint(chosen)
    maps = [algebra.adjoint(v) for v in ideal]
    power = algebra.units
    rows: list[Vector] = []
    for _ in range(n):
        transposed: list[Vector] = [{} for _ in range(n)]
        for j, column in enumerate(power):
            for k, value in column.items():
                transposed[k][j] = value
        row = {}
        for i, columns in enumerate(maps):  # tr(A·P) = Σ_j (row j of P) · (column j of A)
            if trace := sum((dot(transposed[j], columns[j], domain) for j in range(n) if columns[j]), domain.zero):
                row[i] = trace
        rows.append(row)
        power = [combine(column, step) for column in power]
        if not any(power):
            break
    return [combine(c, ideal) for c in null_space(rows, len(ideal), domain)]
