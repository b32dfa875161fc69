"""Claim: a user may name the candidates one by one; what is missing of them, and what contradicts what, is said by name."""

from __future__ import annotations

import pytest
import sympy as sp

from invarieq import (
    Field,
    JetSpace,
    System,
    Terms,
    VectorField,
    coordinates,
    read_toml,
    rotation,
    scaling,
    translation,
    write_toml,
)
from invarieq.errors import DeclarationError, NoInvariants
from invarieq.space import Library, build_library

t, x = coordinates("t x")
p, q = Field("p", t), Field("q", t)
u = Field("u", t, x)
phase = JetSpace((t,), (p, q))
line = JetSpace((t, x), (u,))


def library(*entries: sp.Expr | int, symmetry: list[VectorField]) -> Library:
    terms = Terms(library=tuple(sp.sympify(e, strict=True) for e in entries))
    return build_library(phase, [translation(t), *symmetry], time_order=1, order=1, degree=3, terms=terms)


def test_an_open_library_is_solved_exactly_and_noted() -> None:
    found = library(1, p.symbol, q.symbol, p.symbol**3, p * q.symbol**2, symmetry=[rotation(p, q)])
    assert found.unrestricted == 10
    assert found.restricted == 2  # the linear ones; the cubic equivariants need p² q and q³, which are not there
    (note,) = found.notes
    assert "not closed under" in note
    assert "missing" in note and "p**2*q" in note and "q**3" in note
    assert note.endswith("the symmetric laws inside it are 2")


def test_a_closed_library_has_no_note() -> None:
    assert library(1, p.symbol, q.symbol, symmetry=[rotation(p, q)]).notes == ()


def test_functions_may_be_factors() -> None:
    found = library(p.symbol, sp.exp(p.symbol), p * sp.exp(p.symbol), 1 / q.symbol, symmetry=[])
    assert {term[0] for term in found.terms if term[1] == 0} == {p.symbol, sp.exp(p.symbol), p * sp.exp(p.symbol), 1 / q.symbol}


def test_a_library_that_leaves_nothing_says_what_to_add() -> None:
    with pytest.raises(NoInvariants, match=r"due to 'turn': add to terms\.library: .*q.*, or drop a generator"):
        turn = VectorField({p: -q.symbol, q: p.symbol}, name="turn")
        library(p.symbol, symmetry=[turn])


def test_a_generator_that_leaves_nothing_is_named() -> None:
    fast = VectorField({t: 5 * t, x: x}, name="fast")
    with pytest.raises(NoInvariants, match=r"leaves no term for u_t .* due to 'fast': raise terms\.order or terms\.degree"):
        build_library(line, [translation(t), translation(x), fast], time_order=1, order=3, degree=2)


def test_the_smallest_contradictory_set_is_named() -> None:
    """t ∂_x + ∂_u forces −u u_x, 2t ∂_x + ∂_u forces −2u u_x: each alone has laws; the third generator is innocent."""
    slow, quick = VectorField({x: t, u: 1}, name="slow"), VectorField({x: 2 * t, u: 1}, name="quick")
    symmetry = [translation(t), translation(x), scaling({t: 1, x: 1}), slow, quick]
    with pytest.raises(
        NoInvariants, match=r"can admit 'slow' together with 'quick' \(fewer of them would leave laws\): drop or correct"
    ):
        build_library(line, symmetry, time_order=1, order=3, degree=2)


def test_a_generator_that_no_law_admits_is_named_alone() -> None:
    """t ∂_u forces u_t = 1 + …, which needs the constant 1 among the candidates."""
    push = VectorField({u: t}, name="push")
    terms = Terms(library=(u[x], u[x, x]))
    with pytest.raises(NoInvariants, match=r"no law solved for u_t among 2 candidates can admit 'push': drop or correct it"):
        build_library(line, [translation(x), push], time_order=1, order=2, degree=1, terms=terms)


@pytest.mark.parametrize(
    ("entry", "message"),
    [(p + q, "a sum; expected products"), (sp.exp(p[t]), "function of a derivative")],
)
def test_entries_are_products(entry: sp.Expr, message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        build_library(phase, [], time_order=2, order=2, degree=2, terms=Terms(library=(entry,)))


def test_contradictory_sizes_are_refused() -> None:
    with pytest.raises(DeclarationError, match=r"terms\.library and terms\.degree are both given"):
        Terms(library=(p.symbol,), degree=2)
    with pytest.raises(DeclarationError, match=r"holds p twice"):
        Terms(library=(p.symbol, p.symbol))
    with pytest.raises(DeclarationError, match=r"terms\.library holds z with z"):
        System(name="odd", unknowns=[p, q], terms=Terms(library=(sp.Symbol("z", real=True),)))


def test_a_library_is_read_from_toml_and_written_back() -> None:
    text = 'name = "waves"\ncoordinates = ["t", "x"]\nfields = { u = ["t", "x"] }\n[terms]\nlibrary = ["1", "u*u_x", "u_xx", "exp(u)"]\n'
    system = read_toml(text)
    assert system.terms.library == (sp.S.One, u * u[x], u[x, x], sp.exp(u.symbol))
    assert read_toml(write_toml(system)).terms == system.terms
