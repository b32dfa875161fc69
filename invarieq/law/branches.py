"""Have two laws that agree on one branch any other solutions? Looked for by the zeros of their equations on random lines.

A factor that vanishes somewhere adds solutions ((u_x − u)(u_t + u u_x) = 0 holds for u = e^x too) and shows as a change of sign that the
other equation does not have. Zeros where a single variable is 0 do not count: u (u_t + u u_x) = 0 adds u = 0 alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.solvers.solveset import NonlinearError

from invarieq.expressions.arrays import compile_expressions
from invarieq.jets import substitute, symbols_of
from invarieq.law.solve import solution

Array = NDArray[np.float64]

LINES, STEPS, SPREAD = 24, 201, 1.5
HALVINGS = 60
ZERO = 1e-7  # of the sum of the sizes of the terms


def same_branches(
    found: Sequence[sp.Expr], true: Sequence[sp.Expr], unknowns: Sequence[sp.Symbol], values: Mapping[sp.Symbol, sp.Expr]
) -> bool:
    """Whether equations that hold where the true ones do hold nowhere else, and everywhere there.

    `unknowns` are what the true equations are solved for, `values` the constants in the equations found. Systems: each equation is
    one of the others', or they have one solution for the unknowns.
    """
    numbers = [substitute(e, values) for e in found]
    if len(found) == 1:
        return _alike(numbers[0], true[0])
    if all(any(_alike(f, g) for g in true) for f in numbers) and all(any(_alike(f, g) for f in numbers) for g in true):
        return True
    return solution(found, unknowns) is not None and not _extra(numbers, true, unknowns)


def _alike(first: sp.Expr, second: sp.Expr) -> bool:
    symbols = sorted({*symbols_of(first), *symbols_of(second)}, key=lambda s: s.name)
    return _vanishes_too(first, second, symbols) and _vanishes_too(second, first, symbols)


def _vanishes_too(first: sp.Expr, second: sp.Expr, symbols: Sequence[sp.Symbol]) -> bool:
    """Whether the second expression is 0 where the first changes its sign."""
    roots = _roots(first, symbols)
    if not len(roots):
        return True
    terms = compile_expressions(sp.Add.make_args(sp.expand(second)), symbols)
    with np.errstate(all="ignore"):
        parts = np.stack([np.broadcast_to(p, len(roots)) for p in terms(list(roots.T))])
        shares = np.abs(np.sum(parts, axis=0)) / np.sum(np.abs(parts), axis=0)
    trivial = np.any(np.abs(roots) < ZERO, axis=1)
    return bool(np.all((shares < ZERO) | trivial | ~np.isfinite(shares)))


def _roots(expr: sp.Expr, symbols: Sequence[sp.Symbol]) -> Array:
    """Points (points × symbols) of random lines at which an expression passes through 0; poles and jumps are left out."""
    run = compile_expressions([expr], symbols)

    def at(points: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.broadcast_to(run(list(np.moveaxis(points, -1, 0)))[0], points.shape[:-1])

    random = np.random.default_rng(1)
    base, along = random.normal(0.0, SPREAD, (2, LINES, 1, len(symbols)))
    points = base + along * np.linspace(-2.0, 2.0, STEPS)[None, :, None]
    values = at(points)
    first, second = values[:, :-1], values[:, 1:]
    with np.errstate(all="ignore"):
        changes = np.isfinite(first) & np.isfinite(second) & (np.sign(first) * np.sign(second) < 0)
    low, high, sign = points[:, :-1][changes], points[:, 1:][changes], np.sign(first[changes])
    largest = np.maximum(np.abs(first[changes]), np.abs(second[changes]))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        before = (np.sign(at(middle)) == sign)[:, None]
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return low[np.abs(at(low)) < 1e-6 * largest]


def _extra(found: Sequence[sp.Expr], true: Sequence[sp.Expr], unknowns: Sequence[sp.Symbol]) -> bool:
    """Whether linear equations leave an unknown free at points where the true ones do not."""
    try:
        slopes, rest = sp.linear_eq_to_matrix([sp.numer(sp.together(e)) for e in found], list(unknowns))
        true_slopes, true_rest = sp.linear_eq_to_matrix([sp.numer(sp.together(e)) for e in true], list(unknowns))
    except NonlinearError:
        return False  # solved by one value each, in closed form
    entries = [*slopes.flat(), *rest.flat(), *true_slopes.flat(), *true_rest.flat()]
    symbols = sorted({s for e in entries for s in symbols_of(e)}, key=lambda s: s.name)
    determinant = sp.expand(slopes.det())
    if not symbols_of(determinant):
        return False
    roots = _roots(determinant, symbols)
    roots = roots[~np.any(np.abs(roots) < ZERO, axis=1)]
    return bool(np.any(_free(slopes, rest, symbols, roots) & ~_free(true_slopes, true_rest, symbols, roots)))


def _free(slopes: sp.Matrix, rest: sp.Matrix, symbols: Sequence[sp.Symbol], roots: Array) -> NDArray[np.bool_]:
    """At which points slopes · unknowns = rest has more than one solution."""
    count = slopes.rows
    run = compile_expressions([*slopes.flat(), *rest.flat()], symbols)
    with np.errstate(all="ignore"):
        values = np.stack([np.broadcast_to(v, len(roots)) for v in run(list(roots.T))], axis=-1)
    free = []
    for row in values:
        matrix, side = row[: count**2].reshape(count, count), row[count**2 :]
        sizes = np.linalg.svd(matrix, compute_uv=False)
        whole = np.linalg.svd(np.column_stack([matrix, side]), compute_uv=False)
        free.append(sizes[-1] < ZERO * sizes[0] and whole[-1] < ZERO * whole[0])
    return np.array(free, dtype=bool)
