"""Beyond Newton: the relativistic term from the ephemeris, told and untold.

    python benchmarks/relativity.py [--plot relativity.svg] [--json FILE]

The rest of each planet's acceleration, with the pulls of the Sun and all planets subtracted (DE421's own masses), on the equivariants of
SO(3). Kind F: DE421 is a numerical integration fitted to observations, so what is found is the relativity of that model (Schwarzschild,
(GM/c²r³)[(4GM/r − v²) r + 4 (r·v) v]). The expected values 4, −1, 4 are used to compare, never to search.

1. told: the three terms. 2. by dimensions: all equivariants with GMᵅ c⁻² that have the dimension of an acceleration and vanish without a Sun.
3. untold: r^k v^2i (r·v)^j times each generator of the module of equivariants, k −7…0, i, j 0…2, in whatever units.
4. GM of the Sun free as well: what one planet alone determines.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq import Field, JetSpace, VectorField, coordinates
from invarieq.data.read.pulls import GM_SUN, LIGHT, Arc, beyond_newton
from invarieq.engines.points.pointwise import PointFit, fit, regress
from invarieq.expressions import evaluate
from invarieq.invariants.equivariant import equivariant_fields

Array = NDArray[np.float64]
SCHWARZSCHILD = {("r", 0, 0): 4.0, ("r", 1, 0): -1.0, ("v", 0, 1): 4.0}  # (generator, power of v², power of r·v): coefficient


def generators() -> dict[str, tuple[sp.Expr, ...]]:
    """The equivariant accelerations r, v, r × v as the package finds them: module generators of SO(3) on (r, v), degree ≤ 2."""
    (t,) = coordinates("t")
    names = ("x", "y", "z", "u", "v", "w")
    f = {n: Field(n, t) for n in names}
    space = JetSpace((t,), tuple(f.values()))
    turns = [
        VectorField({f[a]: -f[b].symbol, f[b]: f[a].symbol, f[c]: -f[d].symbol, f[d]: f[c].symbol})
        for a, b, c, d in (("x", "y", "u", "v"), ("y", "z", "v", "w"), ("z", "x", "w", "u"))
    ]
    found = [F[3:] for F in equivariant_fields(turns, space, 2).module if F[3:] != (0, 0, 0)]
    place, velocity = sp.Matrix([f[n].symbol for n in names[:3]]), sp.Matrix([f[n].symbol for n in names[3:]])
    known = {"r": place, "v": velocity, "r×v": place.cross(velocity)}
    named = {}
    for components in found:
        name = next(n for n, w in known.items() if sp.Matrix(components).cross(w).expand() == sp.zeros(3, 1))
        named[name] = tuple(components)
    return named


class Columns:
    """Equivariant columns on an arc: r^k v^2i (r·v)^j times a generator."""

    def __init__(self, arc: Arc, fields: dict[str, tuple[sp.Expr, ...]]) -> None:
        self.r = np.linalg.norm(arc.place, axis=0)
        self.square = np.sum(arc.velocity**2, axis=0)
        self.product = np.sum(arc.place * arc.velocity, axis=0)
        at = {sp.Symbol(n, real=True): row for n, row in zip("xyzuvw", (*arc.place, *arc.velocity), strict=True)}
        self.fields = {n: np.stack([np.broadcast_to(evaluate(e, at), self.r.shape) for e in w]) for n, w in fields.items()}

    def column(self, generator: str, k: int, i: int, j: int) -> Array:
        """Flat over components and dates."""
        return (self.r**k * self.square**i * self.product**j * self.fields[generator]).T.ravel()

    def physical(self, generator: str, i: int, j: int) -> Array:
        """The one power of r and of GM that give v^2i (r·v)^j times the generator the dimension of GM²/(c²r³)."""
        alpha, k = powers(generator, i, j)
        return GM_SUN**alpha / LIGHT**2 * self.column(generator, k, i, j)


def powers(generator: str, i: int, j: int) -> tuple[int, int]:
    """(α, k) of GMᵅ c⁻² r^k v^2i (r·v)^j times r or v, so that lengths and times are those of an acceleration."""
    times = 2 * i + j + (generator == "v")  # powers of 1/time in the factors of velocity
    alpha, odd = divmod(4 - times, 2)
    if odd:
        raise ValueError("no whole power of GM")
    return alpha, 3 - 3 * alpha - 2 * i - 2 * j - 1


def by_dimensions() -> list[tuple[str, int, int]]:
    """All terms of order c⁻² with a whole, positive power of GM."""
    found = []
    for generator, i, j in itertools.product(("r", "v"), range(3), range(5)):
        if (2 * i + j + (generator == "v")) % 2 == 0 and powers(generator, i, j)[0] >= 1:
            found.append((generator, i, j))
    return found


def values(arcs: list[Arc]) -> Array:
    """The rests, each planet in units of its own rms."""
    return np.concatenate([(a.rest / np.sqrt(np.mean(a.rest**2))).T.ravel() for a in arcs])


def stacked(arcs: list[Arc], columns: list[list[Array]]) -> Array:
    """Columns of all planets in the same units as `values`."""
    return np.concatenate([np.stack(c, axis=1) / np.sqrt(np.mean(a.rest**2)) for a, c in zip(arcs, columns, strict=True)])


def show(title: str, labels: list[str], found: PointFit, seconds: float) -> dict[str, Any]:
    """Print and keep a row."""
    terms = {labels[k]: [float(c), float(e)] for k, c, e in zip(found.support, found.coefficients, found.errors, strict=True)}
    print(
        f"{title}: "
        + "; ".join(f"{n} {c:+.5g} ± {e:.2g}" for n, (c, e) in terms.items())
        + f" | leaves {found.residual:.1e} of the rest, {len(labels)} candidates, {seconds:.1f} s",
        flush=True,
    )
    return {"title": title, "terms": terms, "residual": found.residual, "candidates": len(labels), "seconds": seconds}


def untold(arcs: list[Arc], made: list[Columns], name: str) -> dict[str, Any]:
    """All monomials, no dimensions: coefficients are printed over GMᵅ/c² of their term where one exists."""
    keys = list(itertools.product(made[0].fields, range(-7, 1), range(3), range(3)))
    start = time.process_time()
    found = regress(stacked(arcs, [[m.column(*key) for key in keys] for m in made]), values(arcs))
    units = []
    for generator, k, i, j in (keys[n] for n in found.support):
        try:
            alpha, right = powers(generator, i, j)
        except ValueError:
            alpha, right = 0, None
        units.append(GM_SUN**alpha / LIGHT**2 if right == k and generator != "r×v" else 1.0)
    scaled = PointFit(found.support, found.coefficients / units, found.errors / units, found.residual, found.determined)
    labels = [f"r^{k} v^{2 * i} (r·v)^{j} {g}" for g, k, i, j in keys]
    return show(f"untold, {name}, {found.determined} directions seen", labels, scaled, time.process_time() - start)


def rows(arcs: list[Arc], made: list[Columns], name: str) -> list[dict[str, Any]]:
    """The four questions on some planets."""
    start, terms = time.process_time(), list(SCHWARZSCHILD)
    table = []
    told = stacked(arcs, [[m.physical(*key) for key in terms] for m in made])
    names = [label(key) for key in terms]
    table.append(show(f"told, {name}", names, fit(told, values(arcs), (0, 1, 2)), time.process_time() - start))
    start, keys = time.process_time(), by_dimensions()
    columns = stacked(arcs, [[m.physical(*key) for key in keys] for m in made])
    table.append(
        show(f"by dimensions, {name}", [label(k) for k in keys], regress(columns, values(arcs)), time.process_time() - start)
    )
    table.append(untold(arcs, made, name))
    start = time.process_time()
    sun = stacked(arcs, [[-1e-10 * GM_SUN * m.column("r", -3, 0, 0)] for m in made])
    free = np.column_stack([told, sun])
    found = fit(free, values(arcs), (0, 1, 2, 3))
    table.append(show(f"GM free, {name}", [*names, "δGM/GM (1e-10)"], found, time.process_time() - start))
    sizes = np.linalg.svd(free / np.linalg.norm(free, axis=0), compute_uv=False)
    c = found.coefficients
    print(f"   c₁ + 2c₂ = {c[0] + 2 * c[1]:.4f} (2), c₃ = {c[2]:.4f} (4); least singular value {sizes[-1] / sizes[0]:.1e}: "
          f"{'c₁, c₂ and GM cannot be told apart' if sizes[-1] < 1e-4 * sizes[0] else 'all four are told apart'}", flush=True)  # fmt: skip
    table[-1] |= {"c1_plus_2c2": float(c[0] + 2 * c[1]), "least_singular_value": float(sizes[-1] / sizes[0])}
    return table


def label(key: tuple[str, int, int]) -> str:
    """A term with its powers, over c²."""
    generator, i, j = key
    alpha, k = powers(generator, i, j)
    parts = [f"GM^{alpha}", f"r^{k}", *([f"v^{2 * i}"] if i else []), *([f"(r·v)^{j}"] if j else []), generator]
    return " ".join(parts)


def plot(path: str, arcs: list[Arc], made: list[Columns]) -> None:
    """What Newton leaves over a few orbits, and what the relativistic term leaves of that, along the radius."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 2.6 * len(arcs)), layout="constrained")
    for row, (arc, m) in zip(figure.subplots(len(arcs), 2, squeeze=False), zip(arcs, made, strict=True), strict=True):
        told = np.stack([m.physical(*key) for key in SCHWARZSCHILD], axis=1)
        left = (arc.rest.T.ravel() - told @ fit(told, arc.rest.T.ravel(), (0, 1, 2)).coefficients).reshape(-1, 3).T
        size = float(np.sqrt(np.mean(arc.acceleration**2)))
        shown = slice(0, 200)
        for axes, rest, what in ((row[0], arc.rest, "beyond Newton"), (row[1], left, "beyond relativity too")):
            axes.plot(arc.dates[shown], np.sum(rest * arc.place, axis=0)[shown] / m.r[shown] / size, ".-", ms=2, lw=0.5)
            axes.set_title(f"{arc.body}: {what}")
            axes.set_xlabel("t [d after J2000]")
            axes.set_ylabel("radial rest / rms acceleration")
    figure.savefig(path)


def main() -> None:
    """Print the table, and plot it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", default="")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    found = generators()
    print("module of equivariant accelerations: " + ", ".join(found))
    arcs = [beyond_newton(name) for name in ("mercury", "venus", "mars")]
    for arc in arcs:
        print(f"{arc.body}: Newton leaves {np.sqrt(np.mean(arc.rest**2) / np.mean(arc.acceleration**2)):.2e} of the acceleration")
    made = [Columns(arc, found) for arc in arcs]
    table: list[dict[str, Any]] = []
    for chosen in ((0,), (1,), (2,), (0, 1), (0, 1, 2)):
        name = " + ".join(arcs[k].body for k in chosen)
        table += rows([arcs[k] for k in chosen], [made[k] for k in chosen], name)
    if options.plot:
        plot(options.plot, arcs, made)
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
