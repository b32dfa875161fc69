"""Claim: an engine may answer with equations that are solved for nothing; verdict, notes and doubt speak of them as of others."""

from __future__ import annotations

import numpy as np

import invarieq
from invarieq.discovery.notes import notes_of
from invarieq.discovery.orders import doubtful
from invarieq.discovery.verdict import verdict_of
from invarieq.law import Law


def answer(explains: bool) -> invarieq.Found:
    t = np.linspace(0, 10, 100)
    law = invarieq.discover(data={"t": t, "x": np.exp(-0.5 * t)}).law
    implicit = Law.implicit(law.space, law.equations("symbolic"), coefficients=law.coefficients, score=0.4, complexity=1)
    return invarieq.Found(
        laws=(implicit,), chosen=0, explains=explains, noise_left=(0.01,), noise=(("x", 0.0),), restricted=4, unrestricted=4
    )


def test_a_short_implicit_law_that_explains_is_not_doubted() -> None:
    assert not doubtful(answer(True))


def test_what_it_leaves_is_left_of_its_equations() -> None:
    assert verdict_of(answer(False), 0).evidence == "leaves 40 % of its equations, noise alone would leave 1 %"
    assert any("leaves 40 % of its equations, noise alone" in note for note in notes_of(answer(False)))
