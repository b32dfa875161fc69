"""The two arithmetics of sampled computations: residues modulo the prime (exact answers) and double precision (data).

The same code runs in either; it reduces after each product or sum, and takes fractions from here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import sympy as sp

from invarieq.exact.primes import PRIME
from invarieq.expressions import evaluate

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Arithmetic:
    """Numbers of one kind: `modulus` for residues, None for floating point."""

    modulus: int | None

    def reduce(self, values: Numbers) -> Numbers:
        """Bring sums and products back into range."""
        return values if self.modulus is None else values % self.modulus

    def ratio(self, above: int, below: int = 1) -> Any:
        """above / below as a number of this kind."""
        if self.modulus is None:
            return above / below
        return above % self.modulus * pow(below, -1, self.modulus) % self.modulus

    def zeros(self, shape: tuple[int, ...]) -> Numbers:
        """An array of zeros."""
        return np.zeros(shape, dtype=np.float64 if self.modulus is None else np.int64)

    def ones(self, shape: tuple[int, ...]) -> Numbers:
        """An array of ones."""
        return np.ones(shape, dtype=np.float64 if self.modulus is None else np.int64)


MODULAR = Arithmetic(PRIME)
FLOATING = Arithmetic(None)


class SampledValues(Protocol):
    """Values of expressions at `count` samples, in one arithmetic."""

    @property
    def count(self) -> int:
        """Number of samples."""
        ...

    @property
    def parameters(self) -> Collection[sp.Basic]:
        """The symbols that stand for constants."""
        ...

    @property
    def arithmetic(self) -> Arithmetic:
        """The kind of numbers."""
        ...

    def __call__(self, expr: sp.Expr) -> Numbers:
        """One number a sample."""
        ...


@dataclass
class Measured:
    """Values given as columns of numbers, one for each symbol."""

    columns: Mapping[sp.Symbol, npt.NDArray[np.float64]]

    @property
    def parameters(self) -> tuple[sp.Symbol, ...]:
        """None: every symbol has a column."""
        return ()

    @property
    def arithmetic(self) -> Arithmetic:
        """Floating point."""
        return FLOATING

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(next(iter(self.columns.values())))

    def __call__(self, expr: sp.Expr) -> Numbers:
        """The expression on the columns."""
        if not expr.free_symbols:
            return np.full(self.count, float(expr))
        return evaluate(expr, {s: c for s, c in self.columns.items() if s in expr.free_symbols})
