"""Claim: brackets are written in the generators where that is possible, and named where it is not."""

from __future__ import annotations

import sympy as sp

from invarieq.algebra import close_algebra
from invarieq.jets import Field, JetSpace, VectorField, coordinates
from invarieq.symmetry import galilean_boost, projective, rotation, scaling, translation

t, x = coordinates("t x")
SPACE = JetSpace((t, x), (Field("u", t, x),))
u = SPACE.fields[0]


def test_the_burgers_group_closes_with_the_known_structure_constants() -> None:
    algebra = close_algebra(
        [translation(t), translation(x), galilean_boost(t, x, u), scaling({t: 2, x: 1, u: -1}), projective(t, x, {u: x - t * u})],
        SPACE,
    )
    assert algebra.closed
    assert algebra.structure[0, 2] == (0, 1, 0, 0, 0)
    assert algebra.structure[0, 4] == (0, 0, 0, 1, 0)
    assert algebra.structure[3, 4] == (0, 0, 0, 0, 2)


def test_a_bracket_that_leaves_the_span_is_named() -> None:
    algebra = close_algebra([translation(t), galilean_boost(t, x, u)], SPACE)
    assert not algebra.closed
    assert algebra.leaving == ((0, 1, VectorField({x: 1})),)
    assert "∂_x" in algebra.explain()


def test_parameters_are_constants() -> None:
    c = sp.Symbol("c", real=True)
    space = JetSpace((t, x), (Field("u", t, x),), (c,))
    algebra = close_algebra([translation(t), translation(x), galilean_boost(t, x, u, rate=c)], space)
    assert algebra.structure[0, 2] == (0, c, 0)


def test_jacobi_identity_of_the_rotations() -> None:
    a, b, c = (Field(name, t) for name in "abc")
    algebra = close_algebra([rotation(a, b), rotation(b, c), rotation(c, a)], JetSpace((t,), (a, b, c)))
    constants = {**algebra.structure, **{(j, i): tuple(-e for e in row) for (i, j), row in algebra.structure.items()}}
    zero = (sp.S.Zero,) * 3

    def bracket(left: tuple, right: tuple) -> tuple:
        return tuple(
            sum(left[i] * right[j] * constants.get((i, j), zero)[k] for i in range(3) for j in range(3)) for k in range(3)
        )

    e1, e2, e3 = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    total = [bracket(e1, bracket(e2, e3)), bracket(e2, bracket(e3, e1)), bracket(e3, bracket(e1, e2))]
    assert [sum(column) for column in zip(*total, strict=True)] == [0, 0, 0]
