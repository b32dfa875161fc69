"""Claim: true symmetries of classical equations are admitted, perturbed ones refused with what is left over."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq import (
    Field,
    JetSpace,
    VectorField,
    coordinates,
    galilean_boost,
    lorentz_boost,
    projective,
    rotation,
    scaling,
    translation,
)
from invarieq.errors import DeclarationError, NotASymmetry
from invarieq.symmetry.check import check_symmetry, leading_of, residuals

t, x = coordinates("t x")
u = Field("u", t, x)
space = JetSpace((t, x), (u,))
heat, burgers = u[t] - u[x, x], u[t] + u * u[x] - u[x, x]
kdv, wave = u[t] + 6 * u * u[x] + u[x, x, x], u[t, t] - u[x, x] + sp.sin(u.symbol)

ADMITTED = [
    (heat, scaling({t: 2, x: 1})),
    (heat, VectorField({x: 2 * t, u: -x * u})),
    (heat, projective(t, x, {u: -(x**2 / 4 + t / 2) * u})),
    (burgers, galilean_boost(t, x, u)),
    (burgers, projective(t, x, {u: x - t * u})),
    (kdv, galilean_boost(t, x, u, rate=6)),
    (kdv, scaling({t: 3, x: 1, u: -2})),
    (wave, lorentz_boost(t, x)),
]


@pytest.mark.parametrize(("law", "generator"), ADMITTED, ids=lambda a: getattr(a, "label", None))
def test_classical_symmetries_are_admitted(law: sp.Expr, generator: VectorField) -> None:
    assert residuals(generator, space, [law]) == (0,)


@pytest.mark.parametrize(("law", "generator"), ADMITTED, ids=lambda a: getattr(a, "label", None))
def test_a_perturbed_generator_is_refused(law: sp.Expr, generator: VectorField) -> None:
    perturbed = VectorField({**dict(generator.components), u: generator.component(u) + x**2 * u**3})
    assert residuals(perturbed, space, [law]) != (0,)


def test_the_refusal_says_what_is_left_over() -> None:
    with pytest.raises(NotASymmetry, match=r"does not admit 'scaling \(t: 2, x: 1\)'.*leaves .*u_xxx.* instead of 0"):
        check_symmetry([scaling({t: 2, x: 1})], space, [kdv], name="KdV")


def test_rotations_of_fields_and_of_the_plane_leave_the_spiral_equation() -> None:
    y = coordinates("y")[0]
    a, b = Field("a", t, x, y), Field("b", t, x, y)
    s = a**2 + b**2
    law = [a[t] - (1 - s) * a - s * b - a[x, x] - a[y, y], b[t] - (1 - s) * b + s * a - b[x, x] - b[y, y]]
    check_symmetry([rotation(a, b), rotation(x, y), translation(t)], JetSpace((t, x, y), (a, b)), law)
    with pytest.raises(NotASymmetry):
        check_symmetry([scaling({a: 1, b: 1})], JetSpace((t, x, y), (a, b)), law)


def test_an_equation_is_solved_for_its_highest_time_derivative() -> None:
    assert leading_of(space, [kdv]) == (u[t],)
    assert leading_of(space, [wave]) == (u[t, t],)
    with pytest.raises(DeclarationError, match="cannot be solved"):
        leading_of(space, [u[t] ** 2 + u[x] ** 2])
