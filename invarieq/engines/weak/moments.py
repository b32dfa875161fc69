"""The regression problem in weak form: G c ≈ b, one row a test function and equation.

Powers of the fields without derivatives enter as measured, products with derivatives and user functions smoothed. What
the noise does to the columns (E[u²] = ū² + σ², and columns that are partly noise) is estimated by adding more of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.data.weak import TestFunctions
from invarieq.expressions import compile_expression, evaluate
from invarieq.jets import symbols_of
from invarieq.jets.space import MultiIndex
from invarieq.space.library import Library, WeakForm
from invarieq.space.parts import Atom, Monomial

Array = NDArray[np.float64]
NEGLIGIBLE = 1e-6  # of a field: noise below it need not be known well


@dataclass(frozen=True)
class Moments:
    """Weak moments of one segment.

    `columns` is rows × (1 + terms): first the left-hand side ℓ − fixed, then the terms; a row is (equation, query point).
    `leading` (rows) is ℓ alone.
    """

    segment: Segment
    tests: TestFunctions
    columns: Array
    leading: Array


class Columns:
    """The variables of atoms as arrays on one segment's grid, made on demand and kept."""

    def __init__(self, segment: Segment, definitions: Sequence[tuple[sp.Symbol, sp.Expr]]) -> None:
        self.segment = segment
        self.definitions = dict(definitions)
        self._kept: dict[sp.Symbol, Array] = {}
        self._partial: dict[tuple[int, MultiIndex], Array] = {}

    def variable(self, symbol: sp.Symbol) -> Array:
        """Smoothed values of a jet, values of a coordinate or of a user function."""
        if symbol not in self._kept:
            self._kept[symbol] = self._make(symbol)
        return self._kept[symbol]

    def _make(self, symbol: sp.Symbol) -> Array:
        segment = self.segment
        space = segment.space
        if symbol in space.coordinates:
            d = space.coordinates.index(symbol)
            shape = [1] * len(segment.grids)
            shape[d] = -1
            return segment.grids[d].reshape(shape)
        if symbol in self.definitions:
            expr = self.definitions[symbol]
            inner = {s: self.variable(s) for s in symbols_of(expr)}
            return evaluate(expr, inner)
        found = space.index(symbol)
        assert found is not None, symbol
        return self._filtered(found[0], found[1])

    def _filtered(self, field: int, index: MultiIndex) -> Array:
        """D_J of the smoothed field, direction by direction; what several J begin with is filtered once."""
        if not index:
            return self.segment.values[field]
        if (field, index) not in self._partial:
            inner = self._filtered(field, index[:-1])
            self._partial[field, index] = self.segment.smoothers[field].along(inner, len(index) - 1, index[-1])
        return self._partial[field, index]

    def monomial(self, monomial: Monomial) -> Array:
        """A monomial on the grid: of measured values where it holds no derivative, of smoothed ones elsewhere."""
        space, segment = self.segment.space, self.segment
        plain = all(self._plain(s) for s, _ in monomial)
        values: list[Array] = []
        for symbol, _ in monomial:
            found = space.index(symbol)
            values.append(segment.values[found[0]] if plain and found is not None else self.variable(symbol))
        return np.broadcast_to(_product(monomial)(values), segment.values[0].shape)

    def _plain(self, symbol: sp.Symbol) -> bool:
        found = self.segment.space.index(symbol)
        return symbol in self.segment.space.coordinates or (found is not None and not any(found[1]))


@functools.lru_cache(maxsize=4096)
def _product(monomial: Monomial) -> Callable[[Sequence[Array]], Array]:
    return compile_expression(sp.Mul(*[s**n for s, n in monomial]), [s for s, _ in monomial])


def moments(segment: Segment, tests: TestFunctions, library: Library) -> Moments:
    """All columns of the regression on one segment."""
    columns = Columns(segment, library.definitions)
    kept: dict[Atom, Array] = {}
    shape = tests.shape

    def total(form: WeakForm) -> Array:
        result = np.zeros(shape)
        for atom, c in form:
            if atom not in kept:
                kept[atom] = tests.moment(atom.index, columns.monomial(atom.monomial))
            result = result + float(c) * kept[atom]
        return result.ravel()

    leading = np.concatenate([total(form) for form in library.weak_leading])
    left = leading - np.concatenate([total(form) for form in library.weak_fixed])
    right = [np.concatenate([total(form) for form in term]) for term in library.weak_terms]
    return Moments(segment, tests, np.stack([left, *right], axis=1), leading)


