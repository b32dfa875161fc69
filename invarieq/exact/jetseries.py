"""Differential functions at random points of the jet space, as power series modulo a prime.

At a sample the fields are u(x + δ) = Σ_K u_K δ^K / K! with random jets u_K; any differential function becomes a series in δ
whose coefficients are its total derivatives. What vanishes at a random point modulo p vanishes identically, up to a chance
of about degree / p (Schwartz–Zippel).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field

import numpy as np
import numpy.typing as npt
import sympy as sp

from invarieq.exact.primes import PRIME, Residues
from invarieq.exact.series import SeriesRing
from invarieq.exact.taylor import Taylor
from invarieq.exact.values import Values
from invarieq.jets import JetSpace
from invarieq.jets.multiindices import MultiIndex, factorial

FACTOR = 9  # a square, as all values are


@dataclass
class JetSeries:
    """`count` random points of the jet space and the series up to `order` of differential functions there.

    Values of symbols are fixed by `seed` and their names. Parameters have one value for all points, fixed by `parameter_seed`; −j
    stands for the values of 0 with the j-th parameter multiplied by `FACTOR`. `sides`: derivatives that a law determines.
    """

    space: JetSpace
    order: int
    count: int
    seed: int = 0
    parameter_seed: int = 0
    sides: InitVar[Mapping[sp.Symbol, sp.Expr] | None] = None
    ring: SeriesRing = field(init=False)
    values: Values = field(init=False)
    series: Taylor = field(init=False)

    def __post_init__(self, sides: Mapping[sp.Symbol, sp.Expr] | None) -> None:
        """No point is spoiled yet."""
        self.ring = SeriesRing(len(self.space.coordinates), self.order)
        moved = {self.space.parameters[-self.parameter_seed - 1]: FACTOR} if self.parameter_seed < 0 else {}
        self.values = Values(self.count, self.seed, self.space.parameters, salt=max(self.parameter_seed, 0), factors=moved)
        self.series = Taylor(self.values, self.ring, self._displaced)
        for jet, side in (sides or {}).items():
            self.values.assign(jet, self.values(side))

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """The points at which everything evaluated so far is defined; only these count."""
        return self.values.valid

    def at(self, expr: sp.Expr) -> Residues:
        """The values of a differential function, one a sample."""
        return self.series(expr)[0]

    def _displaced(self, symbol: sp.Symbol) -> Residues | None:
        found = self.space.index(symbol)
        if found is not None:
            return self._jet(*found)
        if symbol not in self.space.coordinates:
            return None
        result = self.ring.constant(self.values(symbol))
        if self.order:
            result[1 + self.space.coordinates.index(symbol)] = 1
        return result

    def _jet(self, a: int, index: MultiIndex) -> Residues:
        """u^a_{J+I}/I! as coefficients of δ^I."""
        arguments = self.space.fields[a].arguments
        fixed = [i for i, c in enumerate(self.space.coordinates) if c not in arguments]
        rows = np.zeros((self.ring.size, self.count), dtype=np.int64)
        for row, shift in enumerate(self.ring.exponents):
            if not any(shift[i] for i in fixed):
                jet = self.space.jet(a, tuple(n + m for n, m in zip(index, shift, strict=True)))
                rows[row] = self.values(jet) * pow(factorial(shift), -1, PRIME) % PRIME
        return rows


def parameter_value(space: JetSpace) -> Callable[[sp.Symbol, int], int]:
    """The residue that a sample gives a parameter at a parameter seed."""

    def value(symbol: sp.Symbol, seed: int) -> int:
        sample = JetSeries(space, 0, 1, 0, seed)
        return int(sample.at(symbol)[0])

    return value
