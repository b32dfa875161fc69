"""Claim: a symmetry takes solutions to solutions, and the textbook ones come out."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.flows import flow, move_solution
from invarieq.jets import Field, JetSpace, VectorField, coordinates

t, x = coordinates("t x")
u = Field("u", t, x)
SPACE = JetSpace((t, x), (u,))
HEAT = [u[t] - u[x, x]]
KDV = [u[t] + 6 * u * u[x] + u[x, x, x]]
BURGERS = [u[t] + u * u[x] - u[x, x]]
PROJECTIVE_HEAT = VectorField({t: 4 * t**2, x: 4 * t * x, u: -(x**2 + 2 * t) * u})


def test_the_heat_kernel_comes_from_the_constant() -> None:
    found = move_solution(flow(PROJECTIVE_HEAT, SPACE), {u: 1}, law=HEAT)
    assert found.shown == "exact"
    e = flow(PROJECTIVE_HEAT, SPACE).parameter
    kernel = sp.exp(-e * x**2 / (1 + 4 * e * t)) / sp.sqrt(1 + 4 * e * t)  # Olver 1993, example 2.41
    difference = (dict(found.fields)[u.symbol] - kernel).xreplace(
        {e: sp.Rational(1, 3), t: sp.Rational(2, 5), x: sp.Rational(3, 4)}
    )
    assert abs(sp.N(difference, 30)) < 1e-25


def test_a_boosted_soliton_solves_kdv() -> None:
    c = sp.Symbol("c", positive=True)
    soliton = {u: c / 2 / sp.cosh(sp.sqrt(c) / 2 * (x - c * t)) ** 2}
    found = move_solution(flow(VectorField({x: 6 * t, u: 1}), SPACE), soliton, law=KDV)
    assert found.shown == "exact"
    assert found.implicit == ()


def test_a_burgers_shock_moved_by_the_projective_group_solves_burgers() -> None:
    shock = {u: 1 - sp.tanh((x - t) / 2)}
    found = move_solution(flow(VectorField({t: t**2, x: t * x, u: x - t * u}), SPACE), shock, law=BURGERS)
    assert found.shown == "exact"


def test_what_is_no_symmetry_is_found_out() -> None:
    soliton = {u: sp.S.Half / sp.cosh((x - t) / 2) ** 2}
    found = move_solution(flow(VectorField({x: 5 * t, u: 1}), SPACE), soliton, sp.S.One, law=KDV)
    assert found.shown == "violated"


def test_a_line_rotated_with_its_plane_stays_a_line() -> None:
    y = Field("y", x)
    found = move_solution(flow(VectorField({x: -y.symbol, y: x}), JetSpace((x,), (y,))), {y: 2 * x + 1}, law=[y[x, x]])
    assert found.shown == "exact"


def test_a_solution_that_cannot_be_made_explicit_is_left_implicit_and_still_checked() -> None:
    simple_wave = {u: x / (1 + t)}
    bend = flow(VectorField({x: sp.sin(u.symbol)}), SPACE)  # x - ut = h(u) solves u_t + u u_x = 0 for any h
    found = move_solution(bend, simple_wave, law=[u[t] + u * u[x]], budget=4.0)
    assert found.fields == ()
    (relation,) = found.implicit
    e = bend.parameter
    assert (
        sp.expand(relation - (u * (1 + t) - x + e * sp.sin(u.symbol))) == 0
        or sp.expand(relation + (u * (1 + t) - x + e * sp.sin(u.symbol))) == 0
    )
    assert found.shown == "sampled"
    assert move_solution(bend, simple_wave, law=[u[t] + 2 * u * u[x]], budget=4.0).shown == "violated"


def test_a_circle_rotated_keeps_its_curvature() -> None:
    y = Field("y", x)
    curvature = y[x, x] / (1 + y[x] ** 2) ** sp.Rational(3, 2)
    turn = flow(VectorField({x: -y.symbol, y: x}), JetSpace((x,), (y,)))
    found = move_solution(turn, {y: sp.sqrt(1 - x**2) + 2}, law=[curvature + 1], budget=4.0)
    assert found.shown in {"exact", "sampled"}


def test_a_missing_field_is_named() -> None:
    with pytest.raises(DeclarationError, match="lacks the field u"):
        move_solution(flow(PROJECTIVE_HEAT, SPACE), {})


def test_a_solution_in_terms_of_jets_is_refused() -> None:
    with pytest.raises(DeclarationError, match="u_x"):
        move_solution(flow(PROJECTIVE_HEAT, SPACE), {u: u[x]})
