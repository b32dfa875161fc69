"""Claim: the flow on jets by implicit differentiation is the flow of the prolonged field, and invariants don't see it."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from flow_cases import case, flow_of

from invarieq.errors import Undecided
from invarieq.expressions import evaluate
from invarieq.flows import flow, move_jets, prolonged_flow
from invarieq.invariants import differential_invariants
from invarieq.jets import Field, JetSpace, VectorField, coordinates, prolong, substitute

FINITE = [
    ("rotation", 2),
    ("boost of KdV", 3),
    ("damped boost of the telegraph equation", 2),
    ("projective, Burgers", 3),
    ("projective, heat", 2),
    ("projective plane", 3),
    ("hidden projective, y'' + 3yy' + y³ = 0", 1),
    ("special conformal", 1),
    ("roots of t", 2),
]


def jet_points(space: JetSpace, order: int) -> dict[sp.Symbol, np.ndarray]:
    source = np.random.default_rng(3)
    return {s: source.uniform(0.3, 0.9, 5) for s in (*space.variables(order), *space.parameters)}


@pytest.mark.parametrize(("label", "order"), FINITE)
def test_implicit_differentiation_is_the_prolonged_field(label: str, order: int) -> None:
    space = case(label)[1]
    found = flow_of(label)
    at = jet_points(space, order)
    numbers = move_jets(found, at, 0.1, order, tolerance=1e-12)
    for z, expr in prolonged_flow(found, order).items():
        exact = evaluate(expr, {**at, found.parameter: np.asarray(0.1)})
        np.testing.assert_allclose(exact, numbers.values[z], rtol=1e-7, atol=1e-9, err_msg=str(z))


@pytest.mark.parametrize(("label", "order"), FINITE)
def test_the_prolonged_field_is_the_derivative_of_the_prolonged_flow(label: str, order: int) -> None:
    field, space = case(label)
    found = flow_of(label)
    at = jet_points(space, order)
    coefficients = prolong(field, space, order)
    for z, expr in prolonged_flow(found, order).items():
        slope = substitute(sp.diff(expr, found.parameter), {found.parameter: sp.S.Zero})
        np.testing.assert_allclose(evaluate(slope, at), evaluate(coefficients[z], at), rtol=1e-9, atol=1e-10)


def test_invariants_are_constant_along_the_flow() -> None:
    t, x = coordinates("t x")
    u = Field("u", t, x)
    space = JetSpace((t, x), (u,))
    group = [VectorField({t: t**2, x: t * x, u: x - t * u}), VectorField({x: t, u: 1})]
    found = differential_invariants(group, space, 2)
    assert found.expressions
    for field in group:
        ends = prolonged_flow(flow(field, space), 2)
        for invariant in found.expressions:
            moved = invariant.xreplace(ends)
            assert sp.cancel(sp.together(moved - invariant)) == 0


def test_what_has_no_closed_form_or_no_time_is_undecided() -> None:
    x = sp.Symbol("x", real=True)
    space = JetSpace((x,), (Field("y", x),))
    pendulum = flow(VectorField({x: space.name("y"), space.name("y"): -sp.sin(x)}), space)
    with pytest.raises(Undecided, match="no closed form"):
        prolonged_flow(pendulum, 1)
    with pytest.raises(Undecided, match="move_jets"):
        prolonged_flow(flow_of("projective, heat"), 6, budget=0.05)
