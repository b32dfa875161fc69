"""Claim: a monomial is the sum of its atoms, as an identity between differential functions."""

from __future__ import annotations

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from invarieq import Field, JetSpace, coordinates
from invarieq.space.parts import atoms

t, x = coordinates("t x")
u, v = Field("u", t, x), Field("v", t, x)
space = JetSpace((t, x), (u, v))
symbols = [t, x, u.symbol, v.symbol, u[x], v[x], u[t], u[x, x], v[t, x], u[x, x, x]]
monomials = st.dictionaries(st.sampled_from(symbols), st.integers(1, 2), max_size=3)


@settings(max_examples=80, deadline=None)
@given(monomials)
def test_atoms_add_up_to_the_monomial(factors: dict[sp.Symbol, int]) -> None:
    monomial = tuple(factors.items())
    whole = sp.Mul(*[s**n for s, n in monomial])
    total = sp.Add(
        *[
            sp.Rational(c.numerator, c.denominator)
            * space.total_derivatives(sp.Mul(*[s**n for s, n in atom.monomial]), atom.index)
            for atom, c in atoms(space, monomial).items()
        ]
    )
    assert sp.expand(whole - total) == 0


def test_conservative_terms_keep_no_derivative() -> None:
    for monomial in (((u.symbol, 2), (u[x, x], 1)), ((u.symbol, 1), (u[x], 1)), ((x, 2), (u[x, x], 1))):
        left = {s for atom in atoms(space, monomial) for s, _ in atom.monomial if space.index(s) and any(space.index(s)[1])}  # type: ignore[index]
        assert left <= {u[x]}
    assert all(space.index(s)[1] == (0, 0) for a in atoms(space, ((u.symbol, 1), (u[x], 1))) for s, _ in a.monomial)  # type: ignore[index]
