"""Claim: a variational law gets a Lagrangian, and Noether's theorem turns its variational symmetries into conservation laws."""

from __future__ import annotations

import pytest
import sympy as sp
from conserved import plain_functions, read, size_at_points, space_of
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq.conservation import characteristic, euler, is_self_adjoint, noether_laws, variational_form
from invarieq.jets import JetSpace, VectorField
from invarieq.symmetry import rotation, scaling, translation

SPACE = space_of("t x", "u")
T, X = SPACE.coordinates
U = SPACE.fields[0]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.fractions(-3, 3, max_denominator=3), min_size=3, max_size=3))
def test_waves_in_any_potential_conserve_energy_and_momentum(weights: list[object]) -> None:
    c = [sp.Rational(str(w)) for w in weights]
    u = U.symbol
    potential = c[0] * u**2 + c[1] * u**4 + c[2] * sp.cos(u)
    law = U[T, T] - U[X, X] + sp.diff(potential, u)
    form = variational_form(SPACE, [law])
    assert form is not None
    assert sp.expand(euler(form.lagrangian, SPACE)[0] - law) == 0
    found = noether_laws(form, [translation(T), translation(X), VectorField({T: X, X: T})])
    assert len(found) == 3
    for one in found:
        assert one.law.fluxes is not None
        gap = sum(SPACE.total_derivative(f, i) for i, f in enumerate(one.law.fluxes)) - one.law.multiplier[0] * law
        assert size_at_points(SPACE, gap, plain_functions(SPACE)) < 1e-25
    energy = next(one.law.fluxes for one in found if one.generator == translation(T))
    assert energy is not None
    density = U[T] ** 2 / 2 + U[X] ** 2 / 2 + potential  # what Noether's formula gives for L = u_t²/2 − u_x²/2 − V
    # two densities of one law differ by D_x of something where the law holds, so that E_u of the rest vanishes on it
    assert sp.expand(sp.diff(density + energy[0], U[T])) == 0 or euler(sp.expand(density + energy[0]), SPACE) == (0,)


def test_noethers_formula_for_a_lagrangian_of_first_order() -> None:
    # T^i = L ξ^i + Q ∂L/∂u_i is a flux of the law with the characteristic Q, up to sign (Olver 1993, eq. 4.32)
    law = U[T, T] - U[X, X] + U.symbol**3
    lagrangian = -(U[T] ** 2) / 2 + U[X] ** 2 / 2 + U.symbol**4 / 4
    assert sp.expand(euler(lagrangian, SPACE)[0] - law) == 0
    for generator in (translation(T), translation(X), VectorField({T: X, X: T})):
        q = characteristic(generator, SPACE)[0]
        formula = [lagrangian * generator.component(z) + q * sp.diff(lagrangian, U[z]) for z in (T, X)]
        divergence = sum(SPACE.total_derivative(f, i) for i, f in enumerate(formula))
        assert sp.expand(divergence + q * law) == 0


def test_of_several_scalings_the_variational_one_is_found() -> None:
    space = space_of("t x y", "u")
    t, x, y = space.coordinates
    u = space.fields[0]
    form = variational_form(space, read(space, "u_tt - u_xx - u_yy"))
    assert form is not None
    found = noether_laws(form, [scaling({t: 1, x: 1, y: 1}), scaling({u: 1}), translation(t), rotation(x, y)])
    assert len(found) == 3  # t∂_t + x∂_x + y∂_y − u/2 ∂_u, energy and angular momentum
    dilation = next(one.generator for one in found if len(one.generator.components) == 4)
    assert sp.simplify(dilation.component(u) / u.symbol / dilation.component(t) * t) == sp.Rational(-1, 2)


def test_equations_in_another_order_and_sign_are_put_right() -> None:
    space = space_of("t x", "u v")
    law = read(space, "u_t + v_xx + 2*(u**2 + v**2)*v", "v_t - u_xx - 2*(u**2 + v**2)*u")
    form = variational_form(space, law)
    assert form is not None
    arranged = [sign * law[k] for k, sign in form.arrangement]
    assert [sp.expand(a - b) for a, b in zip(euler(form.lagrangian, space), arranged, strict=True)] == [0, 0]


@pytest.mark.parametrize("law", ["u_t - u_xx", "u_t + u*u_x + u_xxx", "u_tt + u_t - u_xx", "u_t + u*u_x - u_xx"])
def test_laws_without_a_lagrangian(law: str) -> None:
    assert variational_form(SPACE, read(SPACE, law)) is None
    assert not is_self_adjoint(SPACE, read(SPACE, law))


@pytest.mark.parametrize(
    ("law", "parameters"), [("y_tt + 1/y", ""), ("y_tt - y**(-3)", ""), ("y_tt + y**n", "n"), ("y_tt + exp(y)", "")]
)
def test_lagrangians_with_kernels(law: str, parameters: str) -> None:
    space: JetSpace = space_of("t", "y", parameters)
    (equation,) = read(space, law)
    form = variational_form(space, (equation,))
    assert form is not None
    assert size_at_points(space, euler(form.lagrangian, space)[0] - equation, plain_functions(space)) < 1e-25
