"""The symmetry of an ODE as exact constraint, as penalty, and not at all, where data are few and noisy.

    python benchmarks/regularized.py [--noises 0.05,0.1,0.2] [--seeds 10] [--json FILE]

Three systems: the damped oscillator (rotation) and growth (scaling), whose libraries are closed, and a slide x' = 1 − x², y' = (1 − x²) y − x
that admits exp(x) ∂_y, under which no polynomial library is closed (the exact constraint is then not available). Few trajectories of few
samples. Share of draws with exactly the true terms, median relative error of the coefficients, CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sympy as sp
from searches import sparse

from invarieq import Field, Grid, Simulation, System, VectorField, coordinates, rotation, scaling, translation
from invarieq.data import Dataset, add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.regularized import search_regularized
from invarieq.engines.found import Found
from invarieq.errors import Undecided
from invarieq.law import judge
from invarieq.space.searchspace import SearchSpace

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)


def systems() -> list[System]:
    """Each with two trajectories."""

    def made(name: str, symmetry: VectorField, law: list[Any], end: int, start: dict[Field, list[float]]) -> System:
        grid = Simulation(grid=Grid({t: (0, end, 101)}), start=start)
        return System(name=name, unknowns=[x, y], symmetry=[translation(t), symmetry], law=law, simulation=grid)

    fade = 1 - x.symbol**2
    return [
        made("oscillator", rotation(x, y), [x[t] + 0.1 * x + y, y[t] - x + 0.1 * y], 20, {x: [1.5, 0.5], y: [0, 1]}),
        made("growth", scaling({x: 2, y: 1}), [x[t] + 0.3 * x - 0.1 * y.symbol**2, y[t] - y], 2, {x: [0.4, 0.9], y: [0.3, 0.8]}),
        made(
            "slide", VectorField({y: sp.exp(x.symbol)}), [x[t] - fade, y[t] - fade * y + x], 4, {x: [-0.9, 2.0], y: [0.5, -0.7]}
        ),
    ]


def modes(system: System, data: Dataset, seed: int) -> dict[str, Callable[[], Found]]:
    """The three searches."""

    def penalized() -> Found:
        answer = search_regularized(SearchSpace(system), prepare(data, system.space), seed=seed)
        assert answer.found is not None
        return answer.found

    return {
        "exact": lambda: sparse(system, data, seed=seed),
        "penalty": penalized,
        "none": lambda: sparse(system, data, seed=seed, restricted=False),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--noises", default="0.05,0.1,0.2")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    table = []
    for system in systems():
        clean = simulate(system)
        for noise in map(float, options.noises.split(",")):
            rows: dict[str, list[tuple[bool, float, float]]] = {"exact": [], "penalty": [], "none": []}
            for seed in range(options.seeds):
                for mode, run in modes(system, add_noise(clean, noise, seed), seed).items():
                    start = time.process_time()
                    try:
                        law = run().law
                    except Undecided:  # the generator is not polynomial
                        continue
                    truth = judge(law, system.law, {})
                    rows[mode].append((truth.recovered, truth.coefficient_error, time.process_time() - start))
            line = f"{system.name:11} {100 * noise:3.0f}%"
            for mode, found in rows.items():
                share, error, seconds = (
                    (statistics.mean(r[0] for r in found), *(statistics.median(r[k] for r in found) for k in (1, 2)))
                    if found
                    else (0, 0, 0)
                )
                line += f" | {mode} {share:4.2f} {error:8.1e} {seconds:4.1f} s" if found else f" | {mode}      -        -      "
                table.append(
                    {
                        "system": system.name,
                        "noise": noise,
                        "mode": mode,
                        "share": share,
                        "error": error,
                        "seconds": seconds,
                        "draws": len(found),
                    }
                )
            print(line, flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
