"""A plain weak-form regression to compare with: bumps on a lattice, u_t = Σ c ∂_x^d (u^p), lasso with its weight by BIC, refit.

No noise model, no symmetry, no errors-in-variables correction: what EqOD (arXiv 2605.11524) calls WF-LASSO, as far as its name
tells. `stable=True` draws half of the rows and random weights of the terms 40 times (randomized lasso) and keeps the terms that
are chosen in 60 % of the draws: its second mechanism.

Sources: Messenger & Bortz, J. Comput. Phys. 443 (2021) 110525; Meinshausen & Bühlmann, J. R. Stat. Soc. B 72 (2010) 417.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from invarieq.data import Dataset
from invarieq.data.weak import test_functions

Array = NDArray[np.float64]
ORDERS = range(5)
POWERS = range(1, 4)
WEIGHTS = 10.0 ** np.linspace(-4, 0, 17)
DRAWS = 40
SWEEPS = 100
KEPT = 0.6
SMALL = 0.02  # of the largest standardized coefficient: dropped after the lasso
PART = 10  # half-width of a bump: this part of the grid


def fit(data: Dataset, *, stable: bool, seed: int = 0) -> dict[tuple[int, int], float]:
    """Coefficients of the chosen terms by (d, p)."""
    keys, columns, left = regression(data)
    norms = np.linalg.norm(columns, axis=0)
    x, y = columns / norms, left / np.linalg.norm(left)
    support = _stable(x, y, np.random.default_rng(seed)) if stable else _by_criterion(x[None], y[None])[0]
    values = np.linalg.lstsq(columns[:, support], left, rcond=None)[0] if support else np.zeros(0)
    return {keys[k]: float(c) for k, c in zip(support, values, strict=True)}


def regression(data: Dataset) -> tuple[list[tuple[int, int]], Array, Array]:
    """(names of the terms, rows × terms, left-hand side)."""
    piece = data.segments[0]
    grids = (piece["t"].values, piece["x"].values)
    u = piece["u"].transpose("t", "x").values
    tests = test_functions(grids, (False, True), [len(g) // PART for g in grids], (1, max(ORDERS)))
    keys = [(d, p) for d in ORDERS for p in POWERS]
    columns = np.stack([tests.moment((0, d), u**p).ravel() for d, p in keys], axis=1)
    return keys, columns, tests.moment((1, 0), u).ravel()


def lasso(gram: Array, moment: Array, weight: float, start: Array) -> Array:
    """argmin ½ cᵀ G c − mᵀ c + weight·‖c‖₁ by coordinate descent, for a batch of problems (… × terms) at once; G_kk = 1."""
    c = start.copy()
    for _ in range(SWEEPS):
        largest = 0.0
        for k in range(c.shape[-1]):
            value = moment[..., k] - np.einsum("...j,...j->...", gram[..., k, :], c) + c[..., k]
            fresh = np.sign(value) * np.maximum(np.abs(value) - weight, 0.0)
            largest = max(largest, float(np.max(np.abs(fresh - c[..., k]))))
            c[..., k] = fresh
        if largest < 1e-6:
            break
    return c


def _by_criterion(x: Array, y: Array) -> list[list[int]]:
    """The chosen support of each problem of a batch (problems × rows × terms)."""
    gram, moment = np.swapaxes(x, 1, 2) @ x, np.einsum("brk,br->bk", x, y)
    best: list[tuple[float, list[int]]] = [(np.inf, []) for _ in x]
    c = np.zeros(moment.shape)
    for weight in WEIGHTS[::-1]:
        c = lasso(gram, moment, weight, c)
        for n, row in enumerate(c):
            support = [k for k in range(len(row)) if abs(row[k]) > SMALL * np.max(np.abs(row))]
            if support:
                values = np.linalg.lstsq(gram[n][np.ix_(support, support)], moment[n][support], rcond=None)[0]
                left = max(float(y[n] @ y[n] - values @ moment[n][support]), 1e-14)
                best[n] = min(best[n], (y.shape[1] * np.log(left) + len(support) * np.log(y.shape[1]), support))
    return [support for _, support in best]


def _stable(x: Array, y: Array, generator: np.random.Generator) -> list[int]:
    """Terms chosen in most of the random halves, each with its own weights of the terms."""
    rows = np.stack([generator.choice(len(y), len(y) // 2, replace=False) for _ in range(DRAWS)])
    part, left = x[rows] * generator.uniform(0.5, 1.0, (DRAWS, 1, x.shape[1])), y[rows]
    part /= np.linalg.norm(part, axis=1, keepdims=True)
    chosen = _by_criterion(part, left / np.linalg.norm(left, axis=1, keepdims=True))
    counts = np.bincount([k for support in chosen for k in support], minlength=x.shape[1])
    return [k for k in range(len(counts)) if counts[k] >= KEPT * DRAWS]
