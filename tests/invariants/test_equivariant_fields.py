"""Claim: the polynomial right-hand sides that admit a symmetry are found exactly, with their module generators."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sympy as sp
from invariants_cases import EQUIVARIANTS, fields_of, read

from invarieq.errors import DeclarationError, NoInvariants
from invarieq.invariants import equivariant_fields
from invarieq.jets import Field, JetSpace, VectorField, coordinates
from invarieq.symmetry import galilean_boost, rotation, scaling, translation

(t,) = coordinates("t")


def trajectory(names: str) -> JetSpace:
    return JetSpace((t,), tuple(Field(name, t) for name in names.split()))


PLANE = trajectory("x y")
x, y = (f.symbol for f in PLANE.fields)
CHAIN = trajectory("S E I R")
S, E, infected, R = (f.symbol for f in CHAIN.fields)
TURN, BOOST = rotation(x, y), VectorField({x: y, y: x})


@pytest.mark.parametrize(
    ("generators", "space", "degree", "unrestricted", "dimension"),
    [
        ([TURN], PLANE, 2, 12, 2),
        ([TURN], PLANE, 3, 20, 4),
        ([scaling({x: 2, y: 1})], PLANE, 2, 12, 3),
        ([VectorField({x: -sp.Rational(1, 5) * x + y, y: -x})], PLANE, 2, 12, 2),
        ([VectorField({x: y})], PLANE, 2, 12, 5),
        ([VectorField({R: S + E + infected + R})], CHAIN, 2, 60, 34),
        ([TURN, BOOST], PLANE, 2, 12, 1),
        ([VectorField({x: TURN.component(x) / 1000, y: TURN.component(y) / 1000})], PLANE, 2, 12, 2),
    ],
    ids=["SO(2)", "SO(2) cubic", "weights 2, 1", "spiral", "shear", "SEIR", "SO(2) and boost", "SO(2) times 1/1000"],
)
def test_symmetry_leaves_this_many_coefficients(
    generators: list[VectorField], space: JetSpace, degree: int, unrestricted: int, dimension: int
) -> None:
    found = equivariant_fields(generators, space, degree)
    assert (found.unrestricted, found.dimension) == (unrestricted, dimension)
    for components in found.basis:
        right = VectorField(dict(zip([f.symbol for f in space.fields], components, strict=True)))
        assert all(v.bracket(right).components == () for v in generators)


@pytest.mark.parametrize("name", EQUIVARIANTS)
def test_module_generators_are_those_in_the_literature(name: str) -> None:
    case = EQUIVARIANTS[name]
    coordinate = "s" if "t" in case["variables"] else "t"
    (time,) = coordinates(coordinate)
    space = JetSpace((time,), tuple(Field(v, time) for v in case["variables"]))
    found = equivariant_fields(fields_of(case["generators"], space), space, 2)
    known = [[read(row.get(v, "0"), space) for v in case["variables"]] for row in case["fields"]]
    assert len(found.module) == len(known)
    assert span(found.module, space) == span([*found.module, *known], space) == len(known)


def test_a_boost_of_time_alone_leaves_homogeneous_fields() -> None:
    found = equivariant_fields([scaling({t: -2, x: 1, y: 1})], PLANE, 3)
    assert {sp.Poly(c, x, y).total_degree() for parts in found.basis for c in parts if c != 0} == {3}
    assert found.dimension == 8


def test_translation_in_time_restricts_nothing() -> None:
    assert equivariant_fields([translation(t)], PLANE, 2).dimension == 12


def test_no_right_hand_side_is_an_error_with_the_mend() -> None:
    with pytest.raises(NoInvariants, match=r"degree ≤ 1.*raise the degree"):
        equivariant_fields([scaling({t: -2, x: 1, y: 1})], PLANE, 1)


def test_generators_that_mix_time_into_fields_are_refused() -> None:
    with pytest.raises(DeclarationError, match="polynomials in x, y"):
        equivariant_fields([galilean_boost(t, x)], PLANE, 2)


def span(rows: Sequence[Sequence[sp.Expr]], space: JetSpace) -> int:
    """Dimension of the span of polynomial vectors over the constants."""
    symbols = [f.symbol for f in space.fields]
    terms = [{(i, m): c for i, e in enumerate(row) for m, c in sp.Poly(e, *symbols).terms()} for row in rows]
    keys = sorted({key for row in terms for key in row})
    return sp.Matrix([[row.get(key, 0) for key in keys] for row in terms]).rank()
