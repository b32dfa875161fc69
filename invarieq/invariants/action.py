"""The prolonged generators as sparse polynomials in the variables of a jet space and the kernels of the generators.

`Action` is the form in which every algorithm of this room sees a symmetry: one polynomial a generator and variable,
over the rationals or over rational functions of the parameters. exp(t), log(u), sqrt(x), … are further variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed
from sympy.polys.rings import PolyElement, PolyRing

from invarieq.errors import DeclarationError
from invarieq.exact import PRIME
from invarieq.exact.points import evaluate, random_point, residue
from invarieq.invariants.elementary import ElementaryFunctions, NotElementary
from invarieq.invariants.normal import Relation, normal_form, relations_of
from invarieq.invariants.points import consistent_point
from invarieq.jets import JetSpace, VectorField, prolong

Monomial = tuple[int, ...]
MAX_VARIABLES = 1500


class NotPolynomial(Exception):
    """A generator has a component that is not a rational function of elementary kernels (inside this room only)."""


@dataclass(frozen=True)
class Action:
    """Prolonged generators over `ring`, whose symbols are `space.variables(order)` and then the kernels.

    `moves[k][i]` is the coefficient of ∂ of variable i in generator k, times `scales[k]`, the common denominator of the
    generator (1 for polynomial ones): invariants do not see the factor.
    """

    space: JetSpace
    order: int
    generators: tuple[VectorField, ...]
    kernels: ElementaryFunctions
    ring: PolyRing
    moves: tuple[tuple[PolyElement, ...], ...]
    scales: tuple[PolyElement, ...]

    @cached_property
    def jets(self) -> tuple[sp.Symbol, ...]:
        """The variables of the jet space."""
        return self.space.variables(self.order)

    @cached_property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The variables of the jet space, then the kernels, in the order of the ring."""
        return (*self.jets, *self.kernels.symbols)

    @cached_property
    def base(self) -> tuple[sp.Symbol, ...]:
        """Coordinates, fields, kernels: what the components of generators depend on."""
        return (*self.space.coordinates, *(f.symbol for f in self.space.fields), *self.kernels.symbols)

    def components(self, field: VectorField) -> tuple[sp.Expr, ...]:
        """The field's coefficients on the base variables, rational in them."""
        own = {z: self.kernels.rewrite(c) for z, c in field.components}
        chained = [sp.Add(*[c * k.partials[z] for z, c in own.items() if z in k.partials]) for k in self.kernels.entries]
        return (*(own.get(z, sp.S.Zero) for z in self.base[: len(self.base) - len(chained)]), *chained)

    def weights(self, base_weights: Sequence[Any]) -> list[Any]:
        """Weights of all ring variables from those of the base variables: w(u_J) = w(u) − Σ J_i w(x^i)."""
        p, result = len(self.space.coordinates), []
        table = dict(zip(self.base, base_weights, strict=True))
        for z in self.symbols:
            found = self.space.index(z) if z not in table else None
            if found is None:
                result.append(table[z])
            else:
                a, index = found
                result.append(base_weights[p + a] - sum(n * base_weights[i] for i, n in enumerate(index) if n))
        return result

    @cached_property
    def orders(self) -> list[int]:
        """Number of derivatives in each ring variable (0 for coordinates, fields and kernels)."""
        return [sum(found[1]) if (found := self.space.index(z)) else 0 for z in self.jets] + [0] * len(self.kernels.entries)

    def convert(self, expr: sp.Expr) -> PolyElement:
        """An expression that is a polynomial in variables and kernels, in normal form."""
        poly = self.ring.from_expr(sp.expand(self.kernels.rewrite(expr)))
        return self.normal(poly)

    def fraction(self, expr: sp.Expr) -> tuple[PolyElement, PolyElement]:
        """Numerator and denominator of an expression that is rational in variables and kernels, in normal form."""
        above, below = sp.fraction(sp.together(self.kernels.rewrite(expr)))
        return tuple(self.normal(self.ring.from_expr(sp.expand(e))) for e in (above, below))  # type: ignore[return-value]

    def expression(self, poly: PolyElement) -> sp.Expr:
        """The polynomial in terms of the jet variables."""
        return self.kernels.restore(poly.as_expr())

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """(place in the ring, q, value of K^q) for the kernels that are algebraic, outer ones first."""
        return relations_of(self.kernels, self.ring, len(self.jets))

    def normal(self, poly: PolyElement) -> PolyElement:
        """The polynomial with every power of an algebraic kernel below its degree."""
        return normal_form(poly, self.relations)

    def reducible(self, powers: Monomial) -> bool:
        """Whether a monomial is not in normal form."""
        return any(powers[place] >= degree for place, degree, _ in self.relations)

    @cached_property
    def parameter_point(self) -> dict[str, int]:
        """A random residue for each parameter."""
        names = [s.name for s in getattr(self.ring.domain, "symbols", ())]
        return dict(zip(names, random_point(len(names), seed=7), strict=True))

    @cached_property
    def point(self) -> list[int]:
        """A random point of the jet space with the values of the kernels there, one residue a ring variable."""
        return consistent_point(self.kernels, len(self.jets), self.relations, self.parameter_point)

    def residues(self, poly: PolyElement | dict[Monomial, Any]) -> dict[Monomial, int]:
        """The polynomial with its coefficients as residues."""
        return {powers: residue(c, self.parameter_point) for powers, c in poly.items()}

    def value(self, poly: PolyElement, point: Sequence[int] | None = None) -> int:
        """The polynomial at a point (default: the random one)."""
        return evaluate(self.residues(poly), self.point if point is None else point)

    def slope(self, expr: sp.Expr) -> int:
        """A rational expression in ring variables at the random point."""
        above, below = (self.ring.from_expr(sp.expand(e)) for e in sp.fraction(sp.together(expr)))
        return self.value(above) * pow(self.value(below), -1, PRIME) % PRIME

    @cached_property
    def slopes(self) -> list[dict[int, int]]:
        """For each kernel {place of a jet variable: ∂K/∂z at the random point}."""
        places = {z: i for i, z in enumerate(self.jets)}
        return [{places[z]: self.slope(e) for z, e in k.partials.items()} for k in self.kernels.entries]

    def project(self, row: Sequence[int]) -> list[int]:
        """A gradient in ring variables as one in jet variables, by the chain rule."""
        size = len(self.jets)
        result = list(row[:size])
        for entry, slopes in zip(row[size:], self.slopes, strict=True):
            for place, slope in slopes.items() if entry else ():
                result[place] = (result[place] + entry * slope) % PRIME
        return result

    @cached_property
    def matrix(self) -> list[list[int]]:
        """Prolonged generators at the random point: generators × ring variables, residues."""
        return [[self.value(entry) for entry in row] for row in self.moves]


