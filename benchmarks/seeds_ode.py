"""The ODE table of Yang et al. (NeurIPS 2024): published | public code | ours | honest baseline | pysindy, over independent data draws.

    python benchmarks/seeds_ode.py [--draws 10] [--quick] [--systems selkov,seir] [--no-sweep] [--json FILE]

Success is the exact set of terms in all equations together; its interval is a percentile bootstrap over draws of starts and noise.
RMSE is that of the true coefficients, its median over draws. Seconds are CPU seconds of one core, without making the data.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
from seeds_ode_baseline import by_terms, pysindy_peer, score, weak_baseline
from seeds_ode_data import CASES, draw

from invarieq import load_system
from invarieq.data import Dataset
from invarieq.discovery.discover import discover
from invarieq.documents import to_document
from invarieq.errors import InvarieqError

# figures of the paper that survive, and of its public code on regenerated data (four draws; 50 seeds each)
PUBLISHED = {"growth": "1.00 (RMSE .0143)"}
PUBLIC = {
    "damped_oscillator": "0.02–0.86 (RMSE .023–.031); 1.00 with constants constrained",
    "growth": "1.00 (RMSE .010–.017)",
    "lotka_volterra_canonical": "SINDy 0.20, WSINDy 0.02",
    "selkov": "SINDy 0.20, WSINDy 0.02; weak form on GP 0.04–0.18",
}
SWEPT = ("damped_oscillator", "selkov", "seir")
LEVELS = (0.0, 0.1, 0.2, 0.5, 1.0)
RESAMPLES = 4000
KEYS = ("with", "without", "baseline", "smoothed", "pysindy")


def ours(name: str, dataset: Dataset, seed: int, *, symmetry: bool) -> dict[str, Any]:
    """One discovery with default settings."""
    start = time.process_time()
    try:
        found = discover(load_system(name).searchable(), dataset, symmetry="declared" if symmetry else "none", seed=seed)
    except InvarieqError as error:
        return {"recovered": False, "rmse": None, "seconds": time.process_time() - start, "note": str(error)}
    seconds = time.process_time() - start
    if len(found.law.leading[0].name.split("_")[1]) > 1:
        return {"recovered": False, "rmse": None, "seconds": seconds, "note": "no law of first order"}
    return {
        **score(name, by_terms(found.law.right_sides())),
        "seconds": seconds,
        "refined": to_document(found.answer.trajectories),
        "candidates": found.answer.search_space.restricted,
    }


def _only_translations(name: str) -> bool:
    places = set(load_system(name).space.coordinates)
    return all(s in places for g in load_system(name).symmetry for s, _ in g.components)


def _summary(outcomes: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    known = [o for o in outcomes if o is not None]
    if not known:
        return None
    hits = np.array([float(o["recovered"]) for o in known])
    picks = np.random.default_rng(0).integers(0, len(hits), (RESAMPLES, len(hits)))
    low, high = np.quantile(hits[picks].mean(axis=1), [0.025, 0.975])
    errors = [o["rmse"] for o in known if o["rmse"] is not None]
    return {
        "success": float(hits.mean()),
        "interval": [float(low), float(high)],
        "rmse": statistics.median(errors) if errors else None,
        "seconds": statistics.median(o["seconds"] for o in known),
    }


def row(name: str, draws: int, noise: float | None = None, *, peers: bool = True) -> dict[str, Any]:
    """One row of the table."""
    results: dict[str, list[dict[str, Any] | None]] = {key: [] for key in KEYS}
    for seed in range(draws):
        dataset = draw(CASES[name], seed, noise)
        results["with"].append(ours(name, dataset, seed, symmetry=True))
        same = _only_translations(name)
        results["without"].append(results["with"][-1] if same else ours(name, dataset, seed, symmetry=False))
        results["baseline"].append(weak_baseline(name, dataset, smooth=False))
        results["smoothed"].append(weak_baseline(name, dataset, smooth=True))
        results["pysindy"].append(pysindy_peer(name, dataset) if peers else None)
    return {
        "system": name,
        "noise": CASES[name].noise if noise is None else noise,
        "draws": draws,
        "published": PUBLISHED.get(name, "–"),
        "public_code": PUBLIC.get(name, "–"),
        **{key: _summary(found) for key, found in results.items()},
        "each": results,
    }


def rows(draws: int, quick: bool) -> list[dict[str, Any]]:
    """The table at the published noise; `quick`: two draws of the small systems only."""
    names = [n for n in CASES if not quick or n in ("damped_oscillator", "selkov")]
    return [row(name, min(draws, 2) if quick else draws) for name in names]


def sweep(draws: int) -> list[dict[str, Any]]:
    """Success over noise from 0 to 100 %."""
    return [row(name, draws, level, peers=False) for name in SWEPT for level in LEVELS]


def _cell(found: dict[str, Any] | None) -> str:
    if found is None:
        return "–"
    low, high = found["interval"]
    error = "–" if found["rmse"] is None else f"{found['rmse']:.4f}"
    return f"{found['success']:.2f} [{low:.2f}, {high:.2f}] · {error} · {found['seconds']:.1f} s"


def line(found: dict[str, Any]) -> str:
    """A row as Markdown."""
    cells = [_cell(found[k]) for k in KEYS]
    front = [found["system"], f"{100 * found['noise']:g} %", str(found["draws"]), found["published"], found["public_code"]]
    return "| " + " | ".join([*front, *cells]) + " |"


HEAD = (
    "| system | noise | draws | published | public code | ours, symmetry | ours, none | weak, raw | weak, smoothed | pysindy |\n"
    + "|---" * 10
    + "|"
)


def main() -> None:
    """Print the table and the sweep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--systems", default="")
    parser.add_argument("--no-sweep", action="store_true")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    print(f"success [95 % interval] · median RMSE · median CPU seconds\n\n{HEAD}", flush=True)
    table: list[dict[str, Any]] = []
    if options.quick:
        table = rows(options.draws, quick=True)
        print("\n".join(line(found) for found in table))
    for name in [] if options.quick else options.systems.split(",") if options.systems else list(CASES):
        table.append(row(name, options.draws))
        print(line(table[-1]), flush=True)
    swept: list[dict[str, Any]] = []
    if not (options.no_sweep or options.quick):
        print(f"\nnoise sweep\n\n{HEAD}", flush=True)
        for name in SWEPT:
            for level in LEVELS:
                swept.append(row(name, max(3, options.draws // 3), level, peers=False))
                print(line(swept[-1]), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps({"table": table, "sweep": swept}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
