"""Claim: a library names the derivatives that integration by parts leaves in its terms, and no others."""

from __future__ import annotations

import sympy as sp

from invarieq import Field, coordinates, translation
from invarieq.jets import JetSpace
from invarieq.space import build_library

t, x = coordinates("t x")
u = Field("u", t, x)
space = JetSpace((t, x), (u,))


def unmoved() -> dict[sp.Expr, tuple[sp.Symbol, ...]]:
    library = build_library(space, [translation(t), translation(x)], time_order=1, order=3, degree=2)
    return {term[0]: library.unmoved(k) for k, term in enumerate(library.terms)}


def test_total_derivatives_leave_none() -> None:
    found = unmoved()
    for term in (u[x, x, x], u.symbol * u[x], u.symbol, u.symbol**2):
        assert found[term] == ()


def test_products_of_derivatives_keep_the_lowest_that_they_can_be_written_in() -> None:
    """u u_xx = (u²/2)_xx − u_x² and u u_xxx = (u u_xx)_x − (u_x²/2)_x: only u_x is left; u_x u_xx = (u_x²/2)_x likewise."""
    found = unmoved()
    for term in (u[x] ** 2, u.symbol * u[x, x], u[x] * u[x, x], u.symbol * u[x, x, x]):
        assert found[term] == (u[x],)
