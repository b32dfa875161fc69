"""Claim: Ad(exp(εv)) w in closed form is exp(−ε ad v) w, by numbers and by Olver's table for the heat equation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from algebra_cases import BENCHMARK, SMALL, entry, generators_of, small_algebra
from scipy.linalg import expm

from invarieq.algebra import StructureConstants, adjoint_action, adjoint_matrix, adjoint_table, close_algebra, structure_constants
from invarieq.errors import Undecided

EPSILON = sp.Symbol("epsilon", real=True)
CASES = [e for e in BENCHMARK if e.get("algebra") and not e["parameters"]]


def agrees(algebra: StructureConstants) -> None:
    table = adjoint_table(algebra, EPSILON)
    for i, row in enumerate(table):
        matrix = np.array(adjoint_matrix(algebra, i).tolist(), dtype=np.float64)
        for value in (-0.7, 0.4, 1.3):
            wanted = expm(-value * matrix)
            for j, found in enumerate(row):
                assert found is not None
                numbers = [float(c.subs(EPSILON, value)) for c in found]
                assert numbers == pytest.approx(list(wanted[:, j]), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("case", CASES, ids=[e["id"] for e in CASES])
def test_symmetry_algebras(case: dict[str, Any]) -> None:
    agrees(close_algebra(*generators_of(case)).constants)


@pytest.mark.parametrize(("name", "parameters"), SMALL, ids=[f"{n}{list(map(str, p))}" for n, p in SMALL])
def test_small_algebras(name: str, parameters: tuple[Any, ...]) -> None:
    agrees(small_algebra(name, *parameters))


def test_the_heat_equation_has_olvers_adjoint_table() -> None:
    """Olver 1993, page 208: v1 = ∂x, v2 = ∂t, v3 = u∂u, v4 = x∂x + 2t∂t, v5 = 2t∂x − xu∂u, v6."""
    table = adjoint_table(close_algebra(*generators_of(entry("heat_1d"))), EPSILON)
    e = EPSILON
    assert table[1][5] == (0, 4 * e**2, 2 * e, -4 * e, 0, 1)
    assert table[0][5] == (0, 0, -(e**2), 0, -2 * e, 1)
    assert table[3][0] == (sp.exp(e), 0, 0, 0, 0, 0)
    assert table[3][5] == (0, 0, 0, 0, 0, sp.exp(-2 * e))
    assert table[4][1] == (2 * e, 1, -(e**2), 0, 0, 0)


def test_parameters_stay_symbols() -> None:
    k = sp.Symbol("k", real=True)
    algebra = structure_constants(2, {(0, 1): {1: k}})
    assert adjoint_action(algebra, algebra.unit(0), algebra.unit(1), EPSILON) == (0, sp.exp(-EPSILON * k))


def test_roots_of_high_degree_have_no_closed_form() -> None:
    quintic = structure_constants(6, {(i, 5): {(i + 1) % 5: 1, **({1: 1} if i == 4 else {})} for i in range(5)}, check=True)
    with pytest.raises(Undecided, match="no closed form"):
        adjoint_action(quintic, quintic.unit(5), quintic.unit(0), EPSILON)
