"""Claim: prolongation is a Lie algebra homomorphism and knows the textbook answers."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq.errors import DeclarationError
from invarieq.jets import Field, JetSpace, VectorField, apply_prolonged, coordinates, prolong

t, x = coordinates("t x")
u = Field("u", t, x)
space = JetSpace((t, x), (u,))
monomials = [sp.Integer(1), t, x, u.symbol, t * x, x * u, t**2, u**2, sp.Integer(0)]
fields = st.tuples(*(st.sampled_from(monomials),) * 3, *(st.integers(-3, 3),) * 3).map(
    lambda p: VectorField({t: p[3] * p[0], x: p[4] * p[1], u: p[5] * p[2]})
)


@settings(max_examples=25, deadline=None)
@given(fields, fields)
def test_prolongation_commutes_with_the_bracket(v: VectorField, w: VectorField) -> None:
    for z in (u[t], u[x], u[t, x], u[x, x]):
        left = apply_prolonged(v, apply_prolonged(w, z, space), space) - apply_prolonged(w, apply_prolonged(v, z, space), space)
        assert sp.expand(left - apply_prolonged(v.bracket(w), z, space)) == 0


def test_rotation_prolongs_as_in_the_textbook() -> None:
    """Olver 1993, example 2.38: −u∂_x + x∂_u has u_x coefficient 1 + u_x² and u_xx coefficient 3 u_x u_xx."""
    (s,) = coordinates("s")
    w = Field("w", s)
    curve = JetSpace((s,), (w,))
    found = prolong(VectorField({s: -w.symbol, w: s}), curve, 2)
    assert sp.expand(found[w[s]] - (1 + w[s] ** 2)) == 0
    assert sp.expand(found[w[s, s]] - 3 * w[s] * w[s, s]) == 0


def test_total_derivatives_commute() -> None:
    expr = t * u[x] ** 2 + sp.sin(u.symbol) * u[t, x]
    assert sp.expand(space.total_derivatives(expr, (1, 1)) - space.total_derivative(space.total_derivative(expr, 1), 0)) == 0


def test_jet_names_follow_the_coordinates_and_read_back() -> None:
    assert str(u[x, t, x]) == "u_txx"
    assert space.index(space.name("u_txx")) == (0, (1, 2))
    x1, x2 = coordinates("x1 x2")
    w = Field("w", x1, x2)
    assert str(w[x2, x1]) == "w_x1_x2"
    assert JetSpace((x1, x2), (w,)).index(w[x2, x1]) == (0, (1, 1))


def test_a_derivative_that_does_not_exist_is_named() -> None:
    y = coordinates("y")[0]
    with pytest.raises(DeclarationError, match="u does not depend on y; it depends on t, x"):
        u[y]


def test_a_field_is_an_expression_but_not_a_container() -> None:
    assert u[t] + 6 * u * u[x] == sp.Symbol("u_t", real=True) + 6 * u.symbol * sp.Symbol("u_x", real=True)
    assert -u / 2 + 1 - u**2 == -u.symbol / 2 + 1 - u.symbol**2
    with pytest.raises(TypeError):
        iter(u)  # type: ignore[call-overload]


def test_names_that_stand_for_two_things_are_refused() -> None:
    with pytest.raises(DeclarationError, match="stands for two things"):
        JetSpace((t, x), (Field("t", t, x),))
    with pytest.raises(DeclarationError, match="also reads as a derivative"):
        JetSpace((t, x), (u,), (sp.Symbol("u_x", real=True),))
