"""Claim: an algebra handed in from elsewhere is asked about generator by generator: the data keep what holds and reject what does not."""

from __future__ import annotations

from invarieq import SearchSpace, add_noise, galilean_boost, load_system, scaling, simulate, translation
from invarieq.algebra import close_algebra
from invarieq.budget import Meter
from invarieq.data.records import prepare
from invarieq.discovery.automatic import search_automatically
from invarieq.discovery.sources import Given
from invarieq.engines.registry import engine_of
from invarieq.progress import Silent
from invarieq.system.system import changed


def test_true_generators_are_kept_and_a_false_one_is_rejected() -> None:
    kdv = load_system("kdv")
    blank = changed(kdv.searchable(), symmetry=())
    t, x = kdv.coordinates
    u = kdv.unknowns[0]
    true = (galilean_boost(t, x, u, rate=6), scaling({t: 3, x: 1, u: -2}))
    false = translation(u)  # a shift of u alone changes the speed
    source = Given(close_algebra((*true, false), kdv.space), "handed in")
    records = prepare(add_noise(simulate(kdv), 0.01, 1), kdv.space)
    found = search_automatically(
        SearchSpace(blank), records, engine=engine_of("sparse"), seed=1, progress=Silent(), budget=Meter(), source=source
    )
    assert found.automatic is not None and found.found is not None
    rows = {row.generator: row for row in found.automatic.tested if row.kind == "handed in"}
    assert [rows[g.label].kept for g in true] == [True, True]
    assert not rows[false.label].kept and "rejected" in rows[false.label].note
    assert found.found.restricted == 1  # only u_xxx is left beside what the boost forces
    assert [str(s) for s in found.found.law.right[0].free_symbols if str(s) == "u_xxx"] == ["u_xxx"]
    assert abs(found.found.law.coefficients[0].value + 1) < 5e-3
