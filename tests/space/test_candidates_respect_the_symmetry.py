"""Claim: the restricted library is exactly what the symmetry allows: every term is admitted, and the counts are known."""

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
from invarieq.errors import NoInvariants
from invarieq.space import Library, build_library
from invarieq.space.library import field_radius
from invarieq.symmetry.check import residuals

t, x, y = coordinates("t x y")
u = Field("u", t, x)
line = JetSpace((t, x), (u,))
homogeneous = [translation(t), translation(x)]
a, b = Field("a", t, x, y), Field("b", t, x, y)
plane = JetSpace((t, x, y), (a, b))
spiral = [translation(t), translation(x), translation(y), rotation(x, y), rotation(a, b)]
X, Y, Z = Field("X", t), Field("Y", t), Field("Z", t)

CASES = {
    "KdV group": (line, [*homogeneous, galilean_boost(t, x, u, rate=6), scaling({t: 3, x: 1, u: -2})], 1, 4, 3, 1, 26),
    "Galilei": (line, [*homogeneous, galilean_boost(t, x, u)], 1, 4, 3, 11, 26),
    "Burgers group": (line, [*homogeneous, galilean_boost(t, x, u), projective(t, x, {u: x - t * u})], 1, 4, 3, 1, 26),
    "Poincare": (line, [*homogeneous, lorentz_boost(t, x)], 2, 2, 3, 6, 22),
    "rotations of plane and fields": (plane, spiral, 1, 2, 3, 16, 200),
    "SO(3) polynomial": (JetSpace((t,), (X, Y, Z)), [translation(t), rotation(X, Y), rotation(Y, Z)], 1, 1, 3, 2, 60),
}


@pytest.mark.parametrize("name", CASES)
def test_the_number_of_candidates_is_known(name: str) -> None:
    space, symmetry, time_order, order, degree, restricted, unrestricted = CASES[name]
    library = build_library(space, symmetry, time_order=time_order, order=order, degree=degree)
    assert (library.restricted, library.unrestricted) == (restricted, unrestricted)


@pytest.mark.parametrize("name", CASES)
def test_any_combination_of_terms_is_an_invariant_law(name: str) -> None:
    """Checked by the other path: substitution on the equation, not the null space."""
    space, symmetry, time_order, order, degree, *_ = CASES[name]
    library = build_library(space, symmetry, time_order=time_order, order=order, degree=degree)
    weights: list[sp.Expr] = [sp.Integer(k % 5 - 2) / (k % 3 + 1) for k in range(len(library.terms))]
    law = _law(library, weights)
    for generator in symmetry:
        assert all(left == 0 for left in residuals(generator, space, law, library.leading)), generator.label


def _law(library: Library, weights: list[sp.Expr]) -> list[sp.Expr]:
    return [
        leading - fixed - sum((w * term[e] for w, term in zip(weights, library.terms, strict=True)), sp.Integer(0))
        for e, (leading, fixed) in enumerate(zip(library.leading, library.fixed, strict=True))
    ]


def test_equivariant_fields_have_the_known_dimensions() -> None:
    """Null spaces of degree 2 and 3 of the linear constraint, as in the brief on symmetric ODEs."""
    p, q = Field("p", t), Field("q", t)
    space = JetSpace((t,), (p, q))
    time = translation(t)
    expected = [
        ([rotation(p, q)], 2, 12, 2),
        ([rotation(p, q)], 3, 20, 4),
        ([scaling({p: 2, q: 1})], 2, 12, 3),
        ([VectorField({p: q})], 2, 12, 5),
        ([VectorField({p: -p / 5 + q, q: -p})], 2, 12, 2),
        ([rotation(p, q), lorentz_boost(p, q)], 2, 12, 1),
    ]
    for symmetry, degree, before, after in expected:
        library = build_library(space, [time, *symmetry], time_order=1, order=1, degree=degree)
        assert (library.unrestricted, library.restricted) == (before, after)


def test_the_boost_forces_its_term_exactly() -> None:
    library = build_library(line, [*homogeneous, galilean_boost(t, x, u, rate=6)], time_order=1, order=3, degree=2)
    assert library.fixed == (-6 * u.symbol * u[x],)


def test_rotations_of_trajectories_bring_powers_of_the_distance() -> None:
    space = JetSpace((t,), (X, Y))
    symmetry = [translation(t), rotation(X, Y), scaling({t: 3, X: 2, Y: 2})]
    library = build_library(space, symmetry, time_order=2, order=2, degree=3)
    r = sp.sqrt(X**2 + Y**2)
    assert (X / r**3, Y / r**3) in library.terms
    assert field_radius(space, [scaling({X: 1})]) is None


def test_user_functions_are_restricted_like_everything_else() -> None:
    library = build_library(
        line, [*homogeneous, lorentz_boost(t, x)], time_order=2, order=2, degree=1, functions=(sp.sin(u.symbol),)
    )
    assert (sp.sin(u.symbol),) in library.terms


def test_a_symmetry_that_leaves_nothing_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(NoInvariants, match=r"raise terms\.order or terms\.degree, or drop a generator"):
        build_library(line, [*homogeneous, scaling({t: 5, x: 1})], time_order=1, order=3, degree=2)
