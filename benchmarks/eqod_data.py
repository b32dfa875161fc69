"""Eight PDEs in one dimension with random initial states, after the list of EqOD (arXiv 2605.11524).

The paper's own coefficients, grids and initial states could not be read, only that there are eight PDEs, among them heat and
several with reactions, and four noise levels. So these are standard forms on moderate grids; a draw is a random initial state
and its own noise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from sympy import Rational, cosh, exp, pi, sqrt

from invarieq import Field, Grid, Simulation, System, coordinates
from invarieq.data import Dataset, simulate

NOISES = (0.0, 0.05, 0.1, 0.2)
t, x = coordinates("t x")
u = Field("u", t, x)
Start = Callable[[np.random.Generator], sp.Expr]
Terms = dict[tuple[int, int], float]  # coefficient of ∂_x^d (u^p) by (d, p)


@dataclass(frozen=True)
class Case:
    """One PDE u_t = Σ c ∂_x^d (u^p). `symmetric`: whether it has more than translations and reflections (a boost or a scaling)."""

    name: str
    terms: Terms
    grid: Grid
    start: Start
    symmetric: bool

    @property
    def law(self) -> sp.Expr:
        """u_t minus the right-hand side."""
        names = {0: u.symbol, 1: u[x], 2: u[x, x], 3: u[x, x, x], 4: u[x, x, x, x]}
        total = u[t]
        for (d, p), c in self.terms.items():
            value = names[d] if p == 1 else u**p if d == 0 else 2 * u * u[x]  # powers stand alone or as (u²)_x
            total -= Rational(str(c)) * value
        return sp.sympify(total)

    def system(self, seed: int) -> System:
        """The PDE with the initial state of one draw."""
        state = self.start(np.random.default_rng([seed, len(self.name)]))
        return System(name=self.name, unknowns=[u], law=[self.law], simulation=Simulation(grid=self.grid, start={u: state}))

    def draw(self, seed: int) -> tuple[System, Dataset]:
        """(system, clean data) of one draw."""
        system = self.system(seed)
        return system, simulate(system)


def _number(value: float) -> sp.Rational:
    return Rational(str(round(value, 4)))


def waves(count: int, length: sp.Expr, *, size: float = 1.0, mean: float = 0.0) -> Start:
    """Random Fourier series of the first `count` modes on a ring."""

    def start(generator: np.random.Generator) -> sp.Expr:
        total = _number(mean)
        for k in range(1, count + 1):
            a = _number(size * generator.normal() / np.sqrt(count))
            b = _number(size * generator.normal() / np.sqrt(count))
            total += a * sp.cos(2 * pi * k * x / length) + b * sp.sin(2 * pi * k * x / length)
        return total

    return start


def solitons(generator: np.random.Generator) -> sp.Expr:
    """Two solitons of u_t = −6 u u_x − u_xxx, the faster one behind."""
    speeds = (_number(generator.uniform(0.8, 1.3)), _number(generator.uniform(0.4, 0.6)))
    places = (_number(generator.uniform(-20, -15)), _number(generator.uniform(0, 6)))
    return sp.Add(*[c / 2 / cosh(sqrt(c) / 2 * (x - a)) ** 2 for c, a in zip(speeds, places, strict=True)])


def groups(sizes: Sequence[float]) -> Start:
    """Bumps of about these heights at random places."""

    def start(generator: np.random.Generator) -> sp.Expr:
        total = sp.S.Zero
        for k, size in enumerate(sizes):
            place = _number(-6 + 12 * (k + generator.uniform(0.2, 0.8)) / len(sizes))
            total += _number(size * generator.uniform(0.8, 1.2)) * exp(-_number(generator.uniform(1, 2)) * (x - place) ** 2)
        return total

    return start


def _ring(end: float, times: int, length: sp.Expr, points: int) -> Grid:
    return Grid({t: (0, end, times), x: (0, length, points)}, periodic=[x])


def _around(end: float, times: int, half: int, points: int) -> Grid:
    return Grid({t: (0, end, times), x: (-half, half, points)}, periodic=[x])


CASES = (
    Case("heat", {(2, 1): 0.1}, _ring(3, 101, 2 * pi, 128), waves(5, 2 * pi), True),
    Case("advection_diffusion", {(1, 1): -1.0, (2, 1): 0.05}, _ring(3, 101, 2 * pi, 128), waves(5, 2 * pi), True),
    Case("burgers", {(1, 2): -0.5, (2, 1): 0.1}, _ring(3, 101, 2 * pi, 128), waves(3, 2 * pi), True),
    Case("kdv", {(1, 2): -3.0, (3, 1): -1.0}, _around(20, 101, 30, 256), solitons, True),
    Case(
        "kuramoto_sivashinsky",
        {(1, 2): -0.5, (2, 1): -1.0, (4, 1): -1.0},
        _ring(100, 201, 32 * pi, 256),
        waves(8, 32 * pi),
        True,
    ),
    Case("fisher_kpp", {(2, 1): 0.1, (0, 1): 1.0, (0, 2): -1.0}, _around(10, 101, 10, 128), groups((0.5, 0.2)), False),
    Case("allen_cahn", {(2, 1): 0.05, (0, 1): 1.0, (0, 3): -1.0}, _ring(5, 101, 2 * pi, 128), waves(5, 2 * pi, size=0.7), False),
    Case(
        "bistable",
        {(2, 1): 0.05, (0, 1): -0.3, (0, 2): 1.3, (0, 3): -1.0},
        _ring(8, 101, 4 * pi, 128),
        waves(6, 4 * pi, size=0.6, mean=0.4),
        False,
    ),
)
