"""Claim: components with exponentials, trigonometric functions, roots and logarithms are compared over the constants exactly."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq.algebra import algebra_type, close_algebra, combination, generate_algebra
from invarieq.algebra.independence import relations
from invarieq.algebra.terms import independent_terms
from invarieq.errors import AlgebraError, Undecided
from invarieq.jets import Field, JetSpace, VectorField, coordinates

t, x = coordinates("t x")
k = sp.Symbol("k", positive=True)
SPACE = JetSpace((t, x), (Field("u", t, x),), (k,))
u = SPACE.fields[0].symbol

EQUAL = [
    (sp.sin(x) ** 2, [sp.S.One, sp.cos(x) ** 2], (1, -1)),
    (sp.sin(2 * x), [sp.sin(x) * sp.cos(x)], (2,)),
    (sp.cos(x), [sp.S.One, sp.sin(x / 2) ** 2], (1, -2)),
    (sp.cos(x + t), [sp.cos(x) * sp.cos(t), sp.sin(x) * sp.sin(t)], (1, -1)),
    (sp.sinh(x), [sp.exp(x), sp.exp(-x)], (sp.Rational(1, 2), -sp.Rational(1, 2))),
    (sp.exp(2 * x + 1), [sp.exp(x) ** 2], (sp.E,)),
    (sp.log(3 * x**2), [sp.S.One, sp.log(x)], (sp.log(3), 2)),
    ((x + 1) / (x**2 - 1), [1 / (x - 1)], (1,)),
    (sp.tan(x), [sp.sin(x) / sp.cos(x)], (1,)),
    (sp.sqrt(x**2 + t**2) ** 3, [x**2 * sp.sqrt(x**2 + t**2), t**2 * sp.sqrt(x**2 + t**2)], (1, 1)),
    (k * sp.exp(k * t) * u, [u * sp.exp(k * t)], (k,)),
    (x**k * x, [x ** (k + 1)], (1,)),
]


@pytest.mark.parametrize(("function", "basis", "constants"), EQUAL, ids=[str(e[0]) for e in EQUAL])
def test_combinations_are_found(function: sp.Expr, basis: list[sp.Expr], constants: tuple[sp.Expr, ...]) -> None:
    found = combination(VectorField({u: function}), [VectorField({u: b}) for b in basis], SPACE)
    assert found is not None
    assert [sp.simplify(a - b) for a, b in zip(found, constants, strict=True)] == [0] * len(basis)


INDEPENDENT = [
    [sp.S.One, sp.sin(x), sp.cos(x), sp.sin(2 * x), sp.cos(2 * x), x * sp.sin(x)],
    [sp.exp(x), sp.exp(2 * x), sp.exp(x * t), sp.exp(k * x), sp.exp(-x)],
    [sp.sqrt(x), sp.sqrt(t), sp.sqrt(x * t), x**k, x ** (2 * k), sp.cbrt(x)],
    [sp.log(x), sp.log(t), sp.log(x) ** 2, sp.log(x + t), sp.S.One],
    [1 / (x + 1), 1 / (x + 2), 1 / (x + 1) ** 2, sp.S.One],
    [sp.tanh(x), sp.tanh(x) ** 2, sp.S.One, x],
    [sp.asin(x), sp.sqrt(1 - x**2), x],
]


@pytest.mark.parametrize("functions", INDEPENDENT, ids=[str(f[0]) + " …" for f in INDEPENDENT])
def test_independent_functions_are_told_apart(functions: list[sp.Expr]) -> None:
    fields = [VectorField({u: f}) for f in functions]
    for i, field in enumerate(fields):
        assert combination(field, fields[:i] + fields[i + 1 :], SPACE) is None


def test_a_relation_that_the_normal_form_misses_is_no_independence() -> None:
    """√(x² + 3x + 2) = √(x + 1) √(x + 2) where both are real, but not for x < −2: dependent or not, it depends on the domain."""
    functions = [sp.sqrt(x + 2) * sp.sqrt(x + 1), sp.sqrt(x**2 + 3 * x + 2)]
    keys = list(dict.fromkeys(key for terms in independent_terms(functions, [x]) for key in terms))
    assert len(keys) == 2
    with pytest.raises(Undecided, match="zero at random points"):
        relations(keys)
    shifted = [sp.sqrt(x**2 + 2 * x + 1 + t), sp.sqrt((x + 1) ** 2 + t)]  # the same function, written twice
    keys = list(dict.fromkeys(key for terms in independent_terms(shifted, [t, x]) for key in terms))
    assert relations(keys) == ([{0: 1, 1: -1}] if len(keys) == 2 else [])


def test_a_growing_group_of_a_linear_equation() -> None:
    """u'' + k² u = 0 has, among others, cos kt ∂u and sin kt ∂u: with ∂t and u∂u they span A_{3,6} ⊕-like sums."""
    fields = [VectorField({t: 1}), VectorField({u: sp.cos(k * t)}), VectorField({u: sp.sin(k * t)})]
    algebra = close_algebra(fields, SPACE)
    assert algebra.closed
    assert algebra.structure[0, 1] == (0, 0, -k) and algebra.structure[0, 2] == (0, k, 0)
    assert algebra_type(algebra).name == "A_{3,6}"


def test_roots_of_parameters_are_exact() -> None:
    """exp(√k t) ∂u and exp(−√k t) ∂u with ∂t: √k·√k = k has to be seen."""
    fields = [VectorField({t: 1}), VectorField({u: sp.exp(sp.sqrt(k) * t)}), VectorField({u: sp.exp(-sp.sqrt(k) * t)})]
    assert algebra_type(close_algebra(fields, SPACE)).name == "A_{3,4}"
    hyperbolic = [VectorField({t: 1}), VectorField({u: sp.cosh(sp.sqrt(k) * t)}), VectorField({u: sp.sinh(sp.sqrt(k) * t)})]
    algebra = close_algebra(hyperbolic, SPACE)
    assert algebra.structure[0, 1] == (0, 0, sp.sqrt(k))
    assert algebra_type(algebra).name == "A_{3,4}"


def test_missing_brackets_are_added() -> None:
    boost, start = VectorField({x: t, u: 1}), VectorField({t: 1})
    algebra = generate_algebra([start, boost, start], SPACE)
    assert algebra.closed and [str(v) for v in algebra.generators] == ["∂_t", "∂_u + t∂_x", "∂_x"]
    with pytest.raises(AlgebraError, match="more than 8 dimensions"):
        generate_algebra([VectorField({x: u**2}), VectorField({u: x**3}), VectorField({u: 1})], SPACE, limit=8)


def test_generators_that_do_not_close_name_the_bracket() -> None:
    algebra = close_algebra([VectorField({t: 1}, name="start"), VectorField({x: t, u: 1}, name="boost")], SPACE)
    with pytest.raises(AlgebraError, match=r"'start' and 'boost' is ∂_x, which is no combination"):
        algebra_type(algebra)


def test_dependent_generators_are_named() -> None:
    algebra = close_algebra([VectorField({t: 1}), VectorField({x: 1}), VectorField({t: 2, x: -1})], SPACE)
    with pytest.raises(AlgebraError, match="linearly dependent"):
        algebra_type(algebra)
