"""Claim: sparse elimination over any field gives the null spaces, ranks and coordinates that SymPy's dense matrices give."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from sympy.polys.matrices import DomainMatrix

from invarieq.exact.linear import RowSpace, rank
from invarieq.exact.primes import PRIME
from invarieq.exact.sparse import Basis, null_vectors
from invarieq.exact.sparse import rank as rank_over

a = sp.Symbol("a")
FIELD = sp.QQ.frac_field(a)


def columns_of(matrix: sp.Matrix) -> list[dict[str, object]]:
    """Columns with entries kept by names."""
    shown = [{f"row {i}": FIELD.from_sympy(matrix[i, j]) for i in range(matrix.rows)} for j in range(matrix.cols)]
    return [{key: value for key, value in column.items() if value} for column in shown]


MATRICES = [
    sp.Matrix([[1, a, 0, 2], [a, a**2, 1, 0], [0, 0, 1, -2 * a]]),
    sp.Matrix([[0, 0], [0, 0]]),
    sp.Matrix([[1 / (1 + a), 1, 2], [1, 1 + a, 2 + 2 * a]]),
    sp.eye(3),
]


@pytest.mark.parametrize("matrix", MATRICES)
def test_null_vectors_are_annihilated_and_complete(matrix: sp.Matrix) -> None:
    found = null_vectors(columns_of(matrix), FIELD)
    dense = [sp.Matrix([FIELD.to_sympy(v[j]) if j in v else 0 for j in range(matrix.cols)]) for v in found]
    assert all(sp.simplify(matrix * v) == sp.zeros(matrix.rows, 1) for v in dense)
    nullity = matrix.cols - DomainMatrix.from_Matrix(matrix).to_field().rank()
    assert len(found) == nullity
    assert not dense or sp.Matrix.hstack(*dense).rank() == nullity
    assert rank_over(columns_of(matrix), FIELD) == matrix.cols - nullity


def test_coordinates_give_the_vector_back() -> None:
    basis = Basis(FIELD, [{0: FIELD.one, 2: FIELD.from_sympy(a)}, {1: FIELD.one}])
    wanted = {0: FIELD.from_sympy(a), 1: FIELD.from_sympy(-a), 2: FIELD.from_sympy(a**2)}
    assert basis.coordinates(wanted) == {0: FIELD.from_sympy(a), 1: FIELD.from_sympy(-a)}
    assert basis.coordinates({2: FIELD.one}) is None


def test_rows_one_by_one_have_the_rank_of_all() -> None:
    source = np.random.default_rng(3)
    rows = (source.integers(0, PRIME, (9, 4)).astype(object) @ source.integers(0, PRIME, (4, 12)).astype(object)) % PRIME
    space = RowSpace()
    assert [space.add(row) for row in rows.tolist()] == [True] * 4 + [False] * 5
    assert space.rank == rank(rows.tolist()) == 4
    assert rank([]) == 0
