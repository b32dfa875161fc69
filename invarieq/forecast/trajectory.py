"""A trajectory: the solution of ordinary differential equations from a state given as numbers, as far as it goes.

A solution that blows up ends there, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from invarieq.data.simulate.evolution import Evolution
from invarieq.errors import SimulationError
from invarieq.expressions import compile_expressions

Array = NDArray[np.float64]

FAR = 1e3  # of the largest value of a field in its record: a solution beyond it has blown up
RELATIVE = 1e-8
MOST = 20_000  # evaluations before a trajectory goes to an implicit method


@dataclass(frozen=True)
class Motion:
    """`states` (state × times × places) of a solution, NaN after `stopped`, the time at which it blew up (None: it did not)."""

    states: Array
    stopped: float | None


@dataclass(frozen=True)
class Place:
    """Where a law moves: the grids of space (none for trajectories), which of them are periodic, and the largest size of each state."""

    grids: tuple[Array, ...]
    periodic: tuple[bool, ...]
    sizes: Array


def trajectory_of(problem: Evolution, place: Place, start: Array, times: Array) -> Motion:
    """The solution of an ordinary differential equation."""
    run = compile_expressions(problem.rates, (problem.space.coordinates[0], *problem.state))
    calls = 0

    def rate(time: float, y: Array) -> Array:
        nonlocal calls
        calls += 1
        if calls > MOST:
            raise _TooSlow
        return np.array(run([np.float64(time), *y]))  # type: ignore[list-item]

    with np.errstate(all="ignore"):
        try:
            return solved(rate, start, times, place.sizes, method="DOP853")
        except _TooSlow:
            calls = -10 * MOST
        try:
            return solved(rate, start, times, place.sizes, method="Radau")
        except _TooSlow:
            raise SimulationError(
                f"the law is too stiff to be simulated over {times[0]:g} to {times[-1]:g} in {11 * MOST} evaluations"
            ) from None


class _TooSlow(Exception):
    """More evaluations than a check is worth."""


def solved(rate: Callable[[float, Array], Array], start: Array, times: Array, sizes: Array, **method: Any) -> Motion:
    """What `solve_ivp` reaches from `start` (state × …, flat), with the time of a blow-up."""
    scale = np.where(sizes > 0, sizes, 1.0)

    def far(_: float, y: Array) -> float:
        return float(FAR - np.max(np.abs(y) / scale)) if np.all(np.isfinite(y)) else -1.0

    far.terminal = True  # type: ignore[attr-defined]
    done = solve_ivp(rate, (times[0], times[-1]), start, t_eval=times, rtol=RELATIVE, atol=RELATIVE * scale, events=far, **method)
    states = np.full((len(start), len(times)), np.nan)
    states[:, : done.y.shape[1]] = done.y
    reached = int(np.argmin(np.append(np.all(np.isfinite(states), axis=0), False)))
    return Motion(states, None if reached == len(times) else float(times[max(reached - 1, 0)]))
