"""Independent data draws of the ODE systems of Yang et al. (NeurIPS 2024) at their published settings: starts and noise both drawn.

Fourth-order Runge–Kutta with step 0.002 over all trajectories at once; the noise is Gaussian, its standard deviation a share of that
of the clean data a field (growth: of the value itself). The starts of the epidemic are not published; they are drawn as in its file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq import load_system
from invarieq.data import Dataset
from invarieq.data.simulate.evolution import evolution
from invarieq.expressions import compile_expressions

Array = NDArray[np.float64]
STEP = 0.002


@dataclass(frozen=True)
class Case:
    """Published settings of one system: `steps` of `STEP`, every `kept`-th of them a sample, `count` trajectories."""

    name: str
    steps: int
    kept: int
    count: int
    noise: float
    starts: Callable[[np.random.Generator], list[float]]
    multiplicative: bool = False


def _disk(g: np.random.Generator) -> list[float]:
    radius, angle = g.uniform(0.5, 2.0), g.uniform(0.0, 2 * np.pi)
    return [radius * np.cos(angle), radius * np.sin(angle)]


def _energy(g: np.random.Generator) -> list[float]:
    """log of (H, L) from U(0, 1)² with the kept quantity between 3 and 4.5."""
    while True:
        h, low = g.uniform(0.0, 1.0, 2)
        if 3.0 <= h - np.log(h) + 4 / 3 * low - 2 / 3 * np.log(low) <= 4.5:
            return [np.log(h), np.log(low)]


CASES = {
    c.name: c
    for c in (
        Case("damped_oscillator", 10_000, 100, 50, 0.2, _disk),
        Case("growth", 1_000, 10, 100, 0.05, lambda g: list(g.uniform(0.2, 1.0, 2)), multiplicative=True),
        Case("lotka_volterra_canonical", 10_000, 1, 200, 0.99, _energy),
        Case("selkov", 10_000, 1, 10, 0.2, lambda g: list(g.uniform(0.5, 1.0, 2))),
        Case("seir", 5_000, 25, 12, 0.05, lambda g: [*g.uniform([0.5, 0.1, 0.1, 0.0], [2.0, 1.0, 1.0, 1.0])]),
    )
}


def clean(case: Case, generator: np.random.Generator) -> tuple[Array, Array]:
    """(times, states as trajectories × fields × times) without noise."""
    problem = evolution(load_system(case.name))
    run = compile_expressions(problem.rates, problem.state)

    def rate(y: Array) -> Array:
        return np.stack([np.broadcast_to(r, y[0].shape) for r in run(list(y))])

    y = np.array([case.starts(generator) for _ in range(case.count)]).T
    kept = [y]
    for step in range(1, case.steps):
        k1 = rate(y)
        k2 = rate(y + STEP / 2 * k1)
        k3 = rate(y + STEP / 2 * k2)
        k4 = rate(y + STEP * k3)
        y = y + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        if step % case.kept == 0:
            kept.append(y)
    states = np.stack(kept, axis=-1).transpose(1, 0, 2)
    return STEP * case.kept * np.arange(states.shape[-1]), states


def draw(case: Case, seed: int, noise: float | None = None) -> Dataset:
    """Data draw number `seed` (starts and noise) at the published noise, or at another."""
    level = case.noise if noise is None else noise
    generator = np.random.default_rng(np.random.SeedSequence([seed, 4]))
    times, states = clean(case, generator)
    spread = np.abs(states) if case.multiplicative else states.std(axis=(0, 2), keepdims=True)
    noisy = states + level * spread * generator.standard_normal(states.shape)
    names = [f.name for f in load_system(case.name).unknowns]
    pieces = [xr.Dataset({n: ("t", v) for n, v in zip(names, piece, strict=True)}, coords={"t": times}) for piece in noisy]
    return Dataset(tuple(pieces), frozenset(), f"{case.name}, draw {seed}, {100 * level:g} % noise")
