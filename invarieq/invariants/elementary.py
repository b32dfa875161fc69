"""Functions such as exp(t), log(u), sin(x), sqrt(x) or x**a as further variables with rules for their derivatives.

Generators with such components become rational in the coordinates, the fields and the kernels: ∂K/∂z is again rational
in them. Roots and cosines obey a polynomial relation (K^q = base, cos² = 1 − sin²), which brings every polynomial to a
normal form; the other kernels count as algebraically independent (Ritt, Integration in Finite Terms, 1948).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sympy as sp

from invarieq.jets import substitute, symbols_of

Key = tuple[sp.Expr | str, ...]
HYPERBOLIC = {
    sp.sinh: lambda m: (sp.exp(m) - sp.exp(-m)) / 2,
    sp.cosh: lambda m: (sp.exp(m) + sp.exp(-m)) / 2,
    sp.tanh: lambda m: (sp.exp(m) - sp.exp(-m)) / (sp.exp(m) + sp.exp(-m)),
    sp.tan: lambda m: sp.sin(m) / sp.cos(m),
    sp.Abs: lambda m: m,
}


class NotElementary(Exception):
    """A function without a rule (inside this room only)."""


@dataclass(frozen=True, slots=True)
class ElementaryFunction:
    """One further variable.

    `expression`: what the symbol stands for; `partials`: {base variable: ∂K/∂z}, rational in base variables and kernels;
    `relation`: (q, value of K^q) for roots and cosines; `domain`: what must be positive for it to be real.
    """

    symbol: sp.Symbol
    expression: sp.Expr
    kind: str
    partials: dict[sp.Symbol, sp.Expr] = field(hash=False)
    relation: tuple[int, sp.Expr] | None
    domain: sp.Expr | None


class ElementaryFunctions:
    """The kernels of some expressions, and the translation to and from rational functions of them."""

    def __init__(self, variables: Sequence[sp.Symbol], expressions: Iterable[sp.Expr] = ()) -> None:
        """Collect what `expressions` need; `NotElementary` if one holds a function without a rule."""
        self.variables = tuple(variables)
        self.entries: list[ElementaryFunction] = []
        self.constants: dict[sp.Expr, sp.Symbol] = {}
        self._parts: dict[Key, int] = {}
        self._symbols: dict[Key, tuple[sp.Symbol, ...]] = {}
        reader = _Reader(self, self._parts)
        for expr in expressions:
            reader.read(expr)
        for key in self._parts:
            self._define(key)

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The kernels as symbols, inner ones first."""
        return tuple(k.symbol for k in self.entries)

    def rewrite(self, expr: sp.Expr) -> sp.Expr:
        """The expression as a rational function of variables and kernels."""
        return _Reader(self, None).read(expr)

    def restore(self, expr: sp.Expr) -> sp.Expr:
        """Functions and named constants replaced by what they stand for."""
        values = {symbol: constant for constant, symbol in self.constants.items()}
        values.update((k.symbol, k.expression) for k in self.entries)
        return substitute(expr, values) if values else expr

    def base_of(self, kernel: ElementaryFunction) -> tuple[sp.Symbol, ...]:
        """The variables that a kernel depends on."""
        return tuple(z for z in self.variables if z in kernel.partials)

    def constant(self, expr: sp.Expr) -> sp.Symbol:
        """A symbol for an irrational constant; it counts as a parameter."""
        return self.constants.setdefault(expr, sp.Symbol(f"<{expr}>", real=True))

    def _define(self, key: Key) -> None:
        kind, first = key[0], cast("sp.Expr", key[1])
        if kind == "angle":
            self._define_angle(key, first / self._parts[key])
            return
        exponent = cast("sp.Expr", key[2]) / self._parts[key] if kind == "pow" else sp.S.One
        value = {
            "exp": lambda: sp.exp(first / self._parts[key]),
            "pow": lambda: sp.Pow(first, exponent),
            "log": lambda: sp.log(first),
            "atan": lambda: sp.atan(first),
        }[str(kind)]()
        symbol = sp.Symbol(f"<{value}>", real=True)
        self._symbols[key] = (symbol,)
        inner = self.rewrite(first)
        factor = {
            "exp": symbol / self._parts[key],
            "pow": self.rewrite(exponent) * symbol / inner,
            "log": 1 / inner,
            "atan": 1 / (1 + inner**2),
        }[str(kind)]
        relation = (int(exponent.q), inner) if kind == "pow" and isinstance(exponent, sp.Rational) else None
        positive = first if kind in ("pow", "log") else None
        self.entries.append(ElementaryFunction(symbol, value, str(kind), self._chain(first, factor), relation, positive))

    def _define_angle(self, key: Key, angle: sp.Expr) -> None:
        sine, cosine = (sp.Symbol(f"<{f(angle)}>", real=True) for f in (sp.sin, sp.cos))
        self._symbols[key] = (sine, cosine)
        self.entries.append(ElementaryFunction(sine, sp.sin(angle), "sin", self._chain(angle, cosine), None, None))
        self.entries.append(ElementaryFunction(cosine, sp.cos(angle), "cos", self._chain(angle, -sine), (2, 1 - sine**2), None))

    def _chain(self, inner: sp.Expr, factor: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
        slopes = {z: sp.diff(inner, z) for z in self.variables if inner.has(z)}
        return {z: factor * self.rewrite(slope) for z, slope in slopes.items() if slope != 0}

    def value_of(self, key: Key, multiple: Any, parts: dict[Key, int] | None) -> sp.Expr:
        """exp(multiple · rest) or base^(multiple · rest) as a power of its kernel; asks for a finer kernel if needed."""
        if parts is not None:
            parts[key] = math.lcm(parts.get(key, 1), int(multiple.q))
            return sp.S.One
        return self._symbols[key][0] ** (multiple * self._parts[key])

    def angle_of(self, key: Key, multiple: Any, parts: dict[Key, int] | None) -> tuple[sp.Expr, sp.Expr]:
        """(sin, cos) of multiple · rest as polynomials in the sine and cosine of the smallest part."""
        if parts is not None:
            parts[key] = math.lcm(parts.get(key, 1), int(multiple.q))
            return sp.S.One, sp.S.One
        sine, cosine = self._symbols[key]
        times = int(multiple * self._parts[key])
        s, c = sp.S.Zero, sp.S.One
        for _ in range(abs(times)):
            s, c = sp.expand(s * cosine + c * sine), sp.expand(c * cosine - s * sine)
        return (s if times > 0 else -s), c

    def plain(self, key: Key, parts: dict[Key, int] | None) -> sp.Expr:
        """The symbol of a logarithm or an arctangent."""
        if parts is not None:
            parts.setdefault(key, 1)
            return sp.S.One
        return self._symbols[key][0]


def _argument(expr: sp.Expr) -> sp.Expr:
    return cast("sp.Expr", expr.args[0])


class _Reader:
    """One pass over an expression: with `parts`, to collect the kernels it needs; without, to write it in them."""

    def __init__(self, kernels: ElementaryFunctions, parts: dict[Key, int] | None) -> None:
        self.kernels, self.parts = kernels, parts

    def read(self, expr: sp.Expr) -> sp.Expr:
        if expr.is_Symbol or isinstance(expr, sp.Rational):
            return expr
        if isinstance(expr, (sp.Add, sp.Mul)):
            return expr.func(*[self.read(a) for a in expr.args])
        if isinstance(expr, sp.Pow) and isinstance(expr.exp, sp.Integer):
            inner = self.read(expr.base)
            return sp.S.One if self.parts is not None else inner**expr.exp
        if not any(s in self.kernels.variables for s in symbols_of(expr)):
            return self.kernels.constant(expr)
        return self._function(expr)

    def _function(self, expr: sp.Expr) -> sp.Expr:
        if isinstance(expr, sp.exp):
            return self._exponential(_argument(expr))
        if isinstance(expr, sp.Pow):
            return self._power(expr.base, expr.exp)
        if len(expr.args) != 1:
            raise NotElementary(str(expr))
        inner = _argument(expr)
        if expr.func in HYPERBOLIC:
            return self.read(HYPERBOLIC[expr.func](inner))
        if isinstance(expr, (sp.sin, sp.cos)):
            sine, cosine = self._angle(inner)
            return sine if isinstance(expr, sp.sin) else cosine
        if isinstance(expr, sp.log):
            return self._logarithm(inner)
        if isinstance(expr, sp.atan):
            return self._leaf(("atan", inner), inner)
        if isinstance(expr, (sp.asin, sp.acos)):
            turned = sp.atan(inner / sp.sqrt(1 - inner**2))
            return self.read(turned if isinstance(expr, sp.asin) else sp.pi / 2 - turned)
        raise NotElementary(f"{expr.func.__name__}({', '.join(map(str, expr.args))})")

    def _leaf(self, key: Key, inner: sp.Expr) -> sp.Expr:
        self.read(inner)
        return self.kernels.plain(key, self.parts)

    def _exponential(self, exponent: sp.Expr) -> sp.Expr:
        factors = []
        for term in sp.Add.make_args(sp.expand(exponent)):
            multiple, rest = term.as_coeff_Mul(rational=True)
            if isinstance(rest, sp.log):
                factors.append(self._power(_argument(rest), multiple))
            elif any(s in self.kernels.variables for s in symbols_of(rest)):
                self.read(rest)
                factors.append(self.kernels.value_of(("exp", rest), multiple, self.parts))
            else:
                factors.append(self.kernels.constant(sp.exp(term)))
        return sp.Mul(*factors)

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if not any(s in self.kernels.variables for s in symbols_of(base)):
            return self._exponential(sp.expand(exponent * sp.log(base)))
        if isinstance(base, sp.exp):
            return self._exponential(sp.expand(exponent * _argument(base)))
        if base.is_Add:
            base = sp.factor(base) if base.is_rational_function(*self.kernels.variables) else base
        factors = []
        for part in sp.Mul.make_args(base):
            inner, power = part.as_base_exp() if not isinstance(part, sp.exp) else (part, sp.S.One)
            if part is base and power == 1:
                factors.append(self._single(inner, exponent))
            else:
                factors.append(self._power(inner, sp.expand(power * exponent)))
        return sp.Mul(*factors)

    def _single(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        factors = []
        for term in sp.Add.make_args(sp.expand(exponent)):
            multiple, rest = term.as_coeff_Mul(rational=True)
            if rest == 1 and isinstance(multiple, sp.Integer):
                factors.append(self.read(base) ** multiple)
            else:
                self.read(base)
                factors.append(self.kernels.value_of(("pow", base, rest), multiple, self.parts))
        return sp.Mul(*factors)

    def _angle(self, angle: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        sine, cosine = sp.S.Zero, sp.S.One
        for term in sp.Add.make_args(sp.expand(angle)):
            multiple, rest = term.as_coeff_Mul(rational=True)
            if any(s in self.kernels.variables for s in symbols_of(rest)):
                self.read(rest)
                s, c = self.kernels.angle_of(("angle", rest), multiple, self.parts)
            else:
                s, c = self.kernels.constant(sp.sin(term)), self.kernels.constant(sp.cos(term))
            sine, cosine = sine * c + cosine * s, cosine * c - sine * s
        return sine, cosine

    def _logarithm(self, inner: sp.Expr) -> sp.Expr:
        if isinstance(inner, sp.exp):
            return self.read(_argument(inner))
        terms = []
        for part in sp.Mul.make_args(sp.factor(inner) if inner.is_rational_function() else inner):
            base, power = part.as_base_exp()
            if not any(s in self.kernels.variables for s in symbols_of(base)):
                terms.append(power * self.kernels.constant(sp.log(base)) if base != 1 else sp.S.Zero)
            elif isinstance(part, sp.exp):
                terms.append(self.read(_argument(part)))
            else:
                terms.append(self.read(power) * self._leaf(("log", base), base))
        return sp.Add(*terms)
