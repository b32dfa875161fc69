"""Claim: the isomorphism type is found in any basis, and direct sums are named by their parts (Patera et al. 1976)."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from algebra_cases import SMALL, abelian, changed_by, direct_sum, small_algebra, special_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq.algebra import (
    StructureConstants,
    algebra_type,
    centre,
    derived_series,
    is_semisimple,
    is_subalgebra,
    killing_signature,
    levi_decomposition,
    lower_central_series,
    nilradical,
    structure_constants,
)
from invarieq.algebra.constants import first_jacobi_failure
from invarieq.algebra.naming import with_parameters

IDS = [f"{name}{list(map(str, parameters))}" for name, parameters in SMALL]


@st.composite
def unimodular(draw: st.DrawFn, n: int) -> list[list[int]]:
    """A matrix of whole numbers with determinant ±1: a product of elementary ones."""
    rows = [[int(i == j) for j in range(n)] for i in range(n)]
    for _ in range(draw(st.integers(0, 2 * n)) if n > 1 else 0):
        i, j = draw(st.permutations(range(n)))[:2]
        factor = draw(st.sampled_from([-2, -1, 1, 2]))
        rows[i] = [x + factor * y for x, y in zip(rows[i], rows[j], strict=True)]
    return draw(st.permutations(rows))


def invariants(algebra: StructureConstants) -> Any:
    return (
        [len(t) for t in derived_series(algebra)],
        [len(t) for t in lower_central_series(algebra)],
        len(centre(algebra)),
        len(nilradical(algebra)),
        killing_signature(algebra),
    )


@pytest.mark.parametrize(("name", "parameters"), SMALL, ids=IDS)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_small_algebras_are_named_in_any_basis(name: str, parameters: tuple[Any, ...], data: st.DataObject) -> None:
    algebra = small_algebra(name, *parameters)
    other = changed_by(algebra, data.draw(unimodular(algebra.dimension)))
    assert first_jacobi_failure(other) is None
    assert algebra_type(other).name == with_parameters(name, parameters)
    assert invariants(other) == invariants(algebra)


@pytest.mark.parametrize(
    ("given_parameters", "normal"),
    [
        (("A_{3,5}", 3), "A_{3,5}^{1/3}"),
        (("A_{3,5}", 1), "A_{3,3}"),
        (("A_{3,5}", -1), "A_{3,4}"),
        (("A_{3,7}", -2), "A_{3,7}^{2}"),
        (("A_{3,7}", 0), "A_{3,6}"),
        (("A_{4,5}", 3, 2), "A_{4,5}^{1/3,2/3}"),
        (("A_{4,5}", -2, 3), "A_{4,5}^{-2/3,1/3}"),
        (("A_{4,5}", -1, -sp.Rational(1, 2)), "A_{4,5}^{-1,1/2}"),
        (("A_{4,5}", -1, -1), "A_{4,5}^{-1,1}"),
        (("A_{4,6}", 3, -2), "A_{4,6}^{-3,2}"),
        (("A_{4,6}", -3, 0), "A_{4,6}^{3,0}"),
        (("A_{4,9}", -1), "A_{4,8}"),
        (("A_{4,9}", 4), "A_{4,9}^{1/4}"),
        (("A_{4,11}", -1), "A_{4,11}^{1}"),
        (("A_{4,11}", 0), "A_{4,10}"),
        (("A_{4,2}", 0), "A_{3,2} ⊕ A_1"),
        (("A_{3,5}", 0), "A_2 ⊕ A_1"),
    ],
)
def test_equal_algebras_of_a_family_have_one_name(given_parameters: tuple[Any, ...], normal: str) -> None:
    assert algebra_type(small_algebra(*given_parameters)).name == normal


def test_irrational_eigenvalues_are_exact() -> None:
    golden = structure_constants(3, {(0, 2): {1: 1}, (1, 2): {0: 1, 1: 1}})  # roots of t² = t + 1
    (a,) = algebra_type(golden).parameters
    assert sp.simplify(a - (sp.sqrt(5) - 3) / 2) == 0
    cubic = structure_constants(4, {(0, 3): {1: 1}, (1, 3): {2: 1}, (2, 3): {0: 2}})  # t³ = 2: a real root and a pair
    found = algebra_type(cubic)
    assert found.name.startswith("A_{4,6}")
    assert [float(p) for p in found.parameters] == pytest.approx([-2 / 3**0.5, 1 / 3**0.5])


PARTS = {
    "A_1": abelian(1),
    "A_2": structure_constants(2, {(0, 1): {1: 1}}),
    "A_{3,1}": small_algebra("A_{3,1}"),
    "A_{3,6}": small_algebra("A_{3,6}"),
    "A_{3,5}^{1/2}": small_algebra("A_{3,5}", sp.Rational(1, 2)),
    "A_{4,1}": small_algebra("A_{4,1}"),
    "A_{4,8}": small_algebra("A_{4,8}"),
    "sl(2,R)": small_algebra("A_{3,8}"),
    "so(3)": small_algebra("A_{3,9}"),
    "sl(3,R)": special_linear(3),
}


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_direct_sums_are_split_and_named(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(PARTS)), min_size=2, max_size=3))
    algebra = direct_sum(*(PARTS[name] for name in names))
    mixed = changed_by(algebra, data.draw(unimodular(algebra.dimension)))
    found = algebra_type(mixed)
    pieces: list[str] = []
    for piece in found.name.split(" ⊕ "):
        count, name = (int(piece[0]), piece[1:]) if piece[0].isdigit() else (1, piece)
        pieces += [name] * count
    assert sorted(pieces) == sorted(names)
    assert found.complete


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_levi_factors_are_found_in_mixed_bases(data: st.DataObject) -> None:
    plane: dict[tuple[int, int], dict[int, int]] = {(0, 1): {1: 2}, (0, 2): {2: -2}, (1, 2): {0: 1}, (0, 3): {3: 1}}
    plane |= {(0, 4): {4: -1}, (1, 4): {3: 1}, (2, 3): {4: 1}, (3, 4): {5: 1}}  # sl(2,R) ⋉ h_1
    algebra = structure_constants(6, plane)
    mixed = changed_by(algebra, data.draw(unimodular(6)))
    levi = levi_decomposition(mixed)
    assert (len(levi.factor), len(levi.radical)) == (3, 3)
    assert is_subalgebra(mixed, levi.factor) and is_semisimple(mixed.restricted(levi.factor))
    assert algebra_type(mixed).text == "sl(2,R) ⋉ h_1 (sch(1))"
