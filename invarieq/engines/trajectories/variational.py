"""Many trajectories at once with their derivatives by coefficients and starts: the variational equations.

S_c = ∂y/∂c and S_0 = ∂y/∂y(0) obey S′ = (∂F/∂y) S + (∂F/∂c, 0). The classical Runge–Kutta method with a fixed step is applied
to states and derivatives together, so that they are the exact derivatives of the numerical solution. Trajectories that blow
up become infinite or NaN; nothing is raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.trajectories.dynamics import Dynamics

Array = NDArray[np.float64]


@dataclass(frozen=True)
class VariedTrajectories:
    """States (times × n × lanes) and sensitivities (times × n × (terms + n) × lanes, None where not asked)."""

    states: Array
    sensitivities: Array | None


@dataclass(frozen=True)
class Lanes:
    """Where trajectories begin: `starts` (n × lanes), `times` (lanes), and the spacing of samples, `steps` (lanes)."""

    starts: Array
    times: Array
    steps: Array


class _Rates:
    """F, ∂F/∂y and ∂F/∂c at fixed coefficients, with the monomials that occur only."""

    def __init__(self, law: Dynamics, support: Sequence[int], coefficients: Array, *, sensitive: bool) -> None:
        chosen = list(support)
        rates = law.fixed + np.tensordot(coefficients, law.terms[chosen], 1)
        slopes = law.fixed_slopes + np.tensordot(coefficients, law.term_slopes[chosen], 1)
        columns = law.terms[chosen]
        parts = [np.abs(rates).sum(0)]
        if sensitive:
            parts += [np.abs(slopes).sum((0, 1)), np.abs(columns).sum((0, 1))]
        self.used = np.flatnonzero(np.sum(parts, axis=0))
        self.values = law.values(self.used.tolist())
        n = len(law.state)
        self.rates = rates[:, self.used]
        self.slopes = slopes.reshape(n * n, -1)[:, self.used]
        self.columns = columns.transpose(1, 0, 2).reshape(n * len(chosen), -1)[:, self.used]
        self.shape = (n, len(chosen))

    def __call__(self, time: Array, y: Array, s: Array | None) -> tuple[Array, Array | None]:
        u = self.values(time, y)
        rate = self.rates @ u
        if s is None:
            return rate, None
        n, terms = self.shape
        jacobian = (self.slopes @ u).reshape(n, n, 1, -1)
        moved = jacobian[:, 0] * s[0]
        for b in range(1, n):
            moved += jacobian[:, b] * s[b]
        moved[:, :terms] += (self.columns @ u).reshape(n, terms, -1)
        return rate, moved


def flow(
    law: Dynamics,
    support: Sequence[int],
    coefficients: Array,
    lanes: Lanes,
    count: int,
    *,
    substeps: int = 1,
    sensitive: bool = True,
) -> VariedTrajectories:
    """`count` samples of every lane, the first at its start, with `substeps` Runge–Kutta steps between two."""
    rates = _Rates(law, support, coefficients, sensitive=sensitive)
    y, time, h = lanes.starts, lanes.times.copy(), lanes.steps / substeps
    n, terms = rates.shape
    s: Array | None = None
    if sensitive:
        s = np.zeros((n, terms + n, y.shape[1]))
        s[np.arange(n), terms + np.arange(n)] = 1.0
    states = np.empty((count, *y.shape))
    sensitivities = np.empty((count, *s.shape)) if s is not None else None
    with np.errstate(all="ignore"):
        for k in range(count):
            states[k] = y
            if sensitivities is not None and s is not None:
                sensitivities[k] = s
            for _ in range(substeps if k < count - 1 else 0):
                y, s = _step(rates, time, h, y, s)
                time = time + h
    return VariedTrajectories(states, sensitivities)


def _step(rates: _Rates, time: Array, h: Array, y: Array, s: Array | None) -> tuple[Array, Array | None]:
    k1, m1 = rates(time, y, s)
    k2, m2 = rates(time + h / 2, y + h / 2 * k1, _moved(s, h / 2, m1))
    k3, m3 = rates(time + h / 2, y + h / 2 * k2, _moved(s, h / 2, m2))
    k4, m4 = rates(time + h, y + h * k3, _moved(s, h, m3))
    y = y + h / 6 * (k1 + 2 * (k2 + k3) + k4)
    if s is None or m1 is None or m2 is None or m3 is None or m4 is None:
        return y, None
    return y, s + h / 6 * (m1 + 2 * (m2 + m3) + m4)


def _moved(s: Array | None, h: Array, m: Array | None) -> Array | None:
    return None if s is None or m is None else s + h * m
