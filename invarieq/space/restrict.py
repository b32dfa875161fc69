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
from typing import Any, cast

import sympy as sp
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, PolyRing, ring

from invarieq.errors import NoInvariants, Undecided
from invarieq.jets import VectorField, substitute, symbols_of
from invarieq.jets.prolong import check_variables, coefficient
from invarieq.space.ambient import Ambient
from invarieq.space.covariants import covariants
from invarieq.space.divergences import divergence_conditions
from invarieq.space.parities import discrete_conditions
from invarieq.symmetry.discrete import Discrete

Row = dict[int, sp.Rational]


@dataclass(frozen=True)
class Restriction:
    """What is left of an `Ambient`: coefficient vectors over (equation, monomial), see `column`.

    `fixed` is the part of the right-hand side that the symmetry forces (−6 u u_x for a Galilean boost of rate 6), each
    of `basis` a free direction. `names` are those of the basis in vector notation, `fixed_name` that of the forced part, `vanishing`
    those of directions that constraints took away; empty where there are none.
    """

    fixed: dict[int, sp.Rational]
    basis: tuple[dict[int, sp.Rational], ...]
    names: tuple[str, ...] = ()
    fixed_name: str = ""
    vanishing: tuple[str, ...] = ()


def restrict(candidates: Ambient, symmetry: Sequence[VectorField | Discrete]) -> Restriction:
    """Solve the symmetry condition for all generators and discrete symmetries at once, in the form that `candidates` asks for.

    Unknown number a·M + k is the coefficient of monomial k (of M) in equation a. Rotations of space start from the covariants,
    which solve their condition.
    Raises `NoInvariants` when no law solved for these leading derivatives can admit the symmetry.
    """
    generators = [g for g in symmetry if isinstance(g, VectorField)]
    found = covariants(candidates, generators) if generators else None
    imposed = generators if found is None else found.others
    rows: list[dict[int, object]] = []
    if imposed:
        algebra = _Algebra(candidates)
        for generator in imposed:
            rows += _conditions(algebra, generator)
    rows += discrete_conditions(candidates, [g for g in symmetry if isinstance(g, Discrete)])
    rows += divergence_conditions(candidates) if candidates.conserved else []
    frame = Frame.of_units(candidates.size) if found is None else Frame(found.vectors, found.names)
    if not rows and found is None:
        return Restriction({}, frame.vectors)
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
    hardness = [max(_complexity(candidates, i) for i in v) for v in frame.vectors]
    unknowns = [size, *sorted(range(size), key=lambda n: (hardness[n], n), reverse=True)]
    place = {unknown: n for n, unknown in enumerate(unknowns)}
    free: list[Row] = [{n: sp.S.One} for n in range(size)]
    first: Row = {size: sp.S.One}
    if rows:
        matrix = DomainMatrix({n: {place[i]: c for i, c in row.items()} for n, row in enumerate(rows)}, (len(rows), size + 1), QQ)
        space = matrix.nullspace().to_Matrix().tolist()
        vectors: list[Row] = [{unknowns[n]: c for n, c in enumerate(row) if c != 0} for row in space]
        with_leading = [v for v in vectors if size in v]
        if not with_leading:
            leading = ", ".join(map(str, candidates.leading))
            raise NoInvariants(
                f"no law solved for {leading} with candidates of this order and degree admits the declared symmetry; "
                "raise terms.order or terms.degree, or drop a generator"
            )
        first = with_leading[0]
        free = [v for v in vectors if size not in v] + [_eliminated(other, first, size) for other in with_leading[1:]]
    fixed = {n: c / first[size] for n, c in first.items() if n != size}
    return _sorted(candidates, frame, cast("Row", fixed), free)


def _sorted(candidates: Ambient, frame: Frame, fixed: Row, free: list[Row]) -> Restriction:
    """The restriction in candidates, simple directions first."""
    found = [(frame.whole(own), frame.name(own)) for own in map(_clean, free)]
    found.sort(key=lambda pair: (max(_complexity(candidates, i) for i in pair[0]), sorted(pair[0])))
    names = tuple(name for _, name in found) if frame.names else ()
    return Restriction(frame.whole(fixed), tuple(v for v, _ in found), names, frame.name(fixed))


