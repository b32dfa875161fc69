"""Functions of invariants of order 0 as candidates, their constant found from the data: exp(c η) and |η|^c.

For every left-hand side and every constant of a coarse ladder a sparse regression is made with the one more candidate; the best
starts are then improved by variable projection (the linear coefficients are solved for at every c).

Source: Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413 (separable least squares).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from invarieq.engines.points.implicit import AS_GOOD, Scores, refitted, scores
from invarieq.engines.points.samples import Samples
from invarieq.engines.weak.path import misfit, short_path

Array = NDArray[np.float64]
RATES = (0.2, 0.5, 1.0, 2.0, 4.0)  # times one over the spread of η
EXPONENTS = (-2.0, -1.0, -0.5, 0.5, 1.5, 3.0)
LONGEST = 5  # terms beside the function
KEPT = 4  # proposals of each length whose constant is improved
STEPS = 61
CURVED = 0.3  # spread of the exponent below which exp is no more than a polynomial
HALVES = 8


@dataclass(frozen=True)
class FreeFunction:
    """A candidate of kind "exp" or "power" of an invariant, and its constant: `value` ± `error`."""

    argument: sp.Expr
    kind: str
    value: float
    error: float


def build(kind: str, argument: sp.Expr, constant: sp.Expr) -> sp.Expr:
    """The function of an invariant with a constant."""
    return sp.exp(constant * argument) if kind == "exp" else sp.Pow(sp.Abs(argument), constant)


def starts(samples: Samples, inner: Sequence[sp.Expr]) -> list[tuple[str, sp.Expr, float]]:
    """(kind, invariant, constant) of the ladder."""
    found: list[tuple[str, sp.Expr, float]] = []
    table = samples.table(inner).columns
    for k, argument in enumerate(inner):
        spread = float(np.ptp(table[:, k])) or 1.0
        found += [("exp", argument, sign * r / spread) for r in RATES for sign in (1.0, -1.0)]
        if np.all(table[:, k] > 0):
            found += [("power", argument, e) for e in EXPONENTS]
    return found


def free_function(
    samples: Samples,
    terms: Sequence[sp.Expr],
    inner: Sequence[sp.Expr],
    *,
    lefts: Sequence[int],
    usable: Sequence[int],
    groups: Sequence[int],
) -> FreeFunction | None:
    """The function of an order-0 invariant that helps most beside `terms`; None where there is no invariant of order 0.

    `groups` are those of `terms`, 0 for terms without derivatives.
    """
    spread = dict(zip(inner, np.ptp(samples.table(inner).columns, axis=0), strict=True)) if inner else {}
    ladder = starts(samples, inner)
    if not ladder:
        return None
    columns = [*terms, *(build(kind, a, sp.Float(c)) for kind, a, c in ladder)]
    proposed = _proposed(scores(samples.table(columns)), len(terms), len(ladder), lefts=lefts, usable=usable)
    tried = []
    for support, n in proposed:
        kind, argument, start = ladder[n]
        chosen = [terms[k] for k in support]
        value, error = _refined(samples, chosen, kind, argument, start)
        if kind == "exp" and abs(value) * spread[argument] < CURVED:
            continue
        own = [groups[k] for k in support]
        final = scores(samples.table([*chosen, build(kind, argument, sp.Float(value))], (*own, 0)))
        law = np.zeros(len(support) + 1)
        law[0] = 1.0
        law[1:] = -np.linalg.lstsq(final.r[:, 1:], final.r[:, 0], rcond=None)[0]
        badness = refitted(final, range(len(support) + 1), law).badness
        tried.append((badness, len(support), FreeFunction(argument, kind, value, error)))
    if not tried:
        return None
    best = min(badness for badness, _, _ in tried)
    return min((t for t in tried if t[0] <= AS_GOOD * best), key=lambda t: (t[1], t[0]))[2]


def _proposed(
    s: Scores, count: int, ladder: int, *, lefts: Sequence[int], usable: Sequence[int]
) -> list[tuple[tuple[int, ...], int]]:
    """(terms with the left-hand side first, number of the function) of the short models that cancel best."""
    found: dict[tuple[int, ...], tuple[float, int]] = {}
    for left in lefts:
        others = [k for k in usable if k != left]
        for n in range(ladder):
            columns = [*others, count + n]
            scales = np.where(s.norms > 0, s.norms, 1.0)[columns]
            x = s.r[:, columns] / scales
            for model in short_path(x, s.r[:, left], LONGEST):
                if len(others) not in model.support:
                    continue
                coefficients, rest = misfit(x, s.r[:, left], model.support)
                size = float(s.norms[left] + np.sum(np.abs(coefficients)))
                key = (left, *(columns[k] for k in model.support if k < len(others)))
                if key not in found or np.sqrt(rest) / size < found[key][0]:
                    found[key] = (float(np.sqrt(rest)) / size, n)
    chosen: list[tuple[tuple[int, ...], int]] = []
    for length in range(1, LONGEST + 1):
        same = sorted((left_over, key, n) for key, (left_over, n) in found.items() if len(key) == length)
        chosen += [(key, n) for _, key, n in same[:KEPT]]
    return chosen


def _refined(samples: Samples, terms: Sequence[sp.Expr], kind: str, argument: sp.Expr, start: float) -> tuple[float, float]:
    """(the constant that leaves least, its spread over random halves of the blocks of data)."""
    table = samples.table([*terms, argument])
    x, eta = table.columns[:, :-1], table.columns[:, -1]
    low, high = sorted((start / 3, start * 3)) if kind == "exp" else (start - 1, start + 1)
    value = _least(x, eta, kind, np.linspace(low, high, STEPS))
    near = np.linspace(value - (high - low) / STEPS, value + (high - low) / STEPS, 5)
    generator, names = np.random.default_rng(97), np.unique(table.blocks)
    others = []
    for _ in range(HALVES):
        rows = np.isin(table.blocks, generator.choice(names, size=max(1, len(names) // 2), replace=False))
        others.append(_least(x[rows], eta[rows], kind, near))
    return value, float(np.std(others))


def _least(x: Array, eta: Array, kind: str, grid: Array) -> float:
    """The constant of least residual of the first column on the others and the function, near the best point of a grid."""
    q = np.linalg.qr(x[:, 1:])[0] if x.shape[1] > 1 else np.zeros((len(x), 0))
    target = x[:, 0] - q @ (q.T @ x[:, 0])
    middle = float(eta.mean())

    def left(c: float) -> float:
        f = np.exp(c * (eta - middle)) if kind == "exp" else np.abs(eta) ** c
        f = f - q @ (q.T @ f)
        norm = float(f @ f)
        rest = target - f * (float(f @ target) / norm) if norm > 0 else target
        return float(rest @ rest)

    place = int(np.argmin([left(c) for c in grid]))
    bracket = (float(grid[max(place - 1, 0)]), float(grid[min(place + 1, len(grid) - 1)]))
    found: Any = minimize_scalar(left, bounds=bracket, method="bounded", options={"xatol": 1e-9 * abs(bracket[1])})
    return float(found.x)
