"""Claim: the computed invariants are as many as dim J^n − orbit dimension, and equivalent to those in the literature."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import numpy as np
import pytest
import sympy as sp
from invariants_cases import ACTIONS, fields_of, read, space_of

from invarieq.invariants import differential_invariants, orbit_dimension
from invarieq.jets import Field, JetSpace, VectorField, apply_prolonged, coordinates, substitute
from invarieq.symmetry import galilean_boost, lorentz_boost, projective, rotation, scaling, translation

t, x, y = coordinates("t x y")
LINE, PLANE = JetSpace((t, x), (Field("u", t, x),)), JetSpace((t, x, y), (Field("u", t, x, y),))
PAIR = JetSpace((t, x, y), (Field("u", t, x, y), Field("v", t, x, y)))
u, p = LINE.fields[0], PLANE.fields[0]
a, b = PAIR.fields
ALONG = [translation(t), translation(x)]
EVERYWHERE = [translation(t), translation(x), translation(y)]
# name: (generators, space, order, dim J^n − orbit dimension)
NAMED = {
    "KdV group": ([*ALONG, galilean_boost(t, x, u, rate=6), scaling({t: 3, x: 1, u: -2})], LINE, 3, 8),
    "Galilei group": ([*ALONG, galilean_boost(t, x, u)], LINE, 3, 9),
    "Burgers group": (
        [*ALONG, galilean_boost(t, x, u), scaling({t: 2, x: 1, u: -1}), projective(t, x, {u: x - t * u})], LINE, 3, 7
    ),
    "heat group": (
        [*ALONG, VectorField({x: 2 * t, u: -x * u}), scaling({u: 1}), scaling({t: 2, x: 1}),
         projective(t, x, {u: -(x**2 / 4 + t / 2) * u})], LINE, 2, 2,
    ),
    "Poincare group": ([*ALONG, lorentz_boost(t, x)], LINE, 3, 9),
    "parabolic scaling": ([*ALONG, scaling({t: 2, x: 1})], LINE, 3, 9),
    "Boussinesq group": ([*ALONG, scaling({t: 2, x: 1, u: -2})], LINE, 4, 14),
    "Euclidean plane and time": ([*EVERYWHERE, rotation(x, y)], PLANE, 2, 9),
    "Poincare group in the plane": ([*EVERYWHERE, rotation(x, y), lorentz_boost(t, x), lorentz_boost(t, y)], PLANE, 2, 7),
    "reaction-diffusion": ([*EVERYWHERE, rotation(x, y), rotation(a, b)], PAIR, 2, 18),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
def test_a_complete_certified_set_equivalent_to_the_known_one_is_found(name: str) -> None:
    case = ACTIONS[name]
    space = space_of(case)
    begin = time.process_time()
    found = differential_invariants(fields_of(case["generators"], space), space, case["order"])
    assert time.process_time() - begin < 10
    assert (found.jet_dimension, found.orbit_dimension) == (case["jet_dimension"], case["orbit_dimension"])
    assert found.count == case["number_of_invariants"]
    assert found.certified
    known = [read(text, space) for text in case["invariants"]]
    assert jacobian_rank(found.expressions, space, case["order"]) == found.count
    assert jacobian_rank([*found.expressions, *known], space, case["order"]) == found.count


@pytest.mark.parametrize("name", NAMED)
def test_named_symmetries_have_complete_certified_sets(name: str) -> None:
    generators, space, order, count = NAMED[name]
    begin = time.process_time()
    found = differential_invariants(generators, space, order)
    assert time.process_time() - begin < 10
    assert found.count == count == len(space.variables(order)) - orbit_dimension(generators, space, order)
    assert found.certified
    assert found.names == tuple(f"I{i}" for i in range(1, count + 1))


@pytest.mark.parametrize("name", ["KdV group", "Burgers group", "heat group"])
def test_relative_invariants_are_multiplied_as_stated(name: str) -> None:
    generators, space, order, _ = NAMED[name]
    for relative in differential_invariants(generators, space, order).relative:
        for field, multiplier in zip(generators, relative.multipliers, strict=True):
            assert sp.expand(apply_prolonged(field, relative.expression, space) - multiplier * relative.expression) == 0


def test_the_same_question_has_the_same_answer() -> None:
    generators, space, order, _ = NAMED["reaction-diffusion"]
    first, second = (differential_invariants(generators, space, order) for _ in range(2))
    assert first == second


def test_parameters_may_stand_in_generators() -> None:
    c = sp.Symbol("c", real=True)
    space = JetSpace((t, x), (Field("u", t, x),), (c,))
    found = differential_invariants([*ALONG, galilean_boost(t, x, u, rate=c)], space, 1)
    assert found.expressions == (u[x], c * u * u[x] + u[t])


def test_generators_that_do_not_span_an_algebra_give_the_invariants_of_the_one_they_generate() -> None:
    found = differential_invariants([translation(t), galilean_boost(t, x, u)], LINE, 1)
    assert found.orbit_dimension == 3
    assert found.expressions == (u[x], u * u[x] + u[t])


def test_denominators_are_listed_as_singular() -> None:
    generators, space, order, _ = NAMED["KdV group"]
    assert differential_invariants(generators, space, order).singular == (u[x],)


def jacobian_rank(expressions: Sequence[sp.Expr], space: JetSpace, order: int) -> int:
    """Rank by singular values of 40-digit gradients at a random positive point, each gradient scaled to length 1."""
    source = random.Random(5)
    symbols = space.variables(order)
    point = {z: sp.Rational(source.randrange(500, 1500), 1009) for z in (*symbols, *space.parameters)}
    rows = [[float(substitute(sp.diff(e, z), point).evalf(40)) for z in symbols] for e in expressions]
    matrix = np.array([np.array(row) / np.linalg.norm(row) for row in rows])
    values = np.linalg.svd(matrix, compute_uv=False)
    return int((values > 1e-11 * values[0]).sum())
