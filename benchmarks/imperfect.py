"""Where does each mode collapse when the declared symmetry is broken? strict, relaxed and auto over the strength of the violation.

    python benchmarks/imperfect.py [--noise 0.02] [--seeds 5] [--plot imperfect.png] [--json FILE]

A damped oscillator declared to rotate, whose damping in p is stronger by ε: the share of draws with exactly the true terms, and the
share in which the data reject the declared rotation.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, translation
from invarieq.data import add_noise, simulate
from invarieq.law import judge
from invarieq.session.automatic import search_automatically
from invarieq.session.relaxed import search_relaxed
from invarieq.session.search import law_of, search
from invarieq.system.system import changed

STRENGTHS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
(t,) = coordinates("t")
q, p = Field("q", t), Field("p", t)


def oscillator(violation: float) -> System:
    """q' = −q/10 + p, p' = −q − (1/10 + ε) p."""
    return System(
        name="oscillator",
        unknowns=[q, p],
        law=[q[t] + 0.1 * q - p, p[t] + q + (0.1 + violation) * p],
        simulation=Simulation(grid=Grid({t: (0, 15, 301)}), start={q: [1, 0.3, 2], p: [0, 0.5, -1]}),
    )


def draws(violation: float, noise: float, seeds: int) -> dict[str, float]:
    """Shares over the seeds at one strength."""
    true = oscillator(violation)
    declared = changed(true.searchable(), symmetry=[translation(t), rotation(q, p)])
    blank, clean = true.searchable(), simulate(true)
    counts = dict.fromkeys(("strict", "relaxed", "auto", "rejected", "strict_error", "relaxed_error", "auto_error"), 0.0)
    for seed in range(seeds):
        data = add_noise(clean, noise, seed)
        common: dict[str, Any] = {"time_order": 1, "engine": "sparse", "seed": seed}
        found = {
            "strict": search(declared, data, symmetry=True, **common),
            "relaxed": search_relaxed(declared, data, **common),
            "auto": search_automatically(blank, data, **common),
        }
        for mode, document in found.items():
            law = law_of(blank.space, document, document["models"][document["chosen"]], ())
            truth = judge(law, true.law, {})
            counts[mode] += truth.recovered / seeds
            counts[f"{mode}_error"] += truth.coefficient_error / seeds
        counts["rejected"] += found["relaxed"]["relaxed"]["rejected"] / seeds
    return {"violation": violation, **counts}


def main() -> None:
    """Print the sweep, and plot it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--noise", type=float, default=0.02)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--plot", default="")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    table = []
    for violation in STRENGTHS:
        table.append(draws(violation, options.noise, options.seeds))
        print("  ".join(f"{k} {v:.3g}" for k, v in table[-1].items()), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1))
    if options.plot:
        from matplotlib import pyplot

        for mode in ("strict", "relaxed", "auto", "rejected"):
            pyplot.plot([max(r["violation"], 5e-4) for r in table], [r[mode] for r in table], "o-", label=mode)
        pyplot.xscale("log")
        pyplot.xlabel("violation")
        pyplot.ylabel("share of draws")
        pyplot.legend()
        pyplot.savefig(options.plot)


if __name__ == "__main__":
    main()
