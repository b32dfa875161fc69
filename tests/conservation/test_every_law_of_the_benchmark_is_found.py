"""Claim: the listed conservation laws and first integrals (Olver 1993; Bluman, Cheviakov & Anco 2010) are among those found.

They are compared at random points: each listed multiplier, where the equations hold, is a combination of ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from conserved import BENCHMARK, case, in_span, plain_functions, polynomial_in, read, size_at_points, space_of, values

from invarieq.conservation import conservation_laws, contains, first_integrals
from invarieq.conservation.principal import principal_of, restricted

LAWS = {entry["id"]: entry for entry in BENCHMARK["conservation_laws"]}
INTEGRALS = {entry["id"]: entry for entry in BENCHMARK["first_integrals"]}
CLASSICS: list[tuple[str, str, str, list[str], list[list[str]]]] = [
    # Bluman, Cheviakov & Anco 2010; Olver 1993; Ibragimov 1994-96
    ("t x", "u", "", ["u_t + u**2*u_x + u_xxx"], [["1"], ["u"], ["u_xx + u**3/3"]]),  # modified Korteweg-de Vries
    ("t x", "u", "", ["u_t + u_x + u*u_x - u_txx"], [["1"], ["u"], ["u_tx - u - u**2/2"]]),  # Benjamin-Bona-Mahony
    ("t x", "u", "a b", ["u_t + a*u*u_x + b*u**2*u_x + u_xxx"], [["1"], ["u"], ["u_xx + a*u**2/2 + b*u**3/3"]]),  # Gardner
    ("t x y", "u", "", ["u_tx + u*u_xx + u_x**2 + u_xxxx + u_yy"], [["1"], ["t"], ["y"], ["t*y"]]),  # Kadomtsev-Petviashvili
    ("t x", "u", "", ["u_tx + u*u_xx + u_x**2/2"], [["u_x"], ["u_t"]]),  # Hunter-Saxton
    ("t x", "u v", "", ["u_t + v_xx", "v_t - u_xx"], [["u", "v"], ["v_x", "-u_x"], ["v_t", "-u_t"]]),  # Schrödinger, free
    ("t x", "u", "c", ["u_tt - c**2*u_xx"], [["u_t"], ["u_x"], ["x*u_t + c**2*t*u_x"]]),  # waves of speed c
    ("t x", "u", "", ["u_tx - exp(u)"], [["u_t"], ["u_x"], ["t*u_t + 1"], ["u_xxx - u_x**3/2"]]),  # Liouville
    ("t x", "u", "", ["u_tt + u_t - u_xx"], [["1"], ["exp(t)"], ["exp(t)*u_x"]]),  # telegraph
    ("t x", "u", "", ["u_t + u*u_x + u_xxx - u_xxxxx"], [["1"], ["u"], ["x - t*u"], ["u_xxxx - u_xx - u**2/2"]]),  # Kawahara
    (
        "t x y",
        "u v p",
        "n",
        ["u_t + u*u_x + v*u_y + p_x - n*(u_xx + u_yy)", "v_t + u*v_x + v*v_y + p_y - n*(v_xx + v_yy)", "u_x + v_y"],
        [["0", "0", "1"], ["1", "0", "u"], ["0", "1", "v"], ["-y", "x", "x*v - y*u"]],
    ),  # Navier-Stokes in the plane
    (
        "t x",
        "r u p",
        "g",
        ["r_t + u*r_x + r*u_x", "u_t + u*u_x + p_x/r", "p_t + u*p_x + g*p*u_x"],
        [["1", "0", "0"], ["u", "r", "0"], ["u**2/2", "r*u", "1/(g - 1)"]],
    ),  # gas dynamics
]
MORE_INTEGRALS: list[tuple[str, str, list[str], list[str]]] = [
    ("y", "g w", ["y_tt + 2*g*y_t + w*y"], ["exp(2*g*t)*(y_t**2 + 2*g*y*y_t + w*y**2)"]),  # damped oscillator
    ("y", "", ["y_tt + 3*y_t + 2*y"], ["exp(t)*(y_t + 2*y)", "exp(2*t)*(y_t + y)"]),
    (
        "x y",
        "",
        ["x_tt + x + 2*x*y", "y_tt + y + x**2 - y**2"],
        ["x_t**2 + y_t**2 + x**2 + y**2 + 2*x**2*y - 2*y**3/3"],
    ),  # Hénon-Heiles
    ("x y", "", ["x_tt + x + 2*x*y", "y_tt + y + x**2 + y**2"], ["x_t*y_t + x*y + x*y**2 + x**3/3"]),  # integrable Hénon-Heiles
    ("y", "", ["y_tt - y**(-3)"], ["y_t**2 + y**(-2)", "y*y_t - t*(y_t**2 + y**(-2))"]),  # sl(2)
    ("y", "", ["y_ttt - 3*y_tt**2/(2*y_t)"], ["y_tt**2/y_t**3", "y - 2*y_t**2/y_tt", "t + 2*y_t/y_tt"]),  # Schwarzian 0
    ("x y", "a b c d", ["x_t - a*x + b*x*y", "y_t + c*y - d*x*y"], ["d*x - c*log(x) + b*y - a*log(y)"]),  # Lotka-Volterra
    ("x y", "b g", ["x_t + b*x*y", "y_t - b*x*y + g*y"], ["b*x + b*y - g*log(x)"]),  # an epidemic
    ("y", "", ["y_tt + sin(y)"], ["y_t**2/2 - cos(y)"]),  # pendulum
    ("x y", "", ["x_tt + exp(x - y)", "y_tt - exp(x - y)"], ["x_t + y_t", "x_t**2/2 + y_t**2/2 + exp(x - y)"]),  # Toda
    ("y", "n", ["y_tt + y**n"], ["y_t**2/2 + y**(n + 1)/(n + 1)"]),  # Emden-Fowler
]


@pytest.mark.parametrize("name", LAWS)
def test_every_listed_multiplier_is_a_combination_of_ours(name: str) -> None:
    space, law = case(LAWS[name])
    agree(space, law, LAWS[name]["multipliers"])


@pytest.mark.parametrize("entry", CLASSICS, ids=[e[3][0] for e in CLASSICS])
def test_multipliers_of_classics_beyond_the_file(entry: Any) -> None:
    space = space_of(*entry[:3])
    agree(space, read(space, *entry[3]), entry[4])


def agree(space: Any, law: Any, listed: list[list[str]]) -> None:
    """Each listed multiplier is in the span of ours, and each of ours is proved and has true fluxes."""
    found = conservation_laws(space, law)
    principal = principal_of(space, law)
    rows = [one.multiplier for one in found.laws] + [read(space, *texts) for texts in listed]
    table = values(space, [[restricted(m, space, law, principal) for m in row] for row in rows])
    ours = table[: len(found.laws)]
    assert [in_span(ours, row) for row in table[len(found.laws) :]] == [True] * len(listed)
    assert np.linalg.matrix_rank(ours, tol=1e-9) == len(ours)  # none depends on others
    assert all(contains(found, read(space, *texts)) for texts in listed)
    for one in found.laws:
        assert one.fluxes is not None
        divergence = sp.Add(*[space.total_derivative(x, i) for i, x in enumerate(one.fluxes)])
        whole = sp.Add(*[m * e for m, e in zip(one.multiplier, law, strict=True)])
        assert size_at_points(space, divergence - whole, plain_functions(space)) < 1e-25


@pytest.mark.parametrize("name", INTEGRALS)
def test_every_listed_integral_is_a_polynomial_in_ours(name: str) -> None:
    space, law = case(INTEGRALS[name])
    found = first_integrals(space, law, [space.name(text) for text in INTEGRALS[name]["leading"]])
    for text in INTEGRALS[name]["first_integrals"]:
        assert polynomial_in(space, found.integrals, read(space, text)[0])


@pytest.mark.parametrize("entry", MORE_INTEGRALS, ids=[e[2][0] for e in MORE_INTEGRALS])
def test_integrals_of_classics_beyond_the_file(entry: Any) -> None:
    dependent, parameters, law, listed = entry
    space = space_of("t", dependent, parameters)
    found = first_integrals(space, read(space, *law))
    assert [polynomial_in(space, found.integrals, read(space, text)[0]) for text in listed] == [True] * len(listed)
