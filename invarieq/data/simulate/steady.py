"""Steady fields in a rectangle: an elliptic law with the values on the border given (Darcy's law, Poisson's equation).

Chebyshev collocation in both directions and Newton's method, whose derivative is exact: the law is differentiated by its
jets symbolically. Linear laws take one step.

Source: Trefethen, Spectral Methods in MATLAB, 2000, ch. 7 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import sympy as sp
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.simulate.chebyshev import Interval, interval
from invarieq.errors import SimulationError
from invarieq.expressions import compile_expressions, evaluate
from invarieq.jets import JetSpace, symbols_of
from invarieq.system.clock import CLOCKS
from invarieq.system.simulation import Simulation
from invarieq.system.system import System

Array = NDArray[np.float64]

POINTS = 33
STEPS = 30
CONVERGED = 1e-11


def is_steady(system: System) -> bool:
    """Whether a law describes a steady field in a rectangle: two coordinates, neither of them a time, none periodic."""
    simulation = system.simulation
    if simulation is None or not system.law or len(system.coordinates) != 2:
        return False
    return not simulation.grid.periodic and all(c.name not in CLOCKS for c in system.coordinates)


@dataclass(frozen=True)
class SteadyProblem:
    """The law on a grid of Chebyshev points: residual and Jacobian by its jets."""

    name: str
    space: JetSpace
    simulation: Simulation
    lines: tuple[Interval, Interval]
    law: tuple[sp.Expr, ...]
    numbers: dict[sp.Symbol, sp.Expr]

    @property
    def meshes(self) -> tuple[Array, Array]:
        """Coordinates of all points, flattened."""
        x, y = np.meshgrid(self.lines[0].points, self.lines[1].points, indexing="ij")
        return x.ravel(), y.ravel()

    @property
    def border(self) -> NDArray[np.bool_]:
        """Which points lie on the border."""
        inside = np.zeros((len(self.lines[0].points), len(self.lines[1].points)), dtype=bool)
        inside[1:-1, 1:-1] = True
        return ~inside.ravel()


def steady_fields(system: System, progress: Callable[[float], object]) -> tuple[xr.Dataset, ...]:
    """One field for each entry of `start`, which gives the values on the border.

    Raises `SimulationError` where the law is not elliptic of second order with one equation a field, where the border has no
    finite values, and where Newton's method does not settle.
    """
    problem = _problem(system)
    count = problem.simulation.trajectories
    found = []
    for number in range(count):
        found.append(_on_grid(problem, _newton(problem, number)))
        progress((number + 1) / count)
    return tuple(found)


def _problem(system: System) -> SteadyProblem:
    space, simulation = system.space, cast(Simulation, system.simulation)
    numbers = dict(system.values)
    missing = [p.name for p in system.parameters if p not in numbers]
    if missing:
        raise SimulationError(f"system {system.name!r}: parameter {missing[0]!r} has no value; give one in `values`")
    law = tuple(cast(sp.Expr, e.xreplace(numbers)) for e in system.law)
    if len(law) != len(space.fields) or any(space.order(e) != 2 for e in law):
        raise SimulationError(
            f"system {system.name!r}: its coordinates hold no time, and its law is not one equation of second order a field: only "
            "such laws are solved in a rectangle. Name a coordinate t, or give data"
        )
    lines = []
    for c in space.coordinates:
        start, stop, _ = simulation.grid.axis(c)
        lines.append(interval(start, stop, POINTS))
    return SteadyProblem(system.name, space, simulation, (lines[0], lines[1]), law, numbers)


def _newton(problem: SteadyProblem, number: int) -> Array:
    """Values (fields × points)."""
    u = _border_values(problem, number)
    jets = sorted({s for e in problem.law for s in symbols_of(e) if problem.space.index(s)}, key=lambda s: s.name)
    matrices = [_matrix(problem, s) for s in jets]
    slopes = [sp.diff(e, s) for e in problem.law for s in jets]
    run = compile_expressions([*problem.law, *slopes], (*problem.space.coordinates, *jets))
    size, border = u.shape[1], problem.border
    scale = 1.0
    for step in range(STEPS):
        values = [m @ u[problem.space.index(s)[0]] for m, s in zip(matrices, jets, strict=True)]  # type: ignore[index]
        found = [np.broadcast_to(f, (size,)) for f in run([*problem.meshes, *values])]
        residual, parts = np.array(found[: len(u)]), found[len(u) :]
        _check_elliptic(problem, jets, parts)
        residual[:, border] = 0.0
        change = np.linalg.solve(_jacobian(problem, jets, matrices, parts), residual.ravel()).reshape(u.shape)
        u = u - change
        scale = max(scale if step else 0.0, float(np.abs(u).max()))
        if not np.all(np.isfinite(u)):
            break
        if np.abs(change).max() <= CONVERGED * scale:
            return u
    raise SimulationError(
        f"system {problem.name!r}: Newton's method does not settle in {STEPS} steps; check the law and the values on the border"
    )


def _border_values(problem: SteadyProblem, number: int) -> Array:
    """The declared values at every point: those on the border stay, those inside are where Newton's method begins."""
    known = dict(problem.simulation.start)
    places = dict(zip(problem.space.coordinates, problem.meshes, strict=True))
    rows = []
    for field in problem.space.fields:
        if field.symbol not in known:
            raise SimulationError(
                f"system {problem.name!r}: `start` does not give {field.name}; give its values on the border as an expression in "
                f"{', '.join(map(str, problem.space.coordinates))}"
            )
        with np.errstate(all="ignore"):
            values = evaluate(cast(sp.Expr, known[field.symbol][number].xreplace(problem.numbers)), places)
        rows.append(np.broadcast_to(values, problem.border.shape))
    u = np.array(rows, dtype=float)
    if not np.all(np.isfinite(u)):
        raise SimulationError(f"system {problem.name!r}: `start` is not finite everywhere in the rectangle; correct it")
    return u


