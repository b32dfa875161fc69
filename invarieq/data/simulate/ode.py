"""Trajectories of ordinary differential equations, close to rounding."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from invarieq.errors import SimulationError

Array = NDArray[np.float64]
Rate = Callable[[float, Array], Array]

TOLERANCE = 1e-13  # the interpolant between steps has order 7 and loses some 100 times more than the steps do
MOST = 200_000  # evaluations before a law counts as stiff


class _Stiff(Exception):
    """The explicit method needs too many steps."""


def trajectory(rate: Rate, start: Sequence[float], times: Array) -> Array:
    """States (state × times) of y' = rate(t, y) from `start`; raises `SimulationError` on blow-up.

    A coarse run finds the size of each component, so that the tolerance is relative to it in whatever units. Stiff laws
    go to an implicit method.
    """
    y0 = np.asarray(start, dtype=float)
    size = np.max(np.abs(y0)) or 1.0
    coarse = _solve(rate, y0, times, 1e-5, np.full(len(y0), 1e-8 * size))
    sizes = np.max(np.abs(coarse), axis=1)
    return _solve(rate, y0, times, TOLERANCE, TOLERANCE * np.where(sizes > 0, sizes, size))


def stiff_trajectory(rate: Rate, start: Array, times: Array) -> Array:
    """As `trajectory`, by an implicit method at once and to nine digits: for laws known to be stiff."""
    size = float(np.max(np.abs(start))) or 1.0
    with np.errstate(all="ignore"):
        return _solve_stiff(rate, start, times, 1e-9, np.full(len(start), 1e-11 * size))


def _solve(rate: Rate, y0: Array, times: Array, rtol: float, atol: Array) -> Array:
    calls = 0

    def counted(t: float, y: Array) -> Array:
        nonlocal calls
        calls += 1
        if calls > MOST:
            raise _Stiff
        return rate(t, y)

    with np.errstate(all="ignore"):
        try:
            found = solve_ivp(counted, (times[0], times[-1]), y0, "DOP853", t_eval=times, rtol=rtol, atol=atol)
        except _Stiff:
            return _solve_stiff(rate, y0, times, max(rtol, 1e-9), atol)
    if not found.success or found.y.shape[1] != len(times) or not np.all(np.isfinite(found.y)):
        finite = np.all(np.isfinite(found.y), axis=0) if found.y.size else np.zeros(0, dtype=bool)
        reached = found.t[finite][-1] if finite.any() else times[0]
        raise _stopped(float(reached))
    return found.y


def _solve_stiff(rate: Rate, y0: Array, times: Array, rtol: float, atol: Array) -> Array:
    """As `_solve`, by an implicit method from sample to sample: its interpolant is far worse than its steps."""
    states = [y0]
    for left, right in itertools.pairwise(times):
        found = solve_ivp(rate, (left, right), states[-1], "Radau", rtol=rtol, atol=atol)
        if not found.success or not np.all(np.isfinite(found.y[:, -1])):
            raise _stopped(float(left))
        states.append(found.y[:, -1])
    return np.stack(states, axis=1)


def _stopped(reached: float) -> SimulationError:
    return SimulationError(
        f"the solution blows up or stops after {reached:g}; end the first axis before, or check the law and its start"
    )
