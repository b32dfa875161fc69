"""Claim: values depend neither on the size of the arrays nor on how they lie in memory, and nothing is ever raised or warned of."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from invarieq.expressions import compile_expression, compile_expressions, evaluate
from invarieq.expressions.arrays import BLOCK, LARGE

x, y, u, a = SYMBOLS = sp.symbols("x y u a", real=True)
LAW = [
    a * u**3 - x * sp.sin(u) + sp.exp(-(y**2)),
    sp.sqrt(a**2 + 1) * sp.cos(a),
    (x - y) ** sp.Rational(1, 3) + sp.sqrt(a**2 + 1),
    u ** sp.Rational(-2, 5) + sp.tanh(x) ** 5 / (1 + u**2),
    u,
    a * x - a * y,
    sp.Integer(3),
]


def columns(size: int) -> list[np.ndarray]:
    generator = np.random.default_rng(4)
    return [*(generator.normal(size=size) for _ in range(3)), np.asarray(0.7)]


@pytest.mark.parametrize("size", [LARGE, LARGE + 1, 3 * BLOCK + 777])
def test_large_arrays_have_the_values_of_their_pieces_to_the_last_bit(size: int) -> None:
    run, values = compile_expressions(LAW, SYMBOLS), columns(size)
    whole = run(values)
    pieces = [run([v[k : k + 1000] if v.ndim else v for v in values]) for k in range(0, size, 1000)]
    for number, found in enumerate(whole):
        if found.ndim:
            assert found.tobytes() == np.concatenate([piece[number] for piece in pieces]).tobytes()
        else:
            assert found == pieces[0][number]
    assert [np.ndim(v) for v in whole] == [1, 0, 1, 1, 1, 1, 0]


def test_the_arrays_that_are_given_stay_as_they_are() -> None:
    values = columns(2 * LARGE)
    before = [v.copy() for v in values]
    compile_expressions(LAW, SYMBOLS)(values)
    assert all(np.array_equal(v, b) for v, b in zip(values, before, strict=True))


def test_shape_and_order_in_memory_change_no_value() -> None:
    flat = columns(240 * 200)
    run = compile_expressions(LAW, SYMBOLS)
    expected = run(flat)
    square = [v.reshape(240, 200) if v.ndim else v for v in flat]
    turned = [np.asfortranarray(v) for v in square]
    for found in (run(square), run(turned), run([square[0], *turned[1:]])):
        for value, right in zip(found, expected, strict=True):
            assert np.array_equal(np.ravel(value), np.ravel(right))
    assert run(square)[0].shape == (240, 200)


def test_axes_are_broadcast_only_as_far_as_needed() -> None:
    run = compile_expressions([x + 1, x * y, a * y], SYMBOLS)
    ends = [np.linspace(0, 1, 300)[:, None], np.linspace(0, 1, 200), np.zeros((300, 200)), np.asarray(2.0)]
    assert [v.shape for v in run(ends)] == [(300, 1), (300, 200), (200,)]


def test_whole_numbers_and_single_precision_count_as_doubles() -> None:
    whole = np.arange(-4, 5)
    for values in (whole, whole.astype(np.float32), whole.tolist()):
        found = compile_expression(-(x**-2) + x / 3, [x])([values])  # type: ignore[list-item]
        assert found.dtype == np.float64
        with np.errstate(divide="ignore"):
            assert np.allclose(found, -1 / whole.astype(float) ** 2 + whole / 3)


@pytest.mark.parametrize(
    ("expr", "at", "value"),
    [
        (1 / x, 0.0, np.inf),
        (1 / x, -0.0, -np.inf),
        (sp.log(x), 0.0, -np.inf),
        (sp.log(x), -1.0, np.nan),
        (sp.sqrt(x), -1.0, np.nan),
        (x ** sp.Rational(1, 4), -1.0, np.nan),
        (x**y, -1.5, np.nan),
        (sp.asin(x), 1.5, np.nan),
        (sp.exp(x), 1e3, np.inf),
        (sp.exp(x), -1e3, 0.0),
        (x**64, 1e300, np.inf),
        (x / (1 + x), np.inf, np.nan),
        (sp.cbrt(x), -8.0, -2.0),
        (x ** sp.Rational(1, 5), -32.0, -2.0),
        (x ** sp.Rational(-2, 3), -8.0, 0.25),
        (x ** sp.Rational(3, 7), 0.0, 0.0),
        (x ** sp.Rational(1, 10**12 + 1), 1.0, 1.0),
        (sp.sech(x), 0.0, 1.0),
        (sp.sech(x), 800.0, 0.0),
        (sp.cot(x), 0.0, np.inf),
        (sp.sign(x), 0.0, 0.0),
        (sp.Abs(x), -0.0, 0.0),
        (sp.sin(x), np.nan, np.nan),
    ],
    ids=str,
)
def test_where_an_expression_is_not_defined_it_is_nan_or_infinite(expr: sp.Expr, at: float, value: float) -> None:
    for size in (1, LARGE):
        found = evaluate(expr, {x: np.full(size, at), y: np.full(size, 0.5)})
        assert np.allclose(found, value, rtol=1e-15, atol=0, equal_nan=True)


def test_a_warning_that_is_asked_to_be_an_error_is_none_here() -> None:
    with np.errstate(all="raise"):
        assert np.isnan(compile_expression(sp.log(x) / (x - x**2), [x])([np.array([-1.0, np.nan])])).all()


def test_nothing_given_is_nothing_computed() -> None:
    assert compile_expressions([], SYMBOLS)(columns(3)) == []
    assert compile_expressions([sp.pi], [])([])[0] == np.pi
    assert evaluate(x**2, {x: np.empty(0)}).shape == (0,)
