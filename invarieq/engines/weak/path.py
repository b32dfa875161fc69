"""A path of sparse models X c ≈ y, one for each number of terms.

Terms are added by orthogonal least squares, then removed one by one, the least significant first, with a refit after each
step: sequential thresholding over every threshold that changes anything. For each small size the better of the two is then
improved by exchanging one term for another, and by merging two into one of their span, as long as that helps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """A support with its misfit ‖y − X c‖² after least squares."""

    support: tuple[int, ...]
    misfit: float


EXCHANGED = 12  # sizes up to which terms are exchanged
REFRESHED = 16  # removals between new pseudoinverses; small supports always get one
SWIFT = 40
SAME_SPAN = 1e-7  # 1 − cos² below which a column lies in the span of two others
CAREFUL = 40  # sizes up to which misfits are computed anew, not carried along
Offer = Callable[[Sequence[int], float], None]
Optimizer = Callable[[Array, Array], list[Model]]


def misfit(x: Array, y: Array, support: Sequence[int]) -> tuple[Array, float]:
    """Least squares on a support: (coefficients, ‖residual‖²)."""
    chosen = x[:, list(support)]
    coefficients: Array = np.asarray(np.linalg.lstsq(chosen, y, rcond=None)[0], dtype=np.float64)
    residual = y - chosen @ coefficients
    return coefficients, float(residual @ residual)


def threshold_path(x: Array, y: Array) -> list[Model]:
    """The path by forward selection and backward thresholding, sizes ascending."""
    best: dict[int, Model] = {0: Model((), float(y @ y))}

    def offer(support: Sequence[int], left: float) -> None:
        exact = misfit(x, y, support)[1] if len(support) <= CAREFUL else left
        model = Model(tuple(sorted(support)), exact)
        if len(support) not in best or model.misfit < best[len(support)].misfit:
            best[len(support)] = model

    support = _forward(x, y, offer)
    _backward(x, y, support, offer)
    _improve(x, y, best)
    return [best[size] for size in sorted(best)]


def swift_path(x: Array, y: Array) -> list[Model]:
    """A path of up to `SWIFT` terms without exchanges, for hundreds of candidates of which few matter."""
    best: dict[int, Model] = {0: Model((), float(y @ y))}

    def offer(support: Sequence[int], left: float) -> None:
        model = Model(tuple(sorted(support)), misfit(x, y, support)[1])
        if len(support) not in best or model.misfit < best[len(support)].misfit:
            best[len(support)] = model

    _backward(x, y, _forward(x, y, offer, most=SWIFT), offer)
    return [best[size] for size in sorted(best)]


def short_path(x: Array, y: Array, most: int) -> list[Model]:
    """Models of up to `most` terms by forward selection, then thinned out backwards: quick, for many problems alike."""
    best: dict[int, Model] = {}

    def offer(support: Sequence[int], left: float) -> None:
        if len(support) not in best or left < best[len(support)].misfit:
            best[len(support)] = Model(tuple(sorted(support)), left)

    _backward(x, y, _forward(x, y, offer, most=most + 2), offer)
    return [best[size] for size in sorted(best) if size <= most]


def nested_path(x: Array, y: Array, complexity: Sequence[int], optimizer: Optimizer) -> list[Model]:
    """The best of a path over all terms and of paths over the terms up to each complexity, sizes ascending.

    Among many terms that the data hardly tell apart a path may miss a simple law; among the simple ones it does not.
    """
    best: dict[int, Model] = {}
    for level in sorted(set(complexity)):
        kept = [k for k, c in enumerate(complexity) if c <= level]
        for model in optimizer(x[:, kept], y):
            size = len(model.support)
            if size not in best or model.misfit < best[size].misfit:
                best[size] = Model(tuple(kept[i] for i in model.support), model.misfit)
    return [best[size] for size in sorted(best)]


def _backward(x: Array, y: Array, support: list[int], offer: Offer) -> None:
    """Remove the least significant term until one is left, offering each support.

    The pseudoinverse P of the chosen columns gives coefficients P y and their variances ‖P_i‖²; without column j it is
    P − (P P_j) P_jᵀ/‖P_j‖², made anew now and then against rounding.
    """
    support = list(support)
    inverse, fresh, left = np.zeros((0, 0)), 0, misfit(x, y, support)[1]
    while len(support) > 1:
        if fresh == 0:
            inverse, fresh = np.asarray(np.linalg.pinv(x[:, support]), dtype=np.float64), REFRESHED
        coefficients, variance = inverse @ y, np.einsum("ij,ij->i", inverse, inverse)
        loss = coefficients**2 / np.maximum(variance, 1e-300)
        leaving = int(np.argmin(loss))
        left += float(loss[leaving])
        row = inverse[leaving]
        kept = np.delete(inverse, leaving, axis=0)
        inverse = kept - np.outer(kept @ row, row) / float(row @ row)
        fresh = fresh - 1 if len(support) > REFRESHED else 0
        support.pop(leaving)
        offer(support, left)


def _improve(x: Array, y: Array, best: dict[int, Model]) -> None:
    """Exchange terms at every small size, and hand what is found down to the next smaller size, until nothing changes."""
    settled: set[tuple[int, ...]] = set()
    for _ in range(EXCHANGED):
        before = dict(best)
        for size in sorted((k for k in best if 0 < k <= EXCHANGED), reverse=True):
            if best[size].support in settled:
                continue
            best[size] = _exchange(x, y, best[size])
            settled.add(best[size].support)
            if size > 1:
                smaller = _without_least(x, y, best[size].support)
                found = misfit(x, y, smaller)[1]
                if found < best[size - 1].misfit * (1 - 1e-9):
                    best[size - 1] = Model(smaller, found)
            for smaller in _merged(x, best[size].support):
                found = misfit(x, y, smaller)[1]
                if size - 1 not in best or found < best[size - 1].misfit * (1 - 1e-9):
                    best[size - 1] = Model(smaller, found)
        if best == before:
            return


def _merged(x: Array, support: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The support with two columns replaced by a third of their span, wherever there is one (S→E and E→I by S→I)."""
    norms = np.linalg.norm(x, axis=0)
    units = x / np.where(norms > 0, norms, 1.0)
    shared = units[:, list(support)].T @ units
    found: list[tuple[int, ...]] = []
    for n, m in itertools.combinations(range(len(support)), 2):
        r = shared[n, support[m]]
        if 1 - r**2 < SAME_SPAN:
            continue
        inside = (shared[n] ** 2 + shared[m] ** 2 - 2 * r * shared[n] * shared[m]) / (1 - r**2)
        kept = [i for i in support if i not in (support[n], support[m])]
        for c in np.flatnonzero((inside > 1 - SAME_SPAN) & (norms > 0)):
            if c not in support:
                found.append(tuple(sorted([*kept, int(c)])))
    return found


