"""Is the right symmetry found from data alone, and does it help? `--symmetry auto` beside the same regression without symmetry.

    python benchmarks/automatic.py [--systems kdv,heat] [--noises 0,0.01,0.05,0.1] [--seeds 3] [--calibration 40] [--json FILE]

A row: share of draws in which every kept generator is a symmetry of the true law ("sound"), median number kept, mean F1 of the terms
with auto and without symmetry, CPU seconds of a whole discovery. With `--calibration N` the chances are measured over N draws first
(`calibration.py`). The true law is used here, after the search, and nowhere in it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import calibration

from invarieq import translation
from invarieq.data import Dataset, add_noise, simulate
from invarieq.discovery.discover import discover
from invarieq.discovery.discovery import Discovery
from invarieq.discovery.evidence import generators_of
from invarieq.law import judge
from invarieq.symmetry.check import residuals
from invarieq.system import System, load_system
from invarieq.system.system import changed

SYSTEMS = "heat,burgers,kdv,kuramoto_sivashinsky,harmonic_oscillator,lotka_volterra,kepler"


def score(system: System, found: Discovery) -> float:
    """F1 of the terms of the chosen law; 0 where it is solved for other derivatives than the true law can be."""
    errors = [error for *_, error in judge(found.law, system.law, dict(system.values)).term_errors]
    if not errors:
        return 0.0
    right = sum(error < 1 for error in errors)
    return 2 * right / (2 * right + (len(errors) - right))


def automatically(system: System, data: Dataset, seed: int) -> Discovery:
    """What `--symmetry auto` finds; nothing declared reaches it."""
    return discover(system.searchable(), data, symmetry="auto", seed=seed)


def plainly(system: System, data: Dataset, seed: int) -> Discovery:
    """The same regression without symmetry, on candidates without explicit coordinates (where the system's law has none)."""
    moving = [c for c in system.coordinates if any(e.has(c) for e in system.law)]
    still = [translation(c) for c in system.coordinates if c not in moving]
    return discover(changed(system.searchable(), symmetry=still), data, symmetry="none", seed=seed)


def row(system: System, data: Dataset, seed: int) -> dict[str, Any]:
    """One draw."""
    start = time.process_time()
    auto = automatically(system, data, seed)
    seconds = time.process_time() - start
    other = plainly(system, data, seed)
    learnt = auto.answer.automatic
    assert learnt is not None
    kept = generators_of(system.space, learnt.kept)
    sound = all(all(e == 0 for e in residuals(g, system.space, system.law, system.leading)) for g in kept)
    return {
        "sound": sound,
        "kept": len(kept),
        "auto": score(system, auto),
        "plain": score(system, other),
        "seconds": seconds,
        "terms": auto.answer.search_space.restricted,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", default=SYSTEMS)
    parser.add_argument("--noises", default="0,0.01,0.05,0.1")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--calibration", type=int, default=0)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    if options.calibration:
        calibration.table(options.calibration)
    table = []
    for name in [n for n in options.systems.split(",") if n]:
        system = load_system(name)
        clean = simulate(system)
        for noise in map(float, options.noises.split(",")):
            rows = [row(system, add_noise(clean, noise, s), s) for s in range(options.seeds if noise else 1)]
            mean = {k: statistics.mean(float(r[k]) for r in rows) for k in rows[0]}
            table.append({"system": name, "noise": noise, **mean})
            print(
                f"{name:22} {noise:5.2f} sound {mean['sound']:.2f} kept {mean['kept']:.1f} F1 auto {mean['auto']:.3f} without {mean['plain']:.3f} "
                f"terms {mean['terms']:.0f} {mean['seconds']:.1f} s",
                flush=True,
            )
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
