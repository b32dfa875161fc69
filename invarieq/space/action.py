"""How a prolonged generator acts on candidates: pr v on monomials, as exact polynomial arithmetic.

Every variable that the prolongation can bring in is a variable of one polynomial ring over ℚ; user functions and what their
derivatives bring in are variables too, the radius of a rotation is carried along as a power.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.polys.domains import QQ
from sympy.polys.rings import PolyElement, PolyRing, ring

from invarieq.errors import Undecided
from invarieq.jets import VectorField, substitute, symbols_of
from invarieq.jets.prolong import coefficient
from invarieq.space.ambient import Ambient


class Algebra:
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
                "with parameters replaced by their values and functions named in terms.functions; for ODEs --symmetry regularized takes any"
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


def reduced_form(algebra: Algebra, poly: PolyElement, power: int) -> list[tuple[int, PolyElement]]:
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


class Action:
    """pr v on ring elements, by the product rule."""

    def __init__(self, algebra: Algebra, generator: VectorField, where: str) -> None:
        self.algebra, self.generator, self.where = algebra, generator, where
        self.images: dict[int, PolyElement] = {}
        self.weight = self._radius_weight()

    def of_variable(self, symbol: sp.Symbol) -> PolyElement:
        """pr v of a coordinate, a jet or a user function's symbol."""
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
        """pr v of a monomial times radius^power, the power left out of the result."""
        result = poly * (self.weight * power) if power else poly.ring.zero
        for at, n in enumerate(next(iter(poly.keys()))):
            if n:
                result += poly.diff(self.algebra.ring.gens[at]) * self.of_variable(self.algebra.symbols[at])
        return result
