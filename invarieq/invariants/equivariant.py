"""Polynomial right-hand sides that respect a symmetry: equivariant vector fields and their module generators.

u_t = F(u) admits v = τ ∂_t + φ^a(u) ∂_{u^a} exactly when v(F^a) − Σ_b F^b ∂φ^a/∂u^b + τ_t F^a = 0 for all a: for a
linear v without τ this is the commutation [v, F] = 0 (the infinitesimal form of J_g F = F∘g).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.errors import DeclarationError, NoInvariants
from invarieq.exact.sparse import null_vectors, rank
from invarieq.invariants.blocks import Terms, apply_move, monomials, null_basis, primitive
from invarieq.jets import JetSpace, VectorField

Vector = dict[tuple[int, tuple[int, ...]], Any]
Components = tuple[sp.Expr, ...]


@dataclass(frozen=True, slots=True)
class Equivariants:
    """Polynomial right-hand sides up to a degree that admit all generators.

    `basis`: all of them, a basis over the constants (one expression a field); `module`: those that are not polynomial
    invariants times earlier ones; `invariants`: the polynomial invariants of the fields up to the degree, a basis over the
    constants without 1; `unrestricted`: number of coefficients without the symmetry.
    """

    space: JetSpace
    generators: tuple[VectorField, ...]
    degree: int
    basis: tuple[Components, ...]
    module: tuple[Components, ...]
    invariants: tuple[sp.Expr, ...]
    unrestricted: int

    @property
    def dimension(self) -> int:
        """Number of free coefficients that the symmetry leaves."""
        return len(self.basis)


@dataclass(frozen=True)
class LinearMove:
    """One generator on the fields: φ as polynomials, their derivatives ∂φ^a/∂u^b, and τ_t."""

    phi: tuple[PolyElement, ...]
    jacobian: tuple[tuple[PolyElement, ...], ...]
    rate: PolyElement


def equivariant_fields(generators: Sequence[VectorField], space: JetSpace, degree: int) -> Equivariants:
    """All F with polynomial components of degree ≤ `degree` in the fields such that u_t = F(u) admits the generators.

    Generators may move the first coordinate by a multiple of itself plus a constant; the components of the fields must
    be polynomials in the fields. `NoInvariants` if only F = 0 is left.
    """
    fields = [f.symbol for f in space.fields]
    ring, moves = equivariance(generators, space)
    powers = [m for d in range(degree + 1) for m in monomials(range(len(fields)), d, [1] * len(fields))]
    unknowns = [(a, m) for m in powers for a in range(len(fields))]
    vectors = _null_space(unknowns, moves, ring)
    if not vectors:
        raise NoInvariants(
            f"no polynomial right-hand side of degree ≤ {degree} admits {', '.join(v.label for v in generators)}; "
            "raise the degree or leave out generators"
        )
    scalars = null_basis(powers, [m.phi for m in moves], [ring.zero] * len(moves), ring)
    module = _module(vectors, scalars, ring.domain)
    return Equivariants(
        space=space,
        generators=tuple(generators),
        degree=degree,
        basis=tuple(_components(v, ring, len(fields)) for v in vectors),
        module=tuple(_components(v, ring, len(fields)) for v in module),
        invariants=tuple(ring.from_dict(s).as_expr() for s in scalars if any(map(any, s))),
        unrestricted=len(unknowns),
    )


def equivariance(generators: Sequence[VectorField], space: JetSpace) -> tuple[PolyRing, list[LinearMove]]:
    """The ring of polynomials in the fields, and the generators in it."""
    parameters = [s for s in space.parameters if any(s in c.free_symbols for v in generators for _, c in v.components)]
    domain = sp.QQ.frac_field(*parameters) if parameters else sp.QQ
    ring = PolyRing([f.symbol for f in space.fields], domain, sp.grevlex)  # pyright: ignore[reportArgumentType] (stub: lex only)
    return ring, [_linear(v, space, ring) for v in generators]


def _linear(field: VectorField, space: JetSpace, ring: PolyRing) -> LinearMove:
    time, *others = space.coordinates
    tau = field.component(time)
    rate = sp.diff(tau, time)
    moved = [x for x in others if field.component(x) != 0]
    if moved or tau.free_symbols & set(ring.symbols) or rate.free_symbols & set(space.coordinates):
        raise DeclarationError(
            f"generator {field.label!r} moves {moved[0] if moved else time} in a way that right-hand sides F(fields) cannot "
            f"follow; expected components of the fields and at most a scaling or translation of {time}"
        )
    try:
        phi = tuple(ring.from_expr(sp.expand(field.component(f))) for f in space.fields)
        rate = ring.from_expr(rate)
    except (ValueError, CoercionFailed, BasePolynomialError):
        raise DeclarationError(
            f"generator {field.label!r}: expected components that are polynomials in {', '.join(map(str, ring.symbols))}"
        ) from None
    return LinearMove(phi, tuple(tuple(p.diff(z) for z in ring.gens) for p in phi), rate)


def _null_space(unknowns: Sequence[tuple[int, tuple[int, ...]]], moves: Sequence[LinearMove], ring: PolyRing) -> list[Vector]:
    columns: list[dict[tuple[int, int, tuple[int, ...]], Any]] = []
    for a, powers in unknowns:
        column: dict[tuple[int, int, tuple[int, ...]], Any] = {}
        for k, move in enumerate(moves):
            for row, terms in _residual(a, powers, move, ring):
                for key, c in terms.items():
                    column[k, row, key] = column.get((k, row, key), ring.domain.zero) + c
        columns.append(column)
    vectors = [{unknowns[j]: c for j, c in row.items()} for row in null_vectors(columns, ring.domain)]
    vectors = [primitive(v, ring.domain) for v in vectors]
    return sorted(vectors, key=lambda v: max(sum(powers) for _, powers in v))


def _residual(a: int, powers: tuple[int, ...], move: LinearMove, ring: PolyRing) -> list[tuple[int, Terms]]:
    """Components of the condition for F = (monomial) ∂_a."""
    monomial = ring.from_dict({powers: ring.domain.one})
    result = [(a, apply_move(powers, move.phi, -move.rate))]
    return result + [(b, dict(-monomial * row[a])) for b, row in enumerate(move.jacobian) if row[a]]


def _module(vectors: Sequence[Vector], scalars: Sequence[Terms], domain: Any) -> list[Vector]:
    """Vectors that are not sums of polynomial invariants times earlier ones; lowest degree first."""
    chosen: list[Vector] = []
    degree = max(sum(powers) for v in vectors for _, powers in v)
    for vector in vectors:
        products = [p for v in chosen for s in scalars if (p := _times(s, v)) and max(sum(m) for _, m in p) <= degree]
        if rank([*products, vector], domain) > rank(products, domain):
            chosen.append(vector)
    return chosen


def _times(scalar: Terms, vector: Vector) -> Vector:
    result: Vector = {}
    for m, c in scalar.items():
        for (a, n), d in vector.items():
            key = (a, tuple(x + y for x, y in zip(m, n, strict=True)))
            result[key] = result.get(key, 0) + c * d
    return {key: c for key, c in result.items() if c}


def _components(vector: Vector, ring: PolyRing, count: int) -> Components:
    parts: list[Terms] = [{} for _ in range(count)]
    for (a, powers), c in vector.items():
        parts[a][powers] = c
    return tuple(ring.from_dict(part).as_expr() for part in parts)
