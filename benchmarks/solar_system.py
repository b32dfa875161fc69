"""The law of gravitation from the ephemeris: exponent of the distance and GM of the Sun, clean and with noise.

    python benchmarks/solar_system.py [--seeds 5]

Pooled inner planets (five orbits each), default settings, rotations declared. Noise is relative to the standard deviation of
each coordinate. The reference GM is DE421's own; it is used here only, to compare.
"""

from __future__ import annotations

import argparse
import statistics
import time

from searches import sparse

from invarieq.data import add_noise, measured
from invarieq.expressions import write_expression
from invarieq.system import load_system

GM_SUN = 2.959122082855911e-4  # au³/d², DE421


def main() -> None:
    """Print a row a noise level."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    system, clean = load_system("solar_system"), measured("solar_system")
    print(f"{'noise':>7} | central 1/r² alone | exponent + 2 (largest |.|, ± stated) | GM/GM_Sun − 1 (median, largest |.|) | s")
    for noise in (0.0, 1e-3, 1e-2, 5e-2):
        rows = []
        for seed in range(options.seeds if noise else 1):
            start = time.perf_counter()
            found = sparse(system, add_noise(clean, noise, seed), time_order=2, seed=seed)
            alone = found.size == 1 and "(x**2 + y**2 + z**2)**(3/2)" in write_expression(found.law.right[0])
            rows.append((alone, found.exponents, found.law.coefficients[0].value, time.perf_counter() - start))
        central = [r for r in rows if r[0]]
        if not central:
            print(f"{noise:7.0e} | 0/{len(rows)}")
            continue
        exponents = [r[1][0].value + 2 for r in central]
        masses = [-r[2] / GM_SUN - 1 for r in central]
        print(
            f"{noise:7.0e} | {len(central)}/{len(rows)} | {max(map(abs, exponents)):.1e} ± {central[0][1][0].error:.0e} | "
            f"{statistics.median(masses):+.1e}, {max(map(abs, masses)):.1e} | {statistics.median(r[3] for r in rows):.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
