"""A constant of a law, with its uncertainty, and the covariance of several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.expressions import check_name
from invarieq.law.rounding import simplest_number

Covariance = tuple[tuple[float, ...], ...]
ROUNDING = 1e-6  # what a covariance may lack in symmetry and in positivity, of the errors


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A fitted constant with its standard error (inf where that is unknown).

    `term` says what the search called the term that it belongs to ("" if nothing); `inclusion` is the share of resampled data that
    choose the term, `interval` holds the 95 % of its values there (None: not known).
    """

    symbol: sp.Symbol
    value: float
    error: float
    term: str = ""
    inclusion: float | None = None
    interval: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        check_name(self.symbol.name, "coefficient")
        if not math.isfinite(self.value):
            raise DeclarationError(f"coefficient {self.symbol} has the value {self.value}; expected a finite number")
        if not self.error >= 0:
            raise DeclarationError(
                f"coefficient {self.symbol} has the standard error {self.error}; expected 0 or more, inf if it is unknown"
            )

    @property
    def rounded(self) -> sp.Expr:
        """The simplest number within the uncertainty (see `simplest_number`)."""
        return simplest_number(self.value, self.error)


def checked_covariance(rows: Sequence[Sequence[float]], coefficients: Sequence[Coefficient]) -> Covariance:
    """The covariance (coefficients × coefficients, in their order) as tuples.

    Where an error is inf, so is the entry on the diagonal, and the others of its row and column are 0.

    Raises `DeclarationError` where it is not square, not symmetric, not positive semidefinite, or the roots of its diagonal are
    not the standard errors (up to a relative 1e-6).
    """
    count = len(coefficients)
    found = tuple(tuple(float(value) for value in row) for row in rows)
    if len(found) != count or any(len(row) != count for row in found):
        raise DeclarationError(
            f"the covariance has rows of {[len(row) for row in found]} numbers; expected {count} rows of {count}, one for each coefficient"
        )
    for k, c in enumerate(coefficients):
        if not _is_square(found[k][k], c.error):
            raise DeclarationError(
                f"the covariance gives {c.symbol} the variance {found[k][k]:g}; expected the square of its standard error {c.error:g}"
            )
    known = [k for k, c in enumerate(coefficients) if 0 < c.error < math.inf]
    lone = [(i, j) for i in range(count) for j in range(count) if i != j and not (i in known and j in known)]
    scale = np.array([coefficients[k].error for k in known])
    shares = np.array([[found[i][j] for j in known] for i in known], dtype=float).reshape(len(known), len(known))
    shares = shares / scale[:, None] / scale[None, :]  # one by one: the product of two errors may be beyond doubles
    if not np.all(np.isfinite(shares)) or np.any(np.abs(shares - shares.T) > ROUNDING) or any(found[i][j] != 0 for i, j in lone):
        raise DeclarationError(
            "the covariance is not symmetric, or holds numbers beside an error that is 0 or unknown; expected a symmetric matrix "
            "with 0 there"
        )
    lowest = float(np.min(np.linalg.eigvalsh(shares), initial=0.0))
    if lowest < -ROUNDING * max(1, len(known)):
        raise DeclarationError(
            f"the covariance is not positive semidefinite: its correlations have the eigenvalue {lowest:.3g}; expected none below 0"
        )
    return found


def _is_square(variance: float, error: float) -> bool:
    if not math.isfinite(error):
        return variance == math.inf
    return bool(variance >= 0 and math.isclose(math.sqrt(variance), error, rel_tol=ROUNDING, abs_tol=1e-160))