def polynomial_action(generators: Sequence[VectorField], space: JetSpace, order: int, *, extra: Sequence[sp.Expr] = ()) -> Action:
    """Prolong to `order` and write as polynomials, with the kernels of the generators and of the expressions `extra`.

    `NotPolynomial` for functions without rules; `DeclarationError` if the jet space is too large.
    """
    check_size(space, order)
    variables = space.variables(order)
    base = (*space.coordinates, *(f.symbol for f in space.fields))
    generators = [_branch(v) for v in generators]
    try:
        kernels = ElementaryFunctions(base, [c for v in generators for _, c in v.components] + list(extra))
        rows = [_row(v, space, order, kernels) for v in generators]
    except NotElementary as problem:
        raise NotPolynomial(f"there is no rule for {problem}") from None
    used = {s for row in rows for c in row for s in c.free_symbols} | {s for e in extra for s in e.free_symbols}
    parameters = [*(s for s in space.parameters if s in used), *kernels.constants.values()]
    domain = sp.QQ.frac_field(*parameters) if parameters else sp.QQ
    ring = PolyRing((*variables, *kernels.symbols), domain, sp.grevlex)  # pyright: ignore[reportArgumentType] (stub: lex only)
    bare = Action(space, order, tuple(generators), kernels, ring, (), ())
    pairs = [_move(row, bare, v) for row, v in zip(rows, generators, strict=True)]
    return Action(space, order, tuple(generators), kernels, ring, tuple(m for m, _ in pairs), tuple(s for _, s in pairs))


def _branch(field: VectorField) -> VectorField:
    """The field with decimals as fractions, and abs and sign where their arguments are positive."""
    if not any(c.has(sp.Float, sp.Abs, sp.sign) for _, c in field.components):
        return field
    components = {}
    for z, c in field.components:
        plain = c.replace(sp.Abs, lambda m: m).replace(sp.sign, lambda m: sp.S.One)
        components[z] = sp.nsimplify(plain, rational=True) if plain.has(sp.Float) else plain
    return VectorField(components, field.name)


def check_size(space: JetSpace, order: int) -> None:
    """Raise `DeclarationError` if J^order has too many variables to be worked with, with their number."""
    if order < 0:
        raise DeclarationError(f"order {order}: expected the highest order of derivatives, 0 or more")
    size = len(space.coordinates)
    for f in space.fields:
        size += int(sp.binomial(order + len(f.arguments), len(f.arguments)))
    if size > MAX_VARIABLES:
        raise DeclarationError(
            f"order {order} in {len(space.coordinates)} coordinates and {len(space.fields)} fields has {size} jet variables; "
            f"at most {MAX_VARIABLES} are worked with: lower the order"
        )


def _row(field: VectorField, space: JetSpace, order: int, kernels: ElementaryFunctions) -> list[sp.Expr]:
    coefficients = prolong(field, space, order)
    row = [coefficients[z] for z in space.variables(order)]
    plain = not kernels.entries and not kernels.constants
    row = [c if plain and c.is_rational_function() else sp.expand(kernels.rewrite(c)) for c in row]
    own = {z: kernels.rewrite(c) for z, c in field.components}
    return row + [sp.Add(*[c * k.partials[z] for z, c in own.items() if z in k.partials]) for k in kernels.entries]


def _move(row: Sequence[sp.Expr], bare: Action, field: VectorField) -> tuple[tuple[PolyElement, ...], PolyElement]:
    ring = bare.ring
    try:
        return tuple(bare.normal(ring.from_expr(c)) for c in row), ring.one
    except (ValueError, CoercionFailed, BasePolynomialError):
        pass
    pairs = [sp.fraction(sp.together(c)) for c in row]
    try:
        below = [ring.from_expr(sp.expand(d)) for _, d in pairs]
        common = ring.one
        for d in below:
            common = common * d.quo(common.gcd(d))
        above = [ring.from_expr(sp.expand(n)) for n, _ in pairs]
        return tuple(bare.normal(n * common.quo(d)) for n, d in zip(above, below, strict=True)), bare.normal(common)
    except (ValueError, CoercionFailed, BasePolynomialError):
        raise NotPolynomial(
            f"generator {field.label!r} is not a rational function of coordinates, fields and elementary functions"
        ) from None
