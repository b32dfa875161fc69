"""Claim: `invarieq.conservation_laws` and `invarieq.reductions` take a system or bare equations, and answer as the commands do."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from sympy import Eq, Function

import invarieq
from invarieq import Field, System, coordinates, galilean_boost, load_system, scaling, translation
from invarieq.conservation import ConservationLaws, FirstIntegrals
from invarieq.errors import DeclarationError, NotASymmetry

t, x = coordinates("t x")
u = Field("u", t, x)
KDV = System(
    "kdv", u, law=u[t] + 6 * u * u[x] + u[x, x, x], symmetry=[translation(t), translation(x), galilean_boost(t, x, u, rate=6)]
)
s, y = sp.symbols("t x")
f = Function("u")


def test_mass_and_momentum_of_korteweg_de_vries() -> None:
    found = invarieq.conservation_laws(KDV, order=0, degree=1)
    assert isinstance(found, ConservationLaws)
    assert {law.multiplier for law in found.laws} >= {(sp.S.One,), (u.symbol,)}
    for law in found.laws:
        assert law.fluxes is not None
        whole = sum((KDV.space.total_derivative(flux, i) for i, flux in enumerate(law.fluxes)), sp.S.Zero)
        assert sp.expand(whole - law.multiplier[0] * KDV.law[0]) == 0


def test_energy_of_an_oscillator_written_in_sympy() -> None:
    p, q = Function("p"), Function("q")
    found = invarieq.conservation_laws([Eq(q(s).diff(s), p(s)), Eq(p(s).diff(s), -4 * q(s))], degree=2)
    assert isinstance(found, FirstIntegrals)
    time = coordinates("t")[0]
    ps, qs = Field("p", time), Field("q", time)
    for integral in found.integrals:
        moved = sp.diff(integral, time) + sp.diff(integral, qs.symbol) * ps.symbol - sp.diff(integral, ps.symbol) * 4 * qs.symbol
        assert sp.simplify(moved) == 0
    energy = ps.symbol**2 + 4 * qs.symbol**2
    assert any(sp.simplify(integral / energy).is_number for integral in found.integrals)


def test_a_wave_and_every_generator_of_korteweg_de_vries() -> None:
    (wave,) = invarieq.reductions(KDV, "wave", budget=0)
    assert wave.reduction is not None and wave.solutions is None
    space = wave.reduction.space
    speed = next(p for p in space.parameters if p.name == "c")
    big, z = space.fields[0], space.coordinates[0]
    assert sp.expand(wave.reduction.equations[0] - (big[z, z, z] + 6 * big * big[z] - speed * big[z])) == 0
    every = invarieq.reductions(KDV, budget=0)
    assert [r.label.split(":")[0] for r in every] == ["1", "2", "3", "wave along x"]
    (second,) = invarieq.reductions(KDV, 2, budget=0)
    assert second.document() | {"seconds": 0} == every[1].document() | {"seconds": 0}
    (given,) = invarieq.reductions(KDV, scaling({t: 3, x: 1, u: -2}), budget=0)
    assert given.reduction is not None and len(given.reduction.space.coordinates) == 1
    with pytest.raises(NotASymmetry):
        invarieq.reductions(KDV, scaling({t: 1, x: 1}))


def test_bare_equations_are_reduced_by_their_own_symmetry() -> None:
    found = invarieq.reductions(Eq(f(s, y).diff(s), f(s, y).diff(y, 2)), "wave", budget=5)
    (wave,) = found
    assert wave.solutions is not None and wave.solutions.solutions
    heat = load_system("heat")
    for solution in wave.solutions.solutions:
        (value,) = solution.fields
        assert sp.simplify(sp.diff(value, heat.coordinates[0]) - sp.diff(value, heat.coordinates[1], 2)) == 0


def test_what_has_no_answer_is_one_clear_error() -> None:
    oscillator = Eq(Function("q")(s).diff(s, 2), -Function("q")(s))
    for ask, message in (
        (lambda: invarieq.conservation_laws(System("mystery", u)), "mystery declares no law"),
        (lambda: invarieq.conservation_laws(oscillator, order=1), "first integrals have a degree, no order"),
        (lambda: invarieq.conservation_laws("kdv"), "the law holds 'kdv'"),
        (lambda: invarieq.reductions(System("mystery", u)), "mystery declares no law"),
        (lambda: invarieq.reductions(oscillator), "has one coordinate"),
        (lambda: invarieq.reductions(KDV, 9), "generator 9: expected a number from 1 to 3"),
        (lambda: invarieq.reductions(KDV, [1, 0]), "generator 1, 0: expected a number from 1 to 3"),
        (lambda: invarieq.reductions(System("bare", u, law=KDV.law), of="declared"), "bare declares no symmetry"),
        (lambda: invarieq.reductions(System("still", u, law=KDV.law, symmetry=translation(x)), "wave"), "no wave travels in it"),
    ):
        with pytest.raises(DeclarationError, match=message):
            ask()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"order": -1}, "order -1: expected a whole number of at least 0, or None"),
        ({"order": 1.5}, r"order 1\.5: expected a whole number"),
        ({"order": "a"}, "order 'a': expected a whole number"),
        ({"degree": 0}, "degree 0: expected a whole number of at least 1, or None"),
        ({"budget": "ten"}, "budget 'ten': expected seconds, a number of at least 0"),
        ({"budget": -1}, "budget -1: expected seconds"),
        ({"budget": float("nan")}, "budget nan: expected seconds"),
    ],
)
def test_numbers_out_of_range_are_one_clear_error(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        invarieq.conservation_laws(KDV, **asked)


@pytest.mark.parametrize("by", [None, 1.5])
def test_what_is_no_choice_of_generators_is_one_clear_error(by: Any) -> None:
    with pytest.raises(DeclarationError, match=f"by={by!r}: expected 'all', 'wave', generators, or their numbers"):
        invarieq.reductions(KDV, by)
