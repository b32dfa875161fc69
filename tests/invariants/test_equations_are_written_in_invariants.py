"""Claim: an equation that admits a symmetry is an equation between its invariants, and is written as one."""

from __future__ import annotations

import pytest
import sympy as sp
from further_cases import BURGERS, DYM, KDV, along, case

from invarieq.errors import NotASymmetry
from invarieq.expressions import read_expression
from invarieq.invariants import differential_invariants, express
from invarieq.jets import substitute

PLANE = [*along("x y"), {"x": "-y", "y": "x"}]
LIOUVILLE = [*along("t x"), {"t": "t", "u": "-1"}, {"x": "x", "u": "-1"}]
PRODUCTS = {
    "Korteweg-de Vries": (case("t x", "u", KDV, 3), "u_t + 6*u*u_x + u_xxx"),
    "Burgers": (case("t x", "u", BURGERS, 2), "u_t + u*u_x - u_xx"),
    "Harry Dym": (case("t x", "u", DYM, 3), "u_t - u**3*u_xxx"),
    "nonlinear Poisson": (case("x y", "u", PLANE, 2), "u_xx + u_yy - u**3"),
    "minimal surfaces": (case("x y", "u", PLANE, 2), "(1 + u_y**2)*u_xx - 2*u_x*u_y*u_xy + (1 + u_x**2)*u_yy"),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_factor_times_the_form_in_invariants_is_the_equation(name: str) -> None:
    (space, generators, order), text = PRODUCTS[name]
    found = differential_invariants(generators, space, order)
    equation = read_expression(text, space.names)
    form = express(equation, found)
    assert form.method == "products"
    assert form.factor is not None
    values = {sp.Symbol(n, real=True): e for n, e in zip(found.names, found.expressions, strict=True)}
    point = {z: sp.Rational(2 * i + 7, 11 + i) for i, z in enumerate(space.variables(order))}
    product = substitute(form.factor * substitute(form.expression, values), point)
    assert abs(sp.N(product - substitute(equation, point), 30)) < 1e-20


def test_exponentials_are_replaced_on_a_cross_section() -> None:
    space, generators, order = case("t x", "u", LIOUVILLE, 2)
    found = differential_invariants(generators, space, order)
    form = express(read_expression("u_tx - exp(u)", space.names), found)
    place = found.expressions.index(read_expression("u_tx*exp(-u)", space.names))
    assert sp.expand(form.expression - (sp.Symbol(f"I{place + 1}", real=True) - 1)) == 0


def test_an_equation_without_the_symmetry_is_refused() -> None:
    space, generators, order = case("t x", "u", KDV, 3)
    found = differential_invariants(generators, space, order)
    with pytest.raises(NotASymmetry, match="does not admit the generators"):
        express(read_expression("u_t + 5*u*u_x + u_xxx", space.names), found)
