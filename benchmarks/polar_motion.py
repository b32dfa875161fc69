"""Polar motion: is the measured wobble of the Earth's axis a rotation? Kind M, 52 years of the IERS series.

    python benchmarks/polar_motion.py [--plot polar.svg] [--json FILE]

1. free: all linear laws, no symmetry beyond translation in time: the 2 × 2 matrix, its cosine to so(2), its period.
2. auto: which symmetry do the data support, among cubic and among linear laws, by length of the means (5 to 40 days)? Weather and
   oceans excite the wobble, correlated over weeks: for short means the residuals are not independent, and the chances stated too small.
3. parts: the period of each quarter of the record, with the rotation declared.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from searches import sparse

from invarieq import System, Terms, translation
from invarieq.budget import Meter
from invarieq.data import Dataset, measured
from invarieq.data.records import prepare
from invarieq.discovery.automatic import search_automatically
from invarieq.engines.registry import engine_of
from invarieq.law import Law
from invarieq.progress import Silent
from invarieq.space.searchspace import SearchSpace
from invarieq.system import load_system
from invarieq.system.system import changed

STEPS = (5, 10, 20, 30, 40)
PARTS = 4


def matrix(law: Law) -> np.ndarray:
    """The linear part of a law of first order."""
    fields = [f.symbol for f in law.space.fields]
    zero = dict.fromkeys(fields, 0)
    return np.array([[float(sp.diff(side, s).subs(zero)) for s in fields] for side in law.right_sides()])


def turning(found: np.ndarray) -> tuple[float, float]:
    """(cosine to so(2), period in days) of a 2 × 2 matrix."""
    cosine = abs(found[0, 1] - found[1, 0]) / np.sqrt(2) / np.linalg.norm(found)
    return float(cosine), float(2 * np.pi / np.sqrt(np.linalg.det(found) - np.trace(found) ** 2 / 4))


def free(system: System) -> list[dict[str, Any]]:
    """The matrix without a symmetry, by step."""
    blank = changed(system, symmetry=[translation(system.coordinates[0])], terms=Terms(degree=1))
    rows = []
    for step in STEPS:
        law = sparse(blank, measured("polar_motion", step=step)).law
        found = matrix(law)
        cosine, period = turning(found)
        rows.append({"step": step, "matrix": found.tolist(), "cosine": cosine, "period": period, "residual": law.score})
        print(f"free, {step:2} d: {np.array2string(found, precision=3).replace(chr(10), '')} cosine {cosine:.5f}, period {period:.1f} d, "
              f"leaves {100 * law.score:.0f} % of the rates", flush=True)  # fmt: skip
    return rows


def automatic(system: System, degree: int) -> list[dict[str, Any]]:
    """What `--symmetry auto` keeps among laws of a degree, by step."""
    blank, rows = changed(system, symmetry=(), terms=Terms(degree=degree)), []
    for step in STEPS:
        start = time.process_time()
        records = prepare(measured("polar_motion", step=step), blank.space)
        answer = search_automatically(
            SearchSpace(blank), records, engine=engine_of("sparse"), seed=0, progress=Silent(), budget=Meter()
        )
        assert answer.found is not None and answer.automatic is not None
        turned = next(r for r in answer.automatic.tested if r.generator.startswith("rotation"))
        law = answer.found.law
        kept = [r.generator for r in answer.automatic.tested if r.kept]
        rows.append({"step": step, "degree": degree, "kept": kept, "p_rotation": turned.p_value, "law": str(law)})
        print(
            f"auto, degree {degree}, {step:2} d: keeps {kept}; rotation p = {turned.p_value:.2g}; {law} ({time.process_time() - start:.1f} s)",
            flush=True,
        )
    return rows


def parts(system: System) -> list[dict[str, Any]]:
    """Period of each part of the record, and of the whole, with the rotation declared."""
    (whole,) = measured("polar_motion").segments
    count, rows = whole.sizes["t"], []
    for k in range(-1, PARTS):
        segment = whole if k < 0 else whole.isel(t=slice(k * count // PARTS, (k + 1) * count // PARTS))
        law = sparse(system, Dataset((segment,), frozenset(), "a part")).law
        _, period = turning(matrix(law))
        size = float(np.sqrt(np.mean(segment.x.values**2 + segment.y.values**2)))
        rows.append({"from": float(segment.t[0]), "to": float(segment.t[-1]), "period": period, "radius": size, "law": str(law)})
        print(
            f"{'whole' if k < 0 else f'part {k + 1}'}: {law}; period {period:.1f} d, rms radius {1000 * size:.0f} mas", flush=True
        )
    periods, weights = np.array([r["period"] for r in rows[1:]]), np.array([r["radius"] ** 2 for r in rows[1:]])
    mean = float(np.average(periods, weights=weights))
    spread = float(np.sqrt(np.average((periods - mean) ** 2, weights=weights)))
    print(f"period {rows[0]['period']:.1f} d; parts weighted by their power {mean:.1f} ± {spread:.1f} d (spread)")
    return rows


def plot(path: str, rows: list[dict[str, Any]]) -> None:
    """The wobble, and the period by part."""
    from matplotlib.figure import Figure

    (segment,) = measured("polar_motion").segments
    figure = Figure(figsize=(11, 4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    left.plot(segment.x, segment.y, lw=0.5)
    left.set_aspect("equal")
    left.set_xlabel("x [arcsec]")
    left.set_ylabel("y [arcsec]")
    for axis in "xy":
        middle.plot(segment.t, segment[axis], lw=0.7, label=axis)
    middle.set_xlabel("t [d, modified Julian date]")
    middle.set_ylabel("free wobble [arcsec]")
    middle.legend()
    right.errorbar([(r["from"] + r["to"]) / 2 for r in rows[1:]], [r["period"] for r in rows[1:]],
                   xerr=[(r["to"] - r["from"]) / 2 for r in rows[1:]], fmt="o")  # fmt: skip
    right.axhline(rows[0]["period"], lw=0.7)
    right.set_xlabel("t [d, modified Julian date]")
    right.set_ylabel("period [d]")
    figure.savefig(path)


def main() -> None:
    """Print the tables, and plot them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", default="")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    system = load_system("polar_motion")
    table = {"free": free(system), "auto": automatic(system, 3) + automatic(system, 1), "parts": parts(system)}
    if options.plot:
        plot(options.plot, table["parts"])
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
