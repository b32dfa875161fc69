"""A law in motion: the solution of its equations from a state given as numbers, as far as it goes.

Trajectories by Runge–Kutta, periodic fields of one or two space dimensions in Fourier space, fields on an interval by finite
differences between ends that follow the data. A solution that blows up ends there, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from invarieq.data.simulate.evolution import Evolution, evolution
from invarieq.data.simulate.spectral import SpectralEquation
from invarieq.errors import DeclarationError, SimulationError
from invarieq.forecast.interval import bound_field
from invarieq.forecast.trajectory import FAR, Motion, Place, trajectory_of
from invarieq.law.law import Law
from invarieq.law.shown import Kind
from invarieq.law.solve import highest_derivatives, solved_law
from invarieq.system import Grid, Simulation, System
from invarieq.system.clock import CLOCKS

Array = NDArray[np.float64]

TOLERANCE = 1e-6  # of a field's step from sample to sample


def dynamics(law: Law, kind: Kind, place: Place, times: Array) -> Evolution:
    """The law as a first-order system in its first coordinate; raises `SimulationError` where it is none.

    An implicit law is solved for the highest derivatives by time first, where that has one solution in closed form.
    """
    space = law.space
    if law.is_implicit:
        law = _solved(law)
    _refuse_unmoved(law, place)
    axes = {space.coordinates[0]: (float(times[0]), float(times[-1]), max(4, len(times)))}
    equations, periodic = law.equations(kind), []
    for coordinate, grid, wraps in zip(space.coordinates[1:], place.grids, place.periodic, strict=True):
        step = float(grid[-1] - grid[0]) / (len(grid) - 1)
        axes[coordinate] = (float(grid[0]), float(grid[-1]) + (step if wraps else 0.0), len(grid))
        periodic += [coordinate] if wraps else []
    try:
        system = System(
            name="law",
            unknowns=space.fields,
            law=equations,
            leading=law.leading,
            simulation=Simulation(Grid(axes, periodic), {}),
        )
    except DeclarationError as error:
        raise SimulationError(f"the law cannot be simulated: {error}") from None
    return evolution(system)


def _solved(law: Law) -> Law:
    space = law.space
    clocks = [c for c in space.coordinates if c.name in CLOCKS]
    time = clocks[0] if len(clocks) == 1 else space.coordinates[0]
    leading = highest_derivatives(space, law.right, time)
    if still := [f.name for a, f in enumerate(space.fields) if a not in [space.index(s)[0] for s in leading]]:  # type: ignore[index]
        raise SimulationError(f"the law holds no derivative of {', '.join(still)} by {time} alone, so it moves nothing")
    try:
        return solved_law(law, leading)
    except DeclarationError as error:
        raise SimulationError(f"the law cannot be simulated: {error}") from None


def _refuse_unmoved(law: Law, place: Place) -> None:
    """A steady law, or one for some of the fields only, moves nothing."""
    names = [c.name for c in law.space.coordinates]
    if len(names) == 2 and not any(place.periodic) and not set(names) & set(CLOCKS):
        raise SimulationError(f"neither {names[0]} nor {names[1]} is a time ({', '.join(CLOCKS)}): a steady law has no motion")
    moved = {(law.space.index(s) or (-1,))[0] for s in law.leading}
    if still := [f.name for a, f in enumerate(law.space.fields) if a not in moved]:
        raise SimulationError(f"the law says nothing of {', '.join(still)}, which it needs to be set in motion")


def move(problem: Evolution, place: Place, start: Array, times: Array, ends: Array | None = None) -> Motion:
    """The solution from `start` (state × places) at `times`; `ends` (state × times × places) are data that bind an interval's ends.

    Raises `SimulationError` for what is not simulated at all: three space dimensions, open ends in two, ill-posed laws.
    """
    if not place.grids:
        return trajectory_of(problem, place, start, times)
    if all(place.periodic):
        return _periodic(problem, place, start, times)
    if len(place.grids) == 1 and ends is not None:
        return bound_field(problem, place, start, times, ends)
    if len(place.grids) == 1:
        raise SimulationError(
            "a field on an interval moves only beside data that say what happens at its ends, as in `answer.prediction` and `plot()`; from a "
            "start alone only trajectories and periodic fields are set in motion"
        )
    raise SimulationError(
        "only periodic fields of one or two space dimensions and fields on an interval are simulated from data; "
        f"this one has {len(place.grids)} space dimensions, of which {sum(place.periodic)} are periodic"
    )


def _periodic(problem: Evolution, place: Place, start: Array, times: Array) -> Motion:
    equation = SpectralEquation(problem)
    if equation.diagnostic:
        raise SimulationError("fields that follow from others at each time are not simulated from data")
    integrator = equation.integrator()
    integrator.tolerance = TOLERANCE
    states = np.full((len(start), len(times), *start.shape[1:]), np.nan)
    limits = FAR * np.where(place.sizes > 0, place.sizes, 1.0)
    reached = 0
    try:
        for k, spectrum in enumerate(integrator.solution(equation.forth(start), times)):
            found = equation.back(spectrum)
            if not np.all(np.max(np.abs(found.reshape(len(found), -1)), axis=1) <= limits):
                break
            states[:, k] = found
            reached = k
    except SimulationError:
        if reached == 0:
            raise
    return Motion(states, None if reached == len(times) - 1 else float(times[reached]))


def state_sizes(problem: Evolution, values: Sequence[Array], step: float) -> Array:
    """The largest size of each state in a record sampled every `step`, derivatives by first differences."""
    sizes = []
    for symbol in problem.state:
        a, index = problem.space.index(symbol)  # type: ignore[misc]
        found = values[a]
        for _ in range(index[0]):
            found = np.diff(found, axis=0) / step
        sizes.append(float(np.max(np.abs(found))))
    return np.array(sizes)
