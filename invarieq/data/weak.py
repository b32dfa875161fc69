"""Weak form: integrals of the data against test functions of compact support.

ψ = Π_d φ((x_q − x)/r_d) with φ(v) = (1 − v²)^p on [−1, 1]. A moment is ∫ (∂^J ψ)(x_q − x) f(x) dx: written as a convolution
the signs of integration by parts cancel, so D_J f has the same moment with J on ψ and f left as measured. Each direction
is one small banded matrix; all derivatives of one function share the others.

Source: Messenger & Bortz, J. Comput. Phys. 443 (2021) 110525; p from the decay of φ at the last grid point.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from invarieq.errors import DataError

Array = NDArray[np.float64]
DECAY = 1e-10
COARSE = 9  # half-width from which sums over the grid are as good as integrals


@dataclass(frozen=True)
class TestFunctions:
    """Test functions on one grid.

    `matrices[d][s]` is `queries_d × points_d`: derivative s in direction d, quadrature weights included. `kept` (shape of the
    queries) is False for those whose support touches a gap: their moments are 0.
    """

    __test__ = False  # pytest must not collect it

    matrices: tuple[tuple[Array, ...], ...]
    kept: NDArray[np.bool_] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of query points in each direction."""
        return tuple(m[0].shape[0] for m in self.matrices)

    def moment(self, index: Sequence[int], values: Array) -> Array:
        """Moments of D_J values at every query point, shape `self.shape`."""
        for d, s in enumerate(index):
            values = np.moveaxis(np.tensordot(self.matrices[d][s], values, (1, d)), 0, d)
        return values if self.kept is None else np.where(self.kept, values, 0.0)

    @property
    def count(self) -> int:
        """Number of test functions that touch no gap."""
        return int(np.prod(self.shape)) if self.kept is None else int(np.count_nonzero(self.kept))

    def apart_from(self, missing: NDArray[np.bool_]) -> TestFunctions:
        """The same functions without those whose support holds a missing point."""
        touched = missing.astype(np.float64)
        for d, matrices in enumerate(self.matrices):
            reach = (matrices[0] != 0).astype(np.float64)
            touched = np.moveaxis(np.tensordot(reach, touched, (1, d)), 0, d)
        return replace(self, kept=touched < 0.5)

    def adjoint(self, index: Sequence[int], rows: Array, thinning: Sequence[int]) -> Array:
        """Transpose of `moment`, evaluated on every `thinning[d]`-th grid point only."""
        for d, s in enumerate(index):
            matrix = self.matrices[d][s][:, :: thinning[d]]
            rows = np.moveaxis(np.tensordot(matrix, rows, (0, d)), 0, d)
        return rows


def test_functions(
    grids: Sequence[Array], periodic: Sequence[bool], halfwidths: Sequence[int], orders: Sequence[int], *, density: int = 3
) -> TestFunctions:
    """Test functions of half-width `halfwidths[d]` grid steps, with derivatives to `orders[d]`.

    Query points lie every half-width/`density`; only those whose support is inside are kept, in periodic directions all.
    Non-uniform grids are integrated by the trapezoid rule.
    """
    return TestFunctions(
        tuple(
            _direction(grid, wrap, m, top, max(1, m // density))
            for grid, wrap, m, top in zip(grids, periodic, halfwidths, orders, strict=True)
        )
    )


test_functions.__test__ = False  # type: ignore[attr-defined]


def _direction(grid: Array, wrap: bool, halfwidth: int, top: int, stride: int) -> tuple[Array, ...]:
    n = len(grid)
    if not wrap and n < 2 * halfwidth + 1:
        raise DataError(f"a test function of {2 * halfwidth + 1} points does not fit on {n} points; give more samples")
    step = (grid[-1] - grid[0]) / (n - 1)
    radius = halfwidth * step
    if wrap:
        period = n * step
        centres = grid[np.arange(0, n, stride)]
        offsets = (centres[:, None] - grid[None, :] + period / 2) % period - period / 2
        weights = np.full(n, step)
    else:
        centres = grid[np.arange(halfwidth, n - halfwidth, stride)]
        offsets = centres[:, None] - grid[None, :]
        weights = np.gradient(grid)
        weights[0], weights[-1] = (grid[1] - grid[0]) / 2, (grid[-1] - grid[-2]) / 2
    power = bump_degree(halfwidth, top)
    return tuple(bump(offsets / radius, power, s) / radius ** (s + 1) * weights for s in range(top + 1))


@lru_cache(maxsize=256)
def bump_degree(halfwidth: int, top: int) -> int:
    """The degree p of the bump on a grid of half-width `halfwidth`, with derivatives to `top`.

    On a fine grid φ has fallen to `DECAY` at the last grid point inside its support. On a coarse one that bump would fall
    between the points (half-width 4: first derivatives 6 % too small), and p is the one whose sums are nearest the integrals.
    """
    if halfwidth < COARSE:
        return min(range(top + 1, 5 * COARSE), key=lambda p: quadrature_error(halfwidth, p, top))
    return max(top + 1, int(np.ceil(np.log(DECAY) / np.log((2 * halfwidth - 1) / halfwidth**2))))


def quadrature_error(halfwidth: int, power: int, top: int) -> float:
    """The largest error of (−1)ˢ Σ φ⁽ˢ⁾(v) vᵏ/s! = δ_ks, k ≤ s ≤ `top`: what sums make of a derivative and of what it should not see."""
    v = np.arange(-halfwidth, halfwidth + 1) / halfwidth
    worst = 0.0
    for s in range(top + 1):
        weights = bump(v, power, s) * (-1) ** s / math.factorial(s) / halfwidth
        worst = max(worst, *(abs(float(np.sum(weights * v**k)) - (k == s)) for k in range(s + 1)))
    return worst


def bump(v: Array, power: int, derivative: int) -> Array:
    """Derivative of (1 − v²)^power / its integral, zero outside [−1, 1]."""
    c = np.array([1.0])
    for _ in range(power):
        c = polynomial.polymul(c, [1.0, 0.0, -1.0])
    integral = polynomial.polyval(1.0, polynomial.polyint(c)) - polynomial.polyval(-1.0, polynomial.polyint(c))
    c = polynomial.polyder(c, derivative) if derivative else c
    return np.where(np.abs(v) <= 1, polynomial.polyval(v, c / integral), 0.0)
