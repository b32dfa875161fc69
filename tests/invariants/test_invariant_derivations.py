"""Claim: an invariant derivation of an invariant is an invariant, of one order more."""

from __future__ import annotations

import pytest
import sympy as sp
from invariants_cases import ACTIONS, fields_of, space_of

from invarieq.errors import Undecided
from invarieq.invariants import differential_invariants, invariant_derivations
from invarieq.jets import apply_prolonged

CASES = ["galilei_1d", "so2_space", "e2_scalar", "so2_internal", "galilei_fluid_2d", "moebius_field", "so3_trajectory_1"]


@pytest.mark.parametrize("name", [*CASES, "poincare_1_1"])
def test_derivations_turn_invariants_into_invariants(name: str) -> None:
    case = ACTIONS[name]
    space = space_of(case)
    generators = fields_of(case["generators"], space)
    derivations = invariant_derivations(generators, space)
    assert len(derivations) == len(space.coordinates)
    found = differential_invariants(generators, space, 1).expressions
    for derivation in derivations:
        assert not any(derivation.multipliers)
        for invariant in found:
            image = derivation(invariant, space)
            for field in generators:
                assert sp.cancel(sp.together(apply_prolonged(field, image, space))) == 0


def test_a_galilean_observer_differentiates_along_the_flow() -> None:
    case = ACTIONS["galilei_1d"]
    space = space_of(case)
    derivations = invariant_derivations(fields_of(case["generators"], space), space)
    assert {d.coefficients for d in derivations} == {(sp.S.Zero, sp.S.One), (sp.S.One, space.name("u"))}


def test_scalings_multiply_derivations_by_constants() -> None:
    case = ACTIONS["kdv_group_2"]
    space = space_of(case)
    generators = fields_of(case["generators"], space)
    slope, invariant = space.name("u_x"), sp.S.One * space.name("u_t") + space.name("u") * space.name("u_x")
    for derivation in invariant_derivations(generators, space):
        image = derivation(invariant, space)
        factor = derivation.multipliers[3] - 5
        assert sp.expand(apply_prolonged(generators[3], image, space) - factor * image) == 0
        assert all(sp.expand(apply_prolonged(v, derivation(slope, space), space)) == 0 for v in generators[:3])


@pytest.mark.parametrize(
    ("name", "order"),
    [("se2_curve_2", 1), ("equiaffine_curve_4", 2), ("affine_curve_5", 4), ("kdv_group_2", 1), ("conformal_2d", 1)],
)
def test_absolute_derivations_commute_with_every_generator(name: str, order: int) -> None:
    case = ACTIONS[name]
    space = space_of(case)
    generators = fields_of(case["generators"], space)
    for derivation in invariant_derivations(generators, space, order, absolute=True):
        for field in generators:
            for i, c in enumerate(derivation.coefficients):
                turned = sum(
                    d * space.total_derivative(field.component(space.coordinates[i]), j)
                    for j, d in enumerate(derivation.coefficients)
                )
                assert sp.simplify(apply_prolonged(field, c, space) - turned) == 0


def test_arc_length_differentiates_plane_curves() -> None:
    case = ACTIONS["se2_curve_2"]
    space = space_of(case)
    (derivation,) = invariant_derivations(fields_of(case["generators"], space), space, absolute=True)
    assert derivation.coefficients == ((1 + space.name("y_x") ** 2) ** sp.Rational(-1, 2),)


def test_too_few_derivations_is_said() -> None:
    case = ACTIONS["affine_curve_5"]
    space = space_of(case)
    with pytest.raises(Undecided, match="0 of 1 invariant derivations"):
        invariant_derivations(fields_of(case["generators"], space), space, 2, absolute=True)
