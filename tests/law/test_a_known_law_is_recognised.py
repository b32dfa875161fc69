"""Claim: a law is recovered when its terms are the true terms, however the true law is written; errors are those of numbers."""

from __future__ import annotations

import math

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from law_cases import KDV, KEPLER, TIED, X, Y, c1, c2, law, line, nu, r, t, u, v, x

from invarieq import JetSpace
from invarieq.errors import DeclarationError
from invarieq.law import judge

TRUE_KDV = [u[t] + 6 * u * u[x] + u[x, x, x]]


def test_errors_are_those_of_the_coefficients() -> None:
    truth = judge(KDV, TRUE_KDV, {})
    assert truth.recovered
    assert truth.coefficient_error == pytest.approx(math.hypot(0.0013, 0.0003) / math.hypot(6, 1))
    assert truth.largest_error == pytest.approx(0.0003)
    assert {term: error for _, term, error in truth.term_errors} == {
        u * u[x]: pytest.approx(0.0013 / 6),
        u[x, x, x]: pytest.approx(0.0003),
    }


@pytest.mark.parametrize("extra", [u.symbol, u[x, x], sp.Integer(1), x * u[x], 1e-9 * u[x]], ids=str)
def test_a_term_too_many_or_too_few_is_not_recovered(extra: sp.Expr) -> None:
    truth = judge(KDV, [TRUE_KDV[0] + extra], {})
    assert not truth.recovered and truth.largest_error == pytest.approx(1.0)
    found = law(line, {u[t]: -6 * u * u[x] - u[x, x, x] + extra})
    other = judge(found, TRUE_KDV, {})
    assert not other.recovered and other.largest_error == pytest.approx(0.0, abs=1e-12)
    assert math.inf in [error for *_, error in other.term_errors]


CENTRAL = {
    "a power of a sum": (X / (X**2 + Y**2) ** sp.Rational(3, 2), Y / (X**2 + Y**2) ** sp.Rational(3, 2)),
    "a radical over a square": (X * r / (X**2 + Y**2) ** 2, Y * r / (X**2 + Y**2) ** 2),
    "a split square": (X**3 / r**5 + X * Y**2 / r**5, Y * X**2 / r**5 + Y**3 / r**5),
    "decimal exponents": (X * (X**2 + Y**2) ** -1.5, Y * (X**2 + Y**2) ** -1.5),
}


@pytest.mark.parametrize("sides", CENTRAL.values(), ids=list(CENTRAL))
def test_a_force_is_recognised_however_its_radical_is_written(sides: tuple[sp.Expr, sp.Expr]) -> None:
    truth = judge(KEPLER, [X[t, t] + sides[0], Y[t, t] + sides[1]], {})
    assert truth.recovered and truth.coefficient_error < 1e-12
    assert not judge(KEPLER, [X[t, t] + sides[0] * r, Y[t, t] + sides[1] * r], {}).recovered


def test_the_order_and_mixture_of_the_true_equations_do_not_matter() -> None:
    size = u**2 + v**2
    first, second = u[t] - u[x, x] / 10 - v * size, v[t] - v[x, x] / 10 + u * size
    for true in ([first, second], [second, first], [first + second, first - second], [first + second, second]):
        assert judge(TIED, true, {}).recovered
    assert not judge(TIED, [first, second + u.symbol], {}).recovered
    assert not judge(TIED, [first], {}).recovered


def test_a_law_for_another_derivative_is_not_recovered() -> None:
    for true in (u[t, t] - u[x, x], u[t] ** 2 + 6 * u * u[x] + u[x, x, x]):
        truth = judge(KDV, [true], {})
        assert not truth.recovered and truth.coefficient_error == math.inf


def test_parameters_are_compared_by_their_values() -> None:
    space = JetSpace((t, x), (u,), (nu,))
    found = law(space, {u[t]: c1 * u[x, x] + c2 * u * u[x]}, c1=(0.1, 1e-3), c2=(-1.0, 1e-3))
    for value in (sp.Rational(1, 10), 0.1, sp.Float(0.1)):
        assert judge(found, [u[t] + u * u[x] - nu * u[x, x]], {nu: value}).coefficient_error < 1e-15
    assert not judge(found, [u[t] + u * u[x] - nu * u[x, x]], {nu: 0}).recovered
    with pytest.raises(DeclarationError, match="nu has no value"):
        judge(found, [u[t] + u * u[x] - nu * u[x, x]], {})


coefficients = st.floats(0.01, 100) | st.floats(-100, -0.01)


@settings(max_examples=30, deadline=None)
@given(coefficients, coefficients, st.floats(-0.5, 0.5))
def test_a_law_is_itself_and_its_error_is_relative(a: float, b: float, share: float) -> None:
    found = law(line, {u[t]: c1 * u * u[x] + c2 * u[x, x]}, c1=(a, 0.0), c2=(b, 0.0))
    assert judge(found, found.equations(), {}).coefficient_error < 1e-14
    true = [u[t] - (1 + share) * a * u * u[x] - (1 + share) * b * u[x, x]]
    truth = judge(found, true, {})
    assert truth.recovered
    assert truth.coefficient_error == pytest.approx(abs(share) / (1 + share), abs=1e-12)
    assert truth.largest_error == pytest.approx(abs(share) / (1 + share), abs=1e-12)
