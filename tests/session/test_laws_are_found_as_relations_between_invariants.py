"""Claim: `--engine invariants` finds laws of any form from fields: steady, with an exponential whose rate nobody told."""

from __future__ import annotations

import pytest
from asked import find, truth_of_relations

from invarieq.data import simulate
from invarieq.errors import DeclarationError
from invarieq.invariants import differential_invariants
from invarieq.jets import Field, JetSpace, coordinates
from invarieq.law import certify, judge_relations
from invarieq.space.relations import families, returned_basis
from invarieq.store.settings import Settings
from invarieq.system import load_system
from invarieq.system.system import Terms, changed


@pytest.mark.slow
def test_darcys_law_comes_out_of_the_steady_field() -> None:
    """Δu − 8 (x u_x + y u_y) + exp(4 R²) = 0, with no function offered."""
    system = changed(load_system("darcy"), terms=Terms(order=2, degree=4))
    found = find(system, simulate(system), engine="invariants")
    assert found.explains
    report = found.relations
    assert report is not None
    assert report.count == 7
    assert report.lost == 0
    assert report.constants[0].value == pytest.approx(4, abs=1e-3)
    assert report.agreement == 1.0
    truth = truth_of_relations(system, found)
    assert truth.recovered
    assert truth.coefficient_error < 1e-4
    assert certify(found.law, (*system.symmetry, *system.discrete)).certified


def test_classes_of_equal_weight_hold_boussinesqs_equation_without_a_denominator() -> None:
    system = load_system("boussinesq")
    found = differential_invariants(system.symmetry, system.space, 4)
    classes = families(system.space, returned_basis(found), order=4, degree=3, time_order=2)
    u, t, x = system.unknowns[0], *system.coordinates
    wanted = {u[t, t], u[x, x, x, x], u * u[x, x], u[x] ** 2}
    chosen = next(f for f in classes if wanted <= set(f.terms))
    assert len(chosen.terms) == 7
    assert u[x] ** 2 in chosen.normalizers


def test_a_relation_is_judged_by_the_true_law_put_into_its_terms() -> None:
    t, x = coordinates("t x")
    u = Field("u", t, x)
    space = JetSpace((t, x), (u,))
    law = [u[t] - 2 * u[x, x]]
    right = judge_relations(space, [((u * u[t], u * u[x, x]), (1.0, -2.02))], law, {})
    assert right.recovered
    assert right.coefficient_error == pytest.approx(0.02 / 5**0.5, rel=1e-6)
    for terms in ((u[t], u[x, x], u[x]), (u[t], u[x]), (u[t, x], u[x, x, x], u[t], u[x, x])):
        assert not judge_relations(space, [(terms, (1.0,) * len(terms))], law, {}).recovered


def test_the_engine_needs_the_declared_symmetry() -> None:
    with pytest.raises(DeclarationError, match="declared symmetry"):
        Settings("kdv", engine="invariants", mode="auto")
