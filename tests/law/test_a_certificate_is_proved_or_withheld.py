"""Claim: a certificate is given only for what is proved; where that is undecided it says so, with the evidence of numbers."""

from __future__ import annotations

import pytest
import sympy as sp
from law_cases import KDV, KEPLER, TIED, X, Y, c1, c2, c3, law, line, t, u, v, x

from invarieq import galilean_boost, lorentz_boost, rotation, scaling, translation
from invarieq.exact.decide import zero_at_points
from invarieq.jets import substitute
from invarieq.law import certify
from invarieq.symmetry.check import leading_of, solved
from invarieq.system import load_system, shipped_systems


@pytest.mark.parametrize("name", [n for n in shipped_systems() if load_system(n).law])
def test_every_shipped_law_has_its_declared_symmetry(name: str) -> None:
    system = load_system(name)
    values = dict(system.values)
    equations = [substitute(e, values) for e in system.law]
    sides = solved(system.space, equations, leading_of(system.space, equations, system.leading))
    found = certify(law(system.space, sides), system.symmetry)
    assert found.certified is True
    assert all(left == 0 for _, rows in found.residuals for left in rows)


def test_coefficients_shared_by_equations_keep_a_rotation_of_the_fields() -> None:
    found = certify(TIED, [translation(t), translation(x), rotation(u, v)])
    assert (found.certified, found.method) == (True, "for all values of the coefficients")


def test_a_coefficient_of_its_own_in_each_equation_breaks_it() -> None:
    torn = law(TIED.space, {u[t]: c1 * u[x, x], v[t]: c2 * v[x, x]}, c1=(0.1, 1e-3), c2=(0.13, 1e-3))
    assert certify(torn, [rotation(u, v)]).certified is False


def test_a_speed_that_only_the_rounded_law_has_is_certified_as_such() -> None:
    wave = law(line, {u[t, t]: c1 * u[x, x]}, c1=(3.996, 0.01))
    found = certify(wave, [translation(t), lorentz_boost(t, x, speed=2)])
    assert (found.certified, found.method) == (True, "for the rounded coefficients c1 = 4")
    far = law(line, {u[t, t]: c1 * u[x, x]}, c1=(3.9, 0.01))
    assert certify(far, [lorentz_boost(t, x, speed=2)]).certified is False


def test_forced_numbers_may_be_decimals() -> None:
    tenth = law(line, {u[t]: 0.1 * u * u[x] + 0.3 * u[x, x]})
    boost = galilean_boost(t, x, u, rate=-sp.Rational(1, 10))
    assert certify(tenth, [boost, scaling({t: 2, x: 1, u: -1})]).certified is True
    assert certify(tenth, [galilean_boost(t, x, u, rate=-sp.Rational(100001, 10**6))]).certified is False


def test_a_failing_generator_is_named_with_what_it_leaves() -> None:
    found = certify(KDV, [translation(t), galilean_boost(t, x, u, rate=1)])
    assert found.certified is False
    assert found.method == "fails for 'Galilean boost in x'"
    assert found.residuals[0][1] == (0,)
    assert found.residuals[1][1][0].has(u[x])


def test_without_time_nothing_is_certified_but_numbers_are_shown() -> None:
    third_law = scaling({t: 3, X: 2, Y: 2})
    found = certify(KEPLER, [third_law], budget=-1.0)
    assert found.certified is None
    assert "the time budget ended; it is 0 to 28 digits at 4 points" in found.method
    assert certify(KEPLER, [third_law]).certified is True


def test_an_identity_between_kernels_stays_undecided() -> None:
    # sin 2u = 2 sin u cos u, but sin 2u, sin u and cos u are three kernels
    hidden = (sp.sin(2 * u.symbol) - 2 * sp.sin(u.symbol) * sp.cos(u.symbol)) * c3 + u[x, x]
    found = certify(law(line, {u[t]: hidden}, c3=(1.0, 0.1)), [translation(u)])
    assert found.certified is None
    assert "could not be shown to vanish" in found.method and "28 digits" in found.method


def test_no_declared_symmetry_proves_nothing() -> None:
    assert certify(KDV, []).certified is None


def test_points_reject_and_never_accept_alone() -> None:
    s = sp.Symbol("s", real=True)
    assert zero_at_points(s - s + sp.sqrt(s) ** 2 - s) is True
    assert zero_at_points(s - s * (1 + sp.Rational(1, 10**20))) is False
    assert zero_at_points(sp.zoo * s) is None
