"""Relations among the generators of a module of equivariant fields: Σ p_i F_i = 0 with polynomial invariants p_i.

A module without relations is free: every right-hand side is written in one way, and its coefficients are identifiable.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.exact import sparse
from invarieq.exact.linear import rank
from invarieq.exact.points import evaluate, random_point, residue
from invarieq.invariants.blocks import monomials, null_basis, primitive
from invarieq.invariants.equivariant import Equivariants, equivariance

Relation = tuple[PolyElement, ...]


@dataclass(frozen=True, slots=True)
class ModuleRelations:
    """`relations`: tuples (p_1, p_2, …), one entry a module generator, those that are no combinations of earlier ones.

    `free`: proved that there are none at all (the generators are linearly independent at a generic point); else all
    relations up to the degree are combinations of those listed.
    """

    relations: tuple[tuple[sp.Expr, ...], ...]
    degree: int
    free: bool


def module_relations(found: Equivariants, degree: int | None = None) -> ModuleRelations:
    """Relations of total degree ≤ `degree` (default: twice the degree of the module) among `found.module`."""
    top = 2 * found.degree if degree is None else degree
    ring, moves = equivariance(found.generators, found.space)
    module = [[ring.from_expr(c) for c in row] for row in found.module]
    if _generic_rank(module, ring) == len(module):
        return ModuleRelations((), top, True)
    powers = [m for d in range(top + 1) for m in monomials(range(len(ring.symbols)), d, [1] * len(ring.symbols))]
    basis = null_basis(powers, [m.phi for m in moves], [ring.zero] * len(moves), ring)
    scalars = sorted((ring.from_dict(s) for s in basis), key=lambda s: (_degree([s]), str(s)))
    unknowns = [(i, s) for s in scalars for i in range(len(module)) if _degree([s]) + _degree(module[i]) <= top]
    vectors = _kernel(unknowns, module, ring)
    chosen: list[Relation] = []
    for vector in sorted(vectors, key=lambda v: (_total(v, module), str(v))):
        products = [tuple(s * p for p in r) for r in chosen for s in scalars if _total(r, module) + _degree([s]) <= top]
        if _dimension([*products, vector], ring) > _dimension(products, ring):
            chosen.append(vector)
    return ModuleRelations(tuple(tuple(p.as_expr() for p in r) for r in chosen), top, False)


def _kernel(unknowns: list[tuple[int, PolyElement]], module: list[list[PolyElement]], ring: PolyRing) -> list[Relation]:
    columns = [{(a, key): c for a, p in enumerate(module[i]) for key, c in (s * p).items()} for i, s in unknowns]
    result = []
    for vector in sparse.null_vectors(columns, ring.domain):
        parts = [ring.zero] * len(module)
        for j, c in primitive(vector, ring.domain).items():
            i, s = unknowns[j]
            parts[i] = parts[i] + s * c
        result.append(tuple(parts))
    return result


def _degree(polys: list[PolyElement] | Relation) -> int:
    return max((sum(powers) for p in polys for powers in p), default=0)


def _total(relation: Relation, module: list[list[PolyElement]]) -> int:
    return max(_degree([p]) + _degree(m) for p, m in zip(relation, module, strict=True) if p)


def _dimension(relations: list[Relation], ring: PolyRing) -> int:
    return sparse.rank([{(i, m): c for i, p in enumerate(r) for m, c in p.items()} for r in relations], ring.domain)


def _generic_rank(module: list[list[PolyElement]], ring: PolyRing) -> int:
    names = [s.name for s in getattr(ring.domain, "symbols", ())]
    parameters = dict(zip(names, random_point(len(names), seed=7), strict=True))
    point = random_point(len(ring.symbols))
    return rank([[evaluate({m: residue(c, parameters) for m, c in p.items()}, point) for p in row] for row in module])