def _without_least(x: Array, y: Array, support: tuple[int, ...]) -> tuple[int, ...]:
    """The support without the term that the misfit misses least."""
    _, single = alone(x[:, list(support)])
    leaving = int(np.argmin(np.abs(single.T @ y)))
    return (*support[:leaving], *support[leaving + 1 :])


def alone(chosen: Array) -> tuple[Array, Array]:
    """(orthonormal basis of the columns, for each column the unit vector of their span that is orthogonal to all others)."""
    basis, upper = np.linalg.qr(chosen)
    rows = np.linalg.pinv(upper, rcond=1e-14)
    return basis, basis @ (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)).T


def _exchange(x: Array, y: Array, model: Model) -> Model:
    """Exchange one term at a time for the one that lowers the misfit most, until none does.

    Without column j of the support, what the support leaves of y and of every column grows along one vector (see `alone`) only: all
    exchanges (leaving × entering) are tried with one factorization.
    """
    original = np.einsum("ij,ij->j", x, x)
    for _ in range(2 * len(model.support)):
        support = list(model.support)
        basis, single = alone(x[:, support])
        residual, rest = y - basis @ (basis.T @ y), x - basis @ (basis.T @ x)
        back, sideways = single.T @ y, single.T @ x
        norms = np.einsum("ij,ij->j", rest, rest) + sideways**2
        usable = norms > 1e-10 * original
        gain = np.where(usable, (rest.T @ residual + sideways * back[:, None]) ** 2 / np.where(usable, norms, 1.0), -1.0)
        gain[:, support] = -1.0
        left = float(residual @ residual) + back[:, None] ** 2 - gain
        leaving, entering = divmod(int(np.argmin(left)), x.shape[1])
        if not left[leaving, entering] < model.misfit * (1 - 1e-9) - 1e-12:
            return model
        exchanged = tuple(sorted([*support[:leaving], *support[leaving + 1 :], entering]))
        found = misfit(x, y, exchanged)[1]
        if not found < model.misfit:
            return model
        model = Model(exchanged, found)
    return model


def _forward(x: Array, y: Array, offer: Offer, *, most: int = 10**9) -> list[int]:
    support: list[int] = []
    rest, residual = x.copy(), y.copy()
    original = np.einsum("ij,ij->j", x, x)
    while len(support) < min(*x.shape, most):
        norms = np.einsum("ij,ij->j", rest, rest)
        usable = norms > 1e-10 * original
        gain = np.where(usable, (rest.T @ residual) ** 2 / np.where(usable, norms, 1.0), -1.0)
        gain[support] = -1.0
        chosen = int(np.argmax(gain))
        if gain[chosen] <= 0:
            break
        direction = rest[:, chosen] / np.sqrt(norms[chosen])
        residual = residual - direction * (direction @ residual)
        rest = rest - np.outer(direction, direction @ rest)
        support.append(chosen)
        offer(support, float(residual @ residual))
    return support
