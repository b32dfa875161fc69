"""Exponential Runge–Kutta steps of fourth order for v' = L v + N(t, v), with L integrated exactly.

L is one number a wave (each field by itself) or one small matrix a wave (fields that are linearly coupled, or second
order in time). Every interval between two samples is crossed twice, in n and in 2n steps; n is doubled until the two agree.

Source: Cox & Matthews, J. Comput. Phys. 176 (2002) 430; Kassam & Trefethen, SIAM J. Sci. Comput. 26 (2005) 1214. The φ
functions come from their series near 0, from their recurrence elsewhere, and from one matrix exponential for matrices.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from invarieq.errors import SimulationError

Array = NDArray[np.float64]
Spectrum = NDArray[np.complex128]
Coefficient = NDArray[np.complex128] | Array
Nonlinear = Callable[[float, Spectrum], Spectrum]

TOLERANCE = 2e-9  # between n and 2n steps over one interval, relative to each field; what is kept is extrapolated from both
ROUGH = 1e-4  # a jump in the start keeps the shortest waves from converging: more steps than these are then no better
ROUGH_STEPS = 32
MOST = 4096
LOOK = 32


@dataclass(frozen=True, slots=True)
class Stepper:
    """Coefficients for one step size: `fields × waves`, or `fields × fields × waves` for coupled fields."""

    step: float
    full: Coefficient
    half: Coefficient
    q: Coefficient
    f1: Coefficient
    f2: Coefficient
    f3: Coefficient


def stepper(linear: Coefficient, step: float, *, coupled: bool = False) -> Stepper:
    """ETDRK4 coefficients for v' = linear·v + N."""
    phi = matrix_phi if coupled else scalar_phi
    full, p1, p2, p3 = phi(step * linear)
    half, q1, _, _ = phi(step / 2 * linear)
    return Stepper(step, full, half, step / 2 * q1, step * (p1 - 3 * p2 + 4 * p3), step * (2 * p2 - 4 * p3), step * (4 * p3 - p2))


def scalar_phi(z: Coefficient) -> tuple[Coefficient, ...]:
    """(e^z, φ₁, φ₂, φ₃)(z) elementwise, to rounding; φ_{k+1}(z) = (φ_k(z) − 1/k!)/z."""
    near = np.abs(z) < 1
    small, large = np.where(near, z, 0.0), np.where(near, 1.0, z)
    values: list[Any] = [np.exp(z)]
    for k in range(3):
        series = sum(small**j / math.factorial(j + k + 1) for j in range(18))
        last = np.exp(large) if k == 0 else np.where(near, 0.0, values[-1])
        values.append(np.where(near, series, (last - 1 / math.factorial(k)) / large))
    return tuple(values)


def matrix_phi(z: Coefficient) -> tuple[Coefficient, ...]:
    """(e^z, φ₁, φ₂, φ₃) of matrices `m × m × waves`: the first block row of the exponential of a matrix four times as large."""
    m = z.shape[0]
    blocks = np.zeros((*z.shape[2:], 4 * m, 4 * m), dtype=z.dtype)
    blocks[..., :m, :m] = np.moveaxis(z, (0, 1), (-2, -1))
    blocks[..., : 3 * m, m:] += np.eye(3 * m)
    found = np.moveaxis(cast(Any, scipy.linalg.expm(blocks)), (-2, -1), (0, 1))
    return tuple(np.ascontiguousarray(found[:m, k * m : (k + 1) * m]) for k in range(4))


def flow_of(linear: Coefficient, step: float, *, coupled: bool) -> Coefficient:
    """exp(step·L), of one number or of one matrix a wave."""
    if not coupled:
        return np.exp(step * linear)
    found = scipy.linalg.expm(np.moveaxis(step * linear, (0, 1), (-2, -1)))
    return np.ascontiguousarray(np.moveaxis(cast(Any, found), (-2, -1), (0, 1)))


def _apply(c: Coefficient, v: Spectrum) -> Spectrum:
    return c * v if c.ndim == v.ndim else np.einsum("ij...,j...->i...", c, v)


def advance(s: Stepper, nonlinear: Nonlinear, time: float, v: Spectrum) -> Spectrum:
    """One step; v is `fields × waves`."""
    middle = time + s.step / 2
    n0 = nonlinear(time, v)
    base = _apply(s.half, v)
    a = base + _apply(s.q, n0)
    na = nonlinear(middle, a)
    b = base + _apply(s.q, na)
    nb = nonlinear(middle, b)
    c = _apply(s.half, a) + _apply(s.q, 2 * nb - n0)
    nc = nonlinear(time + s.step, c)
    return _apply(s.full, v) + _apply(s.f1, n0) + _apply(s.f2, na + nb) + _apply(s.f3, nc)


