"""Claim: E(f) = 0 exactly when f is a total divergence; fluxes of any divergence are found again (Olver 1993, Theorem 4.7)."""

from __future__ import annotations

import sympy as sp
from conserved import on_functions, plain_functions, read, size_at_points, space_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.calculus.euler import euler_equations

from invarieq.conservation import euler, fluxes_of, is_divergence
from invarieq.jets import JetSpace

SPACE = space_of("t x", "u v", "a")
FACTORS = ["t", "x", "u", "v", "u_x", "v_t", "u_xx", "v_tx", "u_t", "a"]


def monomials() -> st.SearchStrategy[sp.Expr]:
    """Monomials with small rational coefficients."""
    names = st.lists(st.sampled_from(FACTORS), min_size=1, max_size=4)
    numbers = st.fractions(-5, 5, max_denominator=4).filter(bool)
    return st.builds(lambda ns, c: sp.Rational(c.numerator, c.denominator) * sp.Mul(*[SPACE.name(n) for n in ns]), names, numbers)


def sums() -> st.SearchStrategy[sp.Expr]:
    """Sums of up to three monomials."""
    return st.lists(monomials(), min_size=1, max_size=3).map(lambda ms: sp.Add(*ms))


def divergence(space: JetSpace, fluxes: tuple[sp.Expr, sp.Expr]) -> sp.Expr:
    """D_t T + D_x X."""
    return sp.expand(space.total_derivative(fluxes[0], 0) + space.total_derivative(fluxes[1], 1))


@settings(max_examples=25, deadline=None)
@given(sums(), sums())
def test_divergences_are_annihilated_and_integrated_back(density: sp.Expr, flux: sp.Expr) -> None:
    whole = divergence(SPACE, (density, flux))
    assert euler(whole, SPACE) == (0, 0)
    found = fluxes_of(whole, SPACE)
    assert found is not None
    left = whole - divergence(SPACE, (found[0], found[1]))
    assert size_at_points(SPACE, left, plain_functions(SPACE)) < 1e-25


@settings(max_examples=25, deadline=None)
@given(sums())
def test_it_agrees_with_the_euler_lagrange_equations_of_sympy(lagrangian: sp.Expr) -> None:
    t, x = SPACE.coordinates
    functions = [sp.Function(f.name)(t, x) for f in SPACE.fields]
    theirs = euler_equations(on_functions(SPACE, lagrangian, functions), functions, [t, x])
    shown = {equation.lhs for equation in theirs if isinstance(equation, sp.Eq)}  # a constant one has become False
    values = list(zip(functions, plain_functions(SPACE), strict=True))
    ours = [on_functions(SPACE, e, plain_functions(SPACE)) for e in euler(lagrangian, SPACE)]
    expected = sorted((sp.expand(e.subs(values).doit()) for e in shown), key=str)
    assert sorted((sp.expand(e) for e in ours if not e.is_number), key=str) == [e for e in expected if not e.is_number]


@settings(max_examples=20, deadline=None)
@given(sums(), sums(), st.integers(1, 3))
def test_what_is_added_to_a_divergence_is_seen(density: sp.Expr, flux: sp.Expr, power: int) -> None:
    u = SPACE.name("u")
    whole = divergence(SPACE, (density, flux)) + u ** (power + 1)
    assert not is_divergence(whole, SPACE)
    assert fluxes_of(whole, SPACE) is None


def test_fluxes_with_kernels() -> None:
    for texts in (("sin(u)*u_x", "v*u_t"), ("exp(u + v)*x", "log(u)*v_x"), ("u**(1/2)*v", "u**a*u_x"), ("v/u", "x/(u**2)")):
        density, flux = read(SPACE, *texts)
        whole = divergence(SPACE, (density, flux))
        found = fluxes_of(whole, SPACE)
        assert found is not None, texts
        assert size_at_points(SPACE, whole - divergence(SPACE, (found[0], found[1])), plain_functions(SPACE)) < 1e-25
