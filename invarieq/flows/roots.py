"""Equations solved by SymPy in a stated time; an equation that it has no method for counts as one without roots found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import sympy as sp

from invarieq.limit import attempted


def roots(equations: Sequence[sp.Expr], unknowns: Sequence[sp.Symbol], seconds: float) -> list[dict[sp.Symbol, sp.Expr]]:
    """Solutions of `equations` = 0; none where SymPy finds none within `seconds`."""
    try:
        found = attempted(seconds, lambda: sp.solve(list(equations), list(unknowns), dict=True))
    except NotImplementedError:
        return []
    return cast("list[dict[sp.Symbol, sp.Expr]]", found or [])