def _matrix(problem: SteadyProblem, symbol: sp.Symbol) -> Array:
    index = problem.space.index(symbol)[1]  # type: ignore[index]
    left, right = (line.derivative(n) for line, n in zip(problem.lines, index, strict=True))
    return np.asarray(np.kron(left, right), dtype=np.float64)


def _jacobian(problem: SteadyProblem, jets: Sequence[sp.Symbol], matrices: Sequence[Array], parts: Sequence[Array]) -> Array:
    border, count = problem.border, len(problem.space.fields)
    size = len(border)
    full = np.zeros((count, size, count, size))
    for k, part in enumerate(parts):
        equation, jet = divmod(k, len(jets))
        field = problem.space.index(jets[jet])[0]  # type: ignore[index]
        full[equation, :, field] += part[:, None] * matrices[jet]
    full[:, border] = 0.0
    for a in range(count):
        full[a, np.flatnonzero(border), a, np.flatnonzero(border)] = 1.0
    return full.reshape(count * size, count * size)


def _check_elliptic(problem: SteadyProblem, jets: Sequence[sp.Symbol], parts: Sequence[Array]) -> None:
    """The second derivatives of each field in its own equation form a definite quadratic form."""
    for a, field in enumerate(problem.space.fields):
        indices = [problem.space.index(s) for s in jets]
        second = {index[1]: parts[a * len(jets) + j] for j, index in enumerate(indices) if index is not None and index[0] == a}
        zero = np.zeros(len(problem.border))
        form = 4 * second.get((2, 0), zero) * second.get((0, 2), zero) - second.get((1, 1), zero) ** 2
        if not np.all(form > 0):
            x, y = (float(m[np.argmin(form)]) for m in problem.meshes)
            raise SimulationError(
                f"system {problem.name!r}: the law of {field.name} is not elliptic at ({x:g}, {y:g}), and its coordinates hold no time: only "
                "elliptic laws are solved in a rectangle. Name the coordinate that is a time t, or give data"
            )


def _on_grid(problem: SteadyProblem, u: Array) -> xr.Dataset:
    shape = tuple(len(line.points) for line in problem.lines)
    grids = []
    for c in problem.space.coordinates:
        start, stop, count = problem.simulation.grid.axis(c)
        grids.append(np.linspace(start, stop, count))
    left, right = (line.at(g) for line, g in zip(problem.lines, grids, strict=True))
    names = [c.name for c in problem.space.coordinates]
    fields = {f.name: (names, left @ row.reshape(shape) @ right.T) for f, row in zip(problem.space.fields, u, strict=True)}
    return xr.Dataset(fields, coords=dict(zip(names, grids, strict=True)))
