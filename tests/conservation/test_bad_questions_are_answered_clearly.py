"""Claim: a question that makes no sense, or is too large, gets one message with the mend; a small budget keeps what is proved."""

from __future__ import annotations

import pytest
from conserved import read, space_of

from invarieq.conservation import conservation_laws, first_integrals, is_multiplier
from invarieq.errors import DeclarationError

SPACE = space_of("t x", "u")
KDV = read(SPACE, "u_t + u*u_x + u_xxx")


def test_no_law() -> None:
    with pytest.raises(DeclarationError, match="no law"):
        conservation_laws(SPACE, [])


def test_a_search_too_large_says_its_size() -> None:
    with pytest.raises(DeclarationError, match=r"order 12 and degree 8 have \d+ coefficients"):
        conservation_laws(SPACE, KDV, order=12, degree=8)


def test_first_integrals_of_a_partial_differential_equation() -> None:
    with pytest.raises(DeclarationError, match="coordinates t, x"):
        first_integrals(SPACE, KDV)


def test_a_multiplier_for_each_equation() -> None:
    with pytest.raises(DeclarationError, match="2 multipliers for 1 equations"):
        is_multiplier(SPACE, KDV, read(SPACE, "1", "u"))


def test_a_law_that_is_solved_for_nothing() -> None:
    with pytest.raises(DeclarationError, match="leading"):
        conservation_laws(SPACE, read(SPACE, "exp(u_t) + sin(u_x)"))


def test_a_budget_of_nothing_keeps_what_is_proved_and_says_so() -> None:
    found = conservation_laws(SPACE, KDV, budget=0.0)
    assert found.searched
    assert any("budget" in note for note in found.notes)
    assert all(law.fluxes is None and "budget" in law.doubt for law in found.laws)


def test_parameters_may_have_the_names_of_functions() -> None:
    space = space_of("t x", "u", "beta E I S N")
    (law,) = read(space, "u_t + beta*u*u_x + E*u_xxx + I*S*N*u_x")
    found = conservation_laws(space, [law], order=0, degree=2)
    assert len(found.laws) >= 2
