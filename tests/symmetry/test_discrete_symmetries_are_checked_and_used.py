"""Claim: reflections, time reversal and exchanges are exact: laws are checked against them, candidates restricted by them."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq import (
    Discrete,
    Field,
    JetSpace,
    Law,
    System,
    Terms,
    certify,
    coordinates,
    exchange,
    load_system,
    read_toml,
    reflection,
    scaling,
    translation,
    write_toml,
)
from invarieq.errors import DeclarationError, NotASymmetry
from invarieq.law import Coefficient
from invarieq.space import build_library
from invarieq.symmetry.discrete import discrete_residuals

t, x, y = coordinates("t x y")
u = Field("u", t, x)
a, b = Field("a", t, x, y), Field("b", t, x, y)
line, plane = JetSpace((t, x), (u,)), JetSpace((t, x, y), (a, b))
homogeneous = [translation(t), translation(x)]


def test_derivatives_change_sign_with_what_they_are_taken_by() -> None:
    turn = reflection(x, u)
    assert turn.apply(u * u[x] + u[t] - u[x, x], line) == -u * u[x] - u[t] + u[x, x]
    swap = exchange((x, y), (a, b))
    assert swap.apply(a[x, x] * b[y] + a[x, y], plane) == b[y, y] * a[x] + b[x, y]
    cycle = Discrete({x: -y, y: x})
    assert cycle.apply(a[x] + a[y], plane) == -a[y] + a[x]
    assert all(Discrete({x: -x}).apply(e, line) == (-1) ** n * e for n, e in enumerate([u.symbol, u[x], u[x, x], u[x, x, x]]))


def test_parity_and_sign_leave_the_terms_of_each_law() -> None:
    """u ↦ −u, x ↦ −x of Burgers leaves u u_x and u_xx, not u_x; the sign u ↦ −u alone leaves odd powers."""

    def terms(*moves: Discrete) -> set[sp.Expr]:
        return {e for (e,) in build_library(line, [*homogeneous, *moves], time_order=1, order=2, degree=3).terms}

    both = terms(reflection(x, u))
    assert {u.symbol, u**3, u * u[x], u[x, x], u**2 * u[x, x], u * u[x] ** 2, u * u[x]} == both
    assert terms(reflection(u)) & both == {u.symbol, u**3, u[x, x], u**2 * u[x, x], u * u[x] ** 2}
    assert terms(reflection(x)) == {e for e in terms() if sp.expand(e.subs(u[x], -u[x]) - e) == 0}


def test_time_reversal_makes_dissipation_impossible() -> None:
    wave = {e for (e,) in build_library(line, [*homogeneous, reflection(t)], time_order=2, order=2, degree=2).terms}
    assert u[t] not in wave and u[t] ** 2 in wave and u[x, x] in wave
    heat = [u[t] - u[x, x]]
    with pytest.raises(NotASymmetry, match=r"does not admit the discrete symmetry 'reflection of t': .* leaves .*u_xx"):
        System("heat", [u], law=heat, symmetry=[reflection(t)])
    assert System("heat", [u], law=heat, symmetry=[reflection(x), reflection(u)]).discrete == (reflection(x), reflection(u))


def test_an_exchange_joins_terms_of_two_equations() -> None:
    p, q = Field("p", t), Field("q", t)
    space = JetSpace((t,), (p, q))
    found = build_library(space, [translation(t), exchange((p, q))], time_order=1, order=1, degree=2)
    assert (found.unrestricted, found.restricted) == (12, 6)
    assert (p.symbol, q.symbol) in found.terms and (q**2, p**2) in found.terms
    rotation = Discrete({p: q, q: -p})  # a quarter turn: odd powers only, as a rotation by two quarters is −1
    assert build_library(space, [translation(t), rotation], time_order=1, order=1, degree=2).restricted == 2


def test_a_law_is_certified_for_discrete_symmetries_too() -> None:
    c = sp.Symbol("c1", real=True)
    law = Law(line, (u[t],), (c * u[x, x] - u * u[x],), (Coefficient(c, 0.1, 0.01),), 0.0, 2)
    good, bad = certify(law, [translation(x), reflection(x, u)]), certify(law, [reflection(x)])
    assert good.certified and [row[0] for row in good.residuals] == ["translation in x", "reflection of x, u"]
    assert bad.certified is False and bad.residuals[0][1] != (0,)


@pytest.mark.parametrize("name", ["navier_stokes", "maxwell", "elasticity"])
def test_shipped_laws_read_back_with_them(name: str) -> None:
    system = load_system(name)
    assert system.discrete and read_toml(write_toml(system)) == system
    assert all(
        left == 0 for move in system.discrete for left in discrete_residuals(move, system.space, system.law, system.leading)
    )


def test_wrong_declarations_say_what_is_wrong() -> None:
    with pytest.raises(DeclarationError, match="expected ± a coordinate or a field"):
        Discrete({x: 2 * x})
    with pytest.raises(DeclarationError, match="is not an exchange of coordinates and fields up to signs"):
        Discrete({x: y})
    with pytest.raises(DeclarationError, match="is not an exchange"):
        Discrete({x: x})
    with pytest.raises(DeclarationError, match="a coordinate for a coordinate and a field for a field"):
        System("mixed", [u], symmetry=[Discrete({x: u.symbol, u: x})])
    with pytest.raises(DeclarationError, match="depend on different coordinates"):
        System("uneven", [a, u], symmetry=[exchange((a, u))])
    with pytest.raises(DeclarationError, match=r"sends .* which is not sought"):
        build_library(plane, [exchange((a, b))], time_order=1, order=1, degree=1, terms=Terms(sought=("a",)))
    text = write_toml(System("heat", [u], law=[u[t] - u[x, x]], symmetry=[scaling({u: 1}), reflection(x)]))
    with pytest.raises(NotASymmetry, match="discrete symmetry 'reflection of x'"):
        read_toml(text.replace('"u_t - u_xx"', '"u_t - u_xx - u_x"'))
    with pytest.raises(DeclarationError, match="expected ±"):
        read_toml(text.replace('x = "-x"', 'x = "-2*x"'))
