"""Claim: relations among module generators with invariant coefficients are found, and free modules are known to be free."""

from __future__ import annotations

import sympy as sp

from invarieq.invariants import equivariant_fields, module_relations
from invarieq.jets import Field, JetSpace, VectorField, coordinates
from invarieq.symmetry import rotation, scaling

(t,) = coordinates("t")
SPACE = JetSpace((t,), tuple(Field(name, t) for name in "xyz"))
x, y, z = (f.symbol for f in SPACE.fields)


def test_a_planar_turn_has_a_free_module() -> None:
    plane = JetSpace((t,), SPACE.fields[:2])
    found = module_relations(equivariant_fields([rotation(x, y)], plane, 3))
    assert found.free
    assert found.relations == ()


def test_relations_of_a_scaling_vanish_and_say_that_two_products_agree() -> None:
    module = equivariant_fields([scaling({x: 1, y: 1, z: -1})], SPACE, 3)
    found = module_relations(module)
    assert not found.free
    assert len(found.relations) == 2
    for relation in found.relations:
        for a in range(3):
            assert sp.expand(sum(p * row[a] for p, row in zip(relation, module.module, strict=True))) == 0
        weight = VectorField({x: x, y: y, z: -z})
        assert all(sp.expand(weight(p)) == 0 for p in relation)
