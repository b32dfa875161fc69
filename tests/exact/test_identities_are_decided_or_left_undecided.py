"""Claim: an identity is proved, refuted at a point, or said to be undecided; undecided is never taken for either."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact import Decision, decide
from invarieq.limit import Deadline

X, Y, K = sp.symbols("x y k", real=True)
R = sp.sqrt(X**2 + Y**2)
F = sp.Function("f")(X)
ZERO = [
    sp.S.Zero,
    (X + Y) ** 3 - X**3 - 3 * X**2 * Y - 3 * X * Y**2 - Y**3,
    X**2 / R + Y**2 / R - R,
    1 / (X + 1) + 1 / (X - 1) - 2 * X / (X**2 - 1),
    sp.cos(X) ** 2 - 1 + sp.sin(X) ** 2,
    sp.exp(2 * X + Y) - sp.exp(X) ** 2 * sp.exp(Y),
    X ** (K + 1) - X * X**K,
    sp.diff(X * F, X) - F - X * sp.diff(F, X),
]
OTHER = [sp.S.One, X - Y, R - X - Y, sp.sin(X) - X, X**K - X, F, sp.diff(F, X) - F, X * (1 + sp.Rational(1, 10**20)) - X]


@pytest.mark.parametrize("expr", ZERO, ids=str)
def test_what_vanishes_is_proved(expr: sp.Expr) -> None:
    found = decide(expr)
    assert (found.status, found.how) == ("zero", "proved by a canonical form")
    assert found
    assert found.truth() is True


@pytest.mark.parametrize("expr", OTHER, ids=str)
def test_what_does_not_vanish_is_refuted_at_a_point(expr: sp.Expr) -> None:
    found = decide(expr)
    assert (found.status, found.how) == ("not zero", "refuted at a point")
    assert not found
    assert not found.proved


def test_what_no_form_shows_stays_undecided() -> None:
    hidden = sp.cos(X) ** 2 + sp.sin(X) ** 2 - 1 + sp.log(sp.exp(X), evaluate=False) - X
    for found, why in (
        (decide(hidden, forms=()), "could not be shown to vanish"),
        (decide(hidden, 0), "the time budget ended"),
        (decide(hidden, Deadline.after(-1)), "the time budget ended"),
        (decide(sp.zoo * X, forms=()), "no value at the points tried"),
    ):
        assert found.status == "undecided"
        assert why in found.how
        assert not found.proved
        with pytest.raises(Undecided, match=why):
            found.truth()
        with pytest.raises(Undecided):
            bool(found)


def test_a_form_that_does_not_end_is_cut() -> None:
    def endless(_: sp.Expr) -> bool:
        while True:
            pass

    found = decide(sp.cos(X) ** 2 + sp.sin(X) ** 2 - 1, 0.1, forms=(endless,))
    assert (found.status, found.at_points) == ("undecided", True)


def test_a_decision_is_a_value() -> None:
    assert decide(X - X) == Decision("zero", "proved by a canonical form")
    assert hash(decide(X)) == hash(decide(Y))
