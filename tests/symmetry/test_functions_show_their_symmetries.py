"""Claim: all polynomial vector fields that leave a function (or many) invariant are found, with known dimensions."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from network_cases import network

from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import VectorField
from invarieq.symmetry.functions import function_symmetries

W = sp.symbols("a b c d", real=True)
X, Y = sp.symbols("x y", real=True)
# (m, h, n): linear fields of f = UVx: h² + [n=1] m h(h−1)/2 + [m=1] n h(h−1)/2
SHAPES = [(1, 1, 1), (1, 2, 1), (2, 2, 2), (2, 2, 1), (1, 3, 1), (2, 3, 1), (3, 3, 1), (2, 3, 2), (3, 2, 4)]


@pytest.mark.parametrize(("m", "h", "n"), SHAPES)
def test_a_linear_network_has_gl_of_its_hidden_layer(m: int, h: int, n: int) -> None:
    outputs, u, v = network(m, h, n)
    found = function_symmetries(outputs, [*u, *v])
    pairs = h * (h - 1) // 2
    assert found.dimension == h**2 + (n == 1) * m * pairs + (m == 1) * n * pairs
    assert set(found.certainty) == {"proved"}


def test_the_action_of_gl_is_in_the_span() -> None:
    outputs, u, v = network(2, 2, 3)
    a = sp.Matrix([[1, 2], [-3, 5]])
    left, right = -sp.Matrix(2, 2, u) * a, a * sp.Matrix(2, 3, v)
    action = VectorField(dict(zip([*u, *v], [*left, *right], strict=True)))
    found = function_symmetries(outputs, [*u, *v])
    unknown = sp.symbols("k:4")
    rest = [sum((k * f.component(w) for k, f in zip(unknown, found.fields, strict=True)), -action.component(w)) for w in [*u, *v]]
    equations = [c for r in rest for c in sp.Poly(r, *u, *v).coeffs()]
    assert len(sp.linsolve(equations, unknown)) == 1


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (1, 1, 1), (1, 1, -1), (1, 1, -1, -1)])
def test_a_quadratic_form_has_its_orthogonal_algebra(signs: tuple[int, ...]) -> None:
    w = W[: len(signs)]
    form = sp.Add(*[s * z**2 for s, z in zip(signs, w, strict=True)])
    n = len(signs)
    assert function_symmetries(form, w).dimension == n * (n - 1) // 2
    scaled = function_symmetries(form, w, weight_degree=0)
    assert scaled.dimension == n * (n - 1) // 2 + 1  # and the dilation
    assert [weight for weight in scaled.weights if weight != 0]


def test_the_light_cone_has_the_conformal_weights() -> None:
    t, x, y = sp.symbols("t x y", real=True)
    cone = x**2 + y**2 - t**2
    found = function_symmetries(cone, [t, x, y], degree=2, weight_degree=1)
    for field, weight in zip(found.fields, found.weights, strict=True):
        assert sp.expand(field(cone) - weight * cone) == 0
    special = VectorField({t: 2 * t * x, x: x**2 - y**2 + t**2, y: 2 * x * y})  # special conformal: λ = 2x
    assert sp.expand(special(cone) - 2 * x * cone) == 0
    # degree 1: so(2,1) and the dilation; degree 2: λ linear (3), and quadratic φ with φ·grad = 0 (18 components − 10 cubics)
    assert found.dimension == 3 + 1 + 3 + (18 - 10)


def test_a_rotation_invariant_function_of_any_shape_is_rotation_invariant() -> None:
    f = sp.Function("f")
    found = function_symmetries(f(X**2 + Y**2), [X, Y])
    assert [str(v) for v in found.fields] == ["-y∂_x + x∂_y"]


def test_known_test_functions_have_one_field() -> None:
    rosenbrock = (1 - X) ** 2 + 100 * (Y - X**2) ** 2
    (field,) = function_symmetries(rosenbrock, [X, Y], degree=3).fields
    assert sp.expand(field(rosenbrock)) == 0
    booth = (X + 2 * Y - 7) ** 2 + (2 * X + Y - 5) ** 2
    (turn,) = function_symmetries(booth, [X, Y]).fields
    assert sp.expand(3 * turn.component(X) / sp.expand(turn.component(X)).coeff(X) * 4 / 9 - (4 * X + 5 * Y - 19) / 3) == 0


def test_kernels_extend_the_class() -> None:
    f = Y - sp.exp(X)
    assert function_symmetries(f, [X, Y]).dimension == 0
    found = function_symmetries(f, [X, Y], kernels=[sp.exp(X)])
    assert VectorField({X: 1, Y: sp.exp(X)}) in found.fields


@pytest.mark.parametrize(
    "activation", [lambda z: sp.Max(z, 0), lambda z: sp.Max(z, z / 10), lambda z: z**2, lambda z: z * sp.Abs(z)]
)
def test_a_homogeneous_activation_leaves_the_scalings_of_units(activation: object) -> None:
    outputs, u, v = network(2, 3, 2, activation)  # type: ignore[arg-type]
    found = function_symmetries(outputs, [*u, *v])
    assert found.dimension == 3
    assert set(found.certainty) == {"proved"}
    for field in found.fields:
        assert all(c.as_independent(z, as_Add=False)[1] == z for z, c in field.components)


@pytest.mark.parametrize("activation", [sp.tanh, sp.Function("sigma")])
def test_a_generic_activation_leaves_nothing(activation: object) -> None:
    outputs, u, v = network(1, 2, 2, activation)  # type: ignore[arg-type]
    assert function_symmetries(outputs, [*u, *v]).dimension == 0


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(st.integers(-4, 4), min_size=9, max_size=9).filter(lambda m: sp.Matrix(3, 3, m).det() != 0))
def test_a_change_of_variables_keeps_the_dimension(entries: list[int]) -> None:
    a, b, c, _ = W
    new = sp.Matrix(3, 3, entries) * sp.Matrix([a, b, c])
    form = sp.expand(new[0] ** 2 + 2 * new[1] * new[2])
    found = function_symmetries(form, [a, b, c])
    assert found.dimension == 3
    assert all(sp.expand(v(form)) == 0 for v in found.fields)


def test_bad_questions_are_refused() -> None:
    with pytest.raises(DeclarationError, match="may move"):
        function_symmetries(X, [])
    with pytest.raises(DeclarationError, match="more than 6000"):
        function_symmetries(X, sp.symbols("w:40", real=True), degree=3)
    with pytest.raises(DeclarationError, match="none of the variables"):
        function_symmetries(X, [X], kernels=[sp.exp(Y)])
    with pytest.raises(Undecided):
        function_symmetries(sp.gamma(X) * Y, [X, Y])
