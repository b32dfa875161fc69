"""Claim: a tape is the expression: it turns back into it, has its values, and holds every subexpression once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from invarieq.errors import DeclarationError
from invarieq.expressions import FUNCTIONS, Op, Tape, function_of, read_expression, tape_of, to_sympy, write_expression

x, y, u = SYMBOLS = sp.symbols("x y u", real=True)
CALLS: list[Callable[..., Any]] = [op.sympy for op in FUNCTIONS.values() if op.sympy is not None]
WHOLE: list[sp.Expr] = [*SYMBOLS, sp.Integer(2), sp.Integer(-3), sp.Integer(7)]
ANY: list[sp.Expr] = [*WHOLE, sp.Rational(2, 7), sp.Float(0.1), sp.pi, sp.sqrt(2)]
POWERS = [2, 3, -1, -2, 7, sp.Rational(1, 2), sp.Rational(-3, 2), sp.Rational(1, 3), sp.Rational(-2, 5)]


def trees(leaves: list[sp.Expr], powers: list[Any]) -> st.SearchStrategy[sp.Expr]:
    """Expressions of the notation that are real numbers or hold a variable."""
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, st.sampled_from(powers)).map(lambda p: sp.Pow(*p)),
            st.tuples(st.sampled_from(CALLS), inner).map(lambda p: p[0](p[1])),
        ),
        max_leaves=8,
    ).filter(lambda e: bool(e.free_symbols) and all(n.is_real for n in numbers(e)))


def numbers(expr: sp.Expr) -> list[sp.Expr]:
    """The largest parts of an expression that are numbers, rational exponents left out."""
    if expr.is_number:
        return [expr]
    parts = [expr.base] if isinstance(expr, sp.Pow) and expr.exp.is_Rational else expr.args
    return [n for part in parts for n in numbers(part)]  # type: ignore[arg-type]


def single(*values: float) -> list[np.ndarray]:
    return [np.asarray(v) for v in values]


@settings(max_examples=200)
@given(trees(WHOLE, POWERS))
def test_an_expression_of_whole_numbers_comes_back_as_it_was(expr: sp.Expr) -> None:
    assume(all(n.is_Integer for n in numbers(expr)))
    assert to_sympy(tape_of([expr], SYMBOLS), SYMBOLS) == (expr,)


@settings(max_examples=200)
@given(trees(ANY, [*POWERS, sp.Rational(1, 4), sp.Float(0.3)]))
def test_what_comes_back_has_the_same_tape(expr: sp.Expr) -> None:
    once = to_sympy(tape_of([expr], SYMBOLS), SYMBOLS)
    assert to_sympy(tape_of(once, SYMBOLS), SYMBOLS) == once


@settings(max_examples=100)
@given(trees(ANY, POWERS))
def test_a_tape_goes_through_text(expr: sp.Expr) -> None:
    (back,) = to_sympy(tape_of([expr], SYMBOLS), SYMBOLS)
    assert read_expression(write_expression(back), {s.name: s for s in SYMBOLS}) == back


@settings(max_examples=200)
@given(trees(ANY, [2, 3, -1, -2, 7, sp.Rational(1, 2)]), st.tuples(*[st.floats(0.3, 1.7)] * 3))
def test_values_are_those_of_thirty_digit_arithmetic(expr: sp.Expr, point: tuple[float, float, float]) -> None:
    tape = tape_of([expr], SYMBOLS)
    whole = Tape(tape.opcode, tape.left, tape.right, tape.constants, 3, np.arange(len(tape), dtype=np.int32))
    steps = np.array([float(v) for v in function_of(whole)(single(*point))])
    assume(np.isfinite(steps).all() and np.all((np.abs(steps) < 100) & (np.abs(steps) > 0.01) | (steps == 0)))
    exact = expr.evalf(30, subs={s: sp.Float(p, 40) for s, p in zip(SYMBOLS, point, strict=True)})
    assert function_of(tape)(single(*point))[0] == pytest.approx(float(exact), rel=1e-9, abs=1e-11)


def steps(tape: Tape) -> list[Op]:
    return [Op(code) for code in tape.opcode]


def test_a_repeated_subexpression_stands_once_also_across_expressions():
    tape = tape_of([sp.sin(x * y) + u, sp.exp(sp.sin(x * y)), -sp.sin(x * y)], SYMBOLS)
    found = steps(tape)
    assert found.count(Op.SIN) == found.count(Op.MULTIPLY) == 1
    assert sorted(found) == sorted([*[Op.VARIABLE] * 3, Op.MULTIPLY, Op.SIN, Op.ADD, Op.EXP, Op.NEGATE])


def test_powers_share_their_products():
    assert steps(tape_of([u**2, u**3], SYMBOLS)) == [Op.VARIABLE, Op.MULTIPLY, Op.MULTIPLY]
    assert steps(tape_of([u**16], SYMBOLS)).count(Op.MULTIPLY) == 4
    assert Op.POWER not in steps(tape_of([u ** sp.Rational(-7, 3) + u ** sp.Rational(5, 2) + u ** sp.Float(3.0)], SYMBOLS))
    assert steps(tape_of([sp.pi * x + sp.pi * y], SYMBOLS)).count(Op.CONSTANT) == 1


def test_tapes_are_equal_when_their_arrays_are():
    tape = tape_of([x * y + 2], SYMBOLS)
    again = Tape(list(tape.opcode), tape.left, tape.right, tape.constants, 3, tape.results)  # type: ignore[arg-type]
    assert tape == again and hash(tape) == hash(again) and len(tape) == 5
    assert tape != tape_of([x * y + 3], SYMBOLS) and tape != tape_of([x * y + 2], [x, y])
    with pytest.raises(ValueError, match="read-only"):
        tape.opcode[0] = 7


def test_a_tape_written_by_hand_runs_and_reads():
    tape = Tape(
        np.array([Op.VARIABLE, Op.VARIABLE, Op.DIVIDE, Op.NEGATE, Op.ROOT]),
        np.array([1, 0, 0, 2, 3]),
        np.array([-1, -1, 1, -1, 3]),
        np.array([]),
        2,
        np.array([2, 4]),
    )
    assert to_sympy(tape, [x, y]) == (y / x, (-y / x) ** sp.Rational(1, 3))
    assert [float(v) for v in function_of(tape)(single(2, 16))] == [8, -2]


@pytest.mark.parametrize(
    ("opcode", "left", "right", "results", "said"),
    [
        ([99], [0], [-1], [0], "opcode 99"),
        ([Op.VARIABLE], [2], [-1], [0], "no such place"),
        ([Op.CONSTANT], [1], [-1], [0], "no such place"),
        ([Op.CONSTANT], [-1], [-1], [0], "no such place"),
        ([Op.VARIABLE, Op.ADD], [0, 0], [-1, 1], [1], "no such place"),
        ([Op.VARIABLE, Op.EXP], [0, 1], [-1, -1], [1], "no such place"),
        ([Op.VARIABLE, Op.ROOT], [0, 0], [-1, 2], [1], "operands 0 and 2"),
        ([Op.VARIABLE], [0], [-1], [1], "outside"),
        ([Op.VARIABLE], [0, 0], [-1], [0], "2 left"),
        ([[Op.VARIABLE]], [0], [-1], [0], "one axis"),
    ],
)
def test_arrays_that_are_no_tape_are_refused(opcode: list, left: list, right: list, results: list, said: str):
    with pytest.raises(DeclarationError, match=said):
        Tape(np.array(opcode), np.array(left), np.array(right), np.array([1.0]), 1, np.array(results))


def test_the_number_of_symbols_is_that_of_the_variables():
    with pytest.raises(DeclarationError, match="2 symbols are given for a tape of 3"):
        to_sympy(tape_of([x], SYMBOLS), [x, y])


def test_infinite_constants_come_back():
    assert to_sympy(tape_of([x + sp.oo], SYMBOLS), SYMBOLS) == (x + sp.oo,)
