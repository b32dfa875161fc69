"""The prolonged generators as sparse polynomials in the variables of a jet space.

`Action` is the form in which every algorithm of this room sees a symmetry: one polynomial a generator and variable,
over the rationals or over rational functions of the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.invariants.modular import evaluate, random_point, residue
from invarieq.jets import JetSpace, VectorField, prolong

Monomial = tuple[int, ...]


class NotPolynomial(Exception):
    """A generator has a component that is not a rational function over the rationals (inside this room only)."""


@dataclass(frozen=True)
class Action:
    """Prolonged generators over `ring`, whose symbols are `space.variables(order)`.

    `moves[k][i]` is the coefficient of ∂ of variable i in generator k, times `scales[k]`, the common denominator of the
    generator (1 for polynomial ones): invariants do not see the factor.
    """

    space: JetSpace
    order: int
    generators: tuple[VectorField, ...]
    ring: PolyRing
    moves: tuple[tuple[PolyElement, ...], ...]
    scales: tuple[PolyElement, ...]

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The variables of the jet space, in the order of the ring."""
        return self.space.variables(self.order)

    @cached_property
    def parameter_point(self) -> dict[str, int]:
        """A random residue for each parameter."""
        names = [s.name for s in getattr(self.ring.domain, "symbols", ())]
        return dict(zip(names, random_point(len(names), seed=7), strict=True))

    @cached_property
    def point(self) -> list[int]:
        """A random point of the jet space, one residue a variable."""
        return random_point(len(self.symbols))

    def residues(self, poly: PolyElement | dict[Monomial, Any]) -> dict[Monomial, int]:
        """The polynomial with its coefficients as residues."""
        return {powers: residue(c, self.parameter_point) for powers, c in poly.items()}

    def value(self, poly: PolyElement) -> int:
        """The polynomial at the random point."""
        return evaluate(self.residues(poly), self.point)

    @cached_property
    def matrix(self) -> list[list[int]]:
        """Prolonged generators at the random point: generators × variables, residues."""
        return [[self.value(entry) for entry in row] for row in self.moves]


def polynomial_action(generators: Sequence[VectorField], space: JetSpace, order: int) -> Action:
    """Prolong to `order` and write as polynomials; `NotPolynomial` for exp, sqrt and the like."""
    variables = space.variables(order)
    used = {s for v in generators for _, c in v.components for s in c.free_symbols}
    parameters = [s for s in space.parameters if s in used]
    domain = sp.QQ.frac_field(*parameters) if parameters else sp.QQ
    ring = PolyRing(variables, domain, sp.grevlex)  # pyright: ignore[reportArgumentType] (SymPy's stub names lex only)
    pairs = [_move(v, space, order, ring) for v in generators]
    return Action(space, order, tuple(generators), ring, tuple(m for m, _ in pairs), tuple(s for _, s in pairs))


def _move(field: VectorField, space: JetSpace, order: int, ring: PolyRing) -> tuple[tuple[PolyElement, ...], PolyElement]:
    coefficients = prolong(field, space, order)
    row = [coefficients[z] for z in space.variables(order)]
    try:
        return tuple(ring.from_expr(c) for c in row), ring.one
    except (ValueError, CoercionFailed, BasePolynomialError):
        pass
    pairs = [sp.fraction(sp.together(c)) for c in row]
    try:
        below = [ring.from_expr(sp.expand(d)) for _, d in pairs]
        common = ring.one
        for d in below:
            common = common * d.quo(common.gcd(d))
        above = [ring.from_expr(sp.expand(n)) for n, _ in pairs]
        return tuple(n * common.quo(d) for n, d in zip(above, below, strict=True)), common
    except (ValueError, CoercionFailed, BasePolynomialError):
        raise NotPolynomial(f"generator {field.label!r} is not a rational function over the rational numbers") from None
