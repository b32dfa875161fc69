"""Claim: for groups beyond the literature's list, with any elementary generators, the set of invariants is complete.

Independent of the code that finds them: the count is the jet dimension less the rank, by singular values, of numerically
prolonged generators; the invariants keep their values along numerically integrated flows; their Jacobian has full rank.
"""

from __future__ import annotations

import functools
import time

import numpy as np
import pytest
import sympy as sp
from further_cases import RATIONAL, TRANSCENDENTAL, Case
from scipy.integrate import solve_ivp

from invarieq.invariants import Invariants, differential_invariants
from invarieq.jets import JetSpace, VectorField, prolong, substitute

ALL = {**RATIONAL, **TRANSCENDENTAL}
VALUES = {"a": 0.7, "b": 1.3, "c": 0.4, "w": 1.1, "N": 0.6}


@pytest.mark.parametrize("name", ALL)
def test_complete_and_constant_along_flows(name: str) -> None:
    space, generators, order = at_numbers(ALL[name])
    found = found_for(name)
    symbols = space.variables(order)
    values_of = {p: sp.Float(VALUES[p.name], 30) for p in ALL[name][0].parameters}
    expressions = [substitute(e, values_of) for e in found.expressions]
    assert found.complete
    assert found.count == len(symbols) - numeric_rank(generators, space, order)
    start = np.random.default_rng(11).uniform(0.55, 0.95, len(symbols))
    values = sp.lambdify(symbols, expressions, "numpy")
    gradients = sp.lambdify(symbols, [[sp.diff(e, z) for z in symbols] for e in expressions], "numpy")
    assert np.all(np.isfinite(values(*start)))
    rows = np.array(gradients(*start), dtype=float)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.linalg.matrix_rank(rows, tol=1e-9) == found.count
    for field in generators:
        after = transported(field, space, order, start)
        np.testing.assert_allclose(values(*after), values(*start), rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize("name", ["E(3), order 2", "turning fluid, order 1", "projective curves, order 7"])
def test_within_seconds(name: str) -> None:
    begin = time.process_time()
    found_for.__wrapped__(name)
    assert time.process_time() - begin < 10.0  # idle: 1


@functools.cache
def found_for(name: str) -> Invariants:
    space, generators, order = ALL[name]
    return differential_invariants(generators, space, order)


def at_numbers(case: Case) -> Case:
    """The case with numbers for its parameters (exact, so that nothing is rounded before it is evaluated)."""
    space, generators, order = case
    values = {p: sp.Rational(str(VALUES[p.name])) for p in space.parameters}
    fields = [VectorField({z: substitute(c, values) for z, c in v.components}) for v in generators]
    return JetSpace(space.coordinates, space.fields), fields, order


def velocity(field: VectorField, space: JetSpace, order: int):
    symbols = space.variables(order)
    coefficients = prolong(field, space, order)
    return sp.lambdify(symbols, [coefficients[z] for z in symbols], "numpy")


def numeric_rank(generators: list[VectorField], space: JetSpace, order: int) -> int:
    """Largest rank at a few random points, each row scaled to length 1."""
    best = 0
    for seed in range(3):
        point = np.random.default_rng(seed).uniform(0.4, 1.6, len(space.variables(order)))
        rows = np.array([np.array(velocity(v, space, order)(*point), dtype=float) for v in generators])
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        values = np.linalg.svd(rows, compute_uv=False)
        best = max(best, int((values > 1e-9 * values[0]).sum()))
    return best


def transported(field: VectorField, space: JetSpace, order: int, start: np.ndarray) -> np.ndarray:
    """Where the flow of the prolonged generator takes a point in a short group time."""
    move = velocity(field, space, order)
    size = max(1.0, float(np.max(np.abs(np.array(move(*start), dtype=float)))))
    flow = solve_ivp(
        lambda _, z: np.array(move(*z), dtype=float), (0, 0.1 / size), start, method="DOP853", rtol=1e-12, atol=1e-13
    )
    assert flow.success
    return flow.y[:, -1]
