"""A sparse model whose terms have different prices: least misfit/φ + Σ prices, by adding, removing and exchanging terms.

With a symmetry that the data may break, terms that respect it cost κ and terms that break it w·κ. The criterion is that of `select`; the
search is local: the best single move is made until none helps, from each of some starts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.weak.path import alone, misfit

Array = NDArray[np.float64]
MOVES = 200
MOST = 60  # terms


def cheapest(
    x: Array, y: Array, prices: Array, dispersion: float, starts: Sequence[Sequence[int]]
) -> tuple[tuple[int, ...], float]:
    """(support, cost) of the best model X c ≈ y (unit noise times √`dispersion`) that single moves reach from the `starts`."""
    norms = np.linalg.norm(x, axis=0)
    scaled = x / np.where(norms > 0, norms, 1.0)
    found = [_descend(scaled, y, prices, dispersion, list(start)) for start in starts]
    return min(found, key=lambda f: f[1])


def _cost(x: Array, y: Array, prices: Array, dispersion: float, support: Sequence[int]) -> float:
    left = misfit(x, y, support)[1] if support else float(y @ y)
    return left / dispersion + float(np.sum(prices[list(support)]))


def _descend(x: Array, y: Array, prices: Array, dispersion: float, support: list[int]) -> tuple[tuple[int, ...], float]:
    cost = _cost(x, y, prices, dispersion, support)
    for _ in range(MOVES):
        moved = _best_move(x, y, prices, dispersion, support)
        after = _cost(x, y, prices, dispersion, moved)
        if not after < cost - 1e-9 * abs(cost):
            break
        support, cost = moved, after
    return tuple(sorted(support)), cost


def _best_move(x: Array, y: Array, prices: Array, dispersion: float, support: list[int]) -> list[int]:
    """The support after the move that lowers the cost most (estimated; the caller computes it anew)."""
    basis, single = alone(x[:, support]) if support else (np.zeros((len(y), 0)), np.zeros((len(y), 0)))
    residual, rest = y - basis @ (basis.T @ y), x - basis @ (basis.T @ x)
    norms = np.einsum("ij,ij->j", rest, rest)
    options: list[tuple[float, list[int]]] = []
    if support:
        back, sideways = single.T @ y, single.T @ x
        removal = back**2 / dispersion - prices[support]
        leaving = int(np.argmin(removal))
        options.append((float(removal[leaving]), [k for n, k in enumerate(support) if n != leaving]))
        gain = _gains(norms + sideways**2, rest.T @ residual + sideways * back[:, None])
        gain[:, support] = -np.inf
        exchange = removal[:, None] - gain / dispersion + prices
        leaving, entering = divmod(int(np.argmin(exchange)), x.shape[1])
        options.append((float(exchange[leaving, entering]), [*(k for n, k in enumerate(support) if n != leaving), entering]))
    if len(support) < min(MOST, len(y)):
        gain = _gains(norms, rest.T @ residual)
        gain[support] = -np.inf
        addition = prices - gain / dispersion
        entering = int(np.argmin(addition))
        options.append((float(addition[entering]), [*support, entering]))
    return min(options, key=lambda o: o[0])[1]


def _gains(norms: Array, along: Array) -> Array:
    """What each column saves of the misfit; nothing where the support explains it already (columns have unit length)."""
    usable = norms > 1e-8
    return np.where(usable, along**2 / np.where(usable, norms, 1.0), 0.0)