def _eliminated(vector: Row, pivot: Row, place: int) -> Row:
    """vector − (vector[place]/pivot[place])·pivot, up to a factor: without an entry at `place`."""
    mixed: Row = {}
    for i in {*vector, *pivot}:
        c = vector.get(i, sp.Integer(0)) * pivot[place] - pivot.get(i, sp.Integer(0)) * vector[place]
        if isinstance(c, sp.Rational) and c != 0:
            mixed[i] = c
    return mixed


def _complexity(candidates: Ambient, unknown: int) -> tuple[int, ...]:
    equation, k = divmod(unknown, len(candidates.monomials))
    monomial = candidates.monomials[k]
    return (sum(abs(n) for n in monomial), max((i for i, n in enumerate(monomial) if n), default=-1), k, equation)


def _clean(vector: Mapping[int, sp.Rational]) -> dict[int, sp.Rational]:
    """Scale to coprime integers with the first entry positive."""
    entries = {i: Fraction(int(c.p), int(c.q)) for i, c in sorted(vector.items())}
    scale = Fraction(math.lcm(*[c.denominator for c in entries.values()]), math.gcd(*[c.numerator for c in entries.values()]))
    if next(iter(entries.values())) < 0:
        scale = -scale
    return {i: sp.Integer((c * scale).numerator) for i, c in entries.items()}


class _Algebra:
    """Exact polynomial arithmetic over every variable that a prolonged generator can bring in."""

    def __init__(self, candidates: Ambient) -> None:
        self.candidates = candidates
        space = candidates.space
        top = max(space.order(s) for s in (*candidates.variables, *candidates.leading) if s is not candidates.radius)
        extra = [s for s, _ in candidates.definitions if s is not candidates.radius]
        closed = _closure(candidates, extra)
        self.symbols = (*space.variables(top), *closed)
        self.ring: PolyRing = ring([s.name for s in self.symbols], QQ)[0] if self.symbols else None  # type: ignore[assignment]
        self.at = {s: n for n, s in enumerate(self.symbols)}
        self.functions = {expr: s for s, expr in candidates.definitions if s is not candidates.radius} | {
            expr: s for s, expr in closed.items()
        }

    def polynomial(self, expr: sp.Expr, where: str) -> PolyElement:
        """`expr` as a ring element; user functions become their variables."""
        expr = sp.expand(_named(expr, self.functions)) if self.functions else expr
        try:
            poly = sp.Poly(expr, *self.symbols, domain=QQ)
        except (sp.PolynomialError, sp.CoercionFailed):
            raise Undecided(
                f"{where} is not a polynomial with rational coefficients ({expr}); expected polynomial components, "
                "with parameters replaced by their values"
            ) from None
        return self.ring.from_dict(dict(poly.rep.to_dict()))

    def monomial(self, exponents: tuple[int, ...]) -> tuple[PolyElement, int]:
        """(ring element, power of the radius) of a candidate monomial."""
        power, full = 0, [0] * len(self.symbols)
        for v, n in zip(self.candidates.variables, exponents, strict=True):
            if v is self.candidates.radius:
                power = n
            else:
                full[self.at[v]] = n
        return self.ring.from_dict({tuple(full): QQ(1)}), power


def _named(expr: sp.Expr, names: Mapping[sp.Expr, sp.Symbol]) -> sp.Expr:
    """`expr` with functions replaced by their symbols; r^(-n) is the n-th power of a function 1/r."""
    inverse = {f.base: s for f, s in names.items() if isinstance(f, sp.Pow) and f.exp == -1}
    found = {p: inverse[p.base] ** -p.exp for p in expr.atoms(sp.Pow) if p.base in inverse and p.exp.is_Integer and p.exp < 0}
    return substitute(expr, {**names, **found})


def _closure(candidates: Ambient, extra: list[sp.Symbol]) -> dict[sp.Symbol, sp.Expr]:
    """User functions with the further functions that their derivatives bring in (sin brings cos), at most 12."""
    known = dict(candidates.definitions)
    closed = {s: known[s] for s in extra}
    pending = list(closed)
    while pending:
        symbol = pending.pop(0)
        for variable in symbols_of(closed[symbol]):
            rest = sp.expand(_named(sp.diff(closed[symbol], variable), {e: s for s, e in closed.items()}))
            for function in sorted(rest.atoms(sp.Function, sp.Pow), key=str):
                if isinstance(function, sp.Pow) and function.exp.is_Integer and function.exp > 0:
                    continue
                if len(closed) >= 12:
                    raise Undecided(
                        f"the derivatives of the user function {closed[symbol]} do not close; drop it from terms.functions"
                    )
                fresh = sp.Symbol(f"_g{len(closed)}", real=True)
                closed[fresh] = function
                pending.append(fresh)
    return closed


