"""Claim: a rounded constant lies within the uncertainty, and no simpler number does."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import example, given
from hypothesis import strategies as st

from invarieq.law.rounding import DENOMINATORS, simplest_number


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (-5.9987, 0.0012, "-6"),
        (0.66661, 1e-4, "2/3"),
        (0.1001, 1e-4, "1/10"),
        (3.14159, 1e-5, "3.1416"),
        (0.93, 10.0, "0.9"),
        (1.98, 0.0099, "1.98"),
        (1.98, 0.0101, "2"),
        (2.0, float("inf"), "2"),
        (2e-310, 0.0, "2e-310"),
    ],
)
def test_known_numbers(value: float, error: float, expected: str) -> None:
    assert simplest_number(value, error) == sp.Rational(expected)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 0.03))
@example(5e-324, 0.0)
@example(1.7e308, 0.01)
def test_no_simple_fraction_within_two_standard_errors_is_passed_over(value: float, share: float) -> None:
    error = abs(value) * share
    chosen = simplest_number(value, error)
    reach = min(max(2 * share, 1e-6), 0.05) * abs(value)
    assert abs(float(chosen) - value) <= reach * (1 + 1e-9)
    if value and sp.fraction(chosen)[1] not in DENOMINATORS:
        assert all(abs(round(value * q) / q - value) > reach * (1 - 1e-9) or round(value * q) == 0 for q in DENOMINATORS)


@given(st.floats(1e-6, 1e6), st.floats(1e-9, 0.5))
def test_the_sign_does_not_matter(value: float, share: float) -> None:
    assert simplest_number(-value, share * value) == -simplest_number(value, share * value)
