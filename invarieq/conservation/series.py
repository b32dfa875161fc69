"""Power series in the coordinates, cut off at a total degree, as arrays of residues.

A series is an array (coefficients × samples); coefficient [δ^I] of `Series.index[I]`. All samples are multiplied at once.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from math import factorial, prod

import numpy as np

from invarieq.exact import PRIME, inverse
from invarieq.exact.primes import Residues

MultiIndex = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The ring of series in `variables` variables up to total degree `order`."""

    variables: int
    order: int
    exponents: tuple[MultiIndex, ...] = field(init=False)
    index: dict[MultiIndex, int] = field(init=False)
    _pairs: tuple[Residues, Residues, Residues] = field(init=False)

    def __post_init__(self) -> None:
        """Number the monomials by degree and list the pairs of each product."""
        exponents = tuple(
            sorted((e for e in itertools.product(range(self.order + 1), repeat=self.variables) if sum(e) <= self.order), key=sum)
        )
        index = {e: i for i, e in enumerate(exponents)}
        triples = sorted(
            (index[tuple(a + b for a, b in zip(e, f, strict=True))], i, index[f])
            for i, e in enumerate(exponents)
            for f in exponents
            if sum(e) + sum(f) <= self.order
        )
        sums, left, right = (np.array(column) for column in zip(*triples, strict=True))
        starts = np.flatnonzero(np.concatenate(([True], sums[1:] != sums[:-1])))
        object.__setattr__(self, "exponents", exponents)
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "_pairs", (left, right, starts))

    @property
    def size(self) -> int:
        """Number of coefficients."""
        return len(self.exponents)

    def constant(self, values: Residues) -> Residues:
        """The series that are constant; `values`: one residue a sample."""
        result = np.zeros((self.size, len(values)), dtype=np.int64)
        result[0] = values
        return result

    def product(self, left: Residues, right: Residues) -> Residues:
        """left · right, sample by sample."""
        if self.order == 0:
            return left * right % PRIME
        a, b, starts = self._pairs
        return np.add.reduceat(left[a] * right[b] % PRIME, starts, axis=0) % PRIME

    def compose(self, taylor: Residues, inner: Residues) -> Residues:
        """Σ_m taylor[m] (inner − inner(0))^m; `taylor`: (order + 1) × samples."""
        small = inner.copy()
        small[0] = 0
        result = self.constant(taylor[-1])
        for m in range(self.order - 1, -1, -1):
            result = self.product(result, small)
            result[0] = (result[0] + taylor[m]) % PRIME
        return result

    def raised(self, base: Residues, exponent: Residues | int, start: Residues) -> Residues:
        """base^exponent, where `start` is its value at δ = 0 and the exponent is a residue."""
        taylor = np.zeros((self.order + 1, base.shape[1]), dtype=np.int64)
        taylor[0] = start
        below = inverse(base[0])
        for m in range(1, self.order + 1):
            taylor[m] = taylor[m - 1] * ((exponent - m + 1) % PRIME) % PRIME * below % PRIME * pow(m, -1, PRIME) % PRIME
        return self.compose(taylor, base)


def factorials(index: MultiIndex) -> int:
    """J! = Π J_i!."""
    return prod(factorial(n) for n in index)
