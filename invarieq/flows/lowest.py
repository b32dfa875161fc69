"""Expressions with roots, exponentials and trigonometric functions in lowest terms, by naming these and cancelling.

√t becomes T with t = T²; exp(kw), the k-th power of one exponential of w; a root of something longer and any other function a symbol of
its own. What remains is a quotient of polynomials, which has a lowest form; the names are then put back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import lcm
from typing import cast

import sympy as sp

from invarieq.jets import substitute


@dataclass
class _Names:
    """The names given so far: kernel → symbol, and what each symbol stands for."""

    roots: dict[sp.Symbol, int]
    divisors: dict[sp.Expr, int]
    given: dict[sp.Expr, sp.Symbol] = field(default_factory=dict[sp.Expr, sp.Symbol])

    def named(self, meaning: sp.Expr) -> sp.Symbol:
        """The symbol that stands for `meaning`."""
        if meaning not in self.given:
            self.given[meaning] = sp.Dummy(f"k{len(self.given)}", positive=True, dummy_index=2 * 10**9 + len(self.given))
        return self.given[meaning]

    def replace(self, expr: sp.Expr) -> sp.Expr:
        """The expression as a quotient of polynomials in symbols and names."""
        if expr.is_Symbol:
            root = self.roots.get(cast("sp.Symbol", expr), 1)
            return expr if root == 1 else self.named(sp.Pow(expr, sp.Rational(1, root))) ** root
        if not expr.args or expr.is_Rational:
            return expr
        if expr.is_Add or expr.is_Mul:
            return expr.func(*[self.replace(cast("sp.Expr", a)) for a in expr.args])
        if isinstance(expr, sp.exp):
            return sp.Mul(*[self.named(sp.exp(w / self.divisors[w])) ** (k * self.divisors[w]) for k, w in exponents(expr)])
        if isinstance(expr, sp.Pow) and expr.exp.is_Integer:
            return self.replace(expr.base) ** expr.exp
        if isinstance(expr, sp.Pow) and expr.exp.is_Rational:
            p, q = int(cast("sp.Rational", expr.exp).p), int(cast("sp.Rational", expr.exp).q)
            if expr.base.is_Symbol:
                root = self.roots[cast("sp.Symbol", expr.base)]
                return self.named(sp.Pow(expr.base, sp.Rational(1, root))) ** (p * root // q)
            return self.named(sp.Pow(lowest(expr.base), sp.Rational(1, q))) ** p
        return self.named(expr.func(*[lowest(cast("sp.Expr", a)) for a in expr.args]))

    def circles(self) -> list[tuple[sp.Symbol, sp.Symbol, int]]:
        """(cosine, sine, ∓1) for the functions of one argument that obey cos² = 1 − sin², cosh² = 1 + sinh²."""
        pairs: list[tuple[sp.Symbol, sp.Symbol, int]] = []
        for meaning, symbol in list(self.given.items()):
            for even, odd, sign in ((sp.cos, sp.sin, -1), (sp.cosh, sp.sinh, 1)):
                if isinstance(meaning, even) and odd(*meaning.args) in self.given:
                    pairs.append((symbol, self.given[odd(*meaning.args)], sign))
        return pairs


def exponents(expr: sp.exp) -> list[tuple[sp.Rational, sp.Expr]]:
    """exp(2a − b/3) as [(2, a), (−1/3, b)]."""
    terms = sp.Add.make_args(lowest(cast("sp.Expr", expr.args[0])).expand())
    return [cast("tuple[sp.Rational, sp.Expr]", term.as_coeff_Mul(rational=True)) for term in terms]


def lowest(expr: sp.Expr) -> sp.Expr:
    """`expr` over one denominator and in lowest terms, with its roots and functions taken for symbols."""
    if expr.is_polynomial():
        return cast("sp.Expr", sp.expand(expr))
    if expr.is_rational_function():
        return cast("sp.Expr", sp.cancel(sp.together(expr)))
    names = _Names(_roots(expr), _divisors(expr))
    plain = cast("sp.Expr", sp.cancel(sp.together(names.replace(expr))))
    for squared, other, sign in names.circles():
        above, below = (sp.rem(part, squared**2 - 1 - sign * other**2, squared) for part in sp.fraction(plain))
        plain = cast("sp.Expr", sp.cancel(above / below))
    return substitute(plain, {symbol: meaning for meaning, symbol in names.given.items()})


def _roots(expr: sp.Expr) -> dict[sp.Symbol, int]:
    found: dict[sp.Symbol, int] = {}
    for node in sp.preorder_traversal(expr):
        if isinstance(node, sp.Pow) and node.base.is_Symbol and node.exp.is_Rational and not node.exp.is_Integer:
            symbol = cast("sp.Symbol", node.base)
            found[symbol] = lcm(found.get(symbol, 1), int(cast("sp.Rational", node.exp).q))
    return found


def _divisors(expr: sp.Expr) -> dict[sp.Expr, int]:
    found: dict[sp.Expr, int] = {}
    for node in sp.preorder_traversal(expr):
        if isinstance(node, sp.exp):
            for k, w in exponents(node):
                found[w] = lcm(found.get(w, 1), int(k.q))
    return found
