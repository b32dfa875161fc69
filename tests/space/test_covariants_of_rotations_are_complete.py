"""Claim: the contractions are all covariants of rotations: their number is that of representation theory and of the null space."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq import Discrete, Field, JetSpace, Terms, VectorField, coordinates, reflection, rotations, scaling, translation
from invarieq.expressions import compile_expressions
from invarieq.space import Library, build_library
from invarieq.space.library import candidates_of
from invarieq.space.restrict import restrict
from invarieq.space.turning import turning

t, x, y, z = coordinates("t x y z")
PLANE = JetSpace((t, x, y), (Field("u", t, x, y), Field("v", t, x, y), Field("p", t, x, y)))
SOLID = JetSpace((t, x, y, z), tuple(Field(n, t, x, y, z) for n in "uvwp"))
MOVES = {2: rotations((x, y), [PLANE.fields[:2]]), 3: rotations((x, y, z), [SOLID.fields[:3]])}
SPACES = {2: PLANE, 3: SOLID}


@functools.cache
def library(dimension: int, order: int, degree: int, *, more: tuple[VectorField | Discrete, ...] = ()) -> Library:
    space = SPACES[dimension]
    symmetry = [*(translation(c) for c in space.coordinates), *MOVES[dimension], *more]
    sought = tuple(f.name for f in space.fields[:dimension])
    return build_library(space, symmetry, time_order=1, order=order, degree=degree, terms=Terms(sought=sought))


def counted(dimension: int, order: int, degree: int) -> int:
    """∫ χ_V(g) Σ χ(monomials of degree ≤ D and order ≤ N)(g) dg, from the eigenvalues of a rotation alone (Molien's series)."""
    angles = 2 * np.pi * np.arange(64) / 64
    unit = [np.exp(1j * angles), np.exp(-1j * angles), *([np.ones(64)] if dimension == 3 else [])]
    haar = (1 - np.cos(angles)) / 64 if dimension == 3 else np.full(64, 1 / 64)
    series = np.zeros((degree + 1, order + 1, 64), dtype=complex)
    series[0, 0] = 1
    for n in range(order + 1):
        symmetric = [math.prod(c, start=np.ones(64)) for c in itertools.combinations_with_replacement(unit, n)]
        for value in [*symmetric, *(s * v for s in symmetric for v in unit)]:  # the scalar's jets, the vector's jets
            for d, o in itertools.product(range(1, degree + 1), range(n, order + 1)):
                series[d, o] += value * series[d - 1, o - n]
    return round(float(np.sum(haar * sum(unit) * series.sum((0, 1))).real))


@pytest.mark.parametrize(
    ("dimension", "order", "degree"), [(2, 1, 3), (2, 2, 2), (2, 3, 2), (3, 1, 3), (3, 2, 2), (3, 2, 3), (3, 3, 2)]
)
def test_their_number_is_that_of_representation_theory(dimension: int, order: int, degree: int) -> None:
    assert library(dimension, order, degree).restricted == counted(dimension, order, degree)


def sum_of(first: VectorField, second: VectorField) -> VectorField:
    keys = {s: first.component(s) + second.component(s) for s, _ in (*first.components, *second.components)}
    return VectorField(keys)


@pytest.mark.parametrize(("order", "degree"), [(1, 2), (2, 2)])
def test_they_span_the_null_space_of_the_symmetry_condition(order: int, degree: int) -> None:
    """Sums of rotations are none of a single plane, so they are imposed by the linear system."""
    space = SOLID
    xy, xz, yz = MOVES[3]
    mixed = [sum_of(xy, xz), sum_of(xz, yz), sum_of(yz, xy)]
    assert turning(space, mixed) is None
    sought = Terms(sought=("u", "v", "w"))
    candidates = candidates_of(
        space, [translation(c) for c in space.coordinates], time_order=1, order=order, degree=degree, terms=sought
    )
    plain, direct = restrict(candidates, mixed), restrict(candidates, MOVES[3])
    rows = [[v.get(i, 0) for i in range(candidates.size)] for v in (*plain.basis, *direct.basis)]
    matrix = np.array(rows, dtype=float)
    assert (
        len(plain.basis)
        == len(direct.basis)
        == np.linalg.matrix_rank(matrix)
        == np.linalg.matrix_rank(matrix[: len(plain.basis)])
    )


def turned(jets: dict[int, list[np.ndarray]], rotation: np.ndarray) -> dict[int, list[np.ndarray]]:
    """Tensors of derivatives of u (rank n + 1, field index first) and p (rank n) in a turned frame."""

    def turn(tensor: np.ndarray) -> np.ndarray:
        for axis in range(tensor.ndim):
            tensor = np.moveaxis(np.tensordot(rotation, tensor, (1, axis)), 0, axis)
        return tensor

    return {k: [turn(a) for a in tensors] for k, tensors in jets.items()}


def values(space: JetSpace, jets: dict[int, list[np.ndarray]]) -> dict[sp.Symbol, float]:
    """The tensors as values of jets."""
    found = {}
    dimension = len(space.coordinates) - 1
    for symbol in space.jets(2):
        field, (times, *counts) = space.index(symbol)  # type: ignore[misc]
        if times == 0:
            at = tuple(i for i, n in enumerate(counts) for _ in range(n))
            found[symbol] = jets[sum(counts)][0][(field, *at)] if field < dimension else jets[sum(counts)][1][at]
    return found


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([2, 3]), st.booleans())
def test_terms_turn_as_vectors_do(seed: int, dimension: int, mirrored: bool) -> None:
    """At random jets under a random rotation; with the declared parity also under a rotation with a reflection."""
    random, space = np.random.default_rng(seed), SPACES[dimension]
    parity = reflection(x, space.fields[0])
    terms = library(dimension, 2, 3, more=(parity,) if mirrored else ()).terms
    rotation = np.linalg.qr(random.normal(size=(dimension, dimension)))[0]
    if (np.linalg.det(rotation) < 0) != mirrored:
        rotation[0] *= -1
    second = [random.normal(size=(dimension,) * n) for n in (3, 2)]
    jets = {
        0: [random.normal(size=dimension), random.normal(size=())],
        1: [random.normal(size=(dimension, dimension)), random.normal(size=dimension)],
        2: [second[0] + second[0].transpose(0, 2, 1), second[1] + second[1].T],
    }
    before, after = values(space, jets), values(space, turned(jets, rotation))
    run = compile_expressions([e for term in terms for e in term], tuple(before))
    first, other = (
        np.array([float(v) for v in run([np.float64(found[s]) for s in before])]).reshape(len(terms), dimension)  # type: ignore[misc]
        for found in (before, after)
    )
    np.testing.assert_allclose(other, first @ rotation.T, atol=1e-9 * np.abs(first).max())


