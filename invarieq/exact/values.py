"""Expressions evaluated at random points modulo the prime, transcendental functions included.

An identity in exp, log, sin, powers … holds modulo p when these functions get values that obey their algebraic relations and
are random otherwise: exp(2u) = exp(u)^2, log(u/v) = log u − log v, sin^2 + cos^2 = 1, u^(k−1) = u^k / u. Variables are
drawn among the squares, where every rational power exists (`primes`); a parameter is a random whole number, which can stand
in an exponent as well as in a coefficient. A sample at which something is not defined (0 in a denominator, no root) is
marked in `valid`.

Undefined functions f(u) and their derivatives are independent random values: what holds then holds for all f.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from typing import cast

import numpy as np
import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact import primes
from invarieq.exact.arithmetic import MODULAR, Arithmetic
from invarieq.exact.primes import PRIME, SQUARES, Residues

Seed = int | Sequence[int]
ANGLE = 12  # an angle is kept as a multiple of its twelfth, so that sin(x/2) and sin(x/3) are related


class Values:
    """Residues of expressions at `count` random points; equal seeds give equal points.

    What is drawn for a symbol or a function depends on nothing but its name and the seed, not on what was asked before.
    """

    def __init__(
        self,
        count: int,
        seed: Seed,
        parameters: Sequence[sp.Symbol] = (),
        *,
        common: Mapping[sp.Symbol, int] | None = None,
        vary: bool = False,
        salt: int = 0,
        factors: Mapping[sp.Symbol, int] | None = None,
    ) -> None:
        """No expression is evaluated yet.

        `common`: variables that have the given values at all samples; functions of them have one value too, the same in every `Values`
        with these. `vary`: every sample has parameters of its own, else all share one value each, the same in every `Values` of equal
        `salt`, multiplied by their `factors`.
        """
        self.count = count
        self._constant: set[sp.Basic] = set() if vary else set(parameters)
        self._common = {*(common or {}), *self._constant}
        self.valid = np.ones(count, dtype=bool)
        self._seed = (seed,) if isinstance(seed, int) else tuple(seed)
        self._base, self._salt = tuple((common or {}).values()), (salt,) if salt else ()
        self._known: dict[sp.Basic, Residues] = {}
        self._names: dict[str, sp.Basic] = {}
        self._circle: dict[sp.Expr, tuple[Residues, Residues]] = {}
        self._parameters: dict[sp.Basic, Residues] = {}
        for symbol in parameters:
            drawn = (
                _whole_squares(self._source(symbol, self._seed), count)
                if vary
                else np.repeat(_whole_squares(self._source(symbol, self._salt), 1), count)
            )
            self._parameters[symbol] = drawn * (factors or {}).get(symbol, 1)
            self.assign(symbol, self._parameters[symbol])
        for symbol, value in (common or {}).items():
            self.assign(symbol, np.full(count, value, dtype=np.int64))

    @property
    def parameters(self) -> tuple[sp.Basic, ...]:
        """The symbols that stand for constants."""
        return tuple(self._parameters)

    def assign(self, expr: sp.Expr, values: Residues) -> None:
        """Let a symbol (or function) have given values; before it is first asked for."""
        self._known[expr] = values % PRIME

    def __call__(self, expr: sp.Expr) -> Residues:
        """Residues of `expr`, one a sample; `Undecided` for a function that has no algebraic stand-in."""
        known = self._known.get(expr)
        if known is None:
            known = self._evaluate(expr)
            self._known[expr] = known
        return known

    def fresh(self, key: sp.Basic, symbols: Collection[sp.Basic]) -> Residues:
        """A random square for each sample, or the same for all if the `symbols` that it depends on do not differ between them.

        A constant has the same residue wherever it is met.
        """
        if self._constant.issuperset(symbols):
            return np.repeat(primes.random_squares(self._source(key, self._salt), (1,)), self.count)
        if self._common.issuperset(symbols):
            return np.repeat(primes.random_squares(self._source(key, self._base), (1,)), self.count)
        return primes.random_squares(self._source(key, self._seed), (self.count,))

    def _source(self, key: sp.Basic, seed: Sequence[int]) -> np.random.Generator:
        name = str(key)
        while self._names.setdefault(name, key) != key:  # another symbol of the same name
            name += "'"
        return np.random.default_rng([*seed, zlib.crc32(name.encode())])

    @property
    def arithmetic(self) -> Arithmetic:
        """Residues."""
        return MODULAR

    def constant(self, value: Fraction) -> Residues:
        """A rational number at every sample."""
        return np.full(self.count, primes.residue(value), dtype=np.int64)

    def inverse(self, values: Residues) -> Residues:
        """1/values; samples with a zero become invalid."""
        self.valid &= values != 0
        return primes.inverse(values)

    def _evaluate(self, expr: sp.Expr) -> Residues:
        if expr.is_Symbol:
            return self.fresh(expr, (expr,))
        if isinstance(expr, sp.Rational):
            return self.constant(Fraction(int(expr.p), int(expr.q)))
        if isinstance(expr, sp.Float):
            return self.constant(Fraction(repr(float(expr))))
        if isinstance(expr, sp.Add):
            return self._fold(expr.args, lambda a, b: (a + b) % PRIME)
        if isinstance(expr, sp.Mul):
            return self._fold(expr.args, lambda a, b: a * b % PRIME)
        if isinstance(expr, sp.Pow):
            return self.power(*expr.as_base_exp()) if expr.base is not sp.E else self.exponential(expr.exp)
        handler = _FUNCTIONS.get(expr.func)
        if handler is not None:
            return handler(self, cast("sp.Expr", expr.args[0]))
        return self._free(expr)

    def _free(self, expr: sp.Expr) -> Residues:
        known = isinstance(expr, (sp.core.function.AppliedUndef, sp.Derivative, sp.Subs, sp.NumberSymbol))
        if not known and expr.func not in _INDEPENDENT:
            raise Undecided(
                f"{expr}: the function {expr.func.__name__} has no rule here; rewrite it by exp, log, sin, cos, powers"
            )
        return self.fresh(expr, expr.free_symbols)

    def _fold(self, arguments: Sequence[sp.Basic], join: Callable[[Residues, Residues], Residues]) -> Residues:
        total = self(arguments[0])  # type: ignore[arg-type]
        for argument in arguments[1:]:
            total = join(total, self(argument))  # type: ignore[arg-type]
        return total

    def power(self, base: sp.Expr, exponent: sp.Expr) -> Residues:
        """base^exponent for whole, rational and symbolic exponents."""
        values = self(base)
        if isinstance(exponent, sp.Integer):
            raised = primes.power(values, abs(int(exponent)))
            return raised if exponent > 0 else self.inverse(raised)
        self.valid &= primes.is_square(values)
        if isinstance(exponent, sp.Rational):
            return primes.power(values, primes.fractional_exponent(Fraction(int(exponent.p), int(exponent.q))))
        constant, moving = self._split(exponent)
        result = primes.powers(values, constant)
        for term in moving:
            factor, rest = _rational_factor(term)
            result = result * primes.power(self._named(("power", base), rest), primes.fractional_exponent(factor)) % PRIME
        return result

    def exponential(self, argument: sp.Expr) -> Residues:
        """exp(argument): a product of one free residue for each term, raised to the term's factor."""
        result = np.ones(self.count, dtype=np.int64)
        for term in sp.Add.make_args(sp.expand(argument)):
            factor, rest = _rational_factor(term)
            result = result * primes.power(self._named(("exp",), rest), primes.fractional_exponent(factor)) % PRIME
        return result

    def logarithm(self, argument: sp.Expr) -> Residues:
        """log(argument): sums over factors and powers, one free residue for each other factor."""
        result = np.zeros(self.count, dtype=np.int64)
        for factor in sp.Mul.make_args(sp.factor_terms(argument)):
            if isinstance(factor, sp.Rational):
                for prime, count in sorted(cast("dict[int, int]", sp.factorrat(abs(factor))).items()):
                    result = (result + count * self._named(("log",), sp.Integer(prime))) % PRIME
                continue
            base, exponent = factor.as_base_exp()
            base = base if sp.Add.make_args(base)[0].as_coeff_Mul()[0] > 0 else -base
            if base != 1:
                result = (result + self(exponent) * self._named(("log",), base)) % PRIME
        return result

    def circle(self, argument: sp.Expr) -> tuple[Residues, Residues]:
        """(cos, sin) of an argument, by the addition theorem from one free point of the circle for each term."""
        known = self._circle.get(argument)
        if known is not None:
            return known
        c, s = np.ones(self.count, dtype=np.int64), np.zeros(self.count, dtype=np.int64)
        for term in sp.Add.make_args(sp.expand(argument)):
            factor, rest = term.as_coeff_Mul()
            whole = factor * ANGLE
            if not isinstance(whole, sp.Integer):
                whole, rest = sp.Integer(ANGLE), term
            c1, s1 = _turn(*self._point(rest), abs(int(whole)))
            s1 = s1 if whole > 0 else (-s1) % PRIME
            c, s = (c * c1 - s * s1) % PRIME, (c * s1 + s * c1) % PRIME
        self._circle[argument] = c, s
        return c, s

    def _point(self, key: sp.Expr) -> tuple[Residues, Residues]:
        t = self._named(("circle",), key)
        below = self.inverse((1 + t * t) % PRIME)
        return (1 - t * t) % PRIME * below % PRIME, 2 * t % PRIME * below % PRIME

    def _named(self, kind: tuple[object, ...], key: sp.Expr) -> Residues:
        name = sp.Tuple(*[sp.Symbol(k) if isinstance(k, str) else k for k in kind], key)
        if name not in self._known:
            symbols = {s for part in (*kind[1:], key) for s in cast("sp.Basic", part).free_symbols}
            self._known[name] = self.fresh(name, symbols)
        return self._known[name]

    def _split(self, exponent: sp.Expr) -> tuple[Residues, list[sp.Expr]]:
        constant, moving = np.zeros(self.count, dtype=np.int64), []
        for term in sp.Add.make_args(sp.expand(exponent)):
            if set(term.free_symbols) <= set(self._parameters):
                constant = (constant + self._in_exponent(term)) % SQUARES
            else:
                moving.append(term)
        return constant, moving

    def _in_exponent(self, expr: sp.Expr) -> Residues:
        """A rational function of parameters modulo the order of the squares."""
        if expr in self._parameters:
            return self._parameters[expr] % SQUARES
        if isinstance(expr, sp.Rational):
            value = int(expr.p) * pow(int(expr.q), -1, SQUARES) % SQUARES
            return np.full(self.count, value, dtype=np.int64)
        if isinstance(expr, (sp.Add, sp.Mul)):
            parts = [self._in_exponent(a) for a in expr.args]  # type: ignore[arg-type]
            total = parts[0]
            for part in parts[1:]:
                total = (total + part if isinstance(expr, sp.Add) else total * part) % SQUARES
            return total
        if isinstance(expr, sp.Pow) and isinstance(expr.exp, sp.Integer):
            base = self._in_exponent(expr.base)
            return np.array([pow(int(b), int(expr.exp), SQUARES) for b in base], dtype=np.int64)
        raise Undecided(f"the exponent {expr} is not a rational function of the parameters")


