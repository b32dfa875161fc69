"""Claim: v annihilates the similarity variables and amplitudes, and the forms invert them, for fields of every solvable kind."""

from __future__ import annotations

import pytest
import sympy as sp
from conserved import read, space_of
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import JetSpace, VectorField, substitute, symbols_of
from invarieq.reduction import similarity

SPACE = space_of("t x y", "u v", "c")
FIELDS = [
    {"t": "1"},
    {"t": "1", "x": "c"},
    {"t": "2*t", "x": "x", "y": "y", "u": "-u"},
    {"x": "-y", "y": "x"},
    {"x": "-y", "y": "x", "u": "-v", "v": "u"},
    {"x": "t", "t": "x"},
    {"t": "2*x", "x": "t"},
    {"t": "t**2", "x": "t*x", "y": "t*y", "u": "-(x**2/4 + y**2/4 + t)*u"},
    {"t": "1", "x": "-y", "y": "x"},
    {"x": "t", "u": "1"},
    {"t": "c*t", "x": "x", "u": "u"},
    {"x": "x - y", "y": "x + y"},
    {"t": "1", "u": "u", "v": "3*v + u"},
    {"x": "2*t", "u": "-x*v", "v": "x*u"},
    {"x": "1", "y": "x", "u": "x*u"},
    {"t": "t", "x": "2*y", "y": "-2*x", "u": "v", "v": "-u"},
]


def zero(expr: sp.Expr) -> bool:
    """Whether an expression vanishes at a few points of the positive octant to 25 digits."""
    for k in range(3):
        at = {s: sp.Rational(8 + 3 * i + 2 * k, 7 + i) for i, s in enumerate(sorted(symbols_of(expr), key=lambda s: s.name))}
        value = substitute(expr, at).evalf(40)
        if abs(value) > 1e-25:
            return False
    return True


def check(field: VectorField, space: JetSpace) -> None:
    """The claims for one field."""
    found = similarity(field, space)
    assert len(found.variables) == len(space.coordinates) - 1
    for invariant in (*found.variables, *found.amplitudes):
        assert zero(field(invariant))
    assert not zero(field(found.along))
    own = dict(zip(found.reduced.coordinates, found.variables, strict=True))
    own |= {f.symbol: a for f, a in zip(found.reduced.fields, found.amplitudes, strict=True)}
    for f, form in zip(space.fields, found.forms, strict=True):
        assert zero(form.xreplace(own) - f.symbol)
    point = own | {found.parameter: found.along}
    for x, value in zip(space.coordinates, found.coordinates, strict=True):
        assert zero(value.xreplace(point) - x)


@pytest.mark.parametrize("components", FIELDS, ids=str)
def test_named_kinds(components: dict[str, str]) -> None:
    check(VectorField({SPACE.name(k): read(SPACE, e)[0] for k, e in components.items()}), SPACE)


@pytest.mark.parametrize(
    "components",
    [
        {"t": "1", "x": "y", "y": "z", "z": "x"},
        {"t": "1", "x": "-y", "y": "x - z", "z": "y"},
        {"t": "t", "x": "y", "y": "x + z", "z": "y", "u": "u"},
    ],
    ids=str,
)
def test_three_coordinates_that_turn_together(components: dict[str, str]) -> None:
    space = space_of("t x y z", "u")
    check(VectorField({space.name(k): read(space, e)[0] for k, e in components.items()}), space)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=5, max_size=5), st.booleans())
def test_any_scaling_with_a_shift(weights: list[int], shifted: bool) -> None:
    names = [*SPACE.coordinates, *(f.symbol for f in SPACE.fields)]
    components = {z: w * z for z, w in zip(names, weights, strict=True)}
    if shifted and weights[0] == 0:
        components[names[0]] = sp.S.One
    if all(components[x] == 0 for x in SPACE.coordinates):
        return
    check(VectorField(components), SPACE)


def test_a_field_that_moves_no_coordinate_reduces_nothing() -> None:
    with pytest.raises(DeclarationError, match="moves no coordinate"):
        similarity(VectorField({SPACE.name("u"): SPACE.name("v")}), SPACE)


def test_coordinates_that_are_moved_by_fields_are_refused() -> None:
    with pytest.raises(DeclarationError, match="by fields"):
        similarity(VectorField({SPACE.name("x"): SPACE.name("u")}), SPACE)


def test_orbits_without_a_formula_are_undecided() -> None:
    x, y = SPACE.name("x"), SPACE.name("y")
    with pytest.raises(Undecided, match="orbits were not found"):
        similarity(VectorField({x: x**2 - y**2, y: 2 * x * y}), SPACE)
