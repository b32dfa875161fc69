"""Solutions of linear ordinary equations from their characteristic polynomial, in a form that needs no radicals as coefficients.

A pair of roots m ± c√R with R not a square gives e^{mz} cosh(c√R z) and √R e^{mz} sinh(c√R z), or cos and √−R sin for R < 0: neither
changes when √R is replaced by −√R, so a field over ℚ(parameters) in their span has coefficients without radicals.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import cast

import sympy as sp

from invarieq.exact.primes import is_square
from invarieq.exact.values import Values

Pair = tuple[sp.Expr, sp.Expr]  # (c, R): the number c √R


def solutions(polynomial: sp.Expr, root: sp.Symbol, z: sp.Symbol, *, euler: bool) -> tuple[sp.Expr, ...] | None:
    """A basis of solutions for constant coefficients, or (`euler`) for coefficients over powers of z; None for other roots.

    Roots of linear and quadratic factors are taken, and of quartic ones of the kind λ⁴ + pλ² + s².
    """
    argument = sp.log(z) if euler else z
    found: list[sp.Expr] = []
    for factor, multiplicity in sp.Poly(sp.numer(sp.together(polynomial)), root).factor_list()[1]:
        roots = _roots(factor.monic().all_coeffs())
        if roots is None:
            return None
        middle, pairs = roots
        grown = z**middle if euler else sp.exp(sp.expand(middle * z))
        sides = [_even_and_odd(pair, argument) for pair in pairs]
        for i, chosen in itertools.product(range(multiplicity), itertools.product(*sides)):
            found.append(argument**i * grown * sp.Mul(*chosen))
    return tuple(dict.fromkeys(found))


def _roots(monic: Sequence[sp.Expr]) -> tuple[sp.Expr, list[Pair]] | None:
    """Roots m ± c₁√R₁ ± c₂√R₂ of an irreducible factor, as m and the pairs (c, R)."""
    coefficients = [sp.cancel(c) for c in monic]
    if len(coefficients) == 2:
        return -coefficients[1], []
    if len(coefficients) == 3:
        _, b, c = coefficients
        return sp.cancel(-b / 2), [_square_root(b**2 / 4 - c)]
    if len(coefficients) != 5:
        return None
    middle, x = sp.cancel(-coefficients[1] / 4), sp.Dummy("x")
    shifted = sp.Poly(sp.Add(*[c * (x + middle) ** (4 - i) for i, c in enumerate(coefficients)]), x)
    if sp.cancel(shifted.coeff_monomial(x)) != 0:
        return None
    p, (s, rest) = shifted.coeff_monomial(x**2), _square_root(shifted.coeff_monomial(1))
    if rest != 1:
        return None
    s = -s if (2 * s - p).could_extract_minus_sign() else s
    return middle, [_square_root((2 * s - p) / 4), _square_root((-2 * s - p) / 4)]


def _square_root(value: sp.Expr) -> Pair:
    """√value as c √R with R free of squares, a whole polynomial; R = 1 or −1 where ±value is a square."""
    numerator, denominator = sp.fraction(sp.cancel(value))
    content, factors = cast("tuple[sp.Rational, list[tuple[sp.Expr, int]]]", sp.factor_list(sp.expand(numerator * denominator)))
    outside, inside = sp.S.One / (denominator * content.q), sp.S.One
    for factor, n in factors:
        outside, inside = outside * factor ** (n // 2), inside * factor ** (n % 2)
    for prime, n in sp.factorint(abs(content.p) * content.q).items():
        outside, inside = outside * sp.Integer(prime) ** (n // 2), inside * sp.Integer(prime) ** (n % 2)
    return sp.cancel(outside), sp.expand(-inside if content < 0 else inside)


def _even_and_odd(pair: Pair, argument: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    c, radicand = pair
    c = -c if c.could_extract_minus_sign() else c
    turning = radicand.could_extract_minus_sign()
    weight = sp.sqrt(-radicand if turning else radicand)
    even: Callable[..., sp.Expr] = sp.cos if turning else sp.cosh
    odd: Callable[..., sp.Expr] = sp.sin if turning else sp.sinh
    return even(c * weight * argument), weight * odd(c * weight * argument)


def radicands(exprs: Sequence[sp.Expr], parameters: Sequence[sp.Symbol]) -> list[sp.Expr]:
    """What stands under square roots in the expressions and depends on nothing but parameters."""
    powers = {p for e in exprs for p in e.atoms(sp.Pow) if isinstance(p.exp, sp.Rational) and p.exp.q == 2}
    return sorted({p.base for p in powers if p.free_symbols and p.free_symbols <= set(parameters)}, key=str)


def squares(values: Values, exprs: Sequence[sp.Expr]) -> bool:
    """Whether all expressions are squares there."""
    return all(bool(is_square(values(e)).all()) for e in exprs)


class OtherParameters(Exception):
    """Square roots of these expressions are needed, at whose values of the parameters there are none."""

    def __init__(self, radicands: Sequence[sp.Expr]) -> None:
        """`radicands`: expressions in the parameters."""
        super().__init__(", ".join(map(str, radicands)))
        self.radicands = tuple(radicands)
