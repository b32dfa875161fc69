"""Evolution equations on periodic grids by Fourier collocation and ETDRK4.

û' = L û + N(û), L the diagonal linear part, integrated exactly; the φ functions are contour integrals, so that small L
loses no digits. The step is halved until two runs over a first stretch agree.

Source: Kassam & Trefethen, SIAM J. Sci. Comput. 26 (2005) 1214; Cox & Matthews, J. Comput. Phys. 176 (2002) 430.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.errors import SimulationError

Complex = NDArray[np.complex128]
Array = NDArray[np.float64]
Nonlinear = Callable[[float, Complex], Complex]

CONTOUR = 32
TOLERANCE = 1e-7  # between a step and its half; the half is then some 15 times closer
ROUGH = 1e-4
LARGEST = 1e8


@dataclass(frozen=True)
class Stepper:
    """Coefficients of ETDRK4 for one step size; arrays have the shape of the spectrum."""

    step: float
    full: Complex
    half: Complex
    q: Complex
    f1: Complex
    f2: Complex
    f3: Complex


def stepper(linear: Complex, step: float) -> Stepper:
    """ETDRK4 coefficients for û' = linear·û + N."""
    roots = np.exp(2j * np.pi * (np.arange(1, CONTOUR + 1) - 0.5) / CONTOUR)
    q, f1, f2, f3 = (np.zeros_like(linear) for _ in range(4))
    for root in roots:
        z = step * linear + root
        e = np.exp(z)
        q += (np.exp(z / 2) - 1) / z
        f1 += (-4 - z + e * (4 - 3 * z + z**2)) / z**3
        f2 += (2 + z + e * (-2 + z)) / z**3
        f3 += (-4 - 3 * z - z**2 + e * (4 - z)) / z**3
    scale = step / CONTOUR
    return Stepper(step, np.exp(step * linear), np.exp(step * linear / 2), scale * q, scale * f1, scale * f2, scale * f3)


def advance(s: Stepper, nonlinear: Nonlinear, time: float, v: Complex) -> Complex:
    """One ETDRK4 step."""
    n0 = nonlinear(time, v)
    a = s.half * v + s.q * n0
    na = nonlinear(time + s.step / 2, a)
    b = s.half * v + s.q * na
    nb = nonlinear(time + s.step / 2, b)
    c = s.half * a + s.q * (2 * nb - n0)
    nc = nonlinear(time + s.step, c)
    return s.full * v + s.f1 * n0 + 2 * s.f2 * (na + nb) + s.f3 * nc


def integrate(
    linear: Complex, nonlinear: Nonlinear, start: Complex, times: Array, *, progress: Callable[[float], None] | None = None
) -> list[Complex]:
    """Spectra at every time; raises `SimulationError` when the solution blows up or no step is small enough."""
    with np.errstate(all="ignore"):
        steps = _choose_steps(linear, nonlinear, start, times)
        v, result = start, [start]
        s = stepper(linear, float(times[1] - times[0]) / steps)
        for k in range(1, len(times)):
            wanted = float(times[k] - times[k - 1]) / steps
            if not np.isclose(wanted, s.step, rtol=1e-9):
                s = stepper(linear, wanted)
            for j in range(steps):
                v = advance(s, nonlinear, float(times[k - 1]) + j * s.step, v)
            if not np.all(np.isfinite(v)) or np.max(np.abs(v)) > LARGEST * (np.max(np.abs(start)) + 1):
                raise SimulationError(
                    f"the solution blows up before {times[k]:g}; shorten the time axis, refine the grid, or check the signs of the law"
                )
            result.append(v)
            if progress is not None:
                progress(k / (len(times) - 1))
    return result


def _choose_steps(linear: Complex, nonlinear: Nonlinear, start: Complex, times: Array) -> int:
    """Steps between two samples: doubled until a run over a first stretch agrees with the next one to TOLERANCE.

    A start that is not smooth (a jump where the ends meet) keeps its shortest waves from converging; then doubling is
    stopped when it no longer helps, provided that runs agree to ROUGH.
    """
    stretch = times[: min(len(times), 9)]
    steps, previous = 4, np.inf
    before = _short_run(linear, nonlinear, start, stretch, steps)
    while steps <= 1024:
        steps *= 2
        after = _short_run(linear, nonlinear, start, stretch, steps)
        size = float(np.max(np.abs(after)))
        difference = float(np.max(np.abs(after - before))) / size if np.isfinite(size) else np.inf
        if difference < TOLERANCE or (difference < ROUGH and difference > previous / 2):
            return steps
        before, previous = after, difference
    raise SimulationError("no time step is small enough for this law; refine the grid or check that the problem is well posed")


def _short_run(linear: Complex, nonlinear: Nonlinear, start: Complex, times: Array, steps: int) -> Complex:
    s = stepper(linear, float(times[1] - times[0]) / steps)
    v = start
    for k in range(1, len(times)):
        for j in range(steps):
            v = advance(s, nonlinear, float(times[k - 1]) + j * s.step, v)
    return v


def wave_numbers(counts: Sequence[int], lengths: Sequence[float]) -> tuple[Array, ...]:
    """Angular wave numbers of each direction, shaped to broadcast over the grid; the unpaired one is zero in odd derivatives."""
    result = []
    for d, (n, length) in enumerate(zip(counts, lengths, strict=True)):
        shape = [1] * len(counts)
        shape[d] = n
        result.append((2 * np.pi * np.fft.fftfreq(n, d=length / n)).reshape(shape))
    return tuple(result)
