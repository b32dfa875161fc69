"""Claim: where there is no complete set of invariants, the error says why, what was tried and what to do."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq.errors import DeclarationError, NoInvariants, Undecided
from invarieq.invariants import differential_invariants
from invarieq.jets import Field, JetSpace, VectorField, apply_prolonged, coordinates
from invarieq.symmetry import rotation, scaling, translation

t, x, y = coordinates("t x y")
SPACE = JetSpace((t,), (Field("u", t),))
u = SPACE.fields[0]


def test_a_transitive_symmetry_names_the_order_that_has_invariants() -> None:
    generators = [translation(t), translation(u), VectorField({u: t}), scaling({t: 1}), scaling({u: 1})]
    with pytest.raises(NoInvariants, match=r"no invariants of order 1.*tried orders 1 to 4: order 4 has 1"):
        differential_invariants(generators, SPACE, 1)


def test_projective_curves_have_only_a_relative_invariant_at_order_five() -> None:
    plane = JetSpace((x,), (Field("y", x),))
    v = plane.fields[0].symbol
    components = [{x: 1}, {v: 1}, {x: x}, {v: v}, {x: v}, {v: x}, {x: x**2, v: x * v}, {x: x * v, v: v**2}]
    with pytest.raises(NoInvariants, match="order 7 has 1"):
        differential_invariants([VectorField(c) for c in components], plane, 5)


def test_a_search_out_of_time_keeps_what_it_proved() -> None:
    space = JetSpace((t, x, y), (Field("a", t, x, y), Field("b", t, x, y)))
    first, second = space.fields
    generators = [translation(t), translation(x), translation(y), rotation(x, y), rotation(first, second)]
    with pytest.raises(Undecided, match=r"\d+ of 18 differential invariants of order 2 .*budget") as caught:
        differential_invariants(generators, space, 2, budget=0.0)
    found = caught.value.found  # type: ignore[attr-defined]
    assert found.count < 18
    assert all(sp.expand(apply_prolonged(v, e, space)) == 0 for v in generators for e in found.expressions)


def test_functions_without_a_rule_are_undecided_but_counted() -> None:
    with pytest.raises(Undecided, match=r"no rule for erf.*there are 3 invariants"):
        differential_invariants([VectorField({u: sp.erf(t)})], SPACE, 2)


def test_an_order_too_high_says_its_size() -> None:
    space = JetSpace((t, x, y), (Field("a", t, x, y), Field("b", t, x, y)))
    with pytest.raises(DeclarationError, match=r"order 20 in 3 coordinates and 2 fields has 3545 jet variables.*lower the order"):
        differential_invariants([translation(t)], space, 20)


def test_generators_that_do_not_close_are_noted() -> None:
    line = JetSpace((t, x), (Field("v", t, x),))
    found = differential_invariants([translation(t), VectorField({x: t, line.fields[0].symbol: sp.S.One})], line, 1)
    assert any("not a combination of the generators" in note for note in found.notes)


def test_hypersurfaces_of_smaller_orbits_are_reported() -> None:
    line = JetSpace((x,), (Field("v", x),))
    v = line.fields[0]
    found = differential_invariants([translation(v), scaling({v: 1}), VectorField({v: v.symbol**2})], line, 3)
    assert [(s.expression, s.orbit_dimension) for s in found.strata] == [(v[x], 2)]


def test_a_negative_order_is_refused() -> None:
    with pytest.raises(DeclarationError, match="order -1"):
        differential_invariants([translation(t)], SPACE, -1)


def test_progress_is_reported() -> None:
    lines: list[str] = []
    space = JetSpace((x, y), (Field("a", x, y),))
    differential_invariants([translation(x), translation(y), rotation(x, y)], space, 2, progress=lines.append)
    assert lines
    assert all("invariants" in line for line in lines)
