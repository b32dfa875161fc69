"""Claim: equal jet spaces are one key of a dictionary, however they were made, and a copy takes no hash along."""

from __future__ import annotations

import copy

import sympy as sp

from invarieq.jets import Field, JetSpace, coordinates


def test_equal_spaces_have_equal_hashes_and_others_differ() -> None:
    t, x = coordinates("t x")
    c = sp.Symbol("c", real=True)
    one, two = (JetSpace((t, x), (Field("u", t, x),), (c,)) for _ in range(2))
    assert one == two
    assert {one: 1}[two] == 1
    assert len({one, JetSpace((t, x), (Field("u", t, x),)), JetSpace((t, x), (Field("v", t, x),), (c,))}) == 3


def test_a_copy_finds_its_own_hash() -> None:
    t, x = coordinates("t x")
    space = JetSpace((t, x), (Field("u", t, x),))
    assert {space: 1}[space] == 1
    made = copy.copy(space)
    assert "_hash" not in vars(made)  # text hashes differ from process to process, and copies travel
    assert made == space
    assert hash(made) == hash(space)
