"""Claim: true terms are chosen in nearly every resample, and the intervals hold the true coefficients."""

from __future__ import annotations

from asked import find

from invarieq import load_system
from invarieq.data import add_noise, simulate


def test_true_terms_are_chosen_nearly_always_and_intervals_hold_the_truth() -> None:
    system = load_system("burgers")
    data = add_noise(simulate(system), 0.05, 4)
    rows = find(system, data, seed=4, restricted=False).law.coefficients
    assert len(rows) == 2
    for row in rows:
        true = min((0.1, -1.0), key=lambda v: abs(v - row.value))
        assert row.interval is not None and row.inclusion is not None
        low, high = row.interval
        assert row.inclusion > 0.9
        assert low - (high - low) < true < high + (high - low)
