"""Claim: two expressions have the same terms exactly when they are the same function, however they are written."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq.jets import substitute
from invarieq.jets.kernels import terms, vanishes

x, y, z = sp.symbols("x y z", real=True)
r = sp.sqrt(x**2 + y**2)

SAME = {
    "a product multiplied out": ((x + y) * (x - y), x**2 - y**2),
    "a radical over its square": (x * r / (x**2 + y**2) ** 2, x / r**3),
    "a square split over a radical": (x**3 / r**5 + x * y**2 / r**5, x / r**3),
    "a radicand not multiplied out": (x / sp.sqrt((x + y) ** 2 + z**2), x / sp.sqrt(x**2 + 2 * x * y + y**2 + z**2)),
    "a factor drawn out of a radical": (sp.sqrt(2 * x**2 + 2 * y**2), sp.sqrt(2) * r),
    "a square drawn out of a radical": (sp.sqrt(x**2 * y**2 + y**4), sp.Abs(y) * r),
    "decimals for fractions": (0.1 * x + 0.75 * y, x / 10 + sp.Rational(3, 4) * y),
    "decimal exponents": (x**2.0 * (x**2 + y**2) ** -1.5, x**2 / r**3),
    "an exponential of a sum": (sp.exp(x + y), sp.exp(x) * sp.exp(y)),
    "a proper fraction": (x**3 / (1 + x**2), x - x / (1 + x**2)),
    "nested radicals": (sp.sqrt(1 + r) ** 3, (1 + r) * sp.sqrt(1 + r)),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=list(SAME))
def test_one_function_has_one_set_of_terms(pair: tuple[sp.Expr, sp.Expr]) -> None:
    first, second = terms(pair)
    assert first.keys() == second.keys()
    assert [first[k] for k in first] == pytest.approx([second[k] for k in first], rel=1e-14)
    assert vanishes(pair[0] - pair[1])


@pytest.mark.parametrize(
    "pair",
    [
        (x / r**3, x / r),
        (x**2, x**2 + y**2),
        (1 / x, 1 / (1 + x)),
        (sp.sin(x), sp.sin(2 * x)),
        (sp.pi * x, 3 * x + 1),
        (x, x + y),
    ],
)
def test_different_functions_have_different_terms(pair: tuple[sp.Expr, sp.Expr]) -> None:
    first, second = terms(pair)
    assert first.keys() != second.keys()
    assert not vanishes(pair[0] - pair[1])


def test_a_term_keeps_its_plain_form() -> None:
    assert terms([-2 * x / r**3 + sp.Rational(1, 2) * x * y]) == [{x / r**3: -2.0, x * y: 0.5}]
    assert terms([x**2 + y**2]) == [{x**2: 1.0, y**2: 1.0}]
    assert terms([sp.S.Zero]) == [{}]


KERNELS = [x, y, 1 / r, r, sp.exp(x), 1 / (1 + x**2), sp.sin(y)]
monomials = st.lists(st.sampled_from(KERNELS), min_size=1, max_size=4).map(lambda factors: sp.Mul(*factors))
sums = st.lists(st.tuples(st.integers(-9, 9), monomials), min_size=1, max_size=4).map(lambda ts: sp.Add(*[c * m for c, m in ts]))


@settings(max_examples=40, deadline=None)
@given(sums)
def test_the_terms_add_up_to_the_function(expr: sp.Expr) -> None:
    (found,) = terms([expr])
    at = {x: sp.Rational(7, 5), y: sp.Rational(-3, 4)}
    total = sum(float(substitute(monomial, at)) * number for monomial, number in found.items())
    assert total == pytest.approx(float(substitute(expr, at)), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(sums, sums)
def test_a_law_of_algebra_is_shown(a: sp.Expr, b: sp.Expr) -> None:
    assert vanishes(sp.expand((a + b) ** 2) - (a + b) * (b + a))
    assert not vanishes(sp.expand(a * b) - a * b + x * sp.exp(x))
