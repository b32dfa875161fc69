"""Make data from a declared law."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.dataset import Dataset
from invarieq.data.simulate.evolution import Evolution, evolution
from invarieq.data.simulate.held_ends import field_with_held_ends
from invarieq.data.simulate.ode import trajectory
from invarieq.data.simulate.spectral import SpectralEquation
from invarieq.data.simulate.steady import is_steady, steady_fields
from invarieq.errors import SimulationError
from invarieq.expressions import compile_expressions
from invarieq.system.system import System

Array = NDArray[np.float64]
Progress = Callable[[float], None]


def simulate(system: System, *, progress: Progress | None = None) -> Dataset:
    """The solution of the system's law from its declared start, on its declared grid.

    ODEs by an eighth-order Runge–Kutta method; PDEs on periodic domains of up to three space dimensions spectrally, each
    segment with its estimated relative error in time as attribute `time_error`; PDEs of second order on an interval between
    ends held at their start values; elliptic laws without a time in a rectangle whose border values `start` gives.
    `progress` is called with the share done.
    Raises `SimulationError` where the law, the start or the grid is missing, and when the solution blows up.
    """
    if is_steady(system):
        return Dataset(steady_fields(system, progress or _silent), frozenset(), f"solution of {system.name}")
    problem = evolution(system)
    segments = _trajectories(problem, progress) if len(problem.space.coordinates) == 1 else _fields(problem, progress)
    periodic = frozenset(c.name for c in problem.simulation.grid.periodic)
    return Dataset(segments, periodic, f"simulation of {system.name}")


def _trajectories(problem: Evolution, progress: Progress | None) -> tuple[xr.Dataset, ...]:
    t = problem.space.coordinates[0]
    times = problem.axis(t)
    run = compile_expressions(problem.rates, (t, *problem.state))

    def rate(time: float, y: Array) -> Array:
        return np.array(run([np.float64(time), *y]))  # type: ignore[list-item]

    count = problem.simulation.trajectories
    segments = []
    for number in range(count):
        states = trajectory(rate, [_number(problem, k, number) for k in range(len(problem.state))], times)
        fields = {f.name: (t.name, states[problem.state.index(f.symbol)].copy()) for f in problem.space.fields}
        segments.append(xr.Dataset(fields, coords={t.name: times}))
        if progress is not None:
            progress((number + 1) / count)
    return tuple(segments)


def _number(problem: Evolution, k: int, number: int) -> float:
    value = problem.start(problem.state[k], number)
    if not (value.is_number and value.is_finite and value.is_real):
        raise SimulationError(
            f"system {problem.name!r}: the start of {problem.state[k]} is {value}; expected a finite real number"
        )
    return float(value)


def _fields(problem: Evolution, progress: Progress | None) -> tuple[xr.Dataset, ...]:
    places = problem.space.coordinates[1:]
    fixed = [p.name for p in places if p not in problem.simulation.grid.periodic]
    if (fixed and len(places) > 1) or len(places) > 3:
        what = f"{fixed[0]} is not periodic" if fixed else f"there are {len(places)} space dimensions"
        raise SimulationError(
            f"system {problem.name!r}: only periodic domains of up to three space dimensions and intervals are simulated, and {what}; "
            "name every space coordinate in `periodic` of the grid, or give data"
        )
    times = problem.axis(problem.space.coordinates[0])
    count = problem.simulation.trajectories
    solve: Callable[[int, Callable[[float], object]], xr.Dataset]
    if fixed:
        solve = functools.partial(field_with_held_ends, problem, times)
    else:
        solve = functools.partial(_field, problem, SpectralEquation(problem), times)
    return tuple(
        solve(number, lambda share, n=number: progress((n + share) / count) if progress else None) for number in range(count)
    )


def _silent(share: float) -> None:
    """No progress is shown."""


def _field(
    problem: Evolution, equation: SpectralEquation, times: Array, number: int, progress: Callable[[float], object]
) -> xr.Dataset:
    space = problem.space
    values = np.empty((len(space.fields), len(times), *equation.shape))
    integrator = equation.integrator()
    for k, spectrum in enumerate(integrator.solution(equation.start(number), times)):
        values[:, k] = equation.back(equation.fields(float(times[k]), spectrum))
        progress((k + 1) / len(times))
    names = [c.name for c in space.coordinates]
    fields = {f.name: (names, values[a]) for a, f in enumerate(space.fields)}
    coords = dict(zip(names, (times, *equation.grids), strict=True))
    return xr.Dataset(fields, coords=coords, attrs={"time_error": integrator.error})
