"""How a Levi factor acts on the radical: irreducible parts, invariant forms.

For sl(2,R) and so(3) the Casimir operator, normalised by the Killing form, has the value (d² − 1)/8 on the irreducible
module of dimension d, so that its characteristic polynomial counts them exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.killing import killing_form
from invarieq.algebra.levi import LeviDecomposition
from invarieq.exact.characteristic import characteristic_polynomial, factors
from invarieq.exact.sparse import Basis, Vector, add_scaled, combine, null_space

Columns = list[Vector]


def action_on(algebra: StructureConstants, vector: Vector, module: Sequence[Vector]) -> Columns:
    """ad of a vector on an invariant subspace, in its basis."""
    frame = Basis(algebra.domain, module)
    return [frame.coordinates(algebra.bracket(vector, v)) or {} for v in module]


def module_dimensions(algebra: StructureConstants, levi: LeviDecomposition, name: str) -> tuple[int, ...]:
    """Dimensions of the irreducible parts of the radical under a Levi factor sl(2,R) or so(3), largest first.

    Empty for other factors. Over the reals the modules of so(3) with even d come in pairs of dimension 2d.
    """
    if name not in {"sl(2,R)", "so(3)"}:
        return ()
    values = casimir_values(algebra, levi.factor, levi.radical)
    found: list[int] = []
    for d, count in values.items():
        paired = name == "so(3)" and d % 2 == 0
        found += [2 * d] * (count // (2 * d)) if paired else [d] * (count // d)
    return tuple(sorted(found, reverse=True))


def casimir_values(algebra: StructureConstants, factor: Sequence[Vector], module: Sequence[Vector]) -> dict[int, int]:
    """{d: dimension of the part of the module whose irreducible constituents have dimension d} for a factor of type A1."""
    operator = casimir_of(algebra, factor, [action_on(algebra, x, module) for x in factor], len(module))
    result: dict[int, int] = {}
    for poly, multiplicity in factors(characteristic_polynomial(operator, algebra.field)):
        value = -poly.rep.to_list()[1] if len(poly.rep.to_list()) == 2 else None
        d = next((d for d in range(1, len(module) + 1) if value == algebra.domain.convert(d * d - 1) / 8), None)
        if poly.degree() == 1 and d is not None:
            result[d] = multiplicity
    return result


def casimir_of(algebra: StructureConstants, factor: Sequence[Vector], maps: Sequence[Columns], size: int) -> Columns:
    """Σ (K⁻¹)_ij A_i A_j for the matrices A_i with which the basis of a semisimple `factor` acts on a module."""
    dual = Basis(algebra.domain, killing_form(algebra.restricted(factor)))
    result: Columns = [{} for _ in range(size)]
    for i in range(len(factor)):
        for j, weight in (dual.coordinates({i: algebra.domain.one}) or {}).items():
            for k in range(size):
                add_scaled(result[k], weight, combine(maps[j][k], maps[i]))
    return result


def invariant_forms(maps: Sequence[Columns], size: int, domain: Any) -> list[list[Vector]]:
    """A basis of the symmetric forms B with B(Ax, y) + B(x, Ay) = 0 for all the maps, as rows."""
    places = {(i, j): k for k, (i, j) in enumerate((i, j) for i in range(size) for j in range(i, size))}
    rows: list[Vector] = []
    for columns in maps:
        for i in range(size):
            for j in range(i, size):
                row: Vector = {}
                for k, c in columns[i].items():
                    add_scaled(row, c, {places[min(k, j), max(k, j)]: domain.one})
                for k, c in columns[j].items():
                    add_scaled(row, c, {places[min(k, i), max(k, i)]: domain.one})
                if row:
                    rows.append(row)
    result: list[list[Vector]] = []
    for solution in null_space(rows, len(places), domain):
        form: list[Vector] = [{} for _ in range(size)]
        for (i, j), k in places.items():
            if k in solution:
                form[i][j] = form[j][i] = solution[k]
        result.append(form)
    return result