def _rational_factor(term: sp.Expr) -> tuple[Fraction, sp.Expr]:
    factor, rest = term.as_coeff_Mul()
    return (Fraction(int(factor.p), int(factor.q)), rest) if isinstance(factor, sp.Rational) else (Fraction(1), term)


def _whole_squares(source: np.random.Generator, count: int) -> Residues:
    """Whole numbers below the order of the squares that are squares themselves."""
    drawn = source.integers(2, SQUARES - 1, size=64 + 8 * count, dtype=np.int64)
    return drawn[primes.is_square(drawn)][:count]


def _turn(c: Residues, s: Residues, times: int) -> tuple[Residues, Residues]:
    result = np.ones_like(c), np.zeros_like(s)
    while times:
        if times & 1:
            result = (result[0] * c - result[1] * s) % PRIME, (result[0] * s + result[1] * c) % PRIME
        c, s = (c * c - s * s) % PRIME, 2 * (c * s % PRIME) % PRIME
        times >>= 1
    return result


def _sinh(values: Values, argument: sp.Expr) -> Residues:
    up = values.exponential(argument)
    return (up - values.inverse(up)) % PRIME * _HALF % PRIME


def _cosh(values: Values, argument: sp.Expr) -> Residues:
    up = values.exponential(argument)
    return (up + values.inverse(up)) % PRIME * _HALF % PRIME


