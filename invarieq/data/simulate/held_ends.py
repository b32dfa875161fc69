"""An evolution equation on an interval whose ends are held at their start values (one space dimension, second order).

Chebyshev collocation in space, an implicit Runge–Kutta method (Radau IIA) from sample to sample in time; the number of
points is doubled until the start is resolved, and the solution is refused where it is not.

Source: Trefethen, Spectral Methods in MATLAB, 2000, ch. 13; Hairer & Wanner, Solving Ordinary Differential Equations II, IV.8.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy as sp
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.simulate.chebyshev import Interval, interval
from invarieq.data.simulate.evolution import Evolution
from invarieq.data.simulate.ode import stiff_trajectory
from invarieq.errors import SimulationError
from invarieq.expressions import compile_expressions, evaluate
from invarieq.jets import symbols_of

Array = NDArray[np.float64]

COUNTS = (32, 48, 64, 96, 128)
RESOLVED = 1e-9  # share of the last coefficients of the start
UNRESOLVED = 1e-5  # of the solution


def field_with_held_ends(problem: Evolution, times: Array, number: int, progress: Callable[[float], object]) -> xr.Dataset:
    """The solution on the declared grid; every end of the interval keeps the value that it has at the start.

    Raises `SimulationError` for a law that is not of second order in space, a start that is not finite or that 128 points
    do not resolve, and on blow-up.
    """
    _check_order(problem)
    t, x = problem.space.coordinates
    grid = problem.axis(x)
    line, start = _resolved_start(problem, number, grid)
    states = _solution(problem, line, start, times)
    left = max(line.tail(part.T) for part in states)
    if left > UNRESOLVED:
        raise SimulationError(
            f"system {problem.name!r}: the solution becomes too steep for {len(line.points)} points (share {left:.1g} is not resolved); "
            f"end {t} before, or start smoother, with a rate of 0 at both ends of {x}"
        )
    progress(1.0)
    to_grid = line.at(grid)
    rows = [problem.state.index(f.symbol) for f in problem.space.fields]
    fields = {f.name: ((t.name, x.name), states[k] @ to_grid.T) for f, k in zip(problem.space.fields, rows, strict=True)}
    return xr.Dataset(fields, coords={t.name: times, x.name: grid})


def _check_order(problem: Evolution) -> None:
    space = problem.space
    for field, rate in zip(problem.state, problem.rates, strict=True):
        orders = [space.index(s)[1][1] for s in symbols_of(rate) if space.index(s)]  # type: ignore[index]
        own = space.index(field)
        top = own is not None and own[1][0] == problem.orders[own[0]] - 1
        if (top and max(orders, default=0) != 2) or max(orders, default=0) > 2:
            raise SimulationError(
                f"system {problem.name!r}: {space.coordinates[1]} is not periodic, and the rate of {field} is not of second order in it: only "
                "laws of second order are simulated between two held ends. Name it in `periodic` of the grid, or give data"
            )


def _resolved_start(problem: Evolution, number: int, grid: Array) -> tuple[Interval, Array]:
    x = problem.space.coordinates[1]
    left = 1.0
    for count in COUNTS:
        line = interval(float(grid[0]), float(grid[-1]), count)
        with np.errstate(all="ignore"):
            rows = [evaluate(problem.start(s, number), {x: line.points}) for s in problem.state]
        start = np.stack([np.broadcast_to(r, line.points.shape) for r in rows])
        if not np.all(np.isfinite(start)):
            raise SimulationError(
                f"system {problem.name!r}: the start is not finite everywhere on the grid; correct it in `start`"
            )
        left = line.tail(start.T)
        if left < RESOLVED or (count == COUNTS[-1] and left < UNRESOLVED):
            return line, start
    raise SimulationError(
        f"system {problem.name!r}: {COUNTS[-1]} points do not resolve the start (share {left:.1g}); give a smoother one or a shorter "
        f"axis of {x}"
    )


def _solution(problem: Evolution, line: Interval, start: Array, times: Array) -> Array:
    """States (state × times × points)."""
    space = problem.space
    t, x = space.coordinates
    jets = sorted({s for r in problem.rates for s in symbols_of(r) if space.index(s)}, key=lambda s: s.name)
    run = compile_expressions(problem.rates, (t, x, *jets))
    places = [_place(problem, s) for s in jets]
    matrices = [line.derivative(order) for order in range(3)]

    def rate(time: float, y: Array) -> Array:
        v = y.reshape(start.shape)
        found = run([np.float64(time), line.points, *(matrices[order] @ v[k] for k, order in places)])  # type: ignore[list-item]
        rates = np.stack([np.broadcast_to(f, line.points.shape) for f in found])
        rates[:, [0, -1]] = 0.0
        return rates.ravel()

    states = stiff_trajectory(rate, start.ravel(), times)
    return np.moveaxis(states.reshape(*start.shape, len(times)), -1, 1)


def _place(problem: Evolution, symbol: sp.Symbol) -> tuple[int, int]:
    a, index = problem.space.index(symbol)  # type: ignore[misc]
    return problem.state.index(problem.space.jet(a, (index[0], 0))), index[1]
