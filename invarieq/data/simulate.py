"""Make data from a declared law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
import sympy as sp
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.dataset import Dataset
from invarieq.data.evaluate import compile_expression, evaluate
from invarieq.data.ode import trajectory
from invarieq.data.spectral import integrate, wave_numbers
from invarieq.errors import SimulationError
from invarieq.jets import JetSpace
from invarieq.jets.space import MultiIndex
from invarieq.symmetry.check import leading_of, solved
from invarieq.system.simulation import Simulation
from invarieq.system.system import System

Array = NDArray[np.float64]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Evolution:
    """A law as a first-order system in its first coordinate.

    `state` lists the jets that make up the state (u, and u_t for second order), `rates` their derivatives by the first
    coordinate.
    """

    space: JetSpace
    simulation: Simulation
    state: tuple[sp.Symbol, ...]
    rates: tuple[sp.Expr, ...]


def simulate(system: System, *, progress: Progress | None = None) -> Dataset:
    """The solution of the system's law from its declared start, on its declared grid.

    ODEs by an 8th-order Runge–Kutta method; PDEs on periodic domains of one or two space dimensions spectrally.
    """
    problem = evolution(system)
    if len(problem.space.coordinates) == 1:
        segments = _trajectories(problem)
    else:
        segments = (_field(problem, progress),)
    periodic = frozenset(c.name for c in problem.simulation.grid.periodic)
    return Dataset(segments, periodic, f"simulation of {system.name}")


def evolution(system: System) -> Evolution:
    """The law solved for the highest derivatives by the first coordinate, with numbers for parameters."""
    space = system.space
    if not system.law or system.simulation is None:
        what = "law" if not system.law else "simulation"
        raise SimulationError(f"system {system.name!r} declares no {what}, so no data can be made; give data with --data FILE, or declare one")
    numbers = dict(system.values)
    missing = [p.name for p in system.parameters if p not in numbers]
    if missing:
        raise SimulationError(f"parameter {missing[0]!r} has no value; give one in `values`")
    law = [equation.xreplace(numbers) for equation in system.law]
    sides = solved(space, law, leading_of(space, law, system.leading))
    state: list[sp.Symbol] = []
    rates: list[sp.Expr] = []
    for a, field in enumerate(space.fields):
        own = [(s, space.index(s)) for s in sides if space.index(s)[0] == a]  # type: ignore[index]
        top = own[0][1][1] if own else ()  # type: ignore[index]
        if len(own) != 1 or sum(top) != top[0] or top[0] == 0:
            t = space.coordinates[0]
            raise SimulationError(f"the law is not solved for a derivative of {field.name} by {t}; only evolution equations are simulated")
        for n in range(top[0]):
            state.append(space.jet(a, (n,) + (0,) * (len(top) - 1)))
            rates.append(space.jet(a, (n + 1,) + (0,) * (len(top) - 1)) if n + 1 < top[0] else sides[own[0][0]])
    return Evolution(space, system.simulation, tuple(state), tuple(rates))


def _start(problem: Evolution, symbol: sp.Symbol, number: int) -> sp.Expr:
    for key, values in problem.simulation.start:
        if key == symbol:
            return values[number]
    raise SimulationError(f"the simulation has no start value for {symbol}; add {symbol} to `start`")


def _axis(problem: Evolution, coordinate: sp.Symbol) -> Array:
    start, stop, count = problem.simulation.grid.axis(coordinate)
    return np.linspace(start, stop, count, endpoint=coordinate not in problem.simulation.grid.periodic)


def _trajectories(problem: Evolution) -> tuple[xr.Dataset, ...]:
    t = problem.space.coordinates[0]
    times = _axis(problem, t)
    rates = [compile_expression(r, (t, *problem.state)) for r in problem.rates]

    def rate(time: float, y: Array) -> Array:
        values = [np.asarray(time), *y]
        return np.array([float(r(values)) for r in rates])

    segments = []
    for number in range(problem.simulation.trajectories):
        start = [float(_start(problem, s, number)) for s in problem.state]
        states = trajectory(rate, start, times)
        fields = {f.name: (t.name, states[problem.state.index(f.symbol)]) for f in problem.space.fields}
        segments.append(xr.Dataset(fields, coords={t.name: times}))
    return tuple(segments)


def _field(problem: Evolution, progress: Progress | None) -> xr.Dataset:
    space = problem.space
    t, *places = space.coordinates
    fixed = [p.name for p in places if p not in problem.simulation.grid.periodic]
    if fixed or len(places) > 2:
        raise SimulationError(
            f"only periodic domains of one or two space dimensions are simulated; {fixed[0] + ' is not periodic' if fixed else f'there are {len(places)}'}"
        )
    spectral = _Spectral(problem, [_axis(problem, p) for p in places])
    times = _axis(problem, t)
    spectra = integrate(spectral.linear, spectral.nonlinear, spectral.start(), times, progress=progress)
    fields = {}
    for field in space.fields:
        k = problem.state.index(field.symbol)
        fields[field.name] = ([c.name for c in space.coordinates], np.stack([spectral.back(v[k]) for v in spectra]))
    coords = {t.name: times} | {p.name: g for p, g in zip(places, spectral.grids, strict=True)}
    return xr.Dataset(fields, coords=coords)


class _Spectral:
    """The right-hand side of an evolution equation in Fourier space: diagonal linear part and the rest."""

    def __init__(self, problem: Evolution, grids: Sequence[Array]) -> None:
        self.problem, self.grids = problem, list(grids)
        self.shape = tuple(len(g) for g in grids)
        lengths = [float(g[1] - g[0]) * len(g) for g in grids]
        self.waves = wave_numbers(self.shape, lengths)
        self.mesh = np.meshgrid(*grids, indexing="ij")
        parts = [self._split(k) for k in range(len(problem.state))]
        self.linear = np.stack([p[0] for p in parts])
        rest = [p[1] for p in parts]
        self.jets = sorted({s for r in rest for s in r.free_symbols if problem.space.index(s)}, key=lambda s: s.name)  # type: ignore[attr-defined]
        names = (*problem.space.coordinates, *self.jets)
        self.rest = [compile_expression(r, names) if r != 0 else None for r in rest]
        self.factors = [self._factor(problem.space.index(s)) for s in self.jets]  # type: ignore[arg-type]

    def _derivative(self, index: MultiIndex) -> NDArray[np.complex128]:
        factor = np.ones(self.shape, dtype=complex)
        for k, n in zip(self.waves, index[1:], strict=True):
            own = k.copy()
            if n % 2 and k.size % 2 == 0:
                own.flat[k.size // 2] = 0.0
            factor = factor * (1j * own) ** n
        return factor

    def _split(self, k: int) -> tuple[NDArray[np.complex128], sp.Expr]:
        """(diagonal factor of state k in its own rate, the rest of the rate)."""
        problem = self.problem
        rate = sp.expand(problem.rates[k])
        linear = np.zeros(self.shape, dtype=complex)
        found = problem.space.index(problem.state[k])
        for term in sp.Add.make_args(rate):
            symbols = [s for s in term.free_symbols if problem.space.index(s) or s in problem.space.coordinates]  # type: ignore[attr-defined]
            if len(symbols) == 1 and (jet := problem.space.index(symbols[0])) and (term / symbols[0]).is_number:
                if jet[0] == found[0] and jet[1][0] == found[1][0]:  # type: ignore[index]
                    linear += complex(term / symbols[0]) * self._derivative(jet[1])
                    rate -= term
        return linear, rate

    def _factor(self, found: tuple[int, MultiIndex]) -> tuple[int, NDArray[np.complex128]]:
        a, index = found
        base = self.problem.space.jet(a, (index[0],) + (0,) * (len(index) - 1))
        return self.problem.state.index(base), self._derivative(index)

    def start(self) -> NDArray[np.complex128]:
        places = dict(zip(self.problem.space.coordinates[1:], self.mesh, strict=True))
        states = []
        for symbol in self.problem.state:
            values = np.broadcast_to(evaluate(_start(self.problem, symbol, 0), places), self.shape)
            if not np.all(np.isfinite(values)):
                raise SimulationError(f"the start value of {symbol} is not finite everywhere on the grid")
            states.append(scipy.fft.fftn(values))
        return np.stack(states)

    def back(self, spectrum: NDArray[np.complex128]) -> Array:
        return np.ascontiguousarray(scipy.fft.ifftn(spectrum).real)

    def nonlinear(self, time: float, v: NDArray[np.complex128]) -> NDArray[np.complex128]:
        values = [np.asarray(time), *self.mesh]
        values += [scipy.fft.ifftn(factor * v[k]).real for k, factor in self.factors]
        zero = np.zeros(self.shape, dtype=complex)
        return np.stack([zero if r is None else scipy.fft.fftn(np.broadcast_to(r(values), self.shape)) for r in self.rest])
