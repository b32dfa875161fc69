"""The table of the brief on symmetry invariants: published | public code | ours | the honest baseline without symmetry.

    python benchmarks/seeds_pde.py [--quick] [--draws 10] [--only boussinesq,darcy] [--json FILE]

Each cell runs in a fresh process, which gives its CPU seconds (simulation apart) and its peak memory. A draw is another draw of the noise, or
of the part of the data where there is no noise (the last 80–100 % of the times, or of the trajectories). The honest baseline is the
same weak form with the same candidates, unrestricted. pysindy has the settings of `peers.py`. The true law judges and simulates.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from invarieq.data import Dataset, add_noise, simulate
from invarieq.discovery.discover import discover
from invarieq.errors import InvarieqError
from invarieq.system import System, load_system
from invarieq.system.clock import time_first
from invarieq.system.system import Terms, changed

PUBLISHED = {
    ("boussinesq", 0.0): ("SINDy 0.00, SI 1.00", "SINDy-15 0.00, SINDy*-21 1.00, SI 1.00 (loses 74–98 % of the points)"),
    ("darcy", 0.0): ("GP 0.00, SI-GP 0.79", "–"),
    ("reaction_diffusion", 0.0): ("–", "SINDy, SI, aligned 1.00"),
    ("reaction_diffusion", 0.001): ("SINDy 0.53, SI 0.54 (0.05 %)", "1.00 (0.2 %)"),
    ("reaction_diffusion", 0.005): ("–", "pointwise 0.00"),
    ("reaction_diffusion", 0.02): ("–", "weak: SINDy 1.0, aligned 1.0"),
    ("reaction_diffusion", 0.03): ("–", "weak: SINDy 0.8, aligned 1.0"),
    ("reaction_diffusion", 0.05): ("–", "weak: SINDy 0.0, aligned 0.3"),
    ("reaction_diffusion", 0.1): ("–", "weak: 0, 0"),
}
CELLS = {
    "boussinesq": {"weak": (0.0, 0.01, 0.05), "invariants": (0.0, 0.001), "baseline": (0.0, 0.01, 0.05)},
    "darcy": {"weak": (0.0, 0.01), "invariants": (0.0,), "baseline": (0.0, 0.01)},
    "reaction_diffusion": {
        "weak": (0.0, 0.005, 0.05, 0.1),
        "invariants": (0.0, 0.001, 0.005),
        "baseline": (0.05, 0.1),
        "pysindy": (0.0, 0.05, 0.1),
    },
    "kdv": {m: (0.0, 0.05, 0.1, 0.2) for m in ("weak", "baseline", "pysindy")},
    "burgers": {m: (0.0, 0.05, 0.1, 0.2) for m in ("weak", "baseline", "pysindy")},
}
COSTLY = {"reaction_diffusion": 5}  # draws at most
BOOTSTRAPS = 2000


def prepared(name: str, method: str) -> System:
    """The system; Darcy's law is sought without any function offered by the engine that finds functions itself."""
    system = time_first(load_system(name))
    return changed(system, terms=Terms(order=2, degree=4)) if (name, method) == ("darcy", "invariants") else system


def drawn(clean: Dataset, noise: float, draw: int) -> Dataset:
    """Noise of its own for every draw; without noise another part of the first direction."""
    if noise:
        return add_noise(clean, noise, draw)
    first = str(next(iter(clean.segments[0].dims)))
    count = clean.segments[0].sizes[first]
    start, stop = draw % 5, count - (draw * 7) % 11
    return Dataset(tuple(s.isel({first: slice(start, stop)}) for s in clean.segments), clean.periodic, clean.source)


def thinned(name: str, dataset: Dataset) -> Dataset:
    """Reaction–diffusion on every second point of space and time, so that ten cells fit into minutes (relations at points need the whole grid)."""
    if name != "reaction_diffusion":
        return dataset
    every = {d: slice(None, None, 2) for d in ("t", "x", "y")}
    return Dataset(tuple(s.isel(every) for s in dataset.segments), dataset.periodic, f"{dataset.source}, every second point")


