"""Every shipped system that has a law: is it found again, with and without its symmetry, at several noise levels?

    python benchmarks/systems.py [--noise 0 0.01] [--seeds 3] [--out table.jsonl] [NAME ...]

One line of JSON a system, noise level, seed and choice: recovered or not, relative error, seconds without simulation,
candidate terms with and without the symmetry. Without names: all. The noise of the published settings is added where the
system has one (`PUBLISHED`).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from invarieq import load_system, shipped_systems
from invarieq.data import Dataset, add_noise, simulate
from invarieq.discovery.discover import discover
from invarieq.errors import InvarieqError
from invarieq.system import System
from invarieq.system.clock import time_first

PUBLISHED = {
    "damped_oscillator": 0.2,
    "growth": 0.05,
    "lotka_volterra": 0.99,
    "lotka_volterra_canonical": 0.99,
    "selkov": 0.2,
    "reaction_diffusion": 0.0005,
    "reaction_diffusion_broken_diffusion": 0.02,
    "reaction_diffusion_broken_coupling": 0.02,
}


def row(system: System, clean: Dataset, *, noise: float, seed: int, symmetry: bool) -> dict[str, Any]:
    """One cell of the table."""
    start = time.perf_counter()
    cell: dict[str, Any] = {"system": system.name, "noise": noise, "seed": seed, "symmetry": symmetry}
    try:
        found = discover(system, add_noise(clean, noise, seed), symmetry="declared" if symmetry else "none", seed=seed)
    except InvarieqError as error:
        seconds = round(time.perf_counter() - start, 2)
        return {**cell, "seconds": seconds, "recovered": False, "refused": f"{type(error).__name__}: {error}"}
    cell["seconds"] = round(time.perf_counter() - start, 2)
    answer = found.to_json()
    cell |= {"recovered": answer["truth"]["recovered"], "error": answer["truth"]["coefficient_error"], **answer["search_space"]}
    return {**cell, "explains": found.best.verdict.status == "explained", "law": answer["best"]["equation"]}


def table(names: Sequence[str], levels: Sequence[float], seeds: int, out: Path) -> None:
    """Append every row to a file as soon as it is known."""
    for name in names:
        system = time_first(load_system(name))
        if not system.law or system.simulation is None:
            continue
        clean = simulate(system)
        for noise in sorted({*levels, *([PUBLISHED[name]] if name in PUBLISHED else [])}):
            for seed in range(seeds if noise else 1):
                for symmetry in (True, False):
                    line = json.dumps(row(system, clean, noise=noise, seed=seed, symmetry=symmetry), ensure_ascii=False)
                    print(line[:300], flush=True)
                    with out.open("a", encoding="utf-8") as file:
                        file.write(line + "\n")


def main() -> None:
    """Read the command line and fill the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", default=shipped_systems())
    parser.add_argument("--noise", nargs="*", type=float, default=[0.0, 0.01])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("systems.jsonl"))
    given = parser.parse_args()
    table(given.names, given.noise, given.seeds, given.out)


if __name__ == "__main__":
    main()
