"""Nonlinear flows made linear: polynomials that a field maps to one another, up to a common factor.

If L = v − λ maps the span of f_0 = 1, f_1, …, f_m into itself, L f = A f, then along the flow f ∝ exp(εA) f(z), and the
coordinates are quotients of its entries. λ = 0: a linear action on polynomials; λ = div v/(n+1): projective fields (x ↦ x(a·x));
λ = div v/n: conformal fields (the light cone of dimension n+2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.flows.exponential import exponential
from invarieq.jets import substitute, symbols_of

LARGEST = 12  # polynomials in the span


def polynomial_ring(rates: Sequence[sp.Expr], variables: Sequence[sp.Symbol]) -> tuple[PolyRing, list[PolyElement]] | None:
    """The components as polynomials in `variables`, over rational functions of what else stands in them; None if they are not."""
    constants = sorted({s for r in rates for s in symbols_of(r)} - set(variables), key=lambda s: s.name)
    domain = sp.QQ.frac_field(*constants) if constants else sp.QQ
    ring = PolyRing(tuple(variables), domain, sp.grevlex)  # pyright: ignore[reportArgumentType] (SymPy's stub names lex only)
    try:
        return ring, [ring.from_expr(sp.expand(r)) for r in rates]
    except (ValueError, CoercionFailed, BasePolynomialError):
        return None


def derive(poly: PolyElement, moves: Sequence[PolyElement]) -> PolyElement:
    """v(poly) for the field with the components `moves`."""
    total = poly.ring.zero
    for z, move in zip(poly.ring.gens, moves, strict=True):
        total = total + move * poly.diff(z)
    return total


def lifted_flow(rates: Sequence[sp.Expr], variables: Sequence[sp.Symbol], e: sp.Symbol) -> list[sp.Expr] | None:
    """The coordinates as quotients of a linear action on polynomials; None where no small span is found."""
    found = polynomial_ring(rates, variables)
    if found is None:
        return None
    ring, moves = found
    spread = ring.zero
    for z, move in zip(ring.gens, moves, strict=True):
        spread = spread + move.diff(z)
    n = len(variables)
    for share in (n + 1, n, None):
        weight = ring.zero if share is None else spread * ring.domain.one / share
        span = closed_span([ring.one, *ring.gens], moves, weight)
        if span is None:
            continue
        basis, matrix = span
        growth = exponential(matrix, e)
        if growth is None:
            continue
        ends = growth * sp.Matrix([f.as_expr() for f in basis])
        places = [basis.index(g) for g in ring.gens]
        common = ends[basis.index(ring.one)]
        return [
            sp.cancel(ends[p] / common) if growth.is_symbolic() and ends[p].is_rational_function(e) else ends[p] / common
            for p in places
        ]
    return None


def closed_span(
    seeds: Sequence[PolyElement], moves: Sequence[PolyElement], weight: PolyElement
) -> tuple[list[PolyElement], sp.Matrix] | None:
    """A basis of the smallest span of polynomials that holds `seeds` and is mapped into itself by v − weight, and the matrix."""
    span = PolynomialSpan()
    basis: list[PolyElement] = []
    rows: list[dict[int, Any]] = []
    for seed in seeds:
        if span.add(seed):
            basis.append(seed)
    done = 0
    while done < len(basis):
        image = derive(basis[done], moves) - weight * basis[done]
        if span.add(image):
            basis.append(image)
            if len(basis) > LARGEST:
                return None
        rows.append(span.coordinates(image))
        done += 1
    domain = basis[0].ring.domain
    n = len(basis)
    return basis, sp.Matrix(n, n, lambda i, j: domain.to_sympy(rows[i].get(j, domain.zero)))


class PolynomialSpan:
    """The span of polynomials added one by one, in echelon form, with coordinates in what was added and independent."""

    def __init__(self) -> None:
        """An empty span."""
        self._rows: dict[Any, tuple[PolyElement, dict[int, Any]]] = {}
        self._count = 0

    def _reduce(self, poly: PolyElement) -> tuple[PolyElement, dict[int, Any]]:
        used: dict[int, Any] = {}
        for lead, (row, combination) in self._rows.items():
            factor = poly.get(lead, 0)
            if factor:
                poly = poly - row * factor
                for k, c in combination.items():
                    used[k] = used.get(k, 0) + c * factor
        return poly, used

    def add(self, poly: PolyElement) -> bool:
        """Add a polynomial; True if it was independent of those before."""
        left, used = self._reduce(poly)
        if not left:
            return False
        lead, scale = left.LM, left.LC
        combination = {k: -c / scale for k, c in used.items()}
        combination[self._count] = left.ring.domain.one / scale
        self._rows[lead] = (left * (left.ring.domain.one / scale), combination)
        self._count += 1
        return True

    def coordinates(self, poly: PolyElement) -> dict[int, Any]:
        """Coefficients of a polynomial of the span in the independent ones that were added."""
        left, used = self._reduce(poly)
        assert not left, "the polynomial lies outside the span"
        return {k: c for k, c in used.items() if c}


def substituted(rates: Mapping[sp.Symbol, sp.Expr], known: Mapping[sp.Symbol, sp.Expr]) -> dict[sp.Symbol, sp.Expr]:
    """The components with the coordinates that are already integrated put in."""
    return {z: substitute(r, dict(known)) for z, r in rates.items()}
