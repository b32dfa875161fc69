"""Claim: a flow and a reduction asked for on the main thread and on a worker are the same."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sympy as sp

from invarieq.expressions import read_expression
from invarieq.flows import flow, move_solution
from invarieq.jets import Field, JetSpace, VectorField, coordinates
from invarieq.reduction import invariant_solutions, reduce_by

T, X = coordinates("t x")
U = Field("u", T, X)
SPACE = JetSpace((T, X), (U,))
RATES = ["u**3 + 1", "u**4 + 1", "u**2 + 1", "u**3 + u", "exp(u) + 1", "cos(u) + 2", "sin(u)", "t*u + x", "1/(u + 1)"]


def on_a_worker(ask: Callable[[], object]) -> object:
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES)
def test_a_flow_has_one_closed_form_or_none_in_any_thread(rate: str) -> None:
    def ask() -> tuple[object, ...]:
        found = flow(VectorField({U: read_expression(rate, SPACE.names)}), SPACE, budget=300)
        return found.closed, found.ways, found.certainty

    assert ask() == on_a_worker(ask)


def test_a_cubic_rate_without_an_inverse_is_followed_by_numbers() -> None:
    found = flow(VectorField({U: U.symbol**3 + 1}), SPACE)
    assert found.certainty == "numeric"
    moved = found.points({T: 0.0, X: 0.0, U: 0.0}, 0.5)
    level = sp.integrate(1 / (U.symbol**3 + 1), U.symbol)
    end = float(moved.values[U.symbol])
    assert float((level.subs(U.symbol, end) - level.subs(U.symbol, 0)).evalf()) == pytest.approx(0.5, abs=1e-8)


def test_a_moved_solution_is_the_same_in_any_thread() -> None:
    x, t = X, T

    def ask() -> object:
        boost = flow(VectorField({x: t, U: 1}), SPACE)
        return move_solution(boost, {U: x / (t + 1)}, law=[read_expression("u_t + u*u_x", SPACE.names)])

    assert ask() == on_a_worker(ask)


@pytest.mark.parametrize(
    ("law", "generator"),
    [
        ("u_t + 6*u*u_x + u_xxx", {T: 1, X: 4}),
        ("u_t - u_xx", {T: 2 * T, X: X}),
        ("u_t + u*u_x - u_xx", {T: 2 * T, X: X, U: -U.symbol}),
    ],
)
def test_a_reduction_and_its_solutions_are_the_same_in_any_thread(law: str, generator: dict[object, object]) -> None:
    def ask() -> tuple[object, ...]:
        reduced = reduce_by(SPACE, (read_expression(law, SPACE.names),), [VectorField(generator)])
        found = invariant_solutions(reduced, budget=300)
        return reduced.equations, reduced.forms, [(s.fields, s.verified) for s in found.solutions], found.notes

    assert ask() == on_a_worker(ask)