def _tangent(values: Values, argument: sp.Expr) -> Residues:
    c, s = values.circle(argument)
    return s * values.inverse(c) % PRIME


def _hyperbolic_tangent(values: Values, argument: sp.Expr) -> Residues:
    return _sinh(values, argument) * values.inverse(_cosh(values, argument)) % PRIME


def _sign(values: Values, argument: sp.Expr) -> Residues:
    """±1 as the argument is a square or not: sign(f g) = sign f sign g, and squares are positive; 0 is left out."""
    at = values(argument)
    values.valid &= at != 0
    return np.where(primes.is_square(at), 1, PRIME - 1)


_HALF = pow(2, -1, PRIME)
_INDEPENDENT = {sp.asin, sp.acos, sp.atan}  # their derivatives are algebraic, which is all that is asked of them
_FUNCTIONS: dict[type[sp.Basic], Callable[[Values, sp.Expr], Residues]] = {
    sp.exp: lambda v, a: v.exponential(a),
    sp.log: lambda v, a: v.logarithm(a),
    sp.cos: lambda v, a: v.circle(a)[0],
    sp.sin: lambda v, a: v.circle(a)[1],
    sp.tan: _tangent,
    sp.sinh: _sinh,
    sp.cosh: _cosh,
    sp.tanh: _hyperbolic_tangent,
    sp.Abs: lambda v, a: v(a) * _sign(v, a) % PRIME,
    sp.sign: lambda v, a: _sign(v, a),
}
