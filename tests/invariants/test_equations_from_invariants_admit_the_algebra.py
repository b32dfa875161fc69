"""Claim: an equation between invariants of a random algebra admits that algebra; a perturbed one does not."""

from __future__ import annotations

import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invarieq.errors import NoInvariants
from invarieq.invariants import differential_invariants
from invarieq.invariants.certificate import annihilated
from invarieq.jets import Field, JetSpace, VectorField, coordinates

t, x = coordinates("t x")
SPACE = JetSpace((t, x), (Field("u", t, x),))
u = SPACE.fields[0]
POOL = [
    VectorField({t: 1}), VectorField({x: 1}), VectorField({u: 1}), VectorField({x: t, u: 1}), VectorField({t: x, x: t}),
    VectorField({u: u.symbol}), VectorField({u: sp.exp(t)}), VectorField({u: x}), VectorField({x: x, u: 2}),
]  # fmt: skip
weights = st.tuples(*[st.integers(-2, 3)] * 3).filter(any)
algebras = st.tuples(st.lists(st.sampled_from(POOL), min_size=1, max_size=2, unique=True), weights)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(algebras, st.integers(-3, 3))
def test_equations_from_invariants_admit_the_algebra(algebra: tuple[list[VectorField], tuple[int, int, int]], shift: int) -> None:
    chosen, (a, b, c) = algebra
    generators = [*chosen, VectorField({t: a * t, x: b * x, u: c * u.symbol})]
    try:
        found = differential_invariants(generators, SPACE, 2)
    except NoInvariants:
        return
    assert found.complete
    equation = found.expressions[-1] + shift * found.expressions[0] ** 2
    assert all(annihilated(v, equation, SPACE) for v in generators)
    wrong = equation + u[x, x] * u[t] * x * t * sp.sin(u.symbol)
    assert not all(annihilated(v, wrong, SPACE) for v in generators)
