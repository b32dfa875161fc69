"""How often a law is recovered from noisy data, beside pysindy on the same data in the same run.

    python benchmarks/recovery.py [--systems kdv,heat] [--noises 0,0.01,0.05,0.1] [--seeds 5] [--no-symmetry] [--json FILE]

For each shipped system with a simulation and each noise level: the share of seeds for which exactly the true terms were
found, the median relative error of the coefficients, and seconds, for invarieq with default settings and for pysindy with the
settings that its own documentation uses for that kind of system, chosen per system in `peers.py`. Both get the same arrays.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import peers

from invarieq.data import Dataset, add_noise, simulate
from invarieq.discovery.discover import discover
from invarieq.errors import InvarieqError
from invarieq.system import load_system, shipped_systems


def ours(name: str, dataset: Dataset, seed: int, *, symmetry: bool) -> dict[str, Any]:
    """One discovery with default settings."""
    start = time.perf_counter()
    try:
        answer = discover(name, dataset, symmetry="declared" if symmetry else "none", seed=seed).to_json()
    except InvarieqError as error:
        seconds = time.perf_counter() - start
        return {
            "recovered": False,
            "coefficient_error": None,
            "seconds": seconds,
            "restricted": 0,
            "unrestricted": 0,
            "note": str(error),
        }
    return {**answer["truth"], "seconds": time.perf_counter() - start, **answer["search_space"]}


def theirs(name: str, dataset: Dataset) -> dict[str, Any]:
    """pysindy on the same data."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = peers.fit(name, dataset)
    return {**peers.compare(name, found), "seconds": time.perf_counter() - start}


def summary(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    """Share recovered, median relative l2 error of the coefficients, median seconds."""
    errors = [r["coefficient_error"] for r in rows if r["coefficient_error"] is not None]
    return {
        "share": sum(bool(r["recovered"]) for r in rows) / len(rows),
        "error": statistics.median(errors) if errors else None,
        "seconds": statistics.median(r["seconds"] for r in rows),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", default="")
    parser.add_argument("--noises", default="0,0.01,0.05,0.1")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--no-symmetry", action="store_true")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    names = options.systems.split(",") if options.systems else [n for n in shipped_systems() if load_system(n).simulation]
    table = []
    print(
        f"{'system':22} {'noise':>6} | {'ours':>5} {'error':>8} {'s':>6} | {'pysindy':>7} {'error':>8} {'s':>6} | terms with/without symmetry"
    )
    for name in names:
        clean = simulate(load_system(name))
        for noise in [float(n) for n in options.noises.split(",")]:
            seeds = range(options.seeds if noise else 1)
            data = {seed: add_noise(clean, noise, seed) for seed in seeds}
            mine = [ours(name, data[seed], seed, symmetry=not options.no_symmetry) for seed in seeds]
            peer = [theirs(name, data[seed]) for seed in seeds]
            a, b = summary(mine), summary(peer)
            table.append({"system": name, "noise": noise, "ours": mine, "pysindy": peer})
            print(
                f"{name:22} {100 * noise:5.0f}% | {a['share']:5.2f} {_number(a['error'])} {a['seconds']:6.1f} | {b['share']:7.2f} "
                f"{_number(b['error'])} {b['seconds']:6.1f} | {mine[0]['restricted']}/{mine[0]['unrestricted']}",
                flush=True,
            )
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


def _number(value: float | None) -> str:
    return "       -" if value is None or not np.isfinite(value) else f"{value:8.1e}"


if __name__ == "__main__":
    main()
