"""Claim: known terms and ranges of coefficients are declared in Python and TOML alike, and what makes no sense is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from invarieq import Field, System, Terms, coordinates, read_toml, translation, write_toml
from invarieq.errors import DeclarationError, ReadError

t, x = coordinates("t x")
u, v = Field("u", t, x), Field("v", t, x)
a = sp.Symbol("a", real=True)


def declared(*, known: Any = (), bounds: Any = (), sought: tuple[str, ...] = ()) -> System:
    return System(
        "waves", [u, v], symmetry=[translation(t)], parameters=[a], terms=Terms(known=known, bounds=bounds, sought=sought)
    )


def test_a_field_and_its_derivative_in_time_may_name_the_law() -> None:
    system = declared(known={v[t]: u.symbol / 3, u: -6 * u * u[x] + sp.Float("0.5") * v})
    assert dict(system.terms.known) == {u.symbol: -6 * u * u[x] + sp.Float("0.5") * v, v[t]: u.symbol / 3}
    assert hash(system) == hash(declared(known=tuple(system.terms.known)))


def test_bounds_are_sorted_and_infinity_is_no_bound() -> None:
    some = {(v, u): (-sp.oo, sp.Rational(1, 2)), (u, u[x, x]): (0, None), (u, 1): (-1, 2.5)}
    bounds = declared(bounds=some).terms.bounds
    assert [(str(b.field), str(b.term), b.low, b.high) for b in bounds] == [
        ("u", "1", -1, 2.5),
        ("u", "u_xx", 0, None),
        ("v", "u", None, sp.Rational(1, 2)),
    ]
    assert declared(bounds=dict(reversed(some.items()))) == declared(bounds=some)


def test_toml_says_the_same() -> None:
    text = """
name = "waves"
coordinates = ["t", "x"]
fields = { u = ["t", "x"], v = ["t", "x"] }
parameters = ["a"]

[terms.known]
u = "-6*u*u_x"
v_t = "u/3"

[[terms.bounds]]
field = "u"
term = "u_xx"
low = 0
high = 2.5

[[terms.bounds]]
field = "v"
term = "u**3"
high = "pi/4"

[[symmetry]]
label = "translation in t"
t = "1"
"""
    read = read_toml(text)
    bounds = {(u, u[x, x]): (0, 2.5), (v, u**3): (None, sp.pi / 4)}
    assert read.terms.known == declared(known={u: -6 * u * u[x], v[t]: u.symbol / 3}).terms.known
    assert read.terms.bounds == declared(bounds=bounds).terms.bounds
    assert read_toml(write_toml(read)) == read


def test_sympy_notation_is_understood() -> None:
    time, place, f = sp.Symbol("t"), sp.Symbol("x"), sp.Function("u")
    called = f(time, place)
    terms = Terms(known={called: -6 * called * called.diff(place)}, bounds={(called, called.diff(place, 3)): (None, 0)})
    system = System("kdv", [u], terms=terms)
    assert system.terms == Terms(known={u: -6 * u * u[x]}, bounds={(u, u[x, x, x]): (None, 0)})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"known": {u: a * u}}, "terms.known holds a\\*u with a; expected numbers, coordinates, fields"),
        ({"known": {u: sp.pi * u}}, "terms.known holds pi\\*u; expected products with a rational number or a decimal"),
        ({"known": {u: 0}}, "terms.known holds 0"),
        ({"known": {u[x]: u[x, x]}}, "terms.known names u_x; expected a field or its derivative in t: u, v"),
        ({"known": {x: u[x]}}, "terms.known names x; expected a field"),
        ({"known": {u: u[x], u[t]: u[x, x]}}, "terms.known names u twice"),
        ({"known": {v: u[x]}, "sought": ("u",)}, "terms.known names v, whose law is not sought"),
        ({"known": {u: "u_x"}}, "terms.known holds 'u_x'; expected fields and expressions"),
        ({"known": 3}, "terms.known is 3; expected terms by field"),
        ({"bounds": {(u, u[x, x]): (1, 0)}}, "terms.bounds of u_xx in u is from 1 to 0, which is empty; expected low <= high"),
        ({"bounds": {(u, u[x, x]): (None, None)}}, "terms.bounds of u_xx in u bounds nothing"),
        ({"bounds": {(u, u[x, x]): (0, sp.nan)}}, "terms.bounds of u_xx in u ends at nan; expected a real number"),
        ({"bounds": {(u, u + u[x]): (0, None)}}, "terms.bounds names the term u \\+ u_x, which is no monomial"),
        ({"bounds": {(u, 2 * u): (0, None)}}, "terms.bounds names the term 2\\*u, which is no monomial"),
        ({"bounds": {(u, a * u): (0, None)}}, "terms.bounds holds a\\*u with a"),
        ({"bounds": {(u[t], u): (0, None)}}, "terms.bounds names u_t; expected the field itself, u"),
        ({"bounds": {u: (0, None)}}, "expected \\(low, high\\) by field and term"),
        ({"bounds": {(v, u): (0, None)}, "sought": ("u",)}, "terms.bounds names v, whose law is not sought"),
        (
            {"known": {u: -6 * u * u[x]}, "bounds": {(u, u * u[x]): (0, None)}},
            "terms.known has -6\\*u\\*u_x in u, which terms.bounds",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        declared(**given)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('[terms]\nknown = "u"', "known is 'u'; expected dict"),
        ('[terms.known]\nw = "u"', "terms.known: .*w"),
        ('[terms.known]\nu = "u_x +"', "terms.known.u: "),
        ('[[terms.bounds]]\nfield = "u"\nlow = 0', "terms.bounds\\[0\\] is .*; expected a table such as"),
        ('[[terms.bounds]]\nfield = "u"\nterm = "u"\nmin = 0', "terms.bounds\\[0\\] has the unknown key 'min'"),
        ('[[terms.bounds]]\nfield = "u"\nterm = "u"\nlow = 2\nhigh = 1', "which is empty"),
        ('[[terms.bounds]]\nfield = "u"\nterm = "u"\nlow = true', "terms.bounds\\[0\\].low is True; expected an expression"),
    ],
)
def test_errors_in_toml_name_the_key(lines: str, message: str) -> None:
    text = f'name = "w"\ncoordinates = ["t", "x"]\nfields = {{ u = ["t", "x"] }}\n{lines}\n'
    with pytest.raises((DeclarationError, ReadError), match=message):
        read_toml(text)
