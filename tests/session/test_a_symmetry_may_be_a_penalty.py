"""Claim: where no library is closed under a symmetry, it still helps as a penalty; a wrong one is let go, a trivial one is named."""

from __future__ import annotations

import pytest
import sympy as sp
from asked import truth_of

from invarieq import Field, Grid, Simulation, System, VectorField, coordinates, load_system, rotation, scaling, translation
from invarieq.data import add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.evidence import Regularized, Searched
from invarieq.discovery.regularized import search_regularized
from invarieq.engines.found import Found
from invarieq.engines.points.equivariance import SymmetryMotion, motion_of
from invarieq.errors import DeclarationError
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed

t, z = coordinates("t z")
x, y = Field("x", t), Field("y", t)
lift = VectorField({y: sp.exp(x.symbol)}, name="lift")
system = System(
    name="slide",  # x' = a(x), y' = a(x) y + k(x) admits exp(x) ∂_y for every a and k: here a = 1 − x², k = −x
    unknowns=[x, y],
    symmetry=[translation(t), lift],
    law=[x[t] - 1 + x.symbol**2, y[t] - (1 - x.symbol**2) * y + x],
    simulation=Simulation(grid=Grid({t: (0, 4, 201)}), start={x: [-0.9, 0, 0.3, 1.8, -0.5, 2.5], y: [0, 1, -1, 0.5, -0.7, 1.2]}),
)
data = add_noise(simulate(system), 0.05, 1)


def searched(seen: System, *motions: SymmetryMotion) -> Searched:
    return search_regularized(SearchSpace(seen), prepare(data, system.space), seed=1, motions=motions)


def law_and_penalty(seen: System, *motions: SymmetryMotion) -> tuple[Found, Regularized]:
    answer = searched(seen, *motions)
    assert answer.found is not None and answer.regularized is not None
    return answer.found, answer.regularized


def test_coefficients_that_the_symmetry_ties_agree_far_within_their_errors() -> None:
    found, penalty = law_and_penalty(system)
    assert truth_of(system, found.law).recovered
    constant, square, _, linear, cubic = (c.value for c in found.law.coefficients)
    least = min(c.error for c in found.law.coefficients)
    assert abs(constant - linear) < 0.05 * least
    assert abs(square - cubic) < 0.05 * least
    assert penalty.tolerance == 1e-4
    assert penalty.violation < 1e-4


def test_a_learned_motion_takes_the_place_of_a_generator() -> None:
    bare = changed(system.searchable(), symmetry=[translation(t)])
    learned, _ = law_and_penalty(bare, motion_of(lift, system.space))
    declared, _ = law_and_penalty(system)
    assert learned.laws == declared.laws


def test_a_wrong_symmetry_is_let_go() -> None:
    found, penalty = law_and_penalty(changed(system.searchable(), symmetry=[translation(t), rotation(x, y)]))
    assert truth_of(system, found.law).recovered
    assert penalty.tolerance is None or penalty.tolerance >= 0.03


def test_a_symmetry_along_the_law_is_called_trivial() -> None:
    shipped = load_system("lotka_volterra_canonical")
    p, q = shipped.unknowns
    along = VectorField({p: sp.Rational(2, 3) - sp.Rational(4, 3) * sp.exp(q.symbol), q: sp.exp(p.symbol) - 1}, name="along")
    seen = changed(shipped.searchable(), symmetry=[translation(t), along])
    answer = search_regularized(SearchSpace(seen), prepare(simulate(shipped), shipped.space), seed=0)
    assert answer.found is not None
    assert any("along points along the law itself" in note for note in answer.found.remarks)


def test_what_cannot_be_a_penalty_is_refused() -> None:
    with pytest.raises(DeclarationError, match="needs a generator that moves the fields"):
        searched(changed(system.searchable(), symmetry=[translation(t)]))
    with pytest.raises(DeclarationError, match="moves or holds t"):
        searched(changed(system.searchable(), symmetry=[translation(t), scaling({t: 1, x: 1})]))
    u = Field("u", t, z)
    wave = System(name="wave", unknowns=[u], symmetry=[translation(t), scaling({u: 1})])
    with pytest.raises(DeclarationError, match="is for ODEs"):
        searched(wave)
    assert search_regularized(SearchSpace(system, 2), prepare(data, system.space), seed=1).refused