def _conditions(algebra: _Algebra, generator: VectorField) -> list[dict[int, object]]:
    """Linear conditions of one generator on the unknowns, one a (equation, monomial of the result)."""
    candidates, space = algebra.candidates, algebra.candidates.space
    check_variables(generator, space)
    where = f"the prolongation of generator {generator.label!r}"
    action = _Action(algebra, generator, where)
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
            for shift, part in _reduced(algebra, moved, power):
                add(a, shift, part, a * count + k, -1)
            for b in range(len(leading)):
                if multipliers[b][a]:
                    for shift, part in _reduced(algebra, multipliers[b][a] * poly, power):
                        add(b, shift, part, a * count + k, 1)
    return [{i: c for i, c in row.items() if c} for row in rows.values()]


def _linear_part(poly: PolyElement, at: int) -> PolyElement:
    """Coefficient of the first power of variable number `at`, where the rest is free of it."""
    picked = {}
    for exponents, c in poly.terms():
        if exponents[at] == 1:
            picked[tuple(0 if i == at else n for i, n in enumerate(exponents))] = c
    return poly.ring.from_dict(picked)


def _reduced(algebra: _Algebra, poly: PolyElement, power: int) -> list[tuple[int, PolyElement]]:
    """Normal form modulo radius² = quadratic form: even powers of its last field go into the radius."""
    candidates = algebra.candidates
    if candidates.radius is None:
        return [(power, poly)]
    square = algebra.polynomial(dict(candidates.definitions)[candidates.radius] ** 2, "the radius")
    last = max(algebra.at[f.symbol] for f in candidates.space.fields)
    lead = [(e, c) for e, c in square.terms() if e[last] == 2]
    other = square - square.ring.from_dict(dict(lead))
    pending, done = [(power, poly)], {}
    while pending:
        shift, part = pending.pop()
        high = {e: c for e, c in part.terms() if e[last] >= 2}
        done[shift] = done.get(shift, part.ring.zero) + (part - part.ring.from_dict(high))
        if high:
            lowered = part.ring.from_dict(
                {tuple(n - 2 * (i == last) for i, n in enumerate(e)): c / lead[0][1] for e, c in high.items()}
            )
            pending += [(shift + 2, lowered), (shift, -other * lowered)]
    return [(shift, part) for shift, part in done.items() if part]


class _Action:
    """pr v on ring elements, by the product rule."""

    def __init__(self, algebra: _Algebra, generator: VectorField, where: str) -> None:
        self.algebra, self.generator, self.where = algebra, generator, where
        self.images: dict[int, PolyElement] = {}
        self.weight = self._radius_weight()

    def of_variable(self, symbol: sp.Symbol) -> PolyElement:
        at = self.algebra.at[symbol]
        if at not in self.images:
            self.images[at] = self._image(symbol)
        return self.images[at]

    def _image(self, symbol: sp.Symbol) -> PolyElement:
        space, known = self.algebra.candidates.space, {s: e for e, s in self.algebra.functions.items()}
        if symbol not in known:
            return self.algebra.polynomial(coefficient(self.generator, space, symbol), self.where)
        expr = known[symbol]
        parts = [coefficient(self.generator, space, z) * sp.diff(expr, z) for z in symbols_of(expr)]
        return self.algebra.polynomial(sp.expand(sp.Add(*parts)), self.where)

    def _radius_weight(self) -> Any:
        """w with pr v(radius) = w·radius; the radius is only offered where such a constant exists."""
        candidates = self.algebra.candidates
        if candidates.radius is None:
            return QQ(0)
        square = dict(candidates.definitions)[candidates.radius] ** 2
        moved = sp.cancel(self.generator(square) / square) / 2
        if not moved.is_Rational:
            raise Undecided(f"{self.where} does not carry the radius to a multiple of itself; expected a rotation or a scaling")
        return QQ.from_sympy(sp.Rational(moved))

    def of_monomial(self, poly: PolyElement, power: int) -> PolyElement:
        result = poly * (self.weight * power) if power else poly.ring.zero
        for at, n in enumerate(next(iter(poly.keys()))):
            if n:
                result += poly.diff(self.algebra.ring.gens[at]) * self.of_variable(self.algebra.symbols[at])
        return result
