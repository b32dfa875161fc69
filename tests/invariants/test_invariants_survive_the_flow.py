"""Claim: an invariant keeps its value along the finite flow of every generator; a perturbed one does not."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from invariants_cases import ACTIONS, fields_of, space_of
from scipy.integrate import solve_ivp

from invarieq.invariants import differential_invariants
from invarieq.jets import JetSpace, VectorField, prolong

CASES = ["se2_curve_3", "kdv_group_2", "burgers_group_2", "e2_scalar", "poincare_1_1", "so3_trajectory_2", "moebius_field"]


@pytest.mark.parametrize("name", CASES)
def test_invariants_are_constant_along_finite_flows(name: str) -> None:
    case = ACTIONS[name]
    space = space_of(case)
    generators = fields_of(case["generators"], space)
    found = differential_invariants(generators, space, case["order"])
    values = sp.lambdify(space.variables(case["order"]), list(found.expressions), "numpy")
    wrong = sp.lambdify(space.variables(case["order"]), [e + space.jets(1)[-1] ** 5 / 100 for e in found.expressions], "numpy")
    moved = 0.0
    for field in generators:
        before, after = transported(field, space, case["order"])
        np.testing.assert_allclose(values(*after), values(*before), rtol=1e-7, atol=1e-9)
        moved = max(moved, float(np.max(np.abs(np.array(wrong(*after)) - wrong(*before)))))
    assert moved > 1e-5


def transported(field: VectorField, space: JetSpace, order: int) -> tuple[np.ndarray, np.ndarray]:
    """A point of the jet space and where the flow of the prolonged generator takes it in group time 0.2."""
    symbols = space.variables(order)
    coefficients = prolong(field, space, order)
    velocity = sp.lambdify(symbols, [coefficients[z] for z in symbols], "numpy")
    start = np.random.default_rng(11).uniform(0.5, 1.2, len(symbols))
    flow = solve_ivp(lambda _, z: np.array(velocity(*z), dtype=float), (0, 0.2), start, method="DOP853", rtol=1e-12, atol=1e-12)
    return start, flow.y[:, -1]
