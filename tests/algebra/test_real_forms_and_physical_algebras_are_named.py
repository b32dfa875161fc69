"""Claim: algebras built from matrices get their names: real forms of simple ones, and the semidirect sums of physics."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp
from algebra_cases import abelian, affine, direct_sum, matrix_algebra, orthogonal_matrices, special_linear, unit, unitary

from invarieq.algebra import StructureConstants, algebra_type, killing_signature, structure_constants
from invarieq.algebra.naming import latex_name


def symplectic(n: int) -> StructureConstants:
    """sp(2n, R): J X + Xᵀ J = 0."""
    found = []
    for i, j in itertools.product(range(n), repeat=2):
        found.append(unit(2 * n, i, j) - unit(2 * n, n + j, n + i))
        if i <= j:
            found.append(unit(2 * n, i, n + j) + (unit(2 * n, j, n + i) if i != j else sp.zeros(2 * n, 2 * n)))
            found.append(unit(2 * n, n + i, j) + (unit(2 * n, n + j, i) if i != j else sp.zeros(2 * n, 2 * n)))
    return matrix_algebra(found)


ORTHOGONAL = {
    (3, 0): "so(3)",
    (2, 1): "sl(2,R)",
    (4, 0): "so(3) ⊕ so(3)",
    (3, 1): "so(3,1)",
    (2, 2): "sl(2,R) ⊕ sl(2,R)",
    (5, 0): "so(5)",
    (4, 1): "so(4,1)",
    (3, 2): "so(3,2)",
    (6, 0): "so(6)",
    (5, 1): "so(5,1)",
    (4, 2): "so(4,2)",
    (3, 3): "sl(4,R)",
}


@pytest.mark.parametrize(("shape", "name"), ORTHOGONAL.items())
def test_orthogonal_algebras(shape: tuple[int, int], name: str) -> None:
    p, q = shape
    algebra = matrix_algebra(orthogonal_matrices(p, q))
    found = algebra_type(algebra)
    assert (found.name, found.complete) == (name, True)
    assert killing_signature(algebra) == (p * q, (p * (p - 1) + q * (q - 1)) // 2, 0)


OTHERS = {
    "sl(3,R)": special_linear(3),
    "su(3)": unitary(3, 0),
    "su(2,1)": unitary(2, 1),
    "so(4,2)": unitary(2, 2),
    "su(3,1)": unitary(3, 1),
    "sl(4,R)": special_linear(4),
    "so(3,2)": symplectic(2),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_classical_algebras(name: str) -> None:
    assert algebra_type(OTHERS[name]).name == name


def test_a_form_that_splits_over_the_reals_only() -> None:
    """sl(2) over Q(√2), regarded as an algebra over Q: two copies over R."""
    h, e, f = 0, 1, 2
    table = {(h, e): {e: 2}, (h, f): {f: -2}, (e, f): {h: 1}}
    brackets: dict[tuple[int, int], dict[int, int]] = {}
    for (i, j), row in table.items():
        for a, b in itertools.product((0, 1), repeat=2):  # x·√2^a
            power = a + b
            image = {k + 3 * (power % 2): c * 2 ** (power // 2) for k, c in row.items()}
            brackets[i + 3 * a, j + 3 * b] = image
    assert algebra_type(structure_constants(6, brackets)).name == "sl(2,R) ⊕ sl(2,R)"


def test_euclidean_poincare_similarity_and_affine_algebras() -> None:
    def also(algebra: StructureConstants) -> str:
        found = algebra_type(algebra)
        assert found.complete
        return found.also[0]

    assert also(affine(orthogonal_matrices(2, 0))) == "e(2)"
    assert also(affine(orthogonal_matrices(3, 0))) == "e(3)"
    assert also(affine(orthogonal_matrices(4, 0))) == "e(4)"
    assert also(affine(orthogonal_matrices(3, 1))) == "iso(3,1)"
    assert also(affine([*orthogonal_matrices(3, 1), sp.eye(4)])) == "sim(3,1)"
    assert also(affine([*orthogonal_matrices(3, 0), sp.eye(3)])) == "sim(3)"
    traceless = [unit(3, i, j) for i in range(3) for j in range(3) if i != j] + [unit(3, i, i) - unit(3, 2, 2) for i in (0, 1)]
    assert also(affine(traceless)) == "sa(3,R)"
    assert also(affine([*traceless, sp.eye(3)])) == "aff(3,R)"


def test_spinors_are_not_taken_for_vectors() -> None:
    """so(3,1) acting on C² = R⁴ keeps no symmetric form: the sum is not the Poincaré algebra."""

    def real(m: sp.Matrix) -> sp.Matrix:
        return sp.Matrix(sp.BlockMatrix([[m.applyfunc(sp.re), -m.applyfunc(sp.im)], [m.applyfunc(sp.im), m.applyfunc(sp.re)]]))

    half = [sp.Matrix([[1, 0], [0, -1]]), sp.Matrix([[0, 1], [0, 0]]), sp.Matrix([[0, 0], [1, 0]])]
    found = algebra_type(affine([real(m) for m in half] + [real(sp.I * m) for m in half]))
    assert found.name == "so(3,1) ⋉ 4A_1" and found.also == () and not found.complete


def galilei(mass: bool) -> StructureConstants:
    """J_i, K_i, P_i, H and M: [J, J] = J, [J, K] = K, [J, P] = P, [K_i, H] = P_i, [K_i, P_i] = M."""
    brackets: dict[tuple[int, int], dict[int, int]] = {(3 + i, 9): {6 + i: 1} for i in range(3)}
    for i, j, k, sign in ((0, 1, 2, 1), (1, 2, 0, 1), (2, 0, 1, 1), (1, 0, 2, -1), (2, 1, 0, -1), (0, 2, 1, -1)):
        if i < j:
            brackets[i, j] = {k: sign}
        brackets |= {(i, 3 + j): {3 + k: sign}, (i, 6 + j): {6 + k: sign}}
    if mass:
        brackets |= {(3 + i, 6 + i): {10: 1} for i in range(3)}
    return structure_constants(11 if mass else 10, brackets)


def test_galilei_algebras() -> None:
    assert algebra_type(galilei(mass=False)).also == ("gal(3)",)
    assert algebra_type(galilei(mass=True)).also == ("extended gal(3)",)


def test_heisenberg_algebras() -> None:
    for n in (2, 3):
        assert algebra_type(structure_constants(2 * n + 1, {(2 * i, 2 * i + 1): {2 * n: 1} for i in range(n)})).name == f"h_{n}"


def test_equal_factors_of_different_modules_are_told_apart() -> None:
    """sl(2,R) on R⁴: one irreducible module of dimension 4, or twice the plane."""
    h, e, f = sp.diag(1, -1), unit(2, 0, 1), unit(2, 1, 0)
    twice = affine([sp.diag(m, m) for m in (h, e, f)])
    cubic = affine(
        [
            sp.diag(3, 1, -1, -3),
            unit(4, 0, 1) * 3 + unit(4, 1, 2) * 2 + unit(4, 2, 3),
            unit(4, 1, 0) + unit(4, 2, 1) * 2 + unit(4, 3, 2) * 3,
        ]
    )
    assert algebra_type(twice).name == "sl(2,R) ⋉ 4A_1 [2+2]"
    assert algebra_type(cubic).name == "sl(2,R) ⋉ 4A_1"


def test_names_in_latex() -> None:
    found = algebra_type(direct_sum(special_linear(2), abelian(2)))
    assert found.latex == r"\mathfrak{sl}(2,\mathbb{R}) \oplus 2A_1"
    assert latex_name("sl(2,R) ⋉ h_1") == r"\mathfrak{sl}(2,\mathbb{R}) \ltimes \mathfrak{h}_1"