@dataclass(slots=True)
class Integrator:
    """v' = L v + N(t, v) with the number of steps chosen interval by interval.

    `error` adds up the estimated relative errors of the intervals crossed so far; `rough` is that of the last one if it did not
    converge, else 0. `tolerance` is what is asked of an interval. Without `nonlinear` every interval is crossed at once, exactly.
    """

    linear: Coefficient
    nonlinear: Nonlinear | None
    coupled: bool
    steppers: dict[float, Stepper]
    steps: int = 2
    error: float = 0.0
    rough: float = 0.0
    flows: dict[float, Coefficient] = field(default_factory=dict[float, Coefficient])
    tolerance: float = TOLERANCE

    def solution(self, start: Spectrum, times: Array) -> Iterator[Spectrum]:
        """Spectra at every time; raises `SimulationError` on blow-up or where no step is small enough."""
        v, size = start, _norms(start)
        yield v
        for left, right in itertools.pairwise(times):
            with np.errstate(all="ignore"):
                v = (
                    self._cross(v, float(left), float(right), size)
                    if self.nonlinear
                    else self._leap(v, float(left), float(right))
                )
            size = np.maximum(size, _norms(v))
            yield v

    def _cross(self, v: Spectrum, left: float, right: float, size: Array) -> Spectrum:
        """One interval in n and in 2n steps, n doubled until they agree; a smooth result is extrapolated to n → ∞."""
        n, differences = self.steps, [np.inf, np.inf]
        before = self._run(v, left, right, n)
        while n < MOST:
            after = self._run(v, left, right, 2 * n)
            error = _difference(before, after, size)
            if error < self.tolerance:
                self.error += error / 15
                self.rough, self.steps = 0.0, _fewer(n, error, self.tolerance)
                return after + (after - before) / 15
            no_better = error > differences[-2] / 4 or error < 2 * self.rough
            if n >= ROUGH_STEPS and error < ROUGH and no_better:
                self.error += error
                self.rough, self.steps = error, n
                return after
            differences.append(error)
            before, n = after, 2 * n
        raise _failure(before, differences[-1], left, right)

    def _leap(self, v: Spectrum, left: float, right: float) -> Spectrum:
        """exp(L t) v."""
        step = float(f"{right - left:.12e}")
        if step not in self.flows:
            self.flows.clear()
            self.flows[step] = flow_of(self.linear, step, coupled=self.coupled)
        after = _apply(self.flows[step], v)
        if not np.all(np.isfinite(after)):
            raise _failure(after, np.inf, left, right)
        return after

    def _run(self, v: Spectrum, left: float, right: float, steps: int) -> Spectrum:
        assert self.nonlinear is not None
        s = self._stepper((right - left) / steps)
        for j in range(steps):
            v = advance(s, self.nonlinear, left + j * s.step, v)
            if j % LOOK == LOOK - 1 and not np.all(np.isfinite(v)):
                break
        return v

    def _stepper(self, step: float) -> Stepper:
        step = float(f"{step:.12e}")  # equal spacings differ in their last digits, and coefficients are dear
        if step not in self.steppers:
            if len(self.steppers) > 8:
                self.steppers.clear()
            self.steppers[step] = stepper(self.linear, step, coupled=self.coupled)
        return self.steppers[step]


def _norms(v: Spectrum) -> Array:
    return np.sqrt(np.sum(np.abs(v) ** 2, axis=tuple(range(1, v.ndim))))


def _fewer(n: int, error: float, tolerance: float) -> int:
    """The next smaller of 1, 2, 3, 4, 6, 8, 12, … steps if fourth order promises that it is still enough, else n."""
    smaller = n * 3 // 4 if n & (n - 1) == 0 else n * 2 // 3
    return smaller if n > 2 and error * (n / smaller) ** 4 < tolerance / 2 else n


def _difference(before: Spectrum, after: Spectrum, size: Array) -> float:
    """Largest relative difference of a field; infinite where one is not finite."""
    size = np.maximum(size, _norms(after))
    difference = _norms(after - before)
    if not (np.all(np.isfinite(size)) and np.all(np.isfinite(difference))):
        return np.inf
    return float(np.max(difference / np.where(size > 0, size, 1.0)))


def _failure(last: Spectrum, error: float, left: float, right: float) -> SimulationError:
    where = f"between {left:g} and {right:g}"
    if not np.all(np.isfinite(last)):
        return SimulationError(
            f"the solution blows up {where}, in {MOST} steps; end the first axis before, or check the signs of the law"
        )
    return SimulationError(
        f"the solution is not reached to {ROUGH:g} {where}, even in {MOST} steps (error {error:.1g}); give more "
        "samples along the first coordinate, a coarser grid in space, or check that the problem is well posed"
    )
