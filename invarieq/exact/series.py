"""Rings of truncated power series, as arrays of numbers.

A series is an array terms × samples, its terms the monomials of total degree up to `order`, by degree; all samples are multiplied at
once. Functions are composed through their own Taylor coefficients at the constant term (Knuth, TAOCP 2, section 4.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from invarieq.exact.arithmetic import MODULAR, Arithmetic, Numbers
from invarieq.jets.multiindices import MultiIndex, up_to_order

WHOLE = 40  # rings of so many terms multiply all pairs at once; larger ones go by the terms that are not 0
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class SeriesRing:
    """The series in `variables` variables up to total degree `order`."""

    variables: int
    order: int
    arithmetic: Arithmetic = MODULAR

    @property
    def exponents(self) -> tuple[MultiIndex, ...]:
        """The multi-indices of the terms, in order."""
        return up_to_order(self.variables, self.order)

    @property
    def size(self) -> int:
        """Number of terms."""
        return len(self.exponents)

    @cached_property
    def place(self) -> dict[MultiIndex, int]:
        """Where each multi-index stands."""
        return {index: i for i, index in enumerate(self.exponents)}

    def constant(self, values: Numbers) -> Numbers:
        """The series that are constant; `values`: one number a sample."""
        result = self.arithmetic.zeros((self.size, len(values)))
        result[0] = values
        return result

    def product(self, left: Numbers, right: Numbers) -> Numbers:
        """left · right, sample by sample."""
        reduce = self.arithmetic.reduce
        if self.order == 0:
            return reduce(left * right)
        if self.size <= WHOLE:
            a, b, starts = _pairs(self.variables, self.order)
            return reduce(np.add.reduceat(reduce(left[a] * right[b]), starts, axis=0))
        result, partners = np.zeros_like(left), _partners(self.variables, self.order)
        for i in np.flatnonzero(left.any(axis=1)):
            with_it, sums = partners[i]
            result[sums] = reduce(result[sums] + left[i] * right[with_it])
        return result

    def power(self, base: Numbers, exponent: int) -> Numbers:
        """base^exponent for a whole exponent above 0."""
        result = base if exponent & 1 else None
        while exponent := exponent >> 1:
            base = self.product(base, base)
            if exponent & 1:
                result = base if result is None else self.product(result, base)
        assert result is not None
        return result

    def compose(self, taylor: Numbers, inner: Numbers) -> Numbers:
        """Σ_m taylor[m] (inner − inner(0))^m; `taylor`: (order + 1) × samples."""
        small = inner.copy()
        small[0] = 0
        result = self.constant(taylor[-1])
        for m in range(self.order - 1, -1, -1):
            result = self.product(small, result)
            result[0] = self.arithmetic.reduce(result[0] + taylor[m])
        return result


@lru_cache(maxsize=64)
def _pairs(variables: int, order: int) -> tuple[Places, Places, Places]:
    """The places of all factors of a product, by the place of the product, and where each new product begins."""
    triples = sorted(
        (int(k), i, int(j)) for i, (js, ks) in enumerate(_partners(variables, order)) for j, k in zip(js, ks, strict=True)
    )
    sums, left, right = (np.array(column) for column in zip(*triples, strict=True))
    starts = np.flatnonzero(np.concatenate(([True], sums[1:] != sums[:-1])))
    return left, right, starts


@lru_cache(maxsize=64)
def _partners(variables: int, order: int) -> tuple[tuple[Places, Places], ...]:
    """For each term i: the terms that may be multiplied with it, and where the products stand."""
    exponents = up_to_order(variables, order)
    place = {index: i for i, index in enumerate(exponents)}
    result: list[tuple[Places, Places]] = []
    for left in exponents:
        allowed = [r for r in exponents if sum(left) + sum(r) <= order]
        sums = [place[tuple(a + b for a, b in zip(left, r, strict=True))] for r in allowed]
        result.append((np.array([place[r] for r in allowed]), np.array(sums)))
    return tuple(result)
