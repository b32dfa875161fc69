"""Claim: what is not a symmetry is rejected, what is not decided is said, and bad equations are one clear error."""

from __future__ import annotations

import pytest
import sympy as sp
from symmetry_cases import CASES, Case, equation

from invarieq.errors import DeclarationError
from invarieq.jets import VectorField
from invarieq.symmetry import point_symmetries
from invarieq.symmetry.classify import special_functions, special_parameters
from invarieq.symmetry.equations import solved_equations
from invarieq.symmetry.verify import is_symmetry, leftover

SMALL = [c for c in CASES if len(c.space.coordinates) + len(c.space.fields) <= 3]


@pytest.mark.parametrize("case", SMALL, ids=lambda c: c.name)
def test_known_generators_pass_and_perturbed_ones_are_rejected(case: Case) -> None:
    equations = solved_equations(case.space, case.law, case.leading)
    x, u = case.space.coordinates[-1], case.space.fields[0].symbol
    for generator in case.generators:
        assert is_symmetry(generator, equations)
    base = case.generators[-1] if case.generators else VectorField({})
    spoiled = VectorField({**dict(base.components), u: base.component(u) + x**2 * u**3})
    assert any(e != 0 for e in leftover(spoiled, equations))


def test_functions_beyond_the_known_ones_are_not_claimed() -> None:
    airy = equation("x", "y", ["y_xx - x*y"])
    answer = point_symmetries(airy.space, airy.law)
    assert answer.bound == 8
    assert not answer.complete
    assert "functions" in answer.note
    assert [str(v) for v in answer.generators] == ["y∂_y"]


def test_a_budget_that_runs_out_keeps_what_is_proved() -> None:
    case = next(c for c in CASES if c.name == "nls_quintic")
    answer = point_symmetries(case.space, case.law, case.leading, budget=0.0)
    assert not answer.complete
    assert "0 s" in answer.note
    assert answer.dimension <= 6


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (equation("t x", "u", ["u*x - t"]), "holds no derivative"),
        (equation("x y", "u", ["u_x - u", "u_y - x"], "u_x u_y"), "contradict each other"),
        (equation("t x", "u", ["exp(u_t) + u_t**5*u_x**5 + u_x"]), "cannot be solved"),
    ],
)
def test_bad_equations_are_one_clear_error(case: Case, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        point_symmetries(case.space, case.law, case.leading)


def test_hidden_conditions_are_added() -> None:
    euler = next(c for c in CASES if c.name == "euler_2d")
    (pressure,) = solved_equations(euler.space, euler.law, euler.leading).conditions
    stated = euler.read(euler.entry["integrability"][0])
    divergence = euler.read("u_x + v_y")
    difference = sp.expand((pressure + stated).subs(euler.space.name("u_x"), -euler.space.name("v_y")))
    assert difference == 0
    assert divergence.free_symbols


def test_exponents_at_which_the_algebra_grows_are_found() -> None:
    case = next(c for c in CASES if c.name == "nonlinear_diffusion_power")
    (k,) = case.space.parameters
    answer = special_parameters(case.space, case.law, case.leading)
    assert answer.generic.dimension == 4
    assert {c.substitution[0]: (c.symmetries.dimension, len(c.symmetries.families)) for c in answer.special} == {
        (k, sp.Rational(-4, 3)): (5, 0),  # Ovsiannikov 1959
        (k, sp.S.Zero): (6, 1),  # the heat equation
    }


def test_ovsiannikovs_classification_of_nonlinear_heat_conduction() -> None:
    case = equation("t x", "u", ["u_t"])
    u, (u_t, u_x, u_xx) = case.space.fields[0].symbol, (case.space.name(n) for n in ("u_t", "u_x", "u_xx"))
    f = sp.Function("f")(u)
    law = [u_t - sp.diff(f, u) * u_x**2 - f * u_xx]
    forms = [sp.exp(u), u**2, u ** sp.Rational(-4, 3), sp.S.One, 1 + u**2, sp.log(u)]
    answer = special_functions(case.space, law, f, forms, [u_t])
    assert (answer.generic.dimension, answer.generic.complete) == (3, True)
    grown = {c.substitution[0][1]: (c.symmetries.dimension, len(c.symmetries.families)) for c in answer.special}
    assert grown == {sp.exp(u): (4, 0), u**2: (4, 0), u ** sp.Rational(-4, 3): (5, 0), sp.S.One: (6, 1)}
