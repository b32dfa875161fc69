"""Dimensions of symmetric libraries, their sparseness, and the seconds that they cost.

    python benchmarks/null_spaces.py [--json FILE]

For each symmetry of the second brief, some groups of the theory of equivariants and three shipped PDE libraries: candidates before and
after (as published where that is known), entries of the basis in reduced echelon form and of the sparsest one, further vectors as short,
CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import sympy as sp
from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix

from invarieq import Field, JetSpace, Terms, VectorField, coordinates, lorentz_boost, rotation, scaling, translation
from invarieq.space.ambient import Ambient
from invarieq.space.library import candidates_of
from invarieq.space.restrict import Restriction, restrict

t, x, y = coordinates("t x y")
p, q = Field("p", t), Field("q", t)
S, E, I, R = (Field(name, t) for name in "SEIR")  # noqa: E741 (the letters of the model)
a, b, c, f, g, h = (Field(name, t) for name in "abcfgh")
u, v = Field("u", t, x, y), Field("v", t, x, y)


def both(one: VectorField, other: VectorField) -> VectorField:
    """Two rotations at one rate."""
    return VectorField({**dict(one.components), **dict(other.components)})


def features() -> tuple[sp.Expr, ...]:
    """The 19 features of the reaction–diffusion library."""
    powers = [u.symbol**i * v.symbol**j for i in range(4) for j in range(4) if 1 <= i + j <= 3]
    return (*powers, *(w[d] for w in (u, v) for d in ((x,), (y,), (x, x), (x, y), (y, y))))


Case = tuple[str, tuple[Field, ...], list[VectorField], dict[str, Any], int | None]
homogeneous = [translation(x), translation(y)]
CASES: list[Case] = [
    ("SO(2), degree 2", (p, q), [rotation(p, q)], {"degree": 2}, 2),
    ("SO(2), degree 3", (p, q), [rotation(p, q)], {"degree": 3}, 4),
    ("SO(2) times 1e-3, degree 2", (p, q), [VectorField({p: -q / 1000, q: p / 1000})], {"degree": 2}, 2),
    ("diag(2, 1), degree 2", (p, q), [scaling({p: 2, q: 1})], {"degree": 2}, 3),
    ("sim2, degree 2", (p, q), [VectorField({p: -p / 5 + q, q: -p})], {"degree": 2}, 2),
    ("shear, degree 2", (p, q), [VectorField({p: q})], {"degree": 2}, 5),
    ("SO(2) and boost, degree 2", (p, q), [rotation(p, q), lorentz_boost(p, q)], {"degree": 2}, 1),
    ("SEIR, degree 2", (S, E, I, R), [VectorField({R: S + E + I + R})], {"degree": 2}, 34),
    ("reaction-diffusion, 19 features", (u, v), [*homogeneous, rotation(u, v)], {"terms": Terms(library=features())}, 14),
    ("reaction-diffusion, degree 3", (u, v), [*homogeneous, rotation(x, y), rotation(u, v)], {"degree": 3, "order": 2}, None),
    ("SO(3), one vector, degree 3", (a, b, c), [rotation(a, b), rotation(b, c)], {"degree": 3}, 2),
    (
        "SO(3), two vectors, degree 3",
        (a, b, c, f, g, h),
        [both(rotation(a, b), rotation(f, g)), both(rotation(b, c), rotation(g, h))],
        {"degree": 3},
        18,
    ),
    ("SO(2) x SO(2), degree 3", (a, b, f, g), [rotation(a, b), rotation(f, g)], {"degree": 3}, 12),
    ("SO(2) and scaling, degree 3", (p, q), [rotation(p, q), scaling({p: 1, q: 1})], {"degree": 3}, 2),
    ("q² d/dp, degree 3", (p, q), [VectorField({p: q.symbol**2})], {"degree": 3}, 7),
    ("p d/dp + (2q + p²) d/dq, degree 3", (p, q), [VectorField({p: p.symbol, q: 2 * q + p.symbol**2})], {"degree": 3}, 2),
]


def echelon_entries(candidates: Ambient, found: Restriction) -> int:
    """Entries of the reduced echelon form of the same space, simple monomials first."""
    count = len(candidates.monomials)
    order = sorted(range(candidates.size), key=lambda i: (i % count, i // count))
    rows = [[QQ(int(vector.get(i, 0)), 1) for i in order] for vector in found.basis]
    if not rows:
        return 0
    reduced, _ = DomainMatrix(rows, (len(rows), candidates.size), QQ).rref()
    return sum(bool(entry) for row in reduced.to_ddm().to_list() for entry in row)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    print(f"{'library':36} {'before':>6} {'after':>5} {'known':>5} {'echelon':>8} {'sparsest':>8} {'further':>7} {'CPU s':>6}")
    table = []
    for name, fields, symmetry, sizes, known in CASES:
        whole: dict[str, Any] = {"time_order": 1, "order": 1, "degree": 3} | sizes
        start = time.process_time()
        candidates = candidates_of(JetSpace(fields[0].arguments, fields), [translation(t), *symmetry], **whole)
        found = restrict(candidates, [translation(t), *symmetry])
        seconds = time.process_time() - start
        row = (candidates.size, len(found.basis), known, echelon_entries(candidates, found), sum(map(len, found.basis)))
        table.append({"library": name, "row": row, "further": len(found.further), "seconds": seconds})
        shown = "" if known is None else known
        print(
            f"{name:36} {row[0]:6} {row[1]:5} {shown:>5} {row[3]:8} {row[4]:8} {len(found.further):7} {seconds:6.3f}", flush=True
        )
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
