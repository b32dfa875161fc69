"""Claim: relative invariants and their multipliers are found exactly, also where no absolute invariant exists."""

from __future__ import annotations

import pytest
import sympy as sp
from invariants_cases import ACTIONS, fields_of, read, space_of

from invarieq.invariants import differential_invariants, relative_invariants
from invarieq.invariants.certificate import annihilated
from invarieq.jets import Field, JetSpace, VectorField, apply_prolonged, coordinates
from invarieq.symmetry import rotation, translation

(x,) = coordinates("x")
CURVE = JetSpace((x,), (Field("y", x),))
y = CURVE.fields[0]
AFFINE = [VectorField(c) for c in ({x: 1}, {y: 1}, {x: x}, {y: y}, {x: y}, {y: x})]
PROJECTIVE = [*AFFINE, VectorField({x: x**2, y: x * y}), VectorField({x: x * y, y: y**2})]


@pytest.mark.parametrize("name", ["affine_curve_5", "burgers_group_2", "harry_dym_group", "conformal_2d"])
def test_the_relative_invariants_of_the_literature_are_found_with_their_multipliers(name: str) -> None:
    case = ACTIONS[name]
    space = space_of(case)
    found = differential_invariants(fields_of(case["generators"], space), space, case["order"]).relative
    ours = {sp.Poly(r.expression).primitive()[1].as_expr(): r.multipliers for r in found}
    for known in case["relative_invariants"]:
        expression = sp.Poly(sp.expand(read(known["expr"], space))).primitive()[1].as_expr()
        multipliers = ours.get(expression, ours.get(sp.expand(-expression)))
        assert multipliers == tuple(read(text, space) for text in known["multipliers"])


def test_conics_are_where_the_projective_relative_invariant_vanishes() -> None:
    y2, y3, y4, y5 = (y[(x,) * n] for n in (2, 3, 4, 5))
    second, monge = relative_invariants(PROJECTIVE, CURVE, 5)
    assert second.expression == y2
    assert monge.expression == 9 * y2**2 * y5 - 45 * y2 * y3 * y4 + 40 * y3**3


def test_multipliers_of_rational_generators_are_divided_by_their_denominators() -> None:
    field = VectorField({x: 1 / y.symbol})
    for relative in differential_invariants([field], CURVE, 2).relative:
        image = apply_prolonged(field, relative.expression, CURVE)
        assert sp.cancel(sp.together(image - relative.multipliers[0] * relative.expression)) == 0


def test_the_certificate_rejects_what_is_nearly_invariant() -> None:
    turn = rotation(x, y)
    curvature = y[x, x] / (1 + y[x] ** 2) ** sp.Rational(3, 2)
    assert annihilated(turn, curvature, CURVE)
    assert annihilated(turn, curvature**2 + sp.Integer(7), CURVE)
    assert annihilated(translation(x), sp.sin(y[x]) + curvature, CURVE)
    for wrong in (
        curvature + y[x] / 10**9,
        curvature * (1 + y[x] ** 2),
        y[x, x] / (1 + y[x] ** 2) ** sp.Rational(3000001, 2000000),
        sp.Rational(10**9 + 1, 10**9) * y[x] ** 2 + curvature,
    ):
        assert not annihilated(turn, wrong, CURVE)