def noise_product(problem: Moments, library: Library, coefficients: Array, basis: Array) -> Array:
    """Covariance of Bᵀ r caused by the noise, r the residual of ℓ − fixed − Σ c term and B = `basis` (rows × k).

    First order in the noise: r responds to a change of field f at a grid point through Σ_J h_J D_J with
    h_J = ∂(coefficient of D_J)/∂f, so the covariance is Σ_f σ_f² (Aᵀ B)ᵀ(Aᵀ B), summed on a thinned grid.
    """
    segment, tests = problem.segment, problem.tests
    clean = all(n <= NEGLIGIBLE * float(np.std(v)) for n, v in zip(segment.noise, segment.values, strict=True))
    thinning = tuple(_thinning(m, 4 if clean else 16) for m in tests.matrices)
    responses = _responses(segment, library, coefficients, thinning)
    rows = basis.reshape(len(library.leading), *tests.shape, -1)
    scale = float(np.prod(thinning))
    result = np.zeros((basis.shape[1], basis.shape[1]))
    for f, sigma in enumerate(segment.noise):
        moved: list[Array] = []
        own = [(equation, index, h) for (equation, index, field), h in responses.items() if field == f]
        for k in range(basis.shape[1] if own else 0):
            total: Array | float = 0.0
            for equation, index, h in own:
                total = total + h * tests.adjoint(index, rows[equation, ..., k], thinning)
            moved.append(np.ravel(total))
        if moved:
            stacked = np.array(moved)  # a row each: contiguous
            result += sigma**2 * scale * (stacked @ stacked.T)
    return result


@dataclass(frozen=True)
class NoiseEffect:
    """What noise does to the columns, found by adding more of it (simulation–extrapolation).

    `gram` is E[δXᵀδX] of the part odd in the noise; `bias` (rows × columns) the mean of the even part.
    Source: Cook & Stefanski, J. Amer. Statist. Assoc. 89 (1994) 1314.
    """

    gram: Array
    bias: Array


def noise_effect(problem: Moments, library: Library, *, pairs: int, generator: np.random.Generator) -> NoiseEffect:
    """Estimate the effect of noise from `pairs` antithetic pairs of added noise."""
    segment = problem.segment
    gram = np.zeros((problem.columns.shape[1],) * 2)
    bias = np.zeros_like(problem.columns)
    for _ in range(pairs):
        added = [s * generator.standard_normal(v.shape) for s, v in zip(segment.noise, segment.values, strict=True)]
        plus, minus = (
            moments(
                replace(segment, values=tuple(v + sign * e for v, e in zip(segment.values, added, strict=True))),
                problem.tests,
                library,
            )
            for sign in (1.0, -1.0)
        )
        odd = (plus.columns - minus.columns) / 2
        gram += odd.T @ odd / pairs
        bias += ((plus.columns + minus.columns) / 2 - problem.columns) / pairs
    return NoiseEffect(gram, bias)


def _thinning(matrices: tuple[Array, ...], wanted: int) -> int:
    """Take every n-th grid point such that a support still holds about `wanted` of them."""
    support = int(np.median(np.count_nonzero(matrices[0], axis=1)))
    return max(1, support // wanted)


def _responses(
    segment: Segment, library: Library, coefficients: Array, thinning: Sequence[int]
) -> Mapping[tuple[int, MultiIndex, int], Array]:
    """h_J for every (equation, J, field), on the thinned grid."""
    thin = tuple(slice(None, None, n) for n in thinning)
    smooth, orders = Columns(segment, library.definitions), _orders(library)
    result: dict[tuple[int, MultiIndex, int], Array] = {}
    for equation in range(len(library.leading)):
        weights: dict[Atom, float] = {}
        parts = [(library.weak_leading[equation], 1.0), (library.weak_fixed[equation], -1.0)]
        parts += [(term[equation], -float(c)) for term, c in zip(library.weak_terms, coefficients, strict=True) if c]
        for form, c in parts:
            for atom, k in form:
                weights[atom] = weights.get(atom, 0.0) + c * float(k)
        for atom, weight in weights.items():
            for field, index, values in _variations(smooth, atom, library.definitions):
                total = tuple(a + b for a, b in zip(atom.index, index, strict=True))
                if any(s >= len(m) for s, m in zip(total, orders, strict=True)):
                    continue
                key = (equation, total, field)
                result[key] = result.get(key, 0.0) + weight * np.broadcast_to(values, segment.values[0].shape)[thin]
    return result


def _orders(library: Library) -> list[range]:
    top = derivative_orders(library)
    return [range(n + 1) for n in top]


def derivative_orders(library: Library) -> tuple[int, ...]:
    """Highest derivative in each direction that a test function has to carry, for moments and for their noise."""
    forms = [*library.weak_leading, *library.weak_fixed, *(f for term in library.weak_terms for f in term)]
    every = [atom.index for form in forms for atom, _ in form]
    return tuple(max(index[d] for index in every) for d in range(len(library.space.coordinates)))


def _variations(
    smooth: Columns, atom: Atom, definitions: Sequence[tuple[sp.Symbol, sp.Expr]]
) -> Iterator[tuple[int, MultiIndex, Array]]:
    """(field, J, ∂monomial/∂u_J) for each jet that a monomial depends on, also through user functions."""
    space, known = smooth.segment.space, dict(definitions)
    expr = sp.Mul(*[known.get(s, s) ** n for s, n in atom.monomial])
    for symbol in symbols_of(expr):
        found = space.index(symbol)
        if found is not None:
            slope = sp.diff(expr, symbol)
            inner = {s: smooth.variable(s) for s in symbols_of(slope)}
            yield found[0], found[1], evaluate(slope, inner)
