"""Claim: the orbit dimension is the generic rank of the prolonged generators."""

from __future__ import annotations

import pytest
import sympy as sp
from invariants_cases import ACTIONS, fields_of, space_of

from invarieq.invariants import orbit_dimension
from invarieq.jets import Field, JetSpace, VectorField, coordinates
from invarieq.symmetry import rotation, scaling, translation

t, x = coordinates("t x")
SPACE = JetSpace((t, x), (Field("u", t, x),))
u = SPACE.fields[0]


@pytest.mark.parametrize("name", ACTIONS)
def test_orbit_dimensions_of_known_actions(name: str) -> None:
    case = ACTIONS[name]
    space = space_of(case)
    assert orbit_dimension(fields_of(case["generators"], space), space, case["order"]) == case["orbit_dimension"]


def test_orbits_of_nothing_are_points() -> None:
    assert orbit_dimension([], SPACE, 3) == 0


def test_a_repeated_generator_adds_nothing() -> None:
    assert orbit_dimension([translation(t), translation(t), scaling({t: 1})], SPACE, 2) == 2


def test_rotations_that_generate_all_rotations_are_completed_by_their_bracket() -> None:
    q, r, s = (Field(name, t) for name in "qrs")
    space = JetSpace((t,), (q, r, s))
    assert orbit_dimension([rotation(q, r), rotation(r, s)], space, 1) == 3


def test_coefficients_that_are_not_rational_are_ranked_by_digits() -> None:
    generators = [VectorField({u: sp.exp(x)}), VectorField({u: sp.exp(-x)}), VectorField({u: sp.cosh(x)})]
    assert orbit_dimension(generators, SPACE, 0) == 1
    assert orbit_dimension(generators, SPACE, 2) == 2
