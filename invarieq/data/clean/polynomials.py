"""Derivatives by local polynomials: at each point, of the least-squares polynomial through the nearest samples.

With as many samples as coefficients these are finite-difference stencils of high order, with more they are
Savitzky–Golay filters; grids may be non-uniform, and at the ends the window stays inside.

Source: Savitzky & Golay, Anal. Chem. 36 (1964) 1627; choice of the window after Goldenshluger & Lepski, Ann. Stat. 39
(2011) 1608.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy.sparse import csr_array

Array = NDArray[np.float64]

EXTRA_DEGREES = (2, 4, 6, 8)  # above the order of the derivative
GROWTH = 1.35  # from one window to the next
LINES = 48  # lines of a field that the choice looks at
ENTRIES = 8_000_000  # of weights kept at a time for the choice
REACH = 100.0  # filters of at most this much more variance are asked about bias
PLAIN = 4.0  # bias of more than this many variances is beyond doubt
MARGIN = 1.0  # standard errors that a difference must exceed to count as bias


@dataclass(frozen=True, slots=True)
class Filter:
    """Weights `matrix` (points × points) that turn values on the grid into the derivative there."""

    window: int
    degree: int
    matrix: csr_array

    @property
    def gains(self) -> Array:
        """Variance of the result at each point for noise of variance 1."""
        return np.asarray(self.matrix.multiply(self.matrix).sum(axis=1)).ravel()


def local_polynomials(grid: Array, window: int, degree: int, *, order: int, periodic: bool) -> Filter:
    """The filter that differentiates `order` times the polynomial of `degree` fitted to `window` samples (odd)."""
    n, half = len(grid), window // 2
    step = (grid[-1] - grid[0]) / (n - 1)
    if periodic:
        first = np.arange(n) - half
    else:
        first = np.clip(np.arange(n) - half, 0, n - window)
    places = first[:, None] + np.arange(window)
    x = grid[places % n] + (places // n) * (n * step)
    steps = np.diff(grid)
    if np.allclose(steps, step, rtol=1e-9):
        # One row serves all windows that are centred, and each end has a few rows of its own.
        unique, back = np.unique(np.arange(n) - first, return_inverse=True)
        sample = np.array([int(np.flatnonzero(back == k)[0]) for k in range(len(unique))])
        offsets = step * (np.arange(window)[None, :] - unique[:, None])
        weights = _weights(offsets, np.zeros(len(sample)), degree, order)[back]
    else:
        weights = _weights(x, grid, degree, order)
    rows = np.repeat(np.arange(n), window)
    return Filter(window, degree, csr_array((weights.ravel(), (rows, (places % n).ravel())), shape=(n, n)))


def _weights(x: Array, at: Array, degree: int, order: int) -> Array:
    """Rows of weights: derivative at `at[i]` of the polynomial fitted to samples at `x[i]`."""
    middle, radius = (x[:, :1] + x[:, -1:]) / 2, (x[:, -1:] - x[:, :1]) / 2
    q, r = np.linalg.qr(legendre.legvander((x - middle) / radius, degree))
    s = ((at[:, None] - middle) / radius)[:, 0]
    basis = np.stack([legendre.legval(s, legendre.legder(c, order)) for c in np.eye(degree + 1)], axis=1)
    solved = np.linalg.solve(np.swapaxes(r, 1, 2), basis[:, :, None])
    return (q @ solved)[:, :, 0] / radius**order


def _ladder(points: int, order: int) -> Iterator[tuple[int, int]]:
    """(window, degree) to try: each degree from its stencil to half the grid."""
    for extra in EXTRA_DEGREES:
        degree = order + extra
        window = (degree + 1) | 1
        while window <= max(points // 2, order + 3) and window <= points:
            yield window, degree
            window = max(window + 2, int(window * GROWTH) | 1)


def differentiate_locally(values: Array, grid: Array, order: int, *, periodic: bool, noise: float) -> tuple[Array, float]:
    """(derivative along the first axis, estimated rms error) by the filter of least estimated error.

    What two filters differ by beyond their noise is the bias of the one with the wider window. Each filter's bias is the
    most by which it differs from any filter of larger variance; its error is that and its noise.
    """
    n = len(grid)
    flat = values.reshape(n, -1)
    lines = flat[:, np.linspace(0, flat.shape[1] - 1, min(LINES, flat.shape[1])).astype(int)]
    chosen, error = choose_filter(lines, grid, order, periodic=periodic, noise=noise)
    return (chosen.matrix @ flat).reshape(values.shape), error


def choose_filter(lines: Array, grid: Array, order: int, *, periodic: bool, noise: float) -> tuple[Filter, float]:
    """(the filter of least estimated error for lines along the first axis, that error as rms)."""
    n = len(grid)
    filters = [local_polynomials(grid, w, d, order=order, periodic=periodic) for w, d in _ladder(n, order)]
    errors = estimated_errors(filters, lines, periodic=periodic, noise=noise)
    best = int(np.argmin(errors))
    chosen = filters[best]
    gains = chosen.gains
    inside = gains if periodic else gains[chosen.window // 2 : n - chosen.window // 2]
    ends = float(np.mean(gains)) / float(np.mean(inside))  # at the ends noise and bias grow alike
    return chosen, float(np.sqrt(errors[best] * ends))


def estimated_errors(filters: Sequence[Filter], lines: Array, *, periodic: bool, noise: float) -> Array:
    """Estimated mean square error of each filter at points where its window is centred."""
    n, count = len(lines), len(filters)
    rows = np.unique(np.linspace(0, n - 1, max(12, min(n, ENTRIES // (count * n)))).astype(int))
    weights = np.stack([f.matrix[rows].toarray() for f in filters], axis=1)  # rows × filters × points
    products = weights @ np.swapaxes(weights, 1, 2)
    results = np.einsum("rfn,nl->frl", weights, lines, optimize=True)
    halves = np.array([f.window // 2 for f in filters])
    reach = n if periodic else np.minimum(rows, n - 1 - rows)
    centred = np.broadcast_to(halves[:, None] <= reach, (count, len(rows)))
    gains = np.einsum("rff->fr", products)
    variances = np.array([noise**2 * float(np.mean(g[c])) for g, c in zip(gains, centred, strict=True)])
    biases = np.zeros(count)
    spacing = n / len(rows)
    for i in range(count):
        for j in map(int, np.flatnonzero((variances > variances[i]) & (variances <= REACH * variances[i]))):
            both = centred[i] & centred[j]
            expected = noise**2 * (gains[i] + gains[j] - 2 * products[:, i, j])[both]
            overlap = max(1.0, filters[j].window / spacing)
            doubt = MARGIN * float(np.sqrt(2 * overlap * np.sum(expected**2) / lines.shape[1])) / len(expected)
            square = float(np.mean((results[i][both] - results[j][both]) ** 2))
            biases[i] = max(biases[i], square - float(np.mean(expected)) - doubt)
    for i in range(1, count):
        # A window so wide that it sees nothing of the field differs little from its neighbours, and is no better for it.
        if filters[i].degree == filters[i - 1].degree and biases[i - 1] > PLAIN * variances[i - 1]:
            biases[i] = max(biases[i], biases[i - 1])
    return variances + biases
