"""Claim: a stored law whose sides would fill the memory when multiplied out is refused before they are; long sums are read."""

from __future__ import annotations

import time

import pytest
import sympy as sp

from invarieq import Field, JetSpace, coordinates
from invarieq.errors import ReadError
from invarieq.law import Coefficient, Law, law_from_json, law_record

t, x = coordinates("t x")
u = Field("u", t, x)
c1 = sp.Symbol("c1", real=True)
LAW = Law(JetSpace((t, x), (u,)), (u[t],), (c1 * u[x, x],), (Coefficient(c1, 0.1, 1e-3),), 0.01, 1)


@pytest.mark.parametrize(
    "side",
    [
        "(u+u_x+u_xx+x+t+1)**64*c1",
        "((u+1)**64+x)**9*c1",
        "(u+x+1)**60*(u_x+t+1)**60*c1",
        "c1/(u+u_x+u_xx+x+t+1)**64",
        "c1*exp((u+u_x+u_xx+x+t+1)**64)",
    ],
)
def test_millions_of_terms_are_counted_and_refused(side: str) -> None:
    begun = time.process_time()
    with pytest.raises(ReadError, match=r"terms when it is multiplied out; at most 20000 are read"):
        law_from_json(law_record(LAW) | {"right": [side]})
    assert time.process_time() - begun < 10


def test_a_side_of_a_thousand_terms_is_read() -> None:
    names = "*".join(["(u+u_x+1)"] * 3)
    found = law_from_json(law_record(LAW) | {"right": [f"c1*{names}*(u_xx+x+1)**5"]})
    assert len(sp.Add.make_args(sp.expand(found.right[0]))) == 10 * 21
