"""Differential functions at random points of the jet space, as power series modulo a prime.

At a sample the fields are u(x + δ) = Σ_K u_K δ^K / K! with random jets u_K; any differential function becomes a series in δ
whose coefficients are its total derivatives. What vanishes at a random point modulo p vanishes identically, up to a chance
of about degree / p (Schwartz–Zippel). Functions that no polynomial relation ties to the jets (exp, log, u^k with a symbol
k) take independent random values with their true derivatives; fractional powers are taken in the group of squares.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import numpy as np
import numpy.typing as npt
import sympy as sp

from invarieq.conservation.series import MultiIndex, Series, factorials
from invarieq.errors import Undecided
from invarieq.exact import PRIME, inverse, power, random_squares
from invarieq.exact.primes import Residues, fractional_exponent, is_square, residue
from invarieq.jets import JetSpace

FACTOR = 9  # a square, as all values are
ANGLES = 12  # sin and cos are taken of whole multiples of (argument / ANGLES)


@dataclass
class Sample:
    """`count` random points of the jet space and the series of differential functions there.

    `good` marks the points at which everything evaluated so far is defined; only these count. Values of symbols are fixed by
    `seed` and their names. Parameters have one value for all points, fixed by `parameter_seed`; −j stands for the values of 0
    with the j-th parameter multiplied by `FACTOR`.
    """

    space: JetSpace
    ring: Series
    count: int
    seed: int = 0
    parameter_seed: int = 0
    good: npt.NDArray[np.bool_] = field(init=False)
    known: dict[sp.Expr, Residues] = field(init=False, default_factory=dict["sp.Expr", Residues])

    def __post_init__(self) -> None:
        """No point is spoiled yet."""
        self.good = np.ones(self.count, dtype=np.bool_)

    def series(self, expr: sp.Expr) -> Residues:
        """The series of a differential function (coefficients × samples); `Undecided` for a function not known here."""
        found = self.known.get(expr)
        if found is None:
            found = self.known[expr] = self._series(expr)
        return found

    def draw(self, key: str) -> Residues:
        """A random square for each sample, the same for the same key and seed."""
        return random_squares(np.random.default_rng([self.seed, zlib.crc32(key.encode())]), (self.count,))

    def jet(self, a: int, index: MultiIndex) -> Residues:
        """u^a_{J+I}/I! as coefficients of δ^I."""
        rows = np.empty((self.ring.size, self.count), dtype=np.int64)
        for i, shift in enumerate(self.ring.exponents):
            raised = tuple(n + m for n, m in zip(index, shift, strict=True))
            rows[i] = self._derivative(a, raised) * pow(factorials(shift), -1, PRIME) % PRIME
        return rows

    def _derivative(self, a: int, index: MultiIndex) -> Residues | int:
        arguments = self.space.fields[a].arguments
        if any(n and c not in arguments for n, c in zip(index, self.space.coordinates, strict=True)):
            return 0
        return self.draw(f"{self.space.fields[a].name} {index}")

    def _series(self, expr: sp.Expr) -> Residues:
        if isinstance(expr, sp.Rational):
            return self.number(Fraction(int(expr.p), int(expr.q)))
        if isinstance(expr, sp.Float):
            return self.number(Fraction(repr(float(expr))))
        if isinstance(expr, sp.Symbol):
            return self._symbol(expr)
        if isinstance(expr, sp.Add):
            return np.add.reduce([self.series(a) for a in expr.args]) % PRIME
        if isinstance(expr, sp.Mul):
            return self._product(expr)
        if isinstance(expr, sp.Pow):
            return self._power(expr.base, expr.exp)
        if isinstance(expr, sp.NumberSymbol):
            return self.ring.constant(self._constant(str(expr)))
        return self._function(expr)

    def number(self, value: Fraction) -> Residues:
        """A constant series."""
        return self.ring.constant(np.full(self.count, residue(value), dtype=np.int64))

    def _constant(self, key: str) -> Residues:
        value = random_squares(np.random.default_rng([max(self.parameter_seed, 0), zlib.crc32(key.encode())]), (1,))
        if self.parameter_seed < 0 and key == self.space.parameters[-self.parameter_seed - 1].name:
            value = value * FACTOR % PRIME
        return np.full(self.count, int(value[0]), dtype=np.int64)

    def _symbol(self, symbol: sp.Symbol) -> Residues:
        found = self.space.index(symbol)
        if found:
            return self.jet(*found)
        if symbol not in self.space.coordinates:
            return self.ring.constant(self._constant(symbol.name))
        result = self.ring.constant(self.draw(symbol.name))
        if self.ring.order:
            place = self.space.coordinates.index(symbol)
            result[self.ring.index[tuple(int(i == place) for i in range(self.ring.variables))]] = 1
        return result

    def _product(self, expr: sp.Expr) -> Residues:
        result: Residues | None = None
        for factor in expr.args:
            part = self.series(cast("sp.Expr", factor))
            result = part if result is None else self.ring.product(result, part)
        assert result is not None
        return result

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> Residues:
        if isinstance(exponent, sp.Integer) and exponent > 0:
            half = self.series(base) if exponent == 1 else self.series(base ** (int(exponent) // 2))
            square = half if exponent == 1 else self.ring.product(half, half)
            return self.ring.product(square, self.series(base)) if exponent > 1 and exponent % 2 else square
        inner = self.series(base)
        self.good &= inner[0] != 0
        start, total = np.ones(self.count, dtype=np.int64), np.zeros(self.count, dtype=np.int64)
        for term in sp.Add.make_args(sp.expand(exponent)):
            number, symbol = term.as_coeff_Mul()
            at = inner[0] if symbol == 1 else self.draw(f"{base}**{symbol}")
            start = start * self._rational_power(at, number) % PRIME
            total = (total + self.series(term)[0]) % PRIME
        return self.ring.raised(inner, total, start)

    def _rational_power(self, values: Residues, exponent: sp.Expr) -> Residues:
        if not isinstance(exponent, sp.Rational):
            exponent = sp.Rational(repr(float(exponent)))
        number = Fraction(str(exponent))
        if number.denominator == 1:
            return power(values, int(number))
        self.good &= is_square(values)
        return power(values, fractional_exponent(number))

    def _function(self, expr: sp.Expr) -> Residues:
        inside = sp.expand(cast("sp.Expr", expr.args[0])) if len(expr.args) == 1 else None
        name = type(expr).__name__
        rule = _RULES.get(name)
        if rule is not None and inside is not None:
            return rule(self, inside)
        rewritten = expr.rewrite(sp.exp) if name in ("sinh", "cosh", "tanh") else expr.rewrite(sp.cos) if name == "tan" else expr
        if name == "tan" and inside is not None:
            rewritten = sp.sin(inside) / sp.cos(inside)
        if rewritten == expr:
            raise Undecided(f"the function in {expr} is not sampled here; write it by exp, log, sin, cos, atan or powers")
        return self.series(rewritten)


def _exp(at: Sample, inside: sp.Expr) -> Residues:
    start = np.ones(at.count, dtype=np.int64)
    for term in sp.Add.make_args(inside):
        number, symbol = term.as_coeff_Mul()
        constant = not any(s in at.space.coordinates or at.space.index(s) for s in symbol.free_symbols)  # type: ignore[arg-type]
        value = at._constant(f"exp({symbol})") if constant else at.draw(f"exp({symbol})")  # pyright: ignore[reportPrivateUsage]
        start = start * at._rational_power(value, number) % PRIME  # pyright: ignore[reportPrivateUsage]
    taylor = [start * pow(factorials((m,)), -1, PRIME) % PRIME for m in range(at.ring.order + 1)]
    return at.ring.compose(np.array(taylor), at.series(inside))


def _log(at: Sample, inside: sp.Expr) -> Residues:
    if isinstance(inside, sp.Mul):
        return np.add.reduce([at.series(sp.log(f)) for f in inside.args]) % PRIME
    if isinstance(inside, sp.Pow):
        return at.ring.product(at.series(inside.exp), at.series(sp.log(inside.base)))
    inner = at.series(inside)
    at.good &= inner[0] != 0
    below, factor = inverse(inner[0]), np.ones(at.count, dtype=np.int64)
    start = at.draw(f"log({inside})") if inside.free_symbols else at._constant(f"log({inside})")  # pyright: ignore[reportPrivateUsage]
    taylor = [start]
    for m in range(1, at.ring.order + 1):
        factor = factor * below % PRIME
        taylor.append((-1) ** (m - 1) * pow(m, -1, PRIME) * factor % PRIME)
    return at.ring.compose(np.array(taylor), inner)


def _circle(at: Sample, inside: sp.Expr) -> tuple[Residues, Residues]:
    """Values of cos and sin of the argument: rational points of the circle, added as angles."""
    cos, sin = np.ones(at.count, dtype=np.int64), np.zeros(at.count, dtype=np.int64)
    for term in sp.Add.make_args(inside):
        number, symbol = term.as_coeff_Mul()
        times = number * ANGLES
        if not times.is_Integer:
            raise Undecided(f"sin and cos of {inside} are not sampled: the coefficient {number} is no multiple of 1/{ANGLES}")
        m = at.draw(f"angle({symbol})")
        below = inverse((1 + m * m) % PRIME)
        c, s = (1 - m * m) % PRIME * below % PRIME, 2 * m * below % PRIME
        for _ in range(abs(int(times))):
            sign = 1 if times > 0 else -1
            cos, sin = (cos * c - sign * (sin * s % PRIME)) % PRIME, (sin * c + sign * (cos * s % PRIME)) % PRIME
    return cos, sin


def _cycle(at: Sample, inside: sp.Expr, shift: int) -> Residues:
    cos, sin = _circle(at, inside)
    values = (cos, -sin % PRIME, -cos % PRIME, sin)
    taylor = [values[(m + shift) % 4] * pow(factorials((m,)), -1, PRIME) % PRIME for m in range(at.ring.order + 1)]
    return at.ring.compose(np.array(taylor), at.series(inside))


def _atan(at: Sample, inside: sp.Expr) -> Residues:
    inner = at.series(inside)
    bottom = (1 + inner[0] * inner[0]) % PRIME
    at.good &= bottom != 0
    below = inverse(bottom)
    taylor = [at.draw(f"atan({inside})")]
    slope = [below, -2 * inner[0] * below % PRIME * below % PRIME]  # 1/(1 + (g + y)²) as a series in y
    for _ in range(2, at.ring.order):
        slope.append(-(2 * inner[0] * slope[-1] + slope[-2]) % PRIME * below % PRIME)
    taylor += [slope[m - 1] * pow(m, -1, PRIME) % PRIME for m in range(1, at.ring.order + 1)]
    return at.ring.compose(np.array(taylor), inner)


def _sign(at: Sample, inside: sp.Expr) -> Residues:
    return at.ring.constant(np.where(is_square(at.series(inside)[0]), 1, PRIME - 1))


_RULES: dict[str, Callable[[Sample, sp.Expr], Residues]] = {
    "exp": _exp,
    "log": _log,
    "cos": lambda at, g: _cycle(at, g, 0),
    "sin": lambda at, g: _cycle(at, g, 3),
    "atan": _atan,
    "sign": _sign,
    "Abs": lambda at, g: at.ring.product(at.series(g), _sign(at, g)),
}
