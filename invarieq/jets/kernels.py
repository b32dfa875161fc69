"""Expressions as polynomials in symbols and kernels, where zero is decided exactly and terms are comparable.

A kernel is what a polynomial cannot hold: a radical b^(1/q), a denominator b, a function such as exp or sin of something, π.
Each becomes a symbol s with its relation s^q = b, and only that relation is used: what vanishes by it vanishes identically
(the converse may fail for identities between different kernels, which then remain undecided). Decimals are read as the exact
rationals that they are written as, so that nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import lcm
from typing import Any, cast

import sympy as sp

from invarieq.jets.space import substitute, symbols_of

_SQUARE: dict[Any, tuple[Any, int]] = {sp.cos: (sp.sin, -1), sp.cosh: (sp.sinh, 1)}  # cos² = 1 − sin², cosh² = 1 + sinh²


@dataclass(frozen=True)
class Kernel:
    """`symbol`**`degree` = `base`, a polynomial in symbols and earlier kernels; `base` is None for a kernel without relation.

    `symbol` stands for `meaning`**(1/`root`).
    """

    symbol: sp.Symbol
    meaning: sp.Expr
    root: int
    degree: int
    base: sp.Expr | None


@dataclass
class Kernels:
    """The kernels of some expressions, inner ones first; `replace` writes an expression in them."""

    roots: dict[sp.Expr, int]
    found: dict[sp.Expr, Kernel] = field(default_factory=dict[sp.Expr, Kernel])

    def replace(self, expr: sp.Expr) -> sp.Expr:
        """A normal expression as a Laurent polynomial in symbols and kernels."""
        if expr.is_Symbol or expr.is_Rational:
            return expr
        if expr.is_Add or expr.is_Mul:
            return expr.func(*[self.replace(cast("sp.Expr", a)) for a in expr.args])
        if isinstance(expr, sp.exp):
            return sp.Mul(*[self._power(base, exponent) for base, exponent in _exponentials(expr)])
        if isinstance(expr, sp.Pow) and expr.exp.is_Rational:
            if expr.base in self.roots:
                return self._power(expr.base, expr.exp)
            return sp.Pow(self.replace(expr.base), expr.exp)
        return self._opaque(expr)

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        kernel = self.found.get(base)
        if kernel is None:
            root = self.roots[base]
            inside = None if isinstance(base, sp.exp) else self.replace(base)
            kernel = self.found[base] = Kernel(self._fresh(), base, root, root, inside)
        return sp.Pow(kernel.symbol, exponent * kernel.root)

    def _opaque(self, expr: sp.Expr) -> sp.Expr:
        kernel = self.found.get(expr)
        if kernel is None:
            partner = _SQUARE.get(expr.func)
            base = None if partner is None else 1 + partner[1] * self.replace(partner[0](*expr.args)) ** 2
            kernel = self.found[expr] = Kernel(self._fresh(), expr, 1, 2, base)
        return kernel.symbol

    def _fresh(self) -> sp.Symbol:
        return sp.Dummy(f"s{len(self.found)}", real=True, dummy_index=10**9 + len(self.found))


def kernels_of(exprs: Sequence[sp.Expr]) -> Kernels:
    """The kernels of normal expressions, each radical with the least root that serves all of them."""
    roots: dict[sp.Expr, int] = {}
    for expr in exprs:
        for node in sp.preorder_traversal(expr):
            for base, exponent in _powers(node):
                roots[base] = lcm(roots.get(base, 1), int(cast("sp.Rational", exponent).q))
    return Kernels(roots)


def normal(expr: sp.Expr) -> sp.Expr:
    """`expr` with decimals as exact rationals, and what stands in radicals, denominators and functions in one form."""
    if isinstance(expr, sp.Float):
        return sp.Rational(repr(float(expr)))
    if not expr.args:
        return expr
    arguments = [normal(cast("sp.Expr", a)) for a in expr.args]
    if isinstance(expr, sp.Pow) and _is_power(arguments[1]) and arguments[0].is_Add:
        return sp.Pow(cast("sp.Expr", sp.factor(arguments[0])), arguments[1])
    if isinstance(expr, sp.Function):
        arguments = [sp.expand(a) for a in arguments]
    return cast("sp.Expr", expr.func(*arguments))


def without_decimals(expr: sp.Expr) -> sp.Expr:
    """`expr` with every decimal as the exact rational that it is written as."""
    decimals = sorted(expr.atoms(sp.Float), key=str)
    return substitute(expr, {f: sp.Rational(repr(float(f))) for f in decimals}) if decimals else expr


def vanishes(expr: sp.Expr) -> bool:
    """True when `expr` is shown to be identically 0; False when it is not (which is no proof that it is not 0)."""
    expr = normal(expr)
    kernels = kernels_of([expr])
    left = sp.numer(sp.together(kernels.replace(expr)))
    for kernel in reversed(kernels.found.values()):
        left = sp.expand(left)
        if kernel.base is not None and left.has(kernel.symbol):
            above, below = sp.fraction(sp.together(kernel.base))
            left = sp.prem(left, below * kernel.symbol**kernel.degree - above, kernel.symbol)
            left = sp.numer(sp.together(left))
    return sp.expand(left) == 0


def _powers(node: sp.Basic) -> list[tuple[sp.Expr, sp.Expr]]:
    """(base, exponent) of the radicals, denominators and exponentials that a node is."""
    if isinstance(node, sp.exp):
        return _exponentials(node)
    if isinstance(node, sp.Pow) and _is_power(node.exp) and (node.base.is_Add or not node.exp.is_Integer):
        return [(node.base, node.exp)]
    return []


def _is_power(exponent: sp.Expr) -> bool:
    return bool(exponent.is_Rational and not (exponent.is_Integer and exponent > 0))


def _exponentials(expr: sp.Expr) -> list[tuple[sp.Expr, sp.Expr]]:
    """exp(a + 3b/2) as powers of kernels: [(exp(a), 1), (exp(b), 3/2)]."""
    pairs = [term.as_coeff_Mul() for term in sp.Add.make_args(sp.expand(expr.args[0]))]
    return [(sp.exp(rest), number) for number, rest in pairs]


def terms(exprs: Sequence[sp.Expr]) -> list[dict[sp.Expr, float]]:
    """For each expression its terms: monomial in jets, coordinates and kernels → number.

    Equal functions get equal terms: in b^(k/q) every monomial is divided by b as far as it goes, so that x³r⁻⁵ + xy²r⁻⁵ is
    x r⁻³ for r² = x² + y².
    """
    plain = [normal(e) for e in exprs]
    kernels = kernels_of(plain)
    replaced = [sp.expand(kernels.replace(e)) for e in plain]
    for kernel in reversed(kernels.found.values()):
        replaced = [_reduced(e, kernel) for e in replaced]
    meanings = {k.symbol: sp.Pow(k.meaning, sp.Rational(1, k.root)) for k in kernels.found.values()}
    return [_monomials(e, meanings) for e in replaced]


def _reduced(expr: sp.Expr, kernel: Kernel) -> sp.Expr:
    """`expr` expanded in powers of the kernel with coefficients of lower degree than its base in the base's main variable."""
    main = _main_variable(kernel)
    if main is None or not expr.has(kernel.symbol):
        return expr
    s, q, base = kernel.symbol, kernel.degree, sp.expand(kernel.base)
    classes: dict[int, dict[int, sp.Expr]] = {}
    for term in sp.Add.make_args(expr):
        power = int(term.as_powers_dict().get(s, 0))
        parts = classes.setdefault(power % q, {})
        parts[power // q] = parts.get(power // q, sp.S.Zero) + term / s**power
    result = sp.S.Zero
    for rest, parts in classes.items():
        low = min(parts)
        left = sp.expand(sp.Add(*[part * base ** (j - low) for j, part in parts.items()]))
        for j, digit in enumerate(_digits(left, base, main), start=low):
            result += digit * (base**j if rest == 0 and j >= 0 else s ** (rest + j * q))
    return sp.expand(result)


def _digits(expr: sp.Expr, base: sp.Expr, main: sp.Symbol) -> list[sp.Expr]:
    """[r_0, r_1, …] with expr = Σ r_j base^j, each r_j of lower degree in `main` than `base`."""
    digits: list[sp.Expr] = []
    while expr != 0 and expr.is_polynomial(main):
        quotient, remainder = cast("tuple[sp.Expr, sp.Expr]", sp.div(expr, base, main))
        digits.append(sp.expand(remainder))
        expr = sp.expand(quotient)
    return [*digits, expr] if expr != 0 else digits


def _main_variable(kernel: Kernel) -> sp.Symbol | None:
    """The last symbol in which the base is monic up to a number, if there is one."""
    if kernel.base is None or kernel.degree != kernel.root:
        return None
    base = sp.expand(kernel.base)
    for symbol in reversed(symbols_of(base)):
        if base.is_polynomial(symbol) and sp.Poly(base, symbol).LC().is_number:
            return symbol
    return None


def _monomials(expr: sp.Expr, meanings: dict[sp.Symbol, sp.Expr]) -> dict[sp.Expr, float]:
    found: dict[sp.Expr, float] = {}
    for term in sp.Add.make_args(expr):
        shown = substitute(term, meanings)
        number, monomial = shown.as_independent(*symbols_of(shown), as_Add=False)
        if shown != 0:
            found[monomial] = found.get(monomial, 0.0) + float(number)
    return found
