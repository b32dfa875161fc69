"""Where does each mode collapse when the declared symmetry is broken? strict, relaxed, auto and none over the strength ε of the violation.

    python benchmarks/imperfect.py [--quick] [--kinds oscillator,diffusion,coupling] [--noise 0.02] [--draws 10] [--plot FILE.svg]
        [--json FILE]

`oscillator`: a damped oscillator declared to rotate, whose damping in p is stronger by ε. `diffusion` and `coupling`: the two
imperfections of reaction–diffusion in Yang et al. (symmetry invariants): v diffuses with 1/10 + ε; −ε v and −ε u are added to u_t and
v_t; rotations of the fields and of the plane are declared. Its grid (64 × 64 × 101) is taken at every second point in every direction,
and the search offers terms of order 2 and degree 3, 100 an equation.
Printed: share of draws with exactly the true terms and mean relative error of the coefficients for each mode, and the share of draws in
which the data reject the declared symmetry. ε = 0 shows what a right declaration costs.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from searches import sparse

from invarieq import Field, Grid, Simulation, System, coordinates, load_system, rotation, translation
from invarieq.budget import Meter
from invarieq.data import Dataset, add_noise, simulate
from invarieq.data.records import prepare
from invarieq.discovery.automatic import search_automatically
from invarieq.discovery.relaxed import search_relaxed
from invarieq.engines.registry import engine_of
from invarieq.law import judge
from invarieq.progress import Silent
from invarieq.space.searchspace import SearchSpace
from invarieq.system.system import changed

MODES = ("strict", "relaxed", "auto", "none")
COLOURS = {"strict": "#c0392b", "relaxed": "#2471a3", "auto": "#1e8449", "none": "#7f8c8d", "rejected": "#000000"}
(s,) = coordinates("t")
q, p = Field("q", s), Field("p", s)


def oscillator(violation: float) -> System:
    """q' = −q/10 + p, p' = −q − (1/10 + ε) p."""
    return System(
        name="oscillator",
        unknowns=[q, p],
        symmetry=[translation(s)],
        law=[q[s] + 0.1 * q - p, p[s] + q + (0.1 + violation) * p],
        simulation=Simulation(grid=Grid({s: (0, 15, 301)}), start={q: [1, 0.3, 2], p: [0, 0.5, -1]}),
    )


def unequal(violation: float) -> System:
    """λ–ω reaction–diffusion in which v diffuses with 1/10 + ε."""
    return _reaction_diffusion("reaction_diffusion_broken_diffusion", violation)


def coupled(violation: float) -> System:
    """λ–ω reaction–diffusion with −ε v in u_t and −ε u in v_t."""
    return _reaction_diffusion("reaction_diffusion_broken_coupling", violation)


def _reaction_diffusion(name: str, violation: float) -> System:
    """The shipped law, which is linear in ε and shipped with 1/20."""
    broken, whole = load_system(name), load_system("reaction_diffusion")
    law = [a + 20 * violation * (b - a) for a, b in zip(whole.law, broken.law, strict=True)]
    return changed(broken, law=[e.expand() for e in law])


Make = Callable[[float], System]
KINDS: dict[str, tuple[Make, tuple[float, ...], int]] = {  # law, strengths, every n-th point
    "oscillator": (oscillator, (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3), 1),
    "diffusion": (unequal, (0.0, 0.003, 0.01, 0.03, 0.1), 2),
    "coupling": (coupled, (0.0, 0.003, 0.01, 0.03, 0.1), 2),
}


def thinned(data: Dataset, every: int) -> Dataset:
    """Every n-th point in every direction."""
    part = slice(None, None, every)
    return Dataset(tuple(g.isel(dict.fromkeys(g.dims, part)) for g in data.segments), data.periodic, data.source)


def draws(kind: str, violation: float, noise: float, count: int) -> dict[str, Any]:
    """Shares and errors over the draws at one strength."""
    make, _, every = KINDS[kind]
    true = make(violation)
    still = [translation(c) for c in true.coordinates]
    turned = [rotation(*true.coordinates[1:])] if len(true.coordinates) == 3 else []
    declared = changed(true.searchable(), symmetry=[*still, *turned, rotation(*true.unknowns)])
    blank, plain = changed(true.searchable(), symmetry=()), changed(true.searchable(), symmetry=still)
    clean = thinned(simulate(true), every)
    result: dict[str, Any] = {"kind": kind, "violation": violation, "rejected": 0.0, **{m: 0.0 for m in MODES}}
    errors: dict[str, list[float]] = {m: [] for m in MODES}
    start, weights = time.process_time(), []
    for seed in range(count):
        data = add_noise(clean, noise, seed)
        records = prepare(data, true.space)
        asked: dict[str, Any] = {"engine": engine_of("sparse"), "seed": seed, "progress": Silent(), "budget": Meter()}
        relaxed = search_relaxed(SearchSpace(declared), records, **asked)
        automatic = search_automatically(SearchSpace(blank), records, **asked)
        assert relaxed.found is not None and relaxed.relaxed is not None and automatic.found is not None
        found = {
            "strict": sparse(declared, data, seed=seed),
            "relaxed": relaxed.found,
            "auto": automatic.found,
            "none": sparse(plain, data, seed=seed, restricted=False),
        }
        for mode, answer in found.items():
            truth = judge(answer.law, true.law, {})
            result[mode] += truth.recovered / count
            errors[mode].append(truth.coefficient_error)
        result["rejected"] += relaxed.relaxed.rejected / count
        weights.append(relaxed.relaxed.weight)
    result |= {f"{m}_error": float(np.mean(e)) for m, e in errors.items()}
    return {**result, "weights": weights, "cpu": (time.process_time() - start) / count, "draws": count}


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    cells = "  ".join(f"{m} {row[m]:.2f} ({row[f'{m}_error']:.1e})" for m in MODES)
    return f"{row['kind']:10} ε {row['violation']:<6g} {cells}  rejected {row['rejected']:.2f}  {row['cpu']:.1f} s, {row['draws']} draws"


def plotted(table: list[dict[str, Any]]) -> str:
    """The shares over ε as an SVG, a panel a kind."""
    kinds = list(dict.fromkeys(r["kind"] for r in table))
    parts, width = [], 300
    for number, kind in enumerate(kinds):
        rows = [r for r in table if r["kind"] == kind]
        left, step = 50 + number * (width + 50), width / max(1, len(rows) - 1)
        parts.append(f'<rect x="{left}" y="40" width="{width}" height="200" fill="none" stroke="#999"/>')
        parts.append(f'<text x="{left + width / 2}" y="28" text-anchor="middle">{kind}</text>')
        for k, row in enumerate(rows):
            parts.append(f'<text x="{left + k * step:.0f}" y="258" text-anchor="middle">{row["violation"]:g}</text>')
        for n, mode in enumerate((*MODES, "rejected")):
            points = " ".join(f"{left + k * step:.1f},{240 - 196 * r[mode] - n:.1f}" for k, r in enumerate(rows))
            dashed = ' stroke-dasharray="5 4"' if mode == "rejected" else ""
            parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[mode]}" stroke-width="2"{dashed}/>')
    for n, mode in enumerate((*MODES, "rejected")):
        parts.append(f'<text x="{50 + 110 * n}" y="290" fill="{COLOURS[mode]}">{mode}</text>')
    parts.append('<text x="44" y="44" text-anchor="end">1</text><text x="44" y="244" text-anchor="end">0</text>')
    size = f'width="{70 + len(kinds) * (width + 50)}" height="305"'
    style = 'font-family="sans-serif" font-size="12"'
    title = "Share of draws in which each mode finds exactly the true terms, and in which the symmetry is rejected, over ε"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}><title>{title}</title>{"".join(parts)}</svg>\n'


def main() -> None:
    """Print the sweep, and plot it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="3 draws")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--strengths", default="", help="in place of those of the kind, e.g. 0,0.05")
    parser.add_argument("--noise", type=float, default=0.02)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--plot", default="")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    table = []
    for kind in options.kinds.split(","):
        for violation in [float(e) for e in options.strengths.split(",") if e] or KINDS[kind][1]:
            table.append(draws(kind, violation, options.noise, 3 if options.quick else options.draws))
            print(line(table[-1]), flush=True)
            if options.json:
                Path(options.json).write_text(json.dumps(table, indent=1), encoding="utf-8")
    if options.plot:
        Path(options.plot).write_text(plotted(table), encoding="utf-8")


if __name__ == "__main__":
    main()
