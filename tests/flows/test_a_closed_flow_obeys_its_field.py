"""Claim: a closed flow starts at the identity, moves along its field, is a one-parameter group, and is what a Runge–Kutta method finds."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from flow_cases import CASES, case, flow_of
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq.expressions import evaluate
from invarieq.flows import flow
from invarieq.flows.numeric import numeric_flow
from invarieq.jets import Field, JetSpace, VectorField


def points(space: JetSpace, count: int = 7) -> dict[sp.Symbol, np.ndarray]:
    """Random points in a box where roots and logarithms exist."""
    source = np.random.default_rng(5)
    names = [*space.variables(0), *space.parameters]
    return {s: source.uniform(0.3, 0.9, count) for s in names}


@pytest.mark.parametrize("label", CASES)
def test_a_classical_generator_has_a_proved_closed_flow(label: str) -> None:
    found = flow_of(label)
    assert found.closed is not None
    assert found.certainty == "proved"


@pytest.mark.parametrize("label", CASES)
def test_the_generator_is_the_derivative_of_its_flow_at_zero(label: str) -> None:
    field, space = case(label)
    found = flow(field, space)
    at, h = points(space), 1e-5
    ahead, back = found.points(at, h), found.points(at, -h)
    for z in space.variables(0):
        slope = (ahead.values[z] - back.values[z]) / (2 * h)
        np.testing.assert_allclose(slope, evaluate(field.component(z), at), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("label", CASES)
def test_flows_compose_by_adding_their_parameters(label: str) -> None:
    space = case(label)[1]
    found = flow_of(label)
    at = points(space)
    once = found.points(at, 0.06)
    twice = found.points({**at, **once.values}, -0.02)
    whole = found.points(at, 0.04)
    for z in space.variables(0):
        np.testing.assert_allclose(twice.values[z], whole.values[z], rtol=1e-10)


@pytest.mark.parametrize("label", CASES)
def test_closed_and_numeric_flows_agree(label: str) -> None:
    field, space = case(label)
    at = points(space)
    closed, numbers = flow_of(label).points(at, 0.06), numeric_flow(dict(field.components), at, 0.06, tolerance=1e-12)
    assert numbers.error < 1e-9
    for z in space.variables(0):
        np.testing.assert_allclose(closed.values[z], numbers.values[z], rtol=1e-8)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.integers(-3, 3), min_size=12, max_size=12))
def test_random_affine_fields_flow_exactly_or_by_numbers(entries: list[int]) -> None:
    x = sp.Symbol("x", real=True)
    space = JetSpace((x,), (Field("u", x), Field("v", x)))
    names = space.variables(0)
    field = VectorField(
        {
            z: sum((c * w for c, w in zip(entries[4 * i :], names, strict=False)), sp.Integer(entries[4 * i + 3]))
            for i, z in enumerate(names)
        }
    )
    found = flow(field, space)
    assert found.certainty in {"proved", "numeric"}
    at = points(space, 3)
    reference = numeric_flow(dict(field.components), at, 0.2, tolerance=1e-12) if field.components else None
    moved = found.points(at, 0.2)
    for z in names:
        np.testing.assert_allclose(moved.values[z], at[z] if reference is None else reference.values[z], rtol=1e-8, atol=1e-10)
