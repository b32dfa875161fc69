"""Claim: a law may be any equations that vanish, its constants anywhere with their covariance; it is written, read and shown whole."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from law_cases import BOUNDED, KDV, STEEP, X, c1, c2, c3, law, line, t, u, x
from random_laws import laws

from invarieq.errors import DeclarationError, ReadError
from invarieq.expressions import read_expression
from invarieq.law import Coefficient, Law, export, latex, law_from_json, law_record
from invarieq.law.show import html


def test_an_implicit_law_is_its_equations() -> None:
    assert BOUNDED.is_implicit and not KDV.is_implicit
    assert BOUNDED.equations("symbolic") == ((c2 + X) * X[t] - c1 * X,)
    assert BOUNDED.equations("rounded") == ((sp.Rational(1, 2) + X) * X[t] - 2 * X,)
    assert BOUNDED.equations()[0].subs({X[t]: 1.0, X.symbol: 0.5}) == pytest.approx(
        1.0001 - 1.0005
    )  # (0.5001 + 0.5)·1 − 2.001·0.5
    with pytest.raises(DeclarationError, match="implicit"):
        BOUNDED.right_sides()


def test_the_complexity_is_what_the_engine_says_or_the_number_of_terms() -> None:
    assert Law.implicit(line, [u[t] + u * u[x]]).complexity == 2
    assert Law.implicit(line, [u[t] + u * u[x]], complexity=17).complexity == 17


@pytest.mark.parametrize(
    ("equations", "message"),
    [([], "0 right sides"), ([sp.Symbol("w", real=True) * u[x]], "an equation holds w"), ([x + 1], "says nothing of u")],
)
def test_equations_that_are_no_law_are_refused(equations: list[sp.Expr], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        Law.implicit(line, equations)


COVARIANCES = {
    "not square": (((1.0, 0.0),), "rows of"),
    "not the errors squared": (((1.0, 0.0), (0.0, 5.0)), "square of its standard error 2"),
    "not symmetric": (((1.0, 0.5), (0.4, 4.0)), "not symmetric"),
    "not positive": (((1.0, 2.5), (2.5, 4.0)), "positive semidefinite"),
    "not a number": (((1.0, math.nan), (math.nan, 4.0)), "not symmetric"),
    "negative": (((-1.0, 0.0), (0.0, 4.0)), "square of its standard error"),
}


@pytest.mark.parametrize(("rows", "message"), COVARIANCES.values(), ids=list(COVARIANCES))
def test_a_covariance_that_none_can_be_is_refused(rows: tuple[tuple[float, ...], ...], message: str) -> None:
    bare = law(line, {u[t]: c1 * u + c2 * u[x]}, c1=(1.0, 1.0), c2=(1.0, 2.0))
    assert replace(bare, covariance=((1.0, 2.0), (2.0, 4.0))).covariance == ((1.0, 2.0), (2.0, 4.0))  # fully correlated
    with pytest.raises(DeclarationError, match=message):
        replace(bare, covariance=rows)


def test_an_unknown_error_has_an_unknown_variance() -> None:
    bare = law(line, {u[t]: c1 * u + c2 * u[x]}, c1=(1.0, math.inf), c2=(1.0, 2.0))
    whole = replace(bare, covariance=((math.inf, 0.0), (0.0, 4.0)))
    assert law_record(whole)["covariance"] == [[None, 0.0], [0.0, 4.0]]
    assert law_from_json(export(whole, "json")) == whole
    with pytest.raises(DeclarationError, match="with 0 there"):
        replace(bare, covariance=((math.inf, 1.0), (1.0, 4.0)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(laws())
def test_any_law_comes_back_from_its_record(found: Law) -> None:
    text = json.dumps(law_record(found), allow_nan=False)
    again = law_from_json(text)
    assert again == found
    assert json.dumps(law_record(again), allow_nan=False) == text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(laws())
def test_any_law_can_be_shown(found: Law) -> None:
    assert len(repr(found).splitlines()) == len(found.right)
    bundle = found._repr_mimebundle_()  # pyright: ignore[reportPrivateUsage]
    assert set(bundle) == {"text/plain", "text/latex", "text/html"}
    assert bundle["text/latex"].count("{") == bundle["text/latex"].count("}")
    for text in law_record(found)["equations"]:
        read_expression(text, found.full_space.names)


def test_documents_of_solved_laws_are_as_they_were() -> None:
    assert set(law_record(KDV)) == {
        *("equation", "equations", "rounded", "latex", "score", "complexity", "certified", "certificate", "coefficients"),
        *("notes", "format", "coordinates", "fields", "parameters", "leading", "right"),
    }
    assert law_record(KDV)["format"] == 1


def test_a_document_whose_covariance_does_not_fit_is_refused() -> None:
    for spoiled in ([[1.0]], "x", [["a", 0], [0, 1]], [[1.0, 0.0], [0.0, 1.0]]):
        with pytest.raises(ReadError):
            law_from_json(json.dumps({**law_record(KDV), "covariance": spoiled}))


def test_an_implicit_law_is_written_as_something_that_vanishes() -> None:
    assert latex(BOUNDED).endswith("= 0") and "0.5001(20)" in latex(BOUNDED) and "2.0010(40)" in latex(BOUNDED)
    assert repr(BOUNDED) == "-2.0010(40)*X + X_t*(0.5001(20) + X) = 0"
    assert str(BOUNDED) == "0 = -2.001*X + X_t*(X + 0.5001)"


def test_constants_inside_functions_show_their_errors() -> None:
    shown = latex(STEEP)
    assert "2.000(10)" in shown and "0.3330(20)" in shown and "1.500(30)" in shown
    assert repr(STEEP) == "u_t = -1.500(30)*exp(-2.000(10)*u) - u**0.3330(20)*u_x"


def test_a_readable_text_is_one_line_an_equation() -> None:
    assert repr(KDV) == "u_t = -5.9987(12)*u*u_x - 1.00030(40)*u_xxx"
    assert repr(law(line, {u[t]: c1 * u[x]}, c1=(2.9591221e-7, 1e-12))) == "u_t = 2.959122(10)e-7*u_x"


def test_the_table_shows_inclusion_and_interval_where_they_are_known() -> None:
    named = Coefficient(c1, -6.0, 0.1, "u*u_x", 0.97, (-6.2, -5.9))
    found = Law(line, (u[t],), (c1 * u * u[x] + c3 * u[x, x],), (named, Coefficient(c3, 0.1, 0.02)), 0.0, 2)
    lines = found.coefficients_table().splitlines()
    assert re.split(r"\s{2,}", lines[0]) == [
        "coefficient",
        "term",
        "value",
        "standard error",
        "rounded",
        "chosen in",
        "95 % interval",
    ]
    assert re.split(r"\s{2,}", lines[1])[-2:] == ["97 %", "-6.2 … -5.9"]
    assert "<th>chosen in</th>" in html(found) and "97 %" in html(found)
    assert "chosen in" not in html(KDV)
