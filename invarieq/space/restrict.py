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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

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
from invarieq.space.covariants import covariants
from invarieq.space.divergences import divergence_conditions
from invarieq.space.known import known_columns, known_rows
from invarieq.space.parities import discrete_conditions
from invarieq.space.sparsest import combined, shortened, sparsest
from invarieq.symmetry.discrete import Discrete

Row = dict[int, sp.Rational]


@dataclass(frozen=True)
class Restriction:
    """What is left of an `Ambient`: coefficient vectors over (equation, monomial), see `column`.

    `fixed` is the part of the right-hand side that the symmetry forces (−6 u u_x for a Galilean boost of rate 6), each
    of `basis` a free direction; the basis is the sparsest (see `sparsest`). `further` are other directions in its span that are as
    short, which a law with few terms may need. `names` are those of `vectors` in vector notation, `fixed_name` that of the forced part,
    `vanishing` those of directions that constraints took away; empty where there are none.
    """

    fixed: dict[int, sp.Rational]
    basis: tuple[dict[int, sp.Rational], ...]
    further: tuple[dict[int, sp.Rational], ...] = ()
    names: tuple[str, ...] = ()
    fixed_name: str = ""
    vanishing: tuple[str, ...] = ()

    @property
    def vectors(self) -> tuple[dict[int, sp.Rational], ...]:
        """All directions that a search chooses from."""
        return (*self.basis, *self.further)


def restrict(candidates: Ambient, symmetry: Sequence[VectorField | Discrete]) -> Restriction:
    """Solve the symmetry condition for all generators and discrete symmetries at once, in the form that `candidates` asks for, with the
    coefficients that are known.

    Unknown number a·M + k is the coefficient of monomial k (of M) in equation a. Rotations of space start from the covariants,
    which solve their condition.
    Raises `NoInvariants` when no law solved for these leading derivatives can admit the symmetry.
    """
    generators = [g for g in symmetry if isinstance(g, VectorField)]
    found = covariants(candidates, generators) if generators else None
    imposed = generators if found is None else found.others
    rows: list[dict[int, object]] = []
    if imposed:
        algebra = Algebra(candidates)
        for generator in imposed:
            rows += _conditions(algebra, generator)
    rows += discrete_conditions(candidates, [g for g in symmetry if isinstance(g, Discrete)])
    rows += divergence_conditions(candidates) if candidates.conserved else []
    frame = Frame.of_units(candidates.size) if found is None else Frame(found.vectors, found.names)
    if not rows and found is None:
        told = known_columns(candidates)
        return Restriction(
            {i: v for i, v in told.items() if v != 0}, tuple(v for i, v in enumerate(frame.vectors) if i not in told)
        )
    rows += known_rows(candidates)
    return _solve(candidates, rows, frame)


@dataclass(frozen=True)
class Frame:
    """The directions that a law is a combination of, before the conditions; `names` may be empty."""

    vectors: tuple[Row, ...]
    names: tuple[str, ...] = ()

    @classmethod
    def of_units(cls, size: int) -> Frame:
        """Every candidate by itself."""
        return cls(tuple({i: sp.S.One} for i in range(size)))

    def whole(self, vector: Mapping[int, sp.Rational]) -> Row:
        """A combination of the frame's directions as one of candidates."""
        if all(len(self.vectors[n]) == 1 for n in vector):
            return {i: c * k for n, c in vector.items() for i, k in self.vectors[n].items()}
        total: dict[int, Any] = {}
        for n, c in vector.items():
            for i, k in self.vectors[n].items():
                total[i] = total.get(i, sp.S.Zero) + c * k
        return {i: c for i, c in total.items() if c != 0}

    def name(self, vector: Mapping[int, sp.Rational]) -> str:
        """A combination of the frame's directions in its notation."""
        if not self.names:
            return ""
        parts = [f"{'+' if c > 0 else '-'} {'' if abs(c) == 1 else f'{abs(c)} '}{self.names[n]}" for n, c in vector.items()]
        return " ".join(parts).removeprefix("+ ")

    def restriction(self, fixed: Vector, basis: Sequence[Vector], further: Sequence[Vector]) -> Restriction:
        """What is left, from combinations of the frame's directions."""
        own = [_clean(v) for v in (*basis, *further)]
        whole = [self.whole(v) for v in own]
        names = tuple(map(self.name, own)) if self.names else ()
        forced: dict[int, Any] = {n: sp.Rational(c.numerator, c.denominator) for n, c in sorted(fixed.items())}
        count = len(basis)
        return Restriction(self.whole(forced), tuple(whole[:count]), tuple(whole[count:]), names, self.name(forced))

    def rows(self, rows: Sequence[Mapping[int, object]], size: int) -> list[dict[int, object]]:
        """Conditions on candidates as conditions on the frame's directions; unknown `size` is kept, as the last one."""
        touched: dict[int, list[tuple[int, Any]]] = {size: [(len(self.vectors), QQ(1))]}
        for n, vector in enumerate(self.vectors):
            for i, c in vector.items():
                touched.setdefault(i, []).append((n, QQ(int(c.p), int(c.q))))
        result: dict[tuple[object, ...], dict[int, object]] = {}
        for row in rows:
            total: dict[int, Any] = {}
            for i, c in row.items():
                for n, k in touched.get(i, ()):
                    total[n] = total.get(n, QQ(0)) + c * k
            clean = {n: c for n, c in sorted(total.items()) if c}
            if clean:
                result.setdefault(tuple(clean.items()), clean)
        return list(result.values())


def _solve(candidates: Ambient, conditions: list[dict[int, object]], frame: Frame) -> Restriction:
    """Null space over the rationals; the last unknown is the common coefficient of the leading derivatives."""
    size = len(frame.vectors)
    rows = frame.rows(conditions, candidates.size)
    hardness = [(max(_complexity(candidates, i) for i in v), n) for n, v in enumerate(frame.vectors)]
    if not rows:
        return frame.restriction({}, [{n: Fraction(1)} for n in _by_hardness(frame, hardness)], [])
    unknowns = [size, *sorted(range(size), key=lambda n: hardness[n], reverse=True)]
    place = {unknown: n for n, unknown in enumerate(unknowns)}
    matrix = DomainMatrix({n: {place[i]: c for i, c in row.items()} for n, row in enumerate(rows)}, (len(rows), size + 1), QQ)
    space = matrix.nullspace().to_Matrix().tolist()
    vectors: list[Vector] = [{unknowns[n]: _fraction(c) for n, c in enumerate(row) if c != 0} for row in space]
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
    fixed = {n: c / first[size] for n, c in first.items() if n != size}
    found = sparsest(free, lambda n: hardness[n])

    def ordered(some: Sequence[Vector]) -> list[Vector]:
        return sorted(some, key=lambda v: (max(hardness[n] for n in v), sorted(v)))

    return frame.restriction(shortened(fixed, found), ordered(found.basis), ordered(found.further))


def _by_hardness(frame: Frame, hardness: Sequence[tuple[tuple[int, ...], int]]) -> list[int]:
    """Single candidates in their own order, covariants from simple to hard."""
    return sorted(range(len(frame.vectors)), key=lambda n: hardness[n]) if frame.names else list(range(len(frame.vectors)))


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
