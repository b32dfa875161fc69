"""The regression problem made honest: corrected for noise in the columns, and whitened.

The score of a law is s(c) = Qᵀ(b − G c) with Q orthonormal directions of the candidates. Noise in G biases it; the bias is
known (`NoiseEffect`) and subtracted (corrected least squares). The covariance of s is what the noise makes it, plus a
floor for what the discretization may do. Directions in which the columns are mostly noise are left out: the data say
nothing there. After dividing by the covariance's root, X c ≈ y has unit noise and any sparse method may be used on it.

Sources: Fuller, Measurement Error Models, 1987, ch. 1–2; Bortz, Messenger & Dukic, Bull. Math. Biol. 85 (2023) (WENDy).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.weak.limits import Limits, limits_of
from invarieq.engines.weak.moments import Moments, NoiseEffect, noise_product
from invarieq.space.library import Library
from invarieq.space.parts import Atom

Array = NDArray[np.float64]

FLOOR = 3e-4  # of the left-hand side: differences below this are never taken for a term
NOISE_SHARE = 0.5  # directions with more noise than this are left out
RANK = 1e-9


@dataclass(frozen=True)
class Problem:
    """All segments' moments as one regression.

    `left` and `right` (rows, rows × terms; columns divided by `scales`) are corrected for bias; `directions` is rows × p,
    `score_left` (p) and `score_right` (p × terms) the corrected scores, `noise_gram` E[δXᵀδX] of (left, right), `shares` (p) the part of each
    direction that is noise. `undetermined` counts directions of the
    candidates that the data leave open (dependent, or lost in noise).
    """

    library: Library
    parts: tuple[Moments, ...]
    left: Array
    right: Array
    scales: Array
    directions: Array
    score_left: Array
    score_right: Array
    noise_gram: Array
    shares: Array
    undetermined: int

    @property
    def size(self) -> int:
        """Number of candidate terms."""
        return len(self.scales)

    @property
    def rows(self) -> int:
        """Number of weak equations; those of test functions over gaps are 0 and do not count."""
        equations = len(self.library.leading)
        return sum(part.tests.count for part in self.parts) * equations

    @property
    def complexity(self) -> tuple[int, ...]:
        """Factors and derivatives of each candidate term, counted together."""
        space = self.library.space

        def count(atom: Atom) -> int:
            return sum(atom.index) + sum(n * (1 + sum((space.index(s) or (0, ()))[1])) for s, n in atom.monomial if n > 0)

        return tuple(max((count(a) for form in term for a, _ in form), default=0) for term in self.library.weak_terms)

    @property
    def limits(self) -> Limits | None:
        """The ranges of the scaled coefficients; None where all may take any value."""
        return limits_of(self.library.ranges, self.scales)

    def residual(self, support: Sequence[int], coefficients: Array) -> float:
        """‖b − G c‖ / ‖b‖ for scaled coefficients on a support."""
        norm = float(np.linalg.norm(self.left))
        return float(np.linalg.norm(self.left - self.right[:, list(support)] @ coefficients)) / norm if norm else 0.0

    def noise_residual(self, support: Sequence[int], coefficients: Array) -> float:
        """The residual that the noise alone would leave."""
        norm = float(np.linalg.norm(self.left))
        law = np.concatenate([[1.0], -coefficients])
        chosen = [0, *(k + 1 for k in support)]
        return float(np.sqrt(max(law @ self.noise_gram[np.ix_(chosen, chosen)] @ law, 0.0))) / norm if norm else 0.0


def build_problem(library: Library, parts: Sequence[Moments], effects: Sequence[NoiseEffect]) -> Problem:
    """Stack segments, subtract the bias of noise, and find the directions that the data determine."""
    columns = np.concatenate([part.columns - effect.bias for part, effect in zip(parts, effects, strict=True)])
    gram = np.sum([effect.gram for effect in effects], axis=0)
    left = columns[:, 0]
    scales = np.linalg.norm(columns[:, 1:], axis=0)
    scales[scales == 0] = 1.0
    right = columns[:, 1:] / scales
    units = np.concatenate([[1.0], scales])
    gram = gram / np.outer(units, units)
    noise_right, noise_left = gram[1:, 1:], gram[1:, 0]
    u, s, vt = np.linalg.svd(right, full_matrices=False)
    kept = s > RANK * s[0]
    to_direction = vt[kept].T / s[kept]
    share, turn = np.linalg.eigh(to_direction.T @ noise_right @ to_direction)
    clear = share < NOISE_SHARE
    mix = (to_direction @ turn)[:, clear]
    directions = (u[:, kept] @ turn)[:, clear]
    return Problem(
        library=library,
        parts=tuple(parts),
        left=left,
        right=right,
        scales=scales,
        directions=directions,
        score_left=directions.T @ left - mix.T @ noise_left,
        score_right=directions.T @ right - mix.T @ noise_right,
        noise_gram=gram,
        shares=np.maximum(share[clear], 0.0),
        undetermined=max(0, library.restricted - int(np.count_nonzero(clear))),
    )


def score_covariance(problem: Problem, coefficients: Array) -> Array:
    """Covariance (p × p) of the score at the law with these scaled coefficients, from the noise alone."""
    total = np.zeros((problem.directions.shape[1],) * 2)
    start = 0
    for part in problem.parts:
        stop = start + len(part.columns)
        total += noise_product(part, problem.library, coefficients / problem.scales, problem.directions[start:stop])
        start = stop
    return total


def whiten(problem: Problem, covariance: Array, *, floor: float = FLOOR) -> tuple[Array, Array]:
    """(X, y) with unit noise: the scores divided by the root of their covariance."""
    norm = float(np.linalg.norm(problem.left)) or 1.0
    root = np.linalg.cholesky(covariance + (floor * norm) ** 2 * np.eye(len(covariance)))
    x, y = np.linalg.solve(root, problem.score_right), np.linalg.solve(root, problem.score_left)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
