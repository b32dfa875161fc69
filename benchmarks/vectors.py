"""Laws of vector fields with and without their symmetry: candidates, seconds, errors.

    python benchmarks/vectors.py [--systems navier_stokes,maxwell] [--noises 0,0.01,0.05] [--draws 3] [--json FILE]

For each system and noise three searches on the same arrays: `declared`, with all declared symmetries; `turns`, with translations, rotations
and reflections only; `none`, an expert's library without symmetry but the translations, of the size in `EXPERT` (the full one does not
fit into memory in three dimensions). All know the constraints that the system declares. A law counts as recovered when it has
exactly the true terms, or equals the true law where the constraints hold. Seconds are of the processor, for one search.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from searches import sparse

from invarieq.data import Dataset, add_noise, simulate
from invarieq.errors import InvarieqError
from invarieq.law import judge
from invarieq.space.searchspace import SearchSpace
from invarieq.system import System, load_system
from invarieq.system.system import changed

EXPERT = {"navier_stokes": (2, 2), "navier_stokes_3d": (2, 2), "maxwell": (1, 1), "elasticity": (2, 1)}  # (order, degree)
TIME_ORDER = {"elasticity": 2}
MODES = ("declared", "turns", "none")


def seen(system: System, mode: str) -> System:
    """The system as a search of this mode may see it."""
    plain = [g for g in system.symmetry if g.label.startswith("translation")]
    if mode == "declared":
        return system.searchable()
    if mode == "turns":
        kept = [g for g in system.symmetry if g.label.startswith(("translation", "rotation"))]
        return changed(system.searchable(), symmetry=kept)
    order, degree = EXPERT[system.name]
    terms = replace(system.terms, order=order, degree=degree)
    return changed(system.searchable(), symmetry=plain, discrete=(), terms=terms)


def row(system: System, data: Dataset, mode: str, seed: int) -> dict[str, Any]:
    """One search and its judgement."""
    start = time.process_time()
    order = TIME_ORDER.get(system.name, 1)
    found = sparse(seen(system, mode), data, time_order=order, seed=seed)
    seconds = time.process_time() - start
    truth = judge(found.law, system.law, dict(system.values))
    return {"recovered": truth.recovered, "error": truth.coefficient_error, "seconds": seconds}


def cell(system: System, clean: Dataset, *, mode: str, noise: float, draws: int) -> dict[str, Any]:
    """Draws of one noise level; the noise of a draw is the same for every mode."""
    rows = []
    for seed in range(draws if noise else 1):
        try:
            rows.append(row(system, add_noise(clean, noise, seed), mode, seed))
        except (InvarieqError, MemoryError) as error:
            rows.append({"recovered": False, "error": None, "seconds": 0.0, "refused": str(error)[:200]})
    errors = [r["error"] for r in rows if r["error"] is not None]
    return {
        "system": system.name,
        "noise": noise,
        "mode": mode,
        "share": sum(r["recovered"] for r in rows) / len(rows),
        "error": statistics.median(errors) if errors else None,
        "seconds": statistics.median(r["seconds"] for r in rows),
        "draws": rows,
    }


def counts(system: System) -> dict[str, tuple[int, int]]:
    """(candidates left, candidates before) of each mode."""
    order = TIME_ORDER.get(system.name, 1)
    libraries = {mode: SearchSpace(seen(system, mode), order).library() for mode in MODES}
    return {mode: (found.restricted, found.unrestricted) for mode, found in libraries.items()}


def main() -> None:
    """Print the table, a line a cell as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", default=",".join(EXPERT))
    parser.add_argument("--noises", default="0,0.01,0.05")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    table = []
    print(f"{'system':18} {'noise':>6} {'symmetry':9} {'terms left':>10} {'of':>6} | {'recovered':>9} {'error':>8} {'CPU s':>7}")
    for name in options.systems.split(","):
        system = load_system(name)
        clean, left = simulate(system), counts(system)
        for noise in [float(n) for n in options.noises.split(",")]:
            for mode in options.modes.split(","):
                found = cell(system, clean, mode=mode, noise=noise, draws=options.draws)
                found["candidates"] = left[mode]
                table.append(found)
                error = "-" if found["error"] is None else f"{found['error']:.1e}"
                print(
                    f"{name:18} {100 * noise:5.0f}% {mode:9} {left[mode][0]:10} {left[mode][1]:6} | {found['share']:9.2f} {error:>8} "
                    f"{found['seconds']:7.1f}",
                    flush=True,
                )
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
