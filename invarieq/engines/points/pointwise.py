"""Sparse regression at points: values against columns that are known there, such as an acceleration against equivariant vectors.

The same criterion as for weak moments (`select.choose`): the scores Qᵀ(y − X c) in the directions that the columns determine,
with the floor of the discretization as their noise; a difference below it is never taken for a term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.engines.weak.path import threshold_path
from invarieq.engines.weak.problem import FLOOR, RANK
from invarieq.engines.weak.select import choose
from invarieq.errors import DataError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PointFit:
    """The columns chosen with their coefficients; `residual` is ‖y − X c‖/‖y‖, `determined` the number of directions seen.

    `errors` are standard errors with neighbouring points taken together in blocks, whose residuals are correlated.
    """

    support: tuple[int, ...]
    coefficients: Array
    errors: Array
    residual: float
    determined: int


def regress(columns: Array, values: Array, *, floor: float = FLOOR, blocks: int = 30) -> PointFit:
    """Choose among `columns` (points × candidates) for `values` (points); raises `DataError` for too few points."""
    points, candidates = columns.shape
    if points < 2 * candidates:
        raise DataError(
            f"{points} values for {candidates} candidate terms; expected at least {2 * candidates}. Give more points, or fewer candidates"
        )
    scaled = columns / _norms(columns)
    u, s, _ = np.linalg.svd(scaled, full_matrices=False)
    directions = u[:, s > RANK * s[0]]
    unit = floor * float(np.linalg.norm(values))
    x, y = directions.T @ scaled / unit, directions.T @ values / unit
    model, _ = choose(threshold_path(x, y), len(y), candidates)
    return fit(columns, values, model.support, determined=directions.shape[1], blocks=blocks)


def fit(columns: Array, values: Array, support: Sequence[int], *, determined: int = 0, blocks: int = 30) -> PointFit:
    """Least squares on given columns, with errors by leaving out one block of points at a time (jackknife)."""
    chosen = columns[:, list(support)]
    norms = _norms(chosen)
    whole = _solved(chosen / norms, values)
    parts = np.array_split(np.arange(len(values)), blocks)
    without = np.stack([_solved(np.delete(chosen, p, axis=0) / norms, np.delete(values, p)) for p in parts])
    errors = np.sqrt((blocks - 1) / blocks * np.sum((without - without.mean(axis=0)) ** 2, axis=0))
    rest = float(np.linalg.norm(values - chosen / norms @ whole)) / float(np.linalg.norm(values))
    return PointFit(tuple(support), whole / norms, errors / norms, rest, determined or len(support))


def _norms(columns: Array) -> Array:
    norms = np.linalg.norm(columns, axis=0)
    return np.where(norms > 0, norms, 1.0)


def _solved(columns: Array, values: Array) -> Array:
    return np.asarray(np.linalg.lstsq(columns, values, rcond=None)[0], dtype=np.float64)
