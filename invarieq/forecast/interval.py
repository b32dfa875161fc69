"""A field on an interval from data: finite differences inside, the data's own values at the ends.

Seven points a derivative; three points at each end follow a spline through the (smoothed) record, so that no boundary
condition has to be known. Time by LSODA with banded Jacobians.

Source: weights by Fornberg, Math. Comput. 51 (1988) 699.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from invarieq.data.simulate.evolution import Evolution
from invarieq.errors import SimulationError
from invarieq.expressions import compile_expressions
from invarieq.forecast.trajectory import Motion, Place, solved
from invarieq.jets import symbols_of

Array = NDArray[np.float64]
STENCIL = 7
STRIP = STENCIL // 2


def bound_field(problem: Evolution, place: Place, start: Array, times: Array, ends: Array) -> Motion:
    """As `motion.move`, for one space dimension that is not periodic."""
    (x,) = place.grids
    space, count = problem.space, len(x)
    jets = sorted({s for r in problem.rates for s in symbols_of(r) if space.index(s)}, key=lambda s: s.name)
    run = compile_expressions(problem.rates, (*space.coordinates, *jets))
    places = [(problem.state.index(space.jet(a, (i[0], 0))), i[1]) for a, i in (space.index(s) for s in jets)]  # type: ignore[misc]
    top = max((order for _, order in places), default=0)
    if top > STENCIL - 2 or count < 2 * STENCIL:
        raise SimulationError(f"derivatives of order {top} on {count} points of an interval are not simulated")
    matrices = [derivative_matrix(x, order) for order in range(top + 1)]
    edge = np.r_[:STRIP, count - STRIP : count]
    bound = make_interp_spline(times, np.moveaxis(ends[:, :, edge], 1, 0), k=3)
    slope = bound.derivative()

    def rate(time: float, y: Array) -> Array:
        v = y.reshape(count, -1).T  # fields side by side keep the Jacobian's band narrow
        found = run([np.float64(time), x, *(matrices[order] @ v[k] for k, order in places)])  # type: ignore[list-item]
        rates = np.stack([np.broadcast_to(f, x.shape) for f in found])
        rates[:, edge] = slope(time)
        return rates.T.ravel()

    first = start.copy()
    first[:, edge] = bound(times[0])
    band = STRIP * len(start) + len(start) - 1
    with np.errstate(all="ignore"):
        sizes = np.tile(place.sizes, count)
        done = solved(rate, first.T.ravel(), times, sizes, method="LSODA", lband=band, uband=band)
    states = np.moveaxis(done.states.reshape(count, len(start), len(times)), (0, 1, 2), (2, 0, 1))
    return Motion(np.ascontiguousarray(states), done.stopped)


def derivative_matrix(x: Array, order: int) -> Array:
    """Derivative of this order at every point from the seven nearest ones (points × points)."""
    n = len(x)
    matrix = np.zeros((n, n))
    for i in range(n):
        first = min(max(i - STRIP, 0), n - STENCIL)
        chosen = np.arange(first, first + STENCIL)
        scale = float(x[chosen[-1]] - x[chosen[0]])
        powers = np.vander((x[chosen] - x[i]) / scale, STENCIL, increasing=True).T
        wanted = np.zeros(STENCIL)
        wanted[order] = float(np.prod(np.arange(1, order + 1))) / scale**order
        matrix[i, chosen] = np.linalg.solve(powers, wanted)
    return matrix
