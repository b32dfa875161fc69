"""Claim: the multipliers of a linear law include every solution of the adjoint equations (Green's identity)."""

from __future__ import annotations

import pytest
from conserved import read, space_of

from invarieq.conservation import conservation_laws, contains
from invarieq.expressions import write_expression


@pytest.mark.parametrize(
    ("law", "condition"),
    [("u_t - u_xx", {"w_t + w_xx", "-w_t - w_xx"}), ("u_tt - u_xx", {"w_tt - w_xx"}), ("u_t + x*u_x", {"-w - w_t - w_x*x"})],
)
def test_the_family_names_the_adjoint_equation(law: str, condition: set[str]) -> None:
    space = space_of("t x", "u")
    (family,) = conservation_laws(space, read(space, law), order=0, degree=1).families
    assert write_expression(family.condition[0]) in condition


@pytest.mark.parametrize("solution", ["1", "x", "x**2 - 2*t", "exp(-t)*exp(x)", "exp(t)*sin(x)", "exp(4*t)*cos(2*x)"])
def test_solutions_of_the_backward_heat_equation_are_multipliers_of_the_heat_equation(solution: str) -> None:
    space = space_of("t x", "u")
    found = conservation_laws(space, read(space, "u_t - u_xx"), order=0, degree=2)
    assert contains(found, read(space, solution))


def test_solutions_of_the_forward_equation_are_not() -> None:
    space = space_of("t x", "u")
    found = conservation_laws(space, read(space, "u_t - u_xx"), order=0, degree=2)
    assert not contains(found, read(space, "x**2 + 2*t"))
    assert not contains(found, read(space, "u"))


def test_nonlinear_laws_have_no_such_family() -> None:
    space = space_of("t x", "u")
    assert conservation_laws(space, read(space, "u_t + u*u_x"), order=0, degree=1).families == ()
