"""Claim: where candidates depend on one another, a path also finds the law in which two terms are one of their span."""

from __future__ import annotations

import itertools

import numpy as np

from invarieq.engines.weak.path import threshold_path


def test_transfers_that_add_up_are_found_as_one() -> None:
    """Columns e_a − e_b for all pairs of five compartments, at twelve states; the truth is three transfers."""
    generator = np.random.default_rng(3)
    states = generator.uniform(0.5, 2.0, size=(40, 5))
    pairs = [(k, a, b) for k in range(5) for a, b in itertools.combinations(range(5), 2)]
    columns = np.zeros((40, 5, len(pairs)))
    for n, (k, a, b) in enumerate(pairs):
        columns[:, a, n], columns[:, b, n] = states[:, k], -states[:, k]
    x = columns.reshape(200, -1)
    truth = [pairs.index(p) for p in ((0, 0, 1), (1, 1, 2), (2, 2, 4))]
    y = x[:, truth] @ np.array([1.0, -0.7, 0.4]) + 0.01 * generator.standard_normal(200)
    assert threshold_path(x, y)[3].support == tuple(sorted(truth))
