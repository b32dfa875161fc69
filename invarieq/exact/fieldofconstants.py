"""The smallest exact field that holds given constants: rationals, algebraic numbers, rational functions of parameters.

Roots of a parameter (√c) are kept exact by writing the parameter as a power of its root: then √c·√c = c is seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import lcm
from typing import Any, cast

import sympy as sp
from sympy.polys.constructor import construct_domain

from invarieq.errors import Undecided
from invarieq.jets import symbols_of


@dataclass(frozen=True)
class ConstantField:
    """A SymPy field, with parameters that stand in it as powers of their roots: `roots` holds (parameter, root, n)."""

    domain: Any
    roots: tuple[tuple[sp.Symbol, sp.Symbol, int], ...] = ()

    @property
    def has_parameters(self) -> bool:
        """Whether elements may hold parameters (then only generic answers are possible)."""
        return bool(getattr(self.domain, "symbols", ())) or self.domain.is_EX

    def from_sympy(self, expr: sp.Expr) -> Any:
        """The element of the field."""
        return self.domain.from_sympy(_with_roots(expr, self.roots))

    def to_sympy(self, element: Any) -> sp.Expr:
        """The element as an expression."""
        expr = self.domain.to_sympy(element)
        return expr.xreplace({root: parameter ** sp.Rational(1, n) for parameter, root, n in self.roots}) if self.roots else expr

    def convert(self, element: Any, source: ConstantField) -> Any:
        """An element of another field in this one."""
        if source.domain == self.domain and source.roots == self.roots:
            return element
        if source.domain.is_QQ:
            return self.domain.convert_from(element, source.domain)
        return self.from_sympy(source.to_sympy(element))

    def sign(self, element: Any) -> int | None:
        """−1, 0 or 1; None where it depends on parameters."""
        if not element:
            return 0
        if self.domain.is_QQ:
            return 1 if element > 0 else -1
        expr = self.to_sympy(element)
        if not expr.free_symbols:
            value = expr.evalf(40)
            return 1 if value > 0 else -1
        core = self.square_free(element)
        return 1 if core.is_positive else -1 if core.is_negative else None

    def square_free(self, element: Any) -> sp.Expr:
        """An expression of the same sign, for all parameters where the element is not 0: even powers of factors left out."""
        constant, parts = cast("tuple[Any, list[tuple[Any, int]]]", sp.factor_list(self.to_sympy(element)))
        return sp.Mul(constant / abs(constant), *[f for f, n in parts if n % 2])

    def extended(self, *numbers: sp.Expr) -> ConstantField:
        """The field with further constants."""
        given = [*numbers, *(self.to_sympy(g) for g in self._generators())]
        return constant_field([*given, *(p ** sp.Rational(1, n) for p, _, n in self.roots)])

    def _generators(self) -> list[Any]:
        domain = self.domain
        found = [domain.convert(g) for g in getattr(domain, "gens", ())] if domain.is_FractionField else []
        inner = domain.domain if domain.is_FractionField else domain
        return [*found, domain.convert(inner.unit)] if inner.is_Algebraic else found


RATIONALS = ConstantField(sp.QQ)


def constant_field(constants: Iterable[sp.Expr]) -> ConstantField:
    """The smallest field with all the given constants in it."""
    given = [c for c in constants if not c.is_Rational]
    if not given:
        return RATIONALS
    symbols = sorted({s for c in given for s in symbols_of(c)}, key=lambda s: s.name)
    roots = _roots(given, symbols)
    plain = [_with_roots(c, roots) for c in given]
    names = {p: r for p, r, _ in roots}
    surds = sorted({s for c in plain for s in _surds(c)}, key=sp.default_sort_key)
    base = construct_domain(surds, field=True, extension=True)[0] if surds else sp.QQ
    if base.is_EX:
        raise Undecided(f"the constants {', '.join(map(str, surds))} lie in no field that is computed with exactly")
    generators = [names.get(s, s) for s in symbols] + sorted({t for c in plain for t in _others(c)}, key=sp.default_sort_key)
    field = ConstantField(base.frac_field(*generators) if generators else base, tuple(roots))
    try:
        for c in given:
            field.from_sympy(c)
    except (sp.polys.polyerrors.CoercionFailed, ValueError):
        return ConstantField(sp.EX)  # slower, and zero is found by cancellation only
    return field


def _surds(expr: sp.Expr) -> list[sp.Expr]:
    roots = [p for p in expr.atoms(sp.Pow) if p.is_number and p.base.is_Rational and not p.exp.is_Integer and p.exp.is_Rational]
    return [*roots, *([sp.I] if expr.has(sp.I) else [])]


def _others(expr: sp.Expr) -> list[sp.Expr]:
    """Constants such as pi, log(2) or exp(c), which count as independent of all others."""
    return [a for a in expr.atoms(sp.Function, sp.NumberSymbol) if not a.is_Rational]


def _roots(given: list[sp.Expr], symbols: list[sp.Symbol]) -> list[tuple[sp.Symbol, sp.Symbol, int]]:
    result: list[tuple[sp.Symbol, sp.Symbol, int]] = []
    for symbol in symbols:
        powers = [int(cast("Any", p.exp).q) for c in given for p in c.atoms(sp.Pow) if p.base == symbol and p.exp.is_Rational]
        if (n := lcm(*powers)) > 1:
            result.append((symbol, sp.Symbol(f"root{n}_{symbol.name}", positive=True), n))
    return result


def _with_roots(expr: sp.Expr, roots: Iterable[tuple[sp.Symbol, sp.Symbol, int]]) -> sp.Expr:
    return expr.subs({p: r**n for p, r, n in roots}) if roots else expr  # a positive root: (r**n)**(1/n) is r
