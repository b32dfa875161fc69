"""The candidates that the symmetry allows, as an exact null space.

A law ℓ_a − f_a = 0 (ℓ the leading derivatives) admits the generator v when pr v(ℓ_a − f_a) = Σ_b Λ_ab (ℓ_b − f_b), with
Λ_ab the coefficient of ℓ_b in pr v(ℓ_a). On a span of monomials this is linear in the coefficients of f: the solutions
without ℓ are the relative invariants (equivariants, for several unknowns) that carry the character of ℓ, the solution
with ℓ is the invariant that becomes the left-hand side. Rational arithmetic throughout; no tolerance decides anything.

Source: Olver 1993, Prop. 2.56 and Theorem 2.72; the linear form is Prop. 3.4 of Yang et al. (symmetry invariants), taken
over the rationals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import sympy as sp
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement

from invarieq.errors import NoInvariants
from invarieq.jets import VectorField
from invarieq.jets.prolong import check_variables
from invarieq.space.action import Action, Algebra, reduced_form
from invarieq.space.ambient import Ambient
from invarieq.space.circuits import Vector
from invarieq.space.sparsest import combined, shortened, sparsest


@dataclass(frozen=True)
class Restriction:
    """What is left of an `Ambient`: coefficient vectors over (equation, monomial), see `column`.

    `fixed` is the part of the right-hand side that the symmetry forces (−6 u u_x for a Galilean boost of rate 6), each
    of `basis` a free direction; the basis is the sparsest (see `sparsest`). `further` are other directions in its span that are as
    short, which a law with few terms may need.
    """

    fixed: dict[int, sp.Rational]
    basis: tuple[dict[int, sp.Rational], ...]
    further: tuple[dict[int, sp.Rational], ...] = ()

    @property
    def vectors(self) -> tuple[dict[int, sp.Rational], ...]:
        """All directions that a search chooses from."""
        return (*self.basis, *self.further)


def restrict(candidates: Ambient, symmetry: Sequence[VectorField]) -> Restriction:
    """Solve the symmetry condition for all generators at once.

    Unknown number a·M + k is the coefficient of monomial k (of M) in equation a.
    Raises `NoInvariants` when no law solved for these leading derivatives can admit the symmetry.
    """
    if not symmetry:
        return Restriction({}, tuple({i: sp.S.One} for i in range(candidates.size)))
    algebra = Algebra(candidates)
    rows: list[dict[int, object]] = []
    for generator in symmetry:
        rows += _conditions(algebra, generator)
    return _solve(candidates, rows)


def _solve(candidates: Ambient, rows: list[dict[int, object]]) -> Restriction:
    """Null space over the rationals; unknown `size` is the common coefficient of the leading derivatives."""
    size = candidates.size
    order = sorted(range(size), key=lambda i: _complexity(candidates, i), reverse=True)
    place = {unknown: n for n, unknown in enumerate([size, *order])}
    unknowns = [size, *order]
    sparse = {n: {place[i]: c for i, c in row.items()} for n, row in enumerate(rows) if row}
    matrix = DomainMatrix({n: row for n, row in enumerate(sparse.values())}, (len(sparse), size + 1), QQ)
    space = matrix.nullspace().to_Matrix().tolist() if sparse else None
    if space is None:
        return Restriction({}, tuple({i: sp.S.One} for i in range(size)))
    vectors = [{unknowns[n]: _fraction(c) for n, c in enumerate(row) if c != 0} for row in space]
    with_leading = [v for v in vectors if size in v]
    if not with_leading:
        leading = ", ".join(map(str, candidates.leading))
        raise NoInvariants(
            f"no law solved for {leading} with candidates of this order and degree admits the declared symmetry; "
            "raise terms.order or terms.degree, or drop a generator"
        )
    first = with_leading[0]
    free = [v for v in vectors if size not in v]
    free += [combined(other, first, other[size] / first[size]) for other in with_leading[1:]]
    fixed = {i: c / first[size] for i, c in first.items() if i != size}
    found = sparsest(free, lambda i: _complexity(candidates, i))

    def ordered(some: Sequence[Vector]) -> tuple[dict[int, sp.Rational], ...]:
        return tuple(_clean(v) for v in sorted(some, key=lambda v: (max(_complexity(candidates, i) for i in v), sorted(v))))

    forced: dict[int, sp.Rational] = {}
    for i, c in shortened(fixed, found).items():
        forced[i] = cast("sp.Rational", sp.Rational(c.numerator, c.denominator))
    return Restriction(forced, ordered(found.basis), ordered(found.further))


def _fraction(value: sp.Rational) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _complexity(candidates: Ambient, unknown: int) -> tuple[int, ...]:
    equation, k = divmod(unknown, len(candidates.monomials))
    monomial = candidates.monomials[k]
    return (sum(abs(n) for n in monomial), max((i for i, n in enumerate(monomial) if n), default=-1), k, equation)


def _clean(vector: Vector) -> dict[int, sp.Rational]:
    """Scale to coprime integers with the first entry positive."""
    entries = dict(sorted(vector.items()))
    scale = Fraction(math.lcm(*[c.denominator for c in entries.values()]), math.gcd(*[c.numerator for c in entries.values()]))
    if next(iter(entries.values())) < 0:
        scale = -scale
    return {i: sp.Integer((c * scale).numerator) for i, c in entries.items()}


def _conditions(algebra: Algebra, generator: VectorField) -> list[dict[int, object]]:
    """Linear conditions of one generator on the unknowns, one a (equation, monomial of the result)."""
    candidates, space = algebra.candidates, algebra.candidates.space
    check_variables(generator, space)
    where = f"the prolongation of generator {generator.label!r}"
    action = Action(algebra, generator, where)
    leading = [algebra.at[s] for s in candidates.leading]
    size, count = candidates.size, len(candidates.monomials)
    images = [action.of_variable(s) for s in candidates.leading]
    multipliers = [[_linear_part(image, at) for at in leading] for image in images]
    rows: dict[tuple[object, ...], dict[int, object]] = {}

    def add(equation: int, power: int, poly: PolyElement, unknown: int, sign: int) -> None:
        for exponents, c in poly.terms():
            row = rows.setdefault((equation, power, exponents), {})
            row[unknown] = row.get(unknown, QQ(0)) + sign * c

    for a, image in enumerate(images):
        rest = image - sum((m * algebra.ring.gens[at] for m, at in zip(multipliers[a], leading, strict=True)), algebra.ring.zero)
        add(a, 0, rest, size, 1)
    for k, monomial in enumerate(candidates.monomials):
        poly, power = algebra.monomial(monomial)
        moved = action.of_monomial(poly, power)
        for a in range(len(leading)):
            for shift, part in reduced_form(algebra, moved, power):
                add(a, shift, part, a * count + k, -1)
            for b in range(len(leading)):
                if multipliers[b][a]:
                    for shift, part in reduced_form(algebra, multipliers[b][a] * poly, power):
                        add(b, shift, part, a * count + k, 1)
    return [{i: c for i, c in row.items() if c} for row in rows.values()]


def _linear_part(poly: PolyElement, at: int) -> PolyElement:
    """Coefficient of the first power of variable number `at`, where the rest is free of it."""
    picked = {}
    for exponents, c in poly.terms():
        if exponents[at] == 1:
            picked[tuple(0 if i == at else n for i, n in enumerate(exponents))] = c
    return poly.ring.from_dict(picked)
