"""Polynomial vector fields that leave a measured law invariant: the null space of the determining equations in numbers.

The law's coefficients are symbols with values and standard errors. pr v(ℓ − f) on shell is linear in the coefficients of v
and polynomial in those of the law, so the null space and how far it is certain follow from draws of the coefficients.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.jets import JetSpace, VectorField, apply_prolonged
from invarieq.symmetry.check import on_shell, solved

Array = NDArray[np.float64]
DRAWS = 64
WITHIN = 3.0  # standard deviations within which a singular value is taken for 0, and an entry for what it is rounded to
EXACT = 1e-7
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8)


def polynomial_fields(space: JetSpace, degree: int = 1) -> tuple[VectorField, ...]:
    """Every monomial vector field z^α ∂_y of degree ≤ `degree` in coordinates and fields."""
    variables = (*space.coordinates, *(f.symbol for f in space.fields))
    monomials = [sp.Mul(*chosen) for d in range(degree + 1) for chosen in itertools.combinations_with_replacement(variables, d)]
    return tuple(VectorField({y: m}) for y in variables for m in monomials)


@dataclass(frozen=True)
class DeterminingMatrix:
    """M(c) with M(c) a = 0 for the coefficients a of a symmetry Σ a_i v_i; `entries` (row, column) → {powers of c: number}."""

    fields: tuple[VectorField, ...]
    entries: tuple[tuple[int, int, tuple[tuple[tuple[int, ...], float], ...]], ...]
    rows: int

    def at(self, c: Array) -> Array:
        """The matrix for these coefficients."""
        result = np.zeros((self.rows, len(self.fields)))
        for row, column, terms in self.entries:
            result[row, column] = sum(k * float(np.prod(c ** np.array(powers))) for powers, k in terms)
        return result


def determining_matrix(
    space: JetSpace,
    equations: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol],
    constants: Sequence[sp.Symbol],
    fields: Sequence[VectorField],
) -> DeterminingMatrix:
    """The determining equations of `equations` = 0 (polynomial in jets, each solved for its leading derivative)."""
    sides = solved(space, equations, leading)
    rows: dict[tuple[int, object], int] = {}
    entries = []
    for column, field in enumerate(fields):
        for number, equation in enumerate(equations):
            left = sp.expand(on_shell(sp.expand(apply_prolonged(field, equation, space)), space, sides))
            if left == 0:
                continue
            jets = sorted({s for s in left.free_symbols if isinstance(s, sp.Symbol) and s not in constants}, key=lambda s: s.name)
            for monomial, part in _by_jets(left, jets, constants):
                row = rows.setdefault((number, monomial), len(rows))
                entries.append((row, column, part))
    return DeterminingMatrix(tuple(fields), tuple(entries), len(rows))


def _by_jets(left: sp.Expr, jets: list[sp.Symbol], constants: Sequence[sp.Symbol]):  # type: ignore[no-untyped-def]
    """(monomial in jets, polynomial in the constants) of an expanded expression."""
    poly = sp.Poly(left, *jets, *constants, domain=sp.QQ)
    grouped: dict[tuple[tuple[str, int], ...], list[tuple[tuple[int, ...], float]]] = {}
    for powers, k in poly.terms():
        monomial = tuple((s.name, n) for s, n in zip(jets, powers, strict=False) if n)
        grouped.setdefault(monomial, []).append((powers[len(jets) :], float(k)))
    return [(monomial, tuple(terms)) for monomial, terms in grouped.items()]


def annihilators(matrix: DeterminingMatrix, values: Array, errors: Array) -> tuple[VectorField, ...]:
    """The vector fields that leave the law invariant within its uncertainty, cleaned and rounded to rationals.

    A right singular vector belongs to the null space when M moves it by no more than `WITHIN` times what the errors of the
    coefficients explain.
    """
    width = len(matrix.fields)
    if not matrix.rows:
        return matrix.fields
    centre = matrix.at(values)
    draws = [matrix.at(values + errors * e) for e in np.random.default_rng(0).standard_normal((DRAWS, len(values)))]
    _, singular, right = np.linalg.svd(centre)
    singular = np.append(singular, np.zeros(width - len(singular)))
    spread = np.array([np.sqrt(np.mean([np.sum(((d - centre) @ v) ** 2) for d in draws])) for v in right])
    count = int(np.count_nonzero(singular <= WITHIN * spread + EXACT * singular[0]))
    if not count:
        return ()
    null, pivots = _echelon(right[width - count :])
    others = [_reduced(np.linalg.svd(d)[2][width - count :], pivots) for d in draws]
    deviation = np.std(np.array(others), axis=0)
    return tuple(_field(matrix.fields, row, error) for row, error in zip(null, deviation, strict=True))


def _echelon(basis: Array) -> tuple[Array, list[int]]:
    work, pivots = basis.copy(), []
    for k in range(len(work)):
        rest = work[k:]
        scores = np.max(np.abs(rest), axis=0)
        scores[pivots] = 0
        column = int(np.argmax(scores > 0.2 * scores.max()))  # first of the large ones: simple fields come first
        row = k + int(np.argmax(np.abs(rest[:, column])))
        work[[k, row]] = work[[row, k]]
        work[k] /= work[k, column]
        for other in range(len(work)):
            if other != k:
                work[other] -= work[other, column] * work[k]
        pivots.append(column)
    return work, pivots


def _reduced(basis: Array, pivots: list[int]) -> Array:
    return np.asarray(np.linalg.solve(basis[:, pivots], basis) if _regular(basis[:, pivots]) else basis, dtype=np.float64)


def _regular(square: Array) -> bool:
    return bool(np.linalg.cond(square) < 1e8)


def _field(fields: Sequence[VectorField], row: Array, errors: Array) -> VectorField:
    parts: dict[sp.Symbol, sp.Expr] = {}
    for field, value, error in zip(fields, row, errors, strict=True):
        number = _rounded(float(value), max(WITHIN * float(error), 10 * EXACT))
        for symbol, component in field.components:
            parts[symbol] = parts.get(symbol, sp.S.Zero) + number * component
    return VectorField(parts)


def _rounded(value: float, reach: float) -> sp.Expr:
    """The simplest rational within reach, no further than 5 % away unless it is 0."""
    if abs(value) <= reach:
        return sp.Integer(0)
    for denominator in DENOMINATORS:
        numerator = round(value * denominator)
        if numerator and abs(numerator / denominator - value) <= min(reach, 0.05 * abs(value)):
            return sp.Rational(numerator, denominator)
    digits = next(n for n in range(1, 18) if n == 17 or abs(float(f"{value:.{n}g}") - value) <= reach)
    return sp.Rational(f"{value:.{digits}g}")
