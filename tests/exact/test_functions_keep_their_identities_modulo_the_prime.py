"""Claim: residues of functions obey the identities of the functions, and series have the derivatives as coefficients."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact.primes import PRIME
from invarieq.exact.series import SeriesRing
from invarieq.exact.taylor import around
from invarieq.exact.values import Values

x, u, k, w = sp.symbols("x u k w", real=True)
f = sp.Function("f")


def zero(expr: sp.Expr) -> bool:
    values = Values(40, 0, [k])
    found = values(expr)
    assert values.valid.sum() >= 5
    return not found[values.valid].any()


@pytest.mark.parametrize(
    "identity",
    [
        sp.sin(x + u) ** 2 + sp.cos(x + u) ** 2 - 1,
        sp.expand_trig(sp.sin(3 * x)) - sp.sin(3 * x),
        sp.sin(x + u) - sp.sin(x) * sp.cos(u) - sp.cos(x) * sp.sin(u),
        sp.cos(x / 2) ** 2 - (1 + sp.cos(x)) / 2,
        sp.exp(2 * u + x) - sp.exp(u) ** 2 * sp.exp(x),
        sp.exp(u / 3) ** 3 - sp.exp(u),
        sp.log(x**3 * u / 5) - 3 * sp.log(x) - sp.log(u) + sp.log(5),
        sp.tanh(x) ** 2 + 1 / sp.cosh(x) ** 2 - 1,
        (x**2 + u**2) ** sp.Rational(3, 2) - (x**2 + u**2) * sp.sqrt(x**2 + u**2),
        u**k * u ** (2 - k) - u**2,
        u ** (k - 1) * u - u**k,
        sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(6),
    ],
)
def test_identities_hold(identity: sp.Expr) -> None:
    assert zero(identity)


@pytest.mark.parametrize("wrong", [sp.sin(x) - x, sp.exp(x) - 1 - x, u**k - u**2, sp.log(x) - x, f(u) - f(x), sp.sqrt(x) - x])
def test_what_is_no_identity_does_not_vanish(wrong: sp.Expr) -> None:
    assert not zero(wrong)


@pytest.mark.parametrize(
    "expr",
    [sp.exp(x * u) * sp.sqrt(1 + x**2) * sp.sin(u) / x, u**k * sp.log(x), f(u) * x**2 + sp.diff(f(u), u), sp.atan(x) / (1 + u)],
)
def test_series_hold_the_derivatives(expr: sp.Expr) -> None:
    values = Values(30, 1, [k])
    taylor = around(values, (x, u), 3)
    series = taylor(expr)
    for place, (i, j) in enumerate(taylor.ring.exponents):
        slope = values(sp.diff(expr, x, i, u, j) if i + j else expr)
        scaled = slope * pow(math.factorial(i) * math.factorial(j), -1, PRIME) % PRIME
        assert (scaled == series[place])[values.valid].all()


def test_products_of_series_are_those_of_polynomials() -> None:
    ring = SeriesRing(2, 3)
    source = np.random.default_rng(2)
    a, b = (source.integers(0, 50, (ring.size, 1)) for _ in range(2))
    left, right = (sp.Add(*[int(c) * x**i * u**j for c, (i, j) in zip(s[:, 0], ring.exponents, strict=True)]) for s in (a, b))
    whole = sp.Poly(left * right, x, u)
    expected = [int(whole.coeff_monomial(x**i * u**j)) for i, j in ring.exponents]
    assert ring.product(a, b)[:, 0].tolist() == expected


def test_a_constant_is_the_same_wherever_it_is_met() -> None:
    first, second = (Values(3, seed)(sp.log(7) + sp.pi) for seed in (1, 2))
    assert (first == second).all()


def test_a_function_without_a_rule_is_named() -> None:
    with pytest.raises(Undecided, match="gamma"):
        Values(3, 0)(sp.gamma(x))
