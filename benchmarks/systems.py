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
from invarieq.discovery import search
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


def found_law(system: System, dataset: Dataset, *, seed: int, symmetry: bool) -> dict[str, Any]:
    """What `discover` answers, from its stages without a run folder."""
    seen = system.searchable()
    documents: list[dict[str, Any]] = []
    for order in (1, 2):
        if order == 1 or search.doubtful(documents[0]):
            documents.append(
                search.search(seen, dataset, time_order=order, engine="sparse", seed=seed, symmetry=symmetry),
            )
    chosen = search.preferred(documents)
    if chosen is None:
        return {"refused": "; ".join(d["refused"] for d in documents if "refused" in d)}
    doubt = None
    if symmetry and seen.symmetry:
        number = documents.index(chosen) + 1
        doubt = search.contradiction(seen, dataset, chosen, time_order=number, engine="sparse", seed=seed)
    return {**search.result(system, chosen, symmetry=symmetry), "contradicted": doubt, "explains": chosen["explains"]}


def row(system: System, clean: Dataset, *, noise: float, seed: int, symmetry: bool) -> dict[str, Any]:
    """One cell of the table."""
    start = time.perf_counter()
    cell: dict[str, Any] = {"system": system.name, "noise": noise, "seed": seed, "symmetry": symmetry}
    try:
        answer = found_law(system, add_noise(clean, noise, seed), seed=seed, symmetry=symmetry)
    except InvarieqError as error:
        answer = {"refused": f"{type(error).__name__}: {error}"}
    cell["seconds"] = round(time.perf_counter() - start, 2)
    if "refused" in answer:
        return {**cell, "recovered": False, "refused": answer["refused"]}
    truth, space = answer["truth"], answer["search_space"]
    cell |= {"recovered": truth["recovered"] and not answer["contradicted"], "error": truth["coefficient_error"]}
    cell |= {"restricted": space["restricted"], "unrestricted": space["unrestricted"], "explains": answer["explains"]}
    return {**cell, "law": answer["best"]["equation"], "contradicted": answer["contradicted"]}


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
