"""Claim: what a SymPy user writes (u(t, x), Derivative, Eq, plain symbols, one thing without a list) declares the same system as jets do."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from sympy import Derivative, Eq, Function, Symbol

from invarieq import (
    Field,
    Grid,
    Simulation,
    System,
    Terms,
    VectorField,
    coordinates,
    galilean_boost,
    read_toml,
    reflection,
    scaling,
    translation,
    write_toml,
)
from invarieq.errors import DeclarationError, InvarieqError, NotASymmetry

t, x = coordinates("t x")
u, v = Field("u", t, x), Field("v", t, x)
s, y = sp.symbols("t x")  # what a user of SymPy has: nothing is known of them
f, g, k = Function("u"), Function("v"), Symbol("k")
WEIGHTS: dict[Any, int] = {s: 3, y: 1, f: -2}
HEAT = System("system", [u], law=[u[t] - u[x, x]])
KDV = System(
    "kdv",
    [u],
    law=[u[t] + 6 * u * u[x] + u[x, x, x]],
    symmetry=[galilean_boost(t, x, u, rate=6), reflection(t, x)],
    leading=[u[t]],
)
a = Symbol("k", real=True)
DECAY = System("decay", [u], law=[u[t] - a * u[x, x]], parameters=[a], values={a: sp.Rational(1, 2)})

SAME: dict[str, tuple[Callable[[], System], System]] = {
    "Eq alone": (lambda: System(law=Eq(f(s, y).diff(s), f(s, y).diff(y, 2))), HEAT),
    "Eq of jets": (lambda: System("system", u, law=Eq(u[t], u[x, x])), HEAT),
    "Eq to nothing": (lambda: System(law=Eq(f(s, y).diff(s) - f(s, y).diff(y, y), 0)), HEAT),
    "Derivative": (lambda: System(law=Derivative(f(s, y), s) - Derivative(f(s, y), (y, 2))), HEAT),
    "Derivative of a derivative": (lambda: System(law=Derivative(f(s, y), s) - Derivative(Derivative(f(s, y), y), y)), HEAT),
    "Derivative of a Field": (lambda: System("system", u, law=Derivative(u, t) - Derivative(u, x, x)), HEAT),
    "a Field that is called": (lambda: System("system", u, law=u(t, x).diff(t) - u(t, x).diff(x, 2)), HEAT),
    "both at once": (lambda: System("system", u, law=u(s, y).diff(s) - u[x, x]), HEAT),
    "a function declared": (lambda: System("system", f, law=f(s, y).diff(s) - f(s, y).diff(y, 2)), HEAT),
    "a call declared": (lambda: System("system", f(s, y), law=Derivative(f(s, y), s) - f(s, y).diff(y, 2)), HEAT),
    "Field over plain symbols": (lambda: System("system", Field("u", s, y), law=[u[t] - u[x, x]]), HEAT),
    "a product inside": (
        lambda: System(
            "kdv",
            law=f(s, y).diff(s) + Derivative(3 * f(s, y) ** 2 + f(s, y).diff(y, 2), y),
            symmetry=[VectorField({y: 6 * s, u: 1}, "galilean boost"), reflection(s, y)],
            leading=f(s, y).diff(s),
        ),
        KDV,
    ),
    "a parameter": (
        lambda: System("decay", law=Eq(f(s, y).diff(s), k * f(s, y).diff(y, 2)), parameters=k, values={k: Fraction(1, 2)}),
        DECAY,
    ),
    "one generator": (
        lambda: System("system", u, law=HEAT.law, symmetry=translation(s)),
        System("system", [u], law=HEAT.law, symmetry=[translation(t)]),
    ),
    "symmetries of a function": (
        lambda: System(
            "kdv",
            law=Eq(f(s, y).diff(s) + 6 * f(s, y) * f(s, y).diff(y) + f(s, y).diff(y, 3), 0),
            symmetry=[scaling(WEIGHTS), VectorField({y: 6 * s, f(s, y): 1}), reflection(s, y)],
        ),
        System(
            "kdv", [u], law=KDV.law, symmetry=[scaling({t: 3, x: 1, u: -2}), galilean_boost(t, x, u, rate=6), reflection(t, x)]
        ),
    ),
    "terms": (
        lambda: System("a", [f(s, y), g(s, y)], terms=Terms(library=(f(s, y) * g(s, y), f(s, y).diff(y)))),
        System("a", [u, v], terms=Terms(library=(u * v, u[x]))),
    ),
    "constraints": (
        lambda: System("a", [u, v], terms=Terms(constraints=(f(s, y).diff(y) + g(s, y).diff(s),))),
        System("a", [u, v], terms=Terms(constraints=(u[x] + v[t],))),
    ),
    "simulation": (
        lambda: System("a", u, simulation=Simulation(Grid({s: (0, 1, 9), y: (0, 1, 9)}, periodic=[y]), {u: sp.sin(y)})),
        System("a", u, simulation=Simulation(Grid({t: (0, 1, 9), x: (0, 1, 9)}, periodic=[x]), {u: sp.sin(x)})),
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_it_says_the_same_as_jets(case: str) -> None:
    written, expected = SAME[case]
    found = written()
    assert [g.components for g in found.symmetry] == [g.components for g in expected.symmetry]
    assert (found.law, found.unknowns, found.leading) == (expected.law, expected.unknowns, expected.leading)
    assert (found.parameters, found.values, found.terms) == (expected.parameters, expected.values, expected.terms)
    assert (found.discrete, found.simulation) == (expected.discrete, expected.simulation)
    assert read_toml(write_toml(found)) == found


def test_functions_in_a_law_are_its_unknowns() -> None:
    found = System("pair", law=[Eq(g(s).diff(s), f(s)), Eq(f(s).diff(s), -g(s))])
    assert [(w.name, w.arguments) for w in found.unknowns] == [("u", (t,)), ("v", (t,))]
    assert found.law == (-Field("u", t) + Field("v", t)[t], Field("u", t)[t] + Field("v", t))


@pytest.mark.parametrize("number", ["0.1", "0.3", "1.05", "0.30000000000000004", "1e-05", "2.5", "123456.789"])
def test_a_number_stays_as_it_was_typed(number: str) -> None:
    for value in (float(number), np.float64(number), sp.Float(float(number))):
        system = System("a", u, law=u[t] - value * u[x, x])
        text = write_toml(system)
        assert f"{number}*u_xx" in text
        assert read_toml(text) == system and write_toml(read_toml(text)) == text


def test_typed_numbers_are_exact_in_the_check_of_a_symmetry() -> None:
    law = u[t] + 0.3 * u * u[x] + 0.7 * u[x, x, x]
    kept = [
        VectorField({x: 0.3 * t, u: 1}),
        VectorField({x: t, u: 1 / 0.3}),
        VectorField({t: 0.1, x: 0.7}),
        scaling({t: 3, x: 1, u: -2}),
    ]
    assert len(System("a", u, law=law, symmetry=kept).symmetry) == 4
    with pytest.raises(NotASymmetry):
        System("a", u, law=law, symmetry=VectorField({x: 0.3000001 * t, u: 1}))


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a function that is no unknown": (lambda: System("a", u, law=u[t] - Function("h")(x)), r"holds h\(x\), and h is no unknown"),
    "another order": (lambda: System("a", u, law=f(y, s).diff(s)), r"holds u\(x, t\); expected u\(t, x\), as u is declared"),
    "two orders": (lambda: System(law=f(y, s).diff(s) - f(s, y)), r"holds u of \(t, x\) and u\(x, t\); expected one"),
    "a call of a Field": (lambda: u(x, t), r"u\(x, t\): expected u\(t, x\)"),
    "a place": (lambda: System("a", f(0, y), law=u[t]), r"u\(0, x\) is no unknown function of coordinates"),
    "an unknown coordinate": (
        lambda: System("a", u, law=u[t] - Derivative(f(s, y), Symbol("z"))),
        "differentiates by z; expected coordinates: t, x",
    ),
    "an unknown constant": (
        lambda: System(law=f(s, y).diff(s) - k * f(s, y)),
        "holds k; declare it as coordinate, field or parameter",
    ),
    "an integral": (
        lambda: System("a", u, law=u[t] - sp.Integral(f(s, y), y)),
        "is no function of coordinates, fields and derivatives",
    ),
    "always true": (lambda: System("a", u, law=Eq(u[t], u[t])), "the law holds True; expected expressions that vanish"),
    "text": (lambda: System("a", u, law="u_t - u_xx"), "the law holds 'u_t - u_xx'; expected expressions that vanish"),
    "a function of nothing known": (lambda: System("a", f), "the coordinates of u are not told; declare u"),
    "no unknown": (lambda: System(), "needs unknowns"),
    "no derivative": (lambda: System(law=Eq(f(s, y), y)), "holds no derivative"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_meant_is_one_clear_error(case: str) -> None:
    write, message = WRONG[case]
    with pytest.raises(InvarieqError, match=message) as caught:
        write()
    assert isinstance(caught.value, DeclarationError)
