"""Which multipliers a relative invariant of given monomials can have, from the leading parts of the generators.

Let no term of pr v and λ raise the degree in a variable s by more than 1, and let the terms that do raise it be
multiples c_i M of the z_i ∂_{z_i}, or strictly triangular beside them. Then the part of R of highest degree in s consists
of eigenvectors of these terms: the coefficient of M in λ is Σ c_i a_i for one of the monomials Π z_i^{a_i} of R. A few
values are left to try. Triangular form is taken for granted here; a later search tries the others too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy.polys.rings import PolyElement

Monomial = tuple[int, ...]
Row = tuple[Fraction, ...]
MAX_CHOICES = 4_000


@dataclass(frozen=True)
class Leading:
    """Σ_j e_j functional_j = Σ_i c_i a_i for some monomial a: a condition on the exponents e of the multipliers."""

    functional: Row
    coefficients: tuple[tuple[int, Fraction], ...]

    def values(self, block: Sequence[Monomial]) -> set[Fraction]:
        """What the right-hand side is on the monomials of a block."""
        return {sum((c * powers[i] for i, c in self.coefficients), Fraction(0)) for powers in block}


def leading_conditions(moves: Sequence[Sequence[PolyElement]], basis: Sequence[Sequence[PolyElement]]) -> list[Leading]:
    """All conditions that the generators (rows of `moves`) put on combinations of the multipliers `basis`."""
    found: dict[Leading, None] = {}
    for k, row in enumerate(moves):
        lambdas = [b[k] for b in basis]
        places = sorted({i for poly in lambdas for powers in poly for i, n in enumerate(powers) if n})
        for s in places:
            for condition in _conditions(row, lambdas, s):
                found[condition] = None
    return list(found)


def _conditions(row: Sequence[PolyElement], lambdas: Sequence[PolyElement], s: int) -> list[Leading]:
    if any(powers[s] > 1 for poly in lambdas for powers in poly):
        return []
    eigen: dict[Monomial, list[tuple[int, Fraction]]] = {}
    for i, poly in enumerate(row):
        for powers, c in poly.items():
            raised = powers[s] - (i == s)
            if raised > 1:
                return []
            if raised == 1:
                value = _number(c)
                if value is None:
                    return []
                if powers[i]:
                    eigen.setdefault((*powers[:i], powers[i] - 1, *powers[i + 1 :]), []).append((i, value))
    monomials = dict.fromkeys([*eigen, *(powers for poly in lambdas for powers in poly if powers[s] == 1)])
    result = []
    for m in monomials:
        numbers = [_number(poly.get(m, 0)) for poly in lambdas]
        if None not in numbers:
            result.append(Leading(tuple(n for n in numbers if n is not None), tuple(eigen.get(m, []))))
    return result


def _number(c: Any) -> Fraction | None:
    if hasattr(c, "numer") and hasattr(c.numer, "ring"):
        if not (c.numer.is_ground and c.denom.is_ground):
            return None
        c = c.numer.coeff(1) / c.denom.coeff(1)
    return Fraction(int(c.numerator), int(c.denominator))


def solutions(conditions: Iterable[tuple[Row, set[Fraction]]], size: int, reach: int) -> list[Row]:
    """All exponents that meet every condition; directions that none fixes run from −reach to reach. Smallest first."""
    ordered = sorted(conditions, key=lambda pair: len(pair[1]))
    chosen: list[tuple[Row, list[Fraction]]] = []
    span: list[list[Fraction]] = []
    units = [tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size)]
    near = min(reach, max(1, int((MAX_CHOICES ** (1 / size) - 1) / 2)))
    free = [(unit, {Fraction(n) for n in range(-near, near + 1)}) for unit in units]
    for row, allowed in (*ordered, *free):
        if len(chosen) < size and (reduced := _reduce(row, span)) is not None:
            span.append(reduced)
            chosen.append((row, sorted(allowed)))
        elif not any(row) and Fraction(0) not in allowed:
            return []
    inverse = _inverse([row for row, _ in chosen])
    found = []
    for values in itertools.islice(itertools.product(*[allowed for _, allowed in chosen]), MAX_CHOICES):
        point = tuple(sum((x * v for x, v in zip(line, values, strict=True)), Fraction(0)) for line in inverse)
        if all(sum((x * y for x, y in zip(row, point, strict=True)), Fraction(0)) in allowed for row, allowed in ordered):
            found.append(point)
    return sorted(found, key=lambda b: (sum(map(abs, b)), b[::-1]))


def _reduce(row: Sequence[Fraction], span: list[list[Fraction]]) -> list[Fraction] | None:
    work = list(row)
    for known in span:
        pivot = next(i for i, x in enumerate(known) if x)
        factor = work[pivot] / known[pivot]
        work = [x - factor * y for x, y in zip(work, known, strict=True)]
    return work if any(work) else None


def _inverse(rows: Sequence[Row]) -> list[list[Fraction]]:
    size = len(rows)
    work = [[*row, *[Fraction(int(i == j)) for j in range(size)]] for i, row in enumerate(rows)]
    for column in range(size):
        pivot = next(i for i in range(column, size) if work[i][column])
        work[column], work[pivot] = work[pivot], work[column]
        scale = work[column][column]
        work[column] = [x / scale for x in work[column]]
        for i in range(size):
            if i != column and work[i][column]:
                factor = work[i][column]
                work[i] = [x - factor * y for x, y in zip(work[i], work[column], strict=True)]
    return [line[size:] for line in work]
