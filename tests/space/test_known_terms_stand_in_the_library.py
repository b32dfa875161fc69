"""Claim: known terms leave the search and stand in the forced side, whether or not they are candidates; a bound falls on combinations."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from invarieq import Field, System, Terms, coordinates, rotation, translation
from invarieq.errors import NoInvariants
from invarieq.space import Library
from invarieq.space.searchspace import SearchSpace

t, x = coordinates("t x")
u = Field("u", t, x)
p, q = Field("p", t), Field("q", t)


def library(*fields: Field, symmetry: list[Any], time_order: int = 1, **terms: Any) -> Library:
    return SearchSpace(System("s", list(fields), symmetry=symmetry, terms=Terms(**terms)), time_order).library()


def test_a_known_term_is_no_candidate_in_its_own_equation() -> None:
    found = library(p, q, symmetry=[translation(t)], degree=2, known={p: sp.Float("0.5") * p * q})
    assert found.fixed == (p * q / 2, 0)
    assert p * q not in {term[0] for term in found.terms}
    assert p * q in {term[1] for term in found.terms}
    assert found.restricted == found.unrestricted == 11


def test_a_known_term_outside_the_candidates_is_taken_along() -> None:
    extra = sp.sin(u.symbol) - u * u[x, x, x, x]
    found = library(u, symmetry=[translation(t), translation(x)], order=2, degree=2, known={u: extra})
    assert sp.expand(found.fixed[0] - extra) == 0
    assert all(not term[0].has(sp.sin) and not term[0].has(u[x, x, x, x]) for term in found.terms)


def test_powers_of_the_radius_may_be_known() -> None:
    r = sp.sqrt(p**2 + q**2)
    found = library(p, q, symmetry=[translation(t), rotation(p, q)], time_order=2, degree=1, known={p: -p.symbol / r**3})
    assert [sp.simplify(side + w / r**3) for side, w in zip(found.fixed, (p.symbol, q.symbol), strict=True)] == [0, 0]


def test_the_symmetry_completes_what_is_known_and_a_bound_falls_on_the_combination() -> None:
    turned = [translation(t), rotation(p, q)]
    found = library(p, q, symmetry=turned, degree=1, known={p: -p.symbol}, bounds={(q, p): (0, 1)})
    assert found.fixed == (-p.symbol, -q.symbol)
    ((number, weight),) = found.ranges[0].weights
    assert found.terms[number] == (-int(weight) * q, int(weight) * p)


def test_a_bound_that_nothing_in_the_search_space_obeys_is_refused() -> None:
    with pytest.raises(NoInvariants, match=r"terms.bounds asks of the coefficient of p\*\*4 in p_t to be from 1 to inf"):
        library(p, symmetry=[translation(t)], degree=1, bounds={(p, p**4): (1, None)})
