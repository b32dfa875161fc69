"""Claim: every function of the alphabet can be read, written and evaluated, and the numbers of the operations never change."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp

from invarieq.errors import DeclarationError, ReadError
from invarieq.expressions import FUNCTIONS, Op, evaluate, read_expression, tape_of, to_sympy, write_expression
from invarieq.expressions.alphabet import RECIPROCALS

x, y = sp.symbols("x y", real=True)
NAMES = "exp log sqrt sin cos tan sinh cosh tanh asin acos atan abs sign"
STORED = {
    "variable": 0, "constant": 1, "add": 2, "subtract": 3, "multiply": 4, "divide": 5, "power": 6, "negate": 7, "reciprocal": 8,
    "root": 9, "sqrt": 16, "exp": 17, "log": 18, "sin": 19, "cos": 20, "tan": 21, "sinh": 22, "cosh": 23, "tanh": 24,
    "asin": 25, "acos": 26, "atan": 27, "abs": 28, "sign": 29,
}  # fmt: skip


def test_stored_tapes_keep_their_meaning():
    assert {op.text: int(op) for op in Op} == STORED


def test_the_functions_are_those_of_the_notation():
    assert sorted(FUNCTIONS) == sorted(NAMES.split())


@pytest.mark.parametrize("name", NAMES.split())
def test_a_function_is_read_written_and_put_on_a_tape(name: str):
    expr = read_expression(f"{name}(x + 3)", {"x": x})
    assert expr.has(x)
    assert read_expression(write_expression(expr), {"x": x}) == expr
    assert to_sympy(tape_of([expr], [x]), [x]) == (expr,)


@pytest.mark.parametrize("name", NAMES.split())
def test_its_values_are_those_of_an_independent_library(name: str):
    independent = {"abs": mpmath.fabs}.get(name) or getattr(mpmath, name)
    at = np.array([0.03, 0.31, 0.62, 0.97])
    found = evaluate(read_expression(f"{name}(x)", {"x": x}), {x: at})
    assert np.allclose(found, [float(independent(mpmath.mpf(float(v)))) for v in at], rtol=4e-16, atol=0)


@pytest.mark.parametrize("op", FUNCTIONS.values(), ids=FUNCTIONS)
def test_total_functions_are_finite_everywhere_and_others_are_not(op: Op):
    at = np.array([-650.0, -2.0, -1.0, -1e-9, 0.0, 1e-9, 1.0, 2.0, 650.0])
    assert op.sympy is not None
    finite = np.isfinite(evaluate(op.sympy(x), {x: at}))
    assert bool(finite.all()) is op.total or op is Op.TAN  # the poles of tan lie between the doubles


def test_reciprocals_are_evaluated_and_written_by_what_they_are_reciprocals_of():
    assert set(RECIPROCALS) == {sp.sech, sp.cot}
    expr = x / sp.cot(x) + 2 * sp.sech(3 * x) ** 2 - sp.tan(x + sp.pi / 2)
    back = read_expression(write_expression(expr), {"x": x})
    assert write_expression(expr) == "x*tan(x) + 2/cosh(3*x)**2 + 1/tan(x)"
    at = {x: np.array([0.3, -1.2, 2.0])}
    exact = [float(expr.evalf(30, subs={x: sp.Float(v, 30)})) for v in at[x]]
    assert np.allclose(evaluate(expr, at), exact, rtol=1e-14, atol=0)
    assert np.allclose(evaluate(back, at), exact, rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    "strange",
    [sp.gamma(x), sp.Function("f")(x), sp.Max(x, 2), sp.atan2(x, y), sp.Heaviside(x), sp.Integral(x**x, x), sp.coth(x)],
    ids=str,
)
def test_other_functions_are_refused(strange: sp.Expr):
    with pytest.raises(ReadError, match="cannot be written"):
        write_expression(1 + strange)
    with pytest.raises(DeclarationError, match="cannot be evaluated"):
        tape_of([1 + strange], [x, y])
