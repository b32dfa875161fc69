"""Claim: the recurrence formulae of a moving frame are those of the literature and hold for the explicit invariants."""

from __future__ import annotations

import pytest
import sympy as sp
from further_cases import TURNS, along, case

from invarieq.errors import DeclarationError
from invarieq.invariants import moving_frame
from invarieq.jets import substitute

CURVES = [*along("x y"), {"x": "-y", "y": "x"}]
EQUIAFFINE = [*along("x y"), {"x": "x", "y": "-y"}, {"x": "y"}, {"y": "x"}]


def test_euclidean_curves() -> None:
    """Fels & Olver 1999, section 13: κ_s = I3, κ_ss = I4 − 3 κ³."""
    space, generators, _ = case("x", "y", CURVES, 2)
    frame = moving_frame(generators, space)
    y2, y3, y4 = (space.name("y_" + "x" * n) for n in (2, 3, 4))
    assert frame.generating_set() == (y2,)
    assert frame.derivative(y2, 0) == y3
    assert sp.expand(frame.derivative(y3, 0) - (y4 - 3 * y2**3)) == 0


def test_equi_affine_curves() -> None:
    """One generating invariant, the equi-affine curvature; dμ/ds = I5 (normalization y_xx = 1, y_xxx = 0)."""
    space, generators, _ = case("x", "y", EQUIAFFINE, 4)
    frame = moving_frame(generators, space)
    y4, y5 = space.name("y_xxxx"), space.name("y_xxxxx")
    assert frame.generating_set() == (y4,)
    assert frame.derivative(y4, 0) == y5


def test_space_curves_have_curvature_and_torsion() -> None:
    space, generators, _ = case("x", "y z", [*along("x y z"), *TURNS], 3)
    assert len(moving_frame(generators, space).generating_set()) == 2


def test_recurrence_holds_for_explicit_invariants_in_the_plane() -> None:
    """𝒟_1, 𝒟_2 along and across the gradient; ι(u_xx) is the second derivative across it over … at u_x = 0."""
    space, generators, _ = case("x y", "u", [*along("x y"), {"x": "-y", "y": "x"}], 2)
    frame = moving_frame(generators, space)
    x, y = space.coordinates
    u = sp.Function("f")(x, y)
    ux, uy = sp.diff(u, x), sp.diff(u, y)
    size = sp.sqrt(ux**2 + uy**2)
    across, gradient = (uy / size, -ux / size), (ux / size, uy / size)
    second = {
        "u_xx": (across, across), "u_xy": (across, gradient), "u_yy": (gradient, gradient),
    }  # fmt: skip
    explicit = {space.name("u_y"): size, space.name("u"): u}
    hessian = sp.hessian(u, (x, y))
    for name, (a, b) in second.items():
        explicit[space.name(name)] = (sp.Matrix([a]) * hessian * sp.Matrix([b]).T)[0]
    function = sp.exp(x) * y + x**2 * y**3 + 2 * y
    point = {x: sp.Rational(3, 7), y: sp.Rational(5, 11)}

    def number(expr: sp.Expr) -> sp.Expr:
        return sp.N(substitute(substitute(expr, {u: function}).doit(), point), 30)

    for i, direction in enumerate((across, gradient)):
        for z in (space.name("u"), space.name("u_y")):
            exact = sp.Add(*[c * sp.diff(explicit[z], s) for c, s in zip(direction, (x, y), strict=True)])
            formula = substitute(frame.derivative(z, i), explicit)
            assert abs(number(exact) - number(formula)) < 1e-20


def test_syzygies_name_two_ways_to_one_derivative() -> None:
    space, generators, _ = case("x y", "u", [*along("x y"), {"x": "-y", "y": "x"}], 2)
    frame = moving_frame(generators, space)
    for syzygy in frame.syzygies():
        (i, first), (j, second) = ((space.coordinates.index(x), z) for x, z in (syzygy.first, syzygy.second))
        assert sp.cancel(frame.derivative(first, i) - frame.derivative(second, j) - syzygy.difference) == 0


def test_a_section_along_the_orbits_is_refused() -> None:
    space, generators, _ = case("x", "y", CURVES, 2)
    with pytest.raises(DeclarationError, match="not transversal"):
        moving_frame(generators, space, cross_section={space.name("x"): 0, space.name("y_x"): 0, space.name("y_xx"): 0})
