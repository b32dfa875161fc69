"""Trajectories of ordinary differential equations, to rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from invarieq.errors import SimulationError

Array = NDArray[np.float64]


def trajectory(rate: Callable[[float, Array], Array], start: Sequence[float], times: Array) -> Array:
    """States (state × times) of y' = rate(t, y) from `start`; raises `SimulationError` on blow-up."""
    with np.errstate(all="ignore"):
        found = solve_ivp(rate, (times[0], times[-1]), np.asarray(start, dtype=float), "DOP853", t_eval=times, rtol=1e-11, atol=1e-13)
    if not found.success or not np.all(np.isfinite(found.y)):
        reached = found.t[-1] if len(found.t) else times[0]
        raise SimulationError(f"the solution stops at {reached:g}: {found.message} Shorten the time axis or check the law")
    return found.y
