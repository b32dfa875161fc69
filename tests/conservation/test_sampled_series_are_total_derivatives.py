"""Claim: coefficients of sampled series are the total derivatives, for every function that laws may hold."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from conserved import read, space_of

from invarieq.errors import Undecided
from invarieq.exact import PRIME
from invarieq.exact.jetseries import JetSeries
from invarieq.jets.multiindices import factorial

SPACE = space_of("t x", "u", "k")


@pytest.mark.parametrize(
    "text",
    [
        "sin(2*u)*u_x",
        "exp(3*u + x)*x",
        "log(u*x)*u_t",
        "u**k*x",
        "u**(k - 1) + u**(2*k)",
        "(u**2 + x**2)**(-3/2)",
        "u**(1/3)*u_x**(-1/2)",
        "atan(u*x)",
        "asin(u*x) + acos(u)",
        "u**x + 2**(3*u)",
        "tanh(u) + tan(x)",
        "cosh(u)*cos(u/2)",
        "0.25*u**2/(1 + x**2)",
        "exp(k*t)*u",
    ],
)
def test_coefficients_are_derivatives_over_factorial(text: str) -> None:
    (expr,) = read(SPACE, text)
    sample = JetSeries(SPACE, 3, 12, seed=4)
    series = sample.series(expr)
    for index in ((1, 0), (0, 1), (1, 1), (1, 2), (0, 3)):
        derivative = sample.series(SPACE.total_derivatives(expr, index))[0]
        gap = (factorial(index) * series[sample.ring.place[index]] - derivative) % PRIME
        assert sample.good.any()
        assert not gap[sample.good].any()


def test_the_derivative_of_a_size_is_its_sign() -> None:
    size, slope = read(SPACE, "abs(u)", "sign(u)*u_x")
    sample = JetSeries(SPACE, 1, 12)
    gap = (sample.series(size)[sample.ring.place[0, 1]] - sample.series(slope)[0]) % PRIME
    assert not gap.any()


def test_squares_of_sine_and_cosine_add_to_one() -> None:
    sample = JetSeries(SPACE, 2, 5)
    (expr,) = read(SPACE, "sin(u)**2 + cos(u)**2 + exp(u)*exp(-u) - 2")
    assert not np.any(sample.series(expr))


def test_a_function_that_is_not_known_is_refused_with_advice() -> None:
    expr = sp.gamma(SPACE.fields[0].symbol)
    with pytest.raises(Undecided, match="write it by exp"):
        JetSeries(SPACE, 1, 3).series(expr)
