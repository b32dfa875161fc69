"""Claim: of all bases of the symmetric laws the library takes one with the fewest entries, whatever generators span the symmetry."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction

import numpy as np
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq import Field, JetSpace, VectorField, coordinates, rotation, scaling, translation
from invarieq.space import Library, build_library
from invarieq.space.circuits import Vector
from invarieq.space.sparsest import sparsest

(t,) = coordinates("t")
S, E, I, R = (Field(name, t) for name in "SEIR")  # noqa: E741 (the letters of the model)
p, q = Field("p", t), Field("q", t)
matrices = st.integers(2, 4).flatmap(
    lambda d: st.lists(st.lists(st.sampled_from([0, 0, 0, 1, 1, -1, 2]), min_size=7, max_size=7), min_size=d, max_size=d)
)


def vectors_of(matrix: list[list[int]]) -> list[Vector]:
    return [{i: Fraction(int(c)) for i, c in enumerate(row) if c} for row in matrix]


def least_total(matrix: sp.Matrix) -> int:
    """By trying every support, the small ones first, with SymPy's ranks: no component, no circuit, no prime."""
    count, dimension = matrix.cols, matrix.rank()
    total, have = 0, sp.zeros(0, count)
    for size in range(1, count + 1):
        for support in itertools.combinations(range(count), size):
            rest = [j for j in range(count) if j not in support]
            for combination in (
                matrix.extract(list(range(matrix.rows)), rest).T.nullspace()
                if rest
                else [sp.eye(matrix.rows)[:, k] for k in range(matrix.rows)]
            ):
                grown = have.col_join((matrix.T * combination).T)
                if grown.rank() > have.rank():
                    total, have = total + size, grown
        if have.rank() == dimension:
            return total
    return total


@settings(max_examples=12, deadline=None)
@given(matrices)
def test_no_basis_has_fewer_entries(rows: list[list[int]]) -> None:
    matrix = sp.Matrix([r for r in sp.Matrix(rows).rref()[0].tolist() if any(r)])
    if not matrix:
        return
    found = sparsest([{i: Fraction(int(c.p), int(c.q)) for i, c in enumerate(r) if c} for r in matrix.tolist()], lambda i: i)
    assert found.proved
    assert sum(map(len, found.basis)) == least_total(matrix)
    listed = sp.Matrix([[v.get(i, 0) for i in range(matrix.cols)] for v in (*found.basis, *found.further)])
    assert sp.Matrix(listed[: len(found.basis), :]).rank() == matrix.rows == matrix.col_join(listed).rank()


@settings(max_examples=30, deadline=None)
@given(matrices, st.integers(1, 5))
def test_the_basis_depends_on_the_span_alone(rows: list[list[int]], factor: int) -> None:
    kept = [rows[k] for k in sp.Matrix(rows).T.rref()[1]]
    mixed = [[factor * a + b for a, b in zip(r, kept[0], strict=True)] for r in kept[1:]][::-1] + [
        [-3 * a for a in r] for r in kept[:1]
    ]
    one, other = sparsest(vectors_of(kept), lambda i: i), sparsest(vectors_of(mixed), lambda i: i)
    assert [set(v) for v in one.basis] == [set(v) for v in other.basis]


def test_a_space_too_large_to_enumerate_is_still_spanned_and_shortened() -> None:
    dimension, count = 14, 60
    drawn = np.random.default_rng(0).integers(-2, 3, size=(dimension, count)).tolist()
    table = [[Fraction(c) for c in row] for row in drawn]
    start = time.process_time()
    found = sparsest([{j: c for j, c in enumerate(r) if c} for r in table], lambda i: i)
    assert len(found.basis) == dimension
    assert time.process_time() - start < 2
    assert not found.proved  # Σ C(60, k) up to the rank is far above the budget
    assert sp.Matrix([[v.get(i, 0) for i in range(count)] for v in found.basis]).col_join(sp.Matrix(table)).rank() == dimension


def seir() -> Library:
    space = JetSpace((t,), (S, E, I, R))
    return build_library(space, [translation(t), VectorField({R: S + E + I + R})], time_order=1, order=1, degree=2)


def test_an_epidemic_is_four_transfers() -> None:
    """With births, the law itself is four of the library's terms: infection S→E, incubation E→I, recovery I→R, births R→S."""
    library, (s, e, i) = seir(), (S.symbol, E.symbol, I.symbol)
    transfers = [(s * i, -s * i, 0, 0), (0, e, -e, 0), (0, 0, i, -i), (1, 0, 0, -1)]
    for transfer in transfers:
        assert tuple(map(sp.sympify, transfer)) in library.terms
    assert all(sum(sp.Poly(side, s, e, i, R.symbol).length() for side in term if side != 0) <= 4 for term in library.terms)
    assert library.restricted == 34
    assert library.further == len(library.terms) - 34


def test_scale_and_order_of_generators_do_not_matter() -> None:
    space = JetSpace((t,), (p, q))
    tiny = VectorField({p: -q.symbol / 1000, q: p.symbol / 1000})
    grow = scaling({p: 1, q: 1})
    for one, other in [
        ([rotation(p, q)], [tiny]),
        ([rotation(p, q), grow], [grow, tiny]),
        ([rotation(p, q), grow], [VectorField({p: p - q, q: p + q}), VectorField({p: p + q, q: q - p})]),
    ]:
        first, second = (build_library(space, [translation(t), *g], time_order=1, order=1, degree=3) for g in (one, other))
        assert first.terms == second.terms
