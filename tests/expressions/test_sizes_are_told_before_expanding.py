"""Claim: the number of terms after expansion is bounded from above before anything is expanded, and exactly for plain products."""

from __future__ import annotations

import time
from math import comb

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from invarieq.expressions.size import SATURATED, expanded_terms

X = sp.symbols("x0:6", real=True)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> sp.Expr:
    if depth == 0:
        return draw(st.sampled_from([*X, sp.Integer(2), sp.Rational(1, 3)]))
    kind = draw(st.sampled_from(["sum", "product", "power", "root", "function", "leaf"]))
    one, two = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    if kind == "sum":
        return one + two
    if kind == "product":
        return one * two
    if kind == "power":
        return one ** draw(st.integers(1, 3))
    if kind == "root":
        return (one**2 + 1) ** sp.Rational(draw(st.integers(1, 5)), 2)
    return draw(st.sampled_from([sp.exp, sp.sin]))(one) if kind == "function" else one


@given(expressions())
def test_expansion_never_has_more_terms(expr: sp.Expr) -> None:
    assert len(sp.Add.make_args(sp.expand(expr))) <= expanded_terms(expr)


@pytest.mark.parametrize(("count", "power"), [(2, 9), (3, 6), (5, 4), (6, 3)])
def test_powers_and_products_of_plain_sums_are_counted_exactly(count: int, power: int) -> None:
    whole = sp.Add(*X[:count]) ** power
    assert expanded_terms(whole) == comb(count + power - 1, power) == len(sp.Add.make_args(sp.expand(whole)))
    other = whole * sp.Add(*sp.symbols("y0:3"))
    assert expanded_terms(other) == len(sp.Add.make_args(sp.expand(other)))


def test_what_stands_below_a_fraction_or_in_a_function_counts() -> None:
    inner = sum(X) ** 20
    for whole in (1 / inner, sp.sin(inner), sp.exp(sp.sin(inner)) + 1, X[0] ** inner):
        assert expanded_terms(whole) >= comb(25, 20)


def test_counts_are_quick_and_end_where_nobody_could_hold_the_terms() -> None:
    begun = time.process_time()
    tower = sum(X) + 1
    for _ in range(12):
        tower = tower**64 * X[0] + 1
    assert expanded_terms(tower) == SATURATED
    assert expanded_terms((X[0] + 1) ** (10**30)) == SATURATED
    shared = X[0] + 1
    for _ in range(40):  # a tree of 2^40 leaves with 40 different parts
        shared = sp.sin(shared) + sp.cos(shared)
    assert expanded_terms(shared) > 1
    assert time.process_time() - begun < 30
