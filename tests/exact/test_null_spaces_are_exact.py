"""Claim: echelon forms and null spaces modulo the prime are right, whichever way they are computed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import GF
from sympy.polys.matrices import DomainMatrix

from invarieq.exact import PRIME, echelon, null_space, power, random_residues, random_squares, read_fraction
from invarieq.exact.linear import _by_blocks, _by_flint, product  # pyright: ignore[reportPrivateUsage]
from invarieq.exact.primes import fractional_exponent, inverse, is_square, residue


def low_rank(rows: int, columns: int, rank: int, seed: int) -> np.ndarray:
    source = np.random.default_rng(seed)
    return product(random_residues(source, (rows, rank)), random_residues(source, (rank, columns)))


@pytest.mark.parametrize(("rows", "columns", "rank"), [(1, 1, 1), (7, 5, 3), (40, 90, 17), (130, 100, 100)])
def test_both_eliminations_agree_with_sympy(rows: int, columns: int, rank: int) -> None:
    matrix = low_rank(rows, columns, rank, 5)
    ours, theirs = _by_blocks(matrix.copy()), _by_flint(matrix)
    assert ours.pivots == theirs.pivots
    assert (ours.rows == theirs.rows).all()
    field = GF(PRIME, symmetric=False)
    reduced, pivots = DomainMatrix([[field(int(x)) for x in row] for row in matrix], matrix.shape, field).rref()
    assert pivots == ours.pivots
    assert [[int(x) for x in row] for row in reduced.to_list()[: len(pivots)]] == ours.rows.tolist()


def test_null_vectors_are_annihilated_and_complete() -> None:
    matrix = low_rank(60, 150, 40, 1)
    kernel = null_space(matrix)
    assert kernel.shape == (110, 150)
    assert not product(matrix, kernel.T).any()
    assert echelon(kernel).rank == 110


def test_a_matrix_of_zeros_has_everything_as_null_space() -> None:
    assert (null_space(np.zeros((3, 4), dtype=np.int64)) == np.eye(4, dtype=np.int64)).all()


@given(st.integers(-20_000, 20_000), st.integers(1, 20_000))
def test_fractions_come_back_from_their_residues(numerator: int, denominator: int) -> None:
    value = Fraction(numerator, denominator)
    assert read_fraction(residue(value)) == value


@settings(max_examples=50)
@given(st.fractions(max_denominator=12), st.fractions(max_denominator=12), st.integers(0, 1000))
def test_rational_powers_of_squares_multiply_like_powers(a: Fraction, b: Fraction, seed: int) -> None:
    base = random_squares(np.random.default_rng(seed), (3,))
    left = power(base, fractional_exponent(a)) * power(base, fractional_exponent(b)) % PRIME
    assert (left == power(base, fractional_exponent(a + b))).all()
    assert is_square(left).all()
    assert (base * inverse(base) % PRIME == 1).all()
