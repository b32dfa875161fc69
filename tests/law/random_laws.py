"""Random laws, solved or not, with constants anywhere and any covariance, for the claims of this folder."""

from __future__ import annotations

import numpy as np
import sympy as sp
from hypothesis import strategies as st

from invarieq import Field, JetSpace, coordinates
from invarieq.law import Coefficient, Law

t, x = coordinates("t x")
u, v = Field("u", t, x), Field("v", t, x)
k = sp.Symbol("k", real=True)
CONSTANTS = sp.symbols("c1 c2 c3 c4", real=True)
SPACE = JetSpace((t, x), (u, v), (k,))
JETS = (u.symbol, v.symbol, u[x], v[x], u[x, x], u[t], v[t])

_factors = st.one_of(
    st.sampled_from([*JETS, x, k, *CONSTANTS]),
    st.tuples(st.sampled_from(JETS), st.sampled_from([2, 3, -1, sp.Rational(1, 2), *CONSTANTS])).map(lambda p: p[0] ** p[1]),
    st.tuples(st.sampled_from([sp.exp, sp.sin, sp.tanh]), st.sampled_from(CONSTANTS), st.sampled_from(JETS)).map(
        lambda p: p[0](p[1] * p[2])
    ),
    st.tuples(st.sampled_from(CONSTANTS), st.sampled_from(JETS)).map(lambda p: 1 / (p[0] + p[1])),
)
_numbers = st.sampled_from([sp.Integer(1), sp.Integer(-6), sp.Rational(2, 7), sp.Float(0.3)])
_terms = st.tuples(_numbers, st.lists(_factors, min_size=1, max_size=3)).map(lambda p: sp.Mul(p[0], *p[1]))
expressions = st.lists(_terms, min_size=1, max_size=4).map(lambda terms: sp.Add(*terms))
values = st.floats(-20, 20).filter(lambda c: abs(c) > 1e-3)


@st.composite
def laws(draw: st.DrawFn) -> Law:
    """One or two equations, each solved for a derivative or none of them."""
    count = draw(st.integers(1, 2))
    right = tuple(draw(expressions) for _ in range(count))
    rows = np.array(draw(st.lists(st.lists(st.floats(-1, 1), min_size=4, max_size=4), min_size=4, max_size=4)))
    whole = rows @ rows.T if draw(st.booleans()) else None
    known = draw(st.booleans())
    errors = np.sqrt(np.diag(whole)) if whole is not None else [draw(st.floats(0, 10)) if known else float("inf")] * 4
    made = tuple(Coefficient(s, draw(values), float(e)) for s, e in zip(CONSTANTS, errors, strict=True))
    covariance = None if whole is None or 0 in errors else tuple(map(tuple, whole.tolist()))
    if draw(st.booleans()):
        return Law((SPACE), (u[t], v[t])[:count], right, made, draw(st.floats(0, 1)), draw(st.integers(0, 50)), (), covariance)
    whole_equations = [side + jet for side, jet in zip(right, (u[t], v[t]), strict=False)]
    whole_equations = [e if e.has(*JETS) else e + u[x] for e in whole_equations]
    return Law.implicit(SPACE, whole_equations, coefficients=made, notes=("a note",), covariance=covariance)
