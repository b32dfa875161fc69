"""Claim: true terms are chosen in nearly every resample, and the intervals hold the true coefficients."""

from __future__ import annotations

from invarieq import load_system
from invarieq.data import add_noise, simulate
from invarieq.discovery.search import result, search


def test_true_terms_are_chosen_nearly_always_and_intervals_hold_the_truth() -> None:
    system = load_system("burgers")
    data = add_noise(simulate(system), 0.05, 4)
    document = search(system.searchable(), data, time_order=1, engine="sparse", seed=4, symmetry=False)
    rows = result(system, document, symmetry=False)["best"]["coefficients"]
    assert len(rows) == 2
    for row in rows:
        true = min((0.1, -1.0), key=lambda v: abs(v - row["value"]))
        low, high = row["interval"]
        assert row["inclusion"] > 0.9
        assert low - (high - low) < true < high + (high - low)