def test_a_reflection_separates_vectors_from_axial_ones() -> None:
    whole, even = library(3, 2, 2), library(3, 2, 2, more=(reflection(x, y, z, *SOLID.fields[:3]),))
    axial = {"∇×u", "u×∇p", "u×Δu", "p ∇×u"}
    assert axial <= {*whole.names} and not axial & {*even.names}
    assert {*even.names} <= {*whole.names}
    assert not any("×" in name or "ε" in name for name in even.names)


def test_the_names_mean_what_they_say() -> None:
    u, v, w, p = SOLID.fields
    found = library(3, 2, 2)
    named = dict(zip(found.names, found.terms, strict=True))
    vector = (u, v, w)
    expected = {
        "∇×u": (w[y] - v[z], u[z] - w[x], v[x] - u[y]),
        "(u·∇)u": tuple(u * f[x] + v * f[y] + w * f[z] for f in vector),
        "∇(∇·u)": tuple(
            sum(g[tuple(sorted((c, d), key=str))] for g, d in zip(vector, (x, y, z), strict=True)) for c in (x, y, z)
        ),
        "(∇·u) u": tuple(f * (u[x] + v[y] + w[z]) for f in vector),
        "u×∇p": (v * p[z] - w * p[y], w * p[x] - u * p[z], u * p[y] - v * p[x]),
        "p Δu": tuple(p * (f[x, x] + f[y, y] + f[z, z]) for f in vector),
    }
    for name, components in expected.items():
        assert all(sp.expand(a - b) == 0 for a, b in zip(named[name], components, strict=True)), name
    flat = dict(zip(library(2, 1, 1).names, library(2, 1, 1).terms, strict=True))
    a, b, _ = PLANE.fields
    assert flat["u^⊥"] == (-b.symbol, a.symbol)


def test_further_generators_choose_among_the_covariants() -> None:
    more = (scaling({t: 2, x: 1, y: 1, z: 1, **{f: -1 for f in SOLID.fields[:3]}, SOLID.fields[3]: -2}),)
    found = library(3, 2, 3, more=(*more, reflection(x, y, z, *SOLID.fields[:3])))
    assert set(found.names) >= {"(u·∇)u", "(∇·u) u", "|u|² u", "p u", "∇p", "Δu", "∇(∇·u)"} and found.restricted == 8


def test_what_is_no_vector_goes_the_other_way() -> None:
    """Fields that turn at twice the rate (a tensor of rank two) are left to the linear system."""
    u, v, _ = PLANE.fields
    twice = VectorField({x: -y, y: x, u: -2 * v, v: 2 * u})
    assert turning(PLANE, [twice]) is None
    half = turning(SOLID, [MOVES[3][0]])
    assert half is not None and half.places == (1, 2) and half.vectors == ((0, 1),) and half.scalars == (2, 3)
    assert turning(SOLID, [*MOVES[3][:2], scaling({x: 1})]) is not None