def one(system: System, method: str, dataset: Dataset, seed: int) -> dict[str, Any]:
    """One discovery and its judgement."""
    start = time.process_time()
    if method == "pysindy":
        import recovery

        return {**recovery.theirs(system.name, dataset), "cpu": time.process_time() - start}
    engine, symmetry = "invariants" if method == "invariants" else "sparse", "none" if method == "baseline" else "declared"
    try:
        answer = discover(system, dataset, engine=engine, symmetry=symmetry, seed=seed).to_json()
    except InvarieqError as error:
        return {"recovered": False, "coefficient_error": None, "cpu": time.process_time() - start, "note": str(error)}
    report = answer.get("invariants", {})
    return {
        **answer["truth"],
        **answer["search_space"],
        "cpu": time.process_time() - start,
        "lost": report.get("lost", 0.0),
        "agreement": report.get("agreement"),
    }


def cell(name: str, method: str, noise: float, draws: int) -> dict[str, Any]:
    """All draws of one cell, in this process."""
    system = prepared(name, method)
    clean = simulate(system) if method == "invariants" else thinned(name, simulate(system))
    runs = [one(system, method, drawn(clean, noise, d), d) for d in range(draws)]
    right = np.array([bool(r["recovered"]) for r in runs])
    shares = np.random.default_rng(0).choice(right, size=(BOOTSTRAPS, draws)).mean(axis=1)
    errors = [r["coefficient_error"] for r in runs if r["coefficient_error"] is not None]
    last = runs[-1]
    published, measured = PUBLISHED.get((name, noise), ("–", "–"))
    return {
        "system": name,
        "method": method,
        "noise": noise,
        "draws": draws,
        "success": float(right.mean()),
        "interval": [float(np.quantile(shares, q)) for q in (0.025, 0.975)],
        "error": float(np.median(errors)) if errors else None,
        "candidates": last.get("restricted"),
        "unrestricted": last.get("unrestricted"),
        "lost": max((r.get("lost") or 0.0) for r in runs),
        "cpu": float(np.median([r["cpu"] for r in runs])),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "published": published,
        "public_code": measured,
    }


def rows(draws: int, quick: bool, only: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The cells of the table, each from a fresh process; `quick`: no noise and one noise a system and method, two draws."""
    found = []
    for name, methods in CELLS.items():
        for method, noises in methods.items():
            for noise in noises[:2] if quick else noises:
                if only and name not in only:
                    continue
                count = min(2 if quick else draws, COSTLY.get(name, draws))
                found.append(_fresh(name, method, noise, count))
                print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return found


def _fresh(name: str, method: str, noise: float, draws: int) -> dict[str, Any]:
    arguments = [name, method, str(noise), str(draws)]
    done = subprocess.run([sys.executable, __file__, "--cell", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        problem = done.stderr.strip().splitlines()
        return {"system": name, "method": method, "noise": noise, "draws": draws, "failed": problem[-1] if problem else "?"}
    return json.loads(done.stdout.splitlines()[-1])


def table(found: list[dict[str, Any]]) -> str:
    """Markdown, a line a cell."""
    head = "system | noise | method | success (95 %) | error | C with/without | lost | CPU s | MB | published | public code"
    lines = [f"| {head} |", "|" + "---|" * 11]
    for r in found:
        if "failed" in r:
            lines.append(f"| {r['system']} | {100 * r['noise']:g} % | {r['method']} | failed: {r['failed'][:120]} |" + " |" * 7)
            continue
        error = "–" if r["error"] is None else f"{r['error']:.1e}"
        size = "–" if r["candidates"] is None else f"{r['candidates']}/{r['unrestricted']}"
        share = f"{r['success']:.2f} ({r['interval'][0]:.2f}–{r['interval'][1]:.2f}), {r['draws']} draws"
        lines.append(
            f"| {r['system']} | {100 * r['noise']:g} % | {r['method']} | {share} | {error} | {size} | {100 * r['lost']:.1f} % | "
            f"{r['cpu']:.1f} | {r['memory']:.0f} | {r['published']} | {r['public_code']} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", default="")
    parser.add_argument("--cell", nargs=4, metavar=("SYSTEM", "METHOD", "NOISE", "DRAWS"))
    options = parser.parse_args()
    if options.cell:
        name, method, noise, draws = options.cell
        print(json.dumps(cell(name, method, float(noise), int(draws))))
        return
    found = rows(options.draws, options.quick, tuple(n for n in options.only.split(",") if n))
    print(table(found))
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
