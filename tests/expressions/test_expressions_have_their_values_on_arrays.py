"""Expressions on arrays: as 30-digit arithmetic has them, real roots, one shape."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.expressions import compile_expressions, evaluate

x, y = sp.symbols("x y", real=True)
A, B = np.array([0.3, 0.7, 0.11]), np.array([1.9, 0.4, 2.5])

CASES = [
    x**7 - 3 * x * y + sp.pi,
    y ** sp.Rational(-3, 2) + x ** sp.Rational(1, 4),
    (x - 1) ** 2 * (x - 1) ** -5,
    x ** sp.Float(2.0) - y ** sp.Float(0.3),
    sp.exp(x) + sp.log(y) + sp.sqrt(x * y),
    sp.sin(x) + sp.cos(y) + sp.tan(x + sp.pi / 2),
    sp.sinh(x) * sp.cosh(y) / sp.tanh(x),
    sp.asin(x) + sp.acos(x) * sp.atan(y),
    sp.Abs(x - y) + sp.sign(x - y),
    y**x,
    -x - y,
]


@pytest.mark.parametrize("expr", CASES, ids=str)
def test_values_agree_with_thirty_digit_arithmetic(expr):
    expected = [float(expr.xreplace({x: sp.Float(a, 30), y: sp.Float(b, 30)}).evalf(30)) for a, b in zip(A, B, strict=True)]
    assert np.allclose(evaluate(expr, {x: A, y: B}), expected, rtol=1e-13, atol=0)


def test_roots_of_odd_denominator_are_real():
    assert evaluate(x ** sp.Rational(1, 3), {x: np.array([-8.0, 27.0])}) == pytest.approx([-2.0, 3.0])
    assert evaluate(x ** sp.Rational(-2, 5), {x: np.array([-32.0])}) == pytest.approx([0.25])


def test_a_constant_takes_the_shape_of_the_columns():
    assert evaluate(sp.pi, {x: A[:, None], y: B}).shape == (3, 3)


def test_where_an_expression_is_not_defined_its_value_is_not_finite():
    assert not np.isfinite(evaluate(1 / x + sp.log(x) + sp.sqrt(x), {x: np.array([0.0, -1.0])})).any()


def test_what_expressions_share_is_computed_once():
    run = compile_expressions([x**2 + sp.sin(x**2), sp.sin(x**2) * y], [x, y])
    assert np.allclose(run([A, B])[1], np.sin(A**2) * B)


@pytest.mark.parametrize(("expr", "said"), [(x + y, "y has no value"), (sp.gamma(x), "gamma"), (x + sp.I, "not a finite real")])
def test_what_cannot_be_evaluated_is_named(expr, said):
    with pytest.raises(DeclarationError, match=said):
        evaluate(expr, {x: A})
