"""Claim: where the literature says that there are no more laws, none is found; where there is none, none is."""

from __future__ import annotations

import pytest
from conserved import read, space_of

from invarieq.conservation import conservation_laws, contains, first_integrals, is_multiplier


def test_the_benjamin_bona_mahony_equation_has_exactly_three_laws() -> None:
    # Duzhin & Tsujishita 1984; Olver 1979
    space = space_of("t x", "u")
    found = conservation_laws(space, read(space, "u_t + u_x + u*u_x - u_txx"))
    assert len(found.laws) == 3


def test_burgers_equation_conserves_only_its_mean_at_order_zero() -> None:
    space = space_of("t x", "u")
    found = conservation_laws(space, read(space, "u_t + u*u_x - u_xx"), order=0, degree=5)
    assert [law.multiplier for law in found.laws] == [(1,)]


@pytest.mark.parametrize("law", ["u_t - u_xx - u + u**2", "u_t - u_xx - u*(1 - u)*(u - 1/4)", "u_t - u_x**2 - u_xx - sin(u)"])
def test_reacting_fields_conserve_nothing(law: str) -> None:
    space = space_of("t x", "u")
    assert conservation_laws(space, read(space, law)).laws == ()


@pytest.mark.parametrize(
    ("fields", "law"),
    [
        ("x y z", ["x_t - 10*(y - x)", "y_t - 28*x + y + x*z", "z_t - x*y + 8*z/3"]),  # Lorenz 1963, chaotic
        ("y", ["y_tt - (1 - y**2)*y_t + y"]),  # van der Pol: a limit cycle
        ("y", ["y_tt + y_t + y + y**3"]),
    ],
)
def test_dissipative_systems_have_no_integral_of_low_degree(fields: str, law: list[str]) -> None:
    space = space_of("t", fields)
    found = first_integrals(space, read(space, *law))
    assert found.integrals == ()
    assert found.searched


def test_a_false_multiplier_is_none() -> None:
    space = space_of("t x", "u")
    law = read(space, "u_t + u*u_x + u_xxx")
    found = conservation_laws(space, law, order=2, degree=2)
    for text in ("u_x", "u**2", "x", "u_xx + u**2"):
        assert not is_multiplier(space, law, read(space, text))
        assert not contains(found, read(space, text))
    assert contains(found, read(space, "u_xx + u**2/2 + 3*u + 7"))


def test_products_of_integrals_are_not_listed_again() -> None:
    space = space_of("t", "x y")
    found = first_integrals(space, read(space, "x_t + y", "y_t - x"), degree=4)
    assert found.independent == 2
    assert len(found.integrals) <= 3


def test_combinations_that_vanish_on_solutions_are_left_out() -> None:
    space = space_of("t x", "u h")
    law = read(space, "u_t + u*u_x + h_x", "h_t + u*h_x + h*u_x")
    trivial = (law[1], -law[0])  # multiplies the law to 0 identically
    found = conservation_laws(space, law, order=1, degree=2)
    assert is_multiplier(space, law, trivial)
    assert contains(found, trivial)  # as the combination with coefficients 0
    assert all(space.order(m) == 0 for one in found.laws for m in one.multiplier)
