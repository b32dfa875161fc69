"""Claim: lines of small algebras, taken at random, are conjugate to exactly one member of the optimal system.

The test moves lines by products of exponentials until they hit a member (least squares), which knows nothing of the
reduction; where the literature has a list, the list is the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from algebra_cases import BENCHMARK, abelian, affine, direct_sum, entry, generators_of, orthogonal_matrices, small_algebra
from orbit_cases import generators_of_group, is_reached, lines

from invarieq.algebra import StructureConstants, close_algebra, optimal_system, structure_constants

HALF = sp.Rational(1, 2)
KDV = close_algebra(*generators_of(entry("kdv")))


def shown(algebra: StructureConstants) -> list[str]:
    found = optimal_system(algebra)
    assert found.computed and found.minimal, found.remark
    return [r.text(tuple(f"e{i + 1}" for i in range(algebra.dimension))) for r in found.representatives]


ORBITS: dict[str, tuple[StructureConstants, int]] = {
    "A_{3,2}": (small_algebra("A_{3,2}"), 6),
    "A_{3,6}": (small_algebra("A_{3,6}"), 6),
    "A_{3,7}": (small_algebra("A_{3,7}", HALF), 6),
    "kdv": (KDV.constants, 3),
    "A_{4,10}": (small_algebra("A_{4,10}"), 4),
    "A_{4,12}": (small_algebra("A_{4,12}"), 4),
    "so(3) ⊕ A_1": (direct_sum(small_algebra("A_{3,9}"), abelian(1)), 5),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ORBITS)
def test_every_line_meets_one_member(name: str) -> None:
    algebra, count = ORBITS[name]
    found = optimal_system(algebra)
    assert found.computed and found.minimal
    group, source = generators_of_group(algebra), np.random.default_rng(20250501)
    everything = list(lines(algebra.dimension))
    for k in source.choice(len(everything), size=count, replace=False):
        hits = [r for r in found.representatives if is_reached(group, everything[k], r, source)]
        assert len(hits) == 1, (everything[k], hits)


def test_the_kdv_equation_has_olvers_list() -> None:
    """Olver 1993, example 3.12: v4; v3 ± v1; v3; v1; v2."""
    found = optimal_system(KDV)
    assert {r.text(KDV.labels) for r in found.representatives} == {"v4", "v3", "v1 + v3", "v3 - v1", "v1", "v2"}


def test_the_heat_equation_has_olvers_list_without_its_conjugates() -> None:
    """Olver 1993, example 3.13: v4 + a v3; v2 + v6 + a v3; v2 ± v5; v2 + a v3 (a = 0, ±1); v1; v3.

    v2 + v5 and v2 − v5 are conjugate, and so are v4 − v3/2 + a v3 and v4 − v3/2 − a v3, by a turn of exp(v2 + v6).
    """
    algebra = close_algebra(*generators_of(entry("heat_1d")))
    found = optimal_system(algebra)
    assert found.minimal
    texts = [r.text(algebra.labels) for r in found.representatives]
    assert set(texts[1:]) == {"v2", "v2 + v3", "v2 - v3", "v2 + v5", "v2 + a*v3 + v6, a in R", "v1", "v3"} - {"v2 - v3"} | {
        "v3 - v2"
    }
    scaling = found.representatives[0]
    (a,) = scaling.parameters
    ratio = sp.cancel(scaling.coefficients[2] / scaling.coefficients[3])
    assert scaling.conditions == ("a >= 0",) and ratio.subs(a, 0) == -HALF and sp.diff(ratio, a) != 0


KNOWN: dict[str, tuple[StructureConstants, set[str]]] = {
    "A_{3,1}": (small_algebra("A_{3,1}"), {"e1", "e2", "e3 + a*e2, a in R"}),
    "e(2)": (small_algebra("A_{3,6}"), {"e1", "e3"}),
    "so(3)": (small_algebra("A_{3,9}"), {"e1"}),
    "A_{3,3}": (small_algebra("A_{3,3}"), {"e3", "e2", "e1 + a*e2, a in R"}),
    "e(3)": (affine(orthogonal_matrices(3, 0)), {"e1 + a*e6, a in R", "e4"}),
}


def test_three_classes_of_lines_in_sl2() -> None:
    algebra = small_algebra("A_{3,8}")
    found = optimal_system(algebra)
    form = sp.Matrix(3, 3, lambda i, j: sp.trace(_ad(algebra, i) * _ad(algebra, j)))
    values = [(sp.Matrix([r.coefficients]) * form * sp.Matrix(r.coefficients))[0] for r in found.representatives]
    assert sorted(sp.sign(v) for v in values) == [-1, 0, 1]


def _ad(algebra: StructureConstants, i: int) -> sp.Matrix:
    from invarieq.algebra import adjoint_matrix

    return adjoint_matrix(algebra, i)


@pytest.mark.parametrize("name", ["e(2)", "so(3)"])
def test_known_lists(name: str) -> None:
    algebra, known = KNOWN[name]
    assert set(shown(algebra)) == known


@pytest.mark.parametrize(("name", "sizes"), [("A_{3,1}", [0, 0, 1]), ("A_{3,3}", [0, 0, 1]), ("e(3)", [0, 1])])
def test_families_and_single_members_are_as_many_as_known(name: str, sizes: list[int]) -> None:
    """Heisenberg: centre, and the lines of a plane (R with a point at infinity); e(3): translations and screws."""
    found = optimal_system(KNOWN[name][0])
    assert found.minimal and sorted(len(r.parameters) for r in found.representatives) == sizes


SOLUBLE = [e for e in BENCHMARK if e.get("algebra") and not e["parameters"] and e["algebra"]["derived_series"][-1] == 0]


@pytest.mark.parametrize("case", SOLUBLE, ids=[e["id"] for e in SOLUBLE])
def test_soluble_symmetry_algebras_are_all_computed(case: dict[str, Any]) -> None:
    algebra = close_algebra(*generators_of(case))
    found = optimal_system(algebra)
    assert found.computed, found.remark
    assert all(any(c != 0 for c in r.coefficients) for r in found.representatives)


def test_what_is_not_computed_says_why() -> None:
    k = sp.Symbol("k", real=True)
    for algebra, reason in (
        (close_algebra(*generators_of(entry("free_particle"))).constants, "Levi factor is sl(3,R)"),
        (close_algebra(*generators_of(entry("maxwell"))).constants, "17 dimensions"),
        (structure_constants(3, {(0, 1): {1: 1}, (0, 2): {2: k}}), "parameters"),
    ):
        found = optimal_system(algebra)
        assert not found.computed and not found.representatives and reason in found.remark


def test_the_budget_is_kept() -> None:
    found = optimal_system(close_algebra(*generators_of(entry("gas_dynamics_1d_g3"))), budget=0.0)
    assert not found.computed and "time budget" in found.remark
