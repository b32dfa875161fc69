"""The flow on jets: how derivatives of a function change when its graph is moved.

With D_j the total derivatives and J_jk = D_j X^k, the derivatives of the moved function obey ū_{J,i} = Σ_j (J⁻¹)_ij D_j ū_J
(Olver 1993, section 2.3; the implicit-differentiation form). By numbers: dz/dε = pr v(z) on J^n.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError, Undecided
from invarieq.flows.flow import Flow, symbol_of
from invarieq.flows.lowest import lowest
from invarieq.flows.numeric import Moved, numeric_flow
from invarieq.jets import JetSpace, prolong
from invarieq.jets.multiindices import MultiIndex
from invarieq.limit import attempted

Array = NDArray[np.float64]


def prolonged_flow(flow: Flow, order: int, *, budget: float = 20.0) -> dict[sp.Symbol, sp.Expr]:
    """Every variable of J^order → where the flow takes it, in the old variables and ε.

    Raises `Undecided` where the flow has no closed form, where the graph cannot be moved (det J vanishes identically), or when
    `budget` seconds are not enough; `move_jets` goes on by numbers.
    """
    ends = flow.at()
    found = attempted(budget, lambda: _prolonged(ends, flow.space, order))
    if found is None:
        raise Undecided(
            f"the action of {flow.field.label!r} on jets of order {order} was not done in {budget:g} s; lower the order, raise the "
            "budget, or move points by numbers: move_jets"
        )
    return found


def _prolonged(ends: Mapping[sp.Symbol, sp.Expr], space: JetSpace, order: int) -> dict[sp.Symbol, sp.Expr]:
    places = space.coordinates
    n = len(places)
    jacobian = sp.Matrix(n, n, lambda j, k: space.total_derivative(ends[places[k]], j))
    below = lowest(cast("sp.Expr", jacobian.det()))
    if below == 0:
        raise Undecided("the flow takes graphs to what is no graph: the total derivatives of the new coordinates are dependent")
    inverse = (jacobian.adjugate() / below).applyfunc(lowest)
    result: dict[sp.Symbol, sp.Expr] = {x: ends[x] for x in places}
    for jet in space.jets(order):
        a, index = _place(space, jet)
        if not any(index):
            result[jet] = ends[jet]
            continue
        i = max(k for k, count in enumerate(index) if count)
        lower = result[space.jet(a, tuple(count - (k == i) for k, count in enumerate(index)))]
        terms = [inverse[i, j] * space.total_derivative(lower, j) for j in range(n) if inverse[i, j] != 0]
        result[jet] = lowest(sp.Add(*terms))
    return result


def _place(space: JetSpace, jet: sp.Symbol) -> tuple[int, MultiIndex]:
    found = space.index(jet)
    assert found is not None
    return found


def move_jets(flow: Flow, columns: Mapping[Any, Array | float], epsilon: float, order: int, *, tolerance: float = 1e-10) -> Moved:
    """Many points of J^order after the flow, by integrating the prolonged field.

    `columns`: arrays of one shape (or numbers) for every variable of J^order and every parameter that the generator uses. Raises
    `DeclarationError` for a missing one.
    """
    if order < 0:
        raise DeclarationError(f"move_jets: the order is {order}; expected 0 or more")
    arrays = {symbol_of(s): np.asarray(c, dtype=float) for s, c in columns.items()}
    rates = {z: c for z, c in prolong(flow.field, flow.space, order).items() if c != 0}
    return numeric_flow(rates, arrays, epsilon, tolerance=tolerance)
