"""Claim: exp, sin and cos of a field have one value at the point where symmetries are counted, so that no symmetry is lost.

Known algebras: free motion in the plane has sl(4, R), of dimension 15, in any coordinates (Lie 1883); geodesics of a sphere and of the
hyperbolic plane have the isometries (3) and the affine changes of the curve parameter (2).
"""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq.exact.values import Values
from invarieq.expressions import read_expression
from invarieq.jets import Field, JetSpace, VectorField, coordinates
from invarieq.symmetry import point_symmetries
from invarieq.symmetry.equations import solved_equations
from invarieq.symmetry.oracle import Oracle
from invarieq.symmetry.verify import is_symmetry

SPHERE = ("a_ss - sin(a)*cos(a)*b_s**2", "b_ss + 2*cos(a)/sin(a)*a_s*b_s")
HYPERBOLIC = ("a_ss - exp(2*a)*b_s**2", "b_ss + 2*a_s*b_s")
HALF = ("a_ss - exp(a)*b_s**2/2", "b_ss + a_s*b_s")
FORCED = ("a_ss - exp(s)", "b_ss")
(s,) = coordinates("s")
SPACE = JetSpace((s,), (Field("a", s), Field("b", s)))


def law(texts: tuple[str, ...]) -> list[sp.Expr]:
    return [read_expression(text, SPACE.names) for text in texts]


@pytest.mark.parametrize(
    ("texts", "dimension"),
    [(FORCED, 15), (SPHERE, 5), (HYPERBOLIC, 5), (HALF, 5)],
    ids=["forced free motion", "sphere", "hyperbolic plane", "hyperbolic plane, halved"],
)
def test_the_algebra_is_found_whole(texts: tuple[str, ...], dimension: int) -> None:
    found = point_symmetries(SPACE, law(texts))
    assert found.dimension == dimension
    assert found.complete


def test_the_rotations_of_a_sphere_are_within_the_count() -> None:
    a, b = (f.symbol for f in SPACE.fields)
    rotation = VectorField({a: sp.cos(b), b: -sp.cos(a) / sp.sin(a) * sp.sin(b)})
    equations = solved_equations(SPACE, law(SPHERE))
    assert is_symmetry(rotation, equations)
    assert Oracle(equations).solve(4).dimension == 5


def test_a_function_has_one_value_whatever_was_asked_before() -> None:
    a, b = (f.symbol for f in SPACE.fields)
    first, second = (Values(4, (7, number), common={a: 9, b: 25}) for number in (1, 2))
    second(sp.cos(a) + sp.log(b) + s)
    for expr in (sp.exp(2 * a), sp.sin(a) * sp.cos(b), sp.log(a * b), a ** sp.Rational(1, 3)):
        assert (first(expr) == second(expr)).all()
    assert (first(s) != second(s)).all()


def test_functions_of_the_same_argument_are_drawn_apart() -> None:
    values = Values(1, 0)
    assert len({int(values(f)[0]) for f in (sp.exp(3), sp.log(3), sp.cos(3), sp.sin(3))}) == 4
