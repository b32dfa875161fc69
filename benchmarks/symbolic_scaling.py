"""How the time for a symmetry algebra grows with order, with the number of variables and with the dimension of the algebra.

`python benchmarks/symbolic_scaling.py SERIES SIZE BUDGET` runs one member in this process and prints JSON; `SERIES` below lists the members.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from symbolic_case import Outcome, timed

from invarieq.jets import Field, JetSpace
from invarieq.symmetry.point import point_symmetries

Question = tuple[JetSpace, list[sp.Expr], list[sp.Symbol]]


@dataclass(frozen=True)
class Series:
    """Equations of growing size; `dimension(n)` is the known dimension of the finite part, `families(n)` the number of families."""

    title: str
    axis: str
    sizes: tuple[int, ...]
    make: Callable[[int], Question]
    dimension: Callable[[int], int]
    families: Callable[[int], int]


def _coordinates(names: Sequence[str]) -> tuple[sp.Symbol, ...]:
    return tuple(sp.Symbol(n, real=True) for n in names)


def _space(n: int, time: bool, fields: str = "u") -> tuple[tuple[sp.Symbol, ...], tuple[Field, ...], JetSpace]:
    xs = _coordinates([*(["t"] if time else []), *[f"x{i}" for i in range(1, n + 1)]])
    made = tuple(Field(f, *xs) for f in fields.split())
    return xs, made, JetSpace(xs, made)


def hierarchy(order: int) -> Question:
    """u_t + D L = 0 of the KdV hierarchy; D L_{k+1} = (D³ + 4uD + 2u_x) L_k, L_0 = 1/2 (Lenard; Olver 1993, section 5.2)."""
    t, x = _coordinates(["t", "x"])
    u = Field("u", t, x)
    space = JetSpace((t, x), (u,))
    functional: sp.Expr = sp.Rational(1, 2)
    for _ in range((order + 1) // 2):
        first = space.total_derivative(functional, 1)
        third = space.total_derivatives(first, (0, 2))
        functional = _integral(sp.expand(third + 4 * u.symbol * first + 2 * u[x] * functional), space)
    return space, [u[t] + sp.expand(space.total_derivative(functional, 1))], [u[t]]


def _integral(expr: sp.Expr, space: JetSpace) -> sp.Expr:
    """D_x^{-1} of a total derivative: the highest derivative stands linearly in it, times ∂/∂(the one below) of the integral."""
    result: sp.Expr = sp.S.Zero
    while expr != 0:
        top = space.order(expr)
        high, below = space.jet(0, (0, top)), space.jet(0, (0, top - 1))
        part = sp.integrate(sp.diff(expr, high), below)
        result, expr = result + part, sp.expand(expr - space.total_derivative(part, 1))
    return sp.expand(result)


def heat(n: int) -> Question:
    """u_t = Δu."""
    (t, *xs), (u,), space = _space(n, time=True)
    return space, [u[t] - sp.Add(*[u[x, x] for x in xs])], [u[t]]


def wave(n: int) -> Question:
    """u_tt = Δu."""
    (t, *xs), (u,), space = _space(n, time=True)
    return space, [u[t, t] - sp.Add(*[u[x, x] for x in xs])], [u[t, t]]


def cubic_wave(n: int) -> Question:
    """u_tt = Δu − u³."""
    (t, *xs), (u,), space = _space(n, time=True)
    return space, [u[t, t] - sp.Add(*[u[x, x] for x in xs]) + u.symbol**3], [u[t, t]]


def particle(n: int) -> Question:
    """x_i'' = 0 for n coordinates: sl(n + 2)."""
    (t,) = _coordinates(["t"])
    fields = tuple(Field(f"x{i}", t) for i in range(1, n + 1))
    return JetSpace((t,), fields), [f[t, t] for f in fields], [f[t, t] for f in fields]


def navier_stokes(n: int) -> Question:
    """Viscous incompressible flow in n dimensions."""
    (t, *xs), (*us, p), space = _space(n, time=True, fields=" ".join([f"v{i}" for i in range(1, n + 1)] + ["p"]))
    law = [
        u[t] + sp.Add(*[v.symbol * u[x] for v, x in zip(us, xs, strict=True)]) + p[x0] - sp.Add(*[u[x, x] for x in xs])
        for u, x0 in zip(us, xs, strict=True)
    ]
    return space, [*law, sp.Add(*[u[x] for u, x in zip(us, xs, strict=True)])], []


SERIES = {
    "hierarchy": Series("KdV hierarchy", "order", (3, 5, 7, 9, 11, 13), hierarchy, lambda n: 4 if n == 3 else 3, lambda n: 0),
    "heat": Series("heat", "dimensions", tuple(range(1, 9)), heat, lambda n: 4 + 2 * n + math.comb(n, 2), lambda n: 1),
    "wave": Series(
        "wave", "dimensions", tuple(range(1, 9)), wave, lambda n: 1 if n == 1 else math.comb(n + 3, 2) + 1, lambda n: 3 if n == 1 else 1
    ),
    "cubic_wave": Series(
        "wave with u³", "dimensions", tuple(range(1, 9)), cubic_wave,
        lambda n: math.comb(n + 3, 2) if n == 3 else math.comb(n + 2, 2) + 1, lambda n: 0,
    ),
    "particle": Series("free particles, sl(n + 2)", "dimensions", (1, 2, 3, 4, 5, 6, 8, 10), particle, lambda n: (n + 2) ** 2 - 1, lambda n: 0),
    "navier_stokes": Series(
        "Navier–Stokes", "dimensions", (2, 3, 4), navier_stokes, lambda n: 2 + math.comb(n, 2), lambda n: n + 1
    ),
}  # fmt: skip


def member(series: str, size: int, budget: float) -> Outcome:
    """One equation."""
    chosen = SERIES[series]
    space, law, leading = chosen.make(size)
    answer, cost = timed(lambda: point_symmetries(space, law, leading, budget=budget))
    got, known = (answer.dimension, len(answer.families)), (chosen.dimension(size), chosen.families(size))
    return {
        **cost,
        "got": f"{got[0]}+{got[1]}",
        "known": f"{known[0]}+{known[1]}",
        "solved": answer.complete and got == known,
        "note": answer.note,
    }


def draw(rows: Sequence[dict[str, Any]], path: str) -> None:
    """CPU seconds over order and over dimensions, as a small SVG file."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.hashsalt": "invarieq", "font.size": 9, "svg.fonttype": "none"})
    figure, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True, width_ratios=[1, 1.6], layout="constrained")
    for axis, label in zip(axes, ("order", "dimensions"), strict=True):
        for name, series in SERIES.items():
            points = [(r["size"], r["cpu"]) for r in rows if r["series"] == name and r["solved"]]
            if series.axis == label and points:
                axis.plot(*zip(*points, strict=True), marker="o", markersize=3, linewidth=1, label=series.title)
        axis.set(yscale="log", xlabel=label)
        axis.legend(frameon=False, fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("CPU seconds")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    print(json.dumps(member(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))
