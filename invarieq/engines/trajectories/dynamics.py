"""The law of a library as a first-order system y′ = F(t, y; c), with all that the variational equations need.

Every right side is a sum of numbers × distinct monomials U(t, y), so the rates are F = (F₀ + Σ_k c_k F_k)·U with constant
matrices F_k, and ∂F/∂y likewise. A law of second order in time has the state (u, u_t), of which u is observed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError
from invarieq.expressions import compile_expressions
from invarieq.jets import symbols_of
from invarieq.space.library import Library

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Dynamics:
    """y′ = F(t, y; c) of a library.

    `state` are the jets that make up y, the first `observed` of them the fields; `monomials` are the U distinct ones in
    (`time`, y…). `fixed` (n × U) and `terms` (K × n × U) give F; `fixed_slopes` (n × n × U) and `term_slopes`
    (K × n × n × U) give ∂F_a/∂y_b.
    """

    time: sp.Symbol
    state: tuple[sp.Symbol, ...]
    observed: int
    monomials: tuple[sp.Expr, ...]
    fixed: Array
    terms: Array
    fixed_slopes: Array
    term_slopes: Array

    @property
    def size(self) -> int:
        """Number of candidate terms."""
        return len(self.terms)

    def values(self, used: Sequence[int]) -> Callable[[Array, Array], Array]:
        """A function from times (lanes) and states (n × lanes) to the monomials numbered `used` (used × lanes)."""
        run = _compiled(tuple(self.monomials[k] for k in used), (self.time, *self.state))

        def evaluate(time: Array, y: Array) -> Array:
            result = np.empty((len(used), len(time)))
            for row, value in zip(result, run([time, *y]), strict=True):
                row[:] = value
            return result

        return evaluate


@functools.lru_cache(maxsize=256)
def _compiled(exprs: tuple[sp.Expr, ...], symbols: tuple[sp.Symbol, ...]) -> Callable[[Sequence[Array]], list[Array]]:
    return compile_expressions(exprs, symbols)


def dynamics(library: Library) -> Dynamics | None:
    """The first-order form of a library's laws; None where they do not close: a PDE, or fields without an equation."""
    space = library.space
    found = [space.index(s) for s in library.leading]
    closed = len(space.coordinates) == 1 and [i[0] for i in found if i] == list(range(len(space.fields)))
    if not closed or len({i[1] for i in found if i}) != 1 or not library.terms:
        return None
    count, order = len(space.fields), library.time_order
    state = tuple(space.jet(a, (m,)) for m in range(order) for a in range(count))
    time = space.coordinates[0]
    if any(s not in (time, *state) for row in (library.fixed, *library.terms) for e in row for s in symbols_of(e)):
        return None
    shifted = [state[count + k] for k in range((order - 1) * count)]
    fixed = [*shifted, *library.fixed]
    terms = [[*(sp.S.Zero for _ in shifted), *row] for row in library.terms]
    basis: dict[sp.Expr, int] = {}
    parts = [_parts(row, basis) for row in (fixed, *terms)]
    slopes = [_parts([sp.diff(e, s) for e in row for s in state], basis) for row in (fixed, *terms)]
    try:
        _compiled(tuple(basis), (time, *state))
    except DeclarationError:
        return None
    n, size = len(state), len(basis)
    rates = np.stack([_matrix(p, n, size) for p in parts])
    jacobians = np.stack([_matrix(p, n * n, size).reshape(n, n, size) for p in slopes])
    return Dynamics(time, state, count, tuple(basis), rates[0], rates[1:], jacobians[0], jacobians[1:])


def _parts(row: Sequence[sp.Expr], basis: dict[sp.Expr, int]) -> list[dict[int, float]]:
    """Each expression as numbers × monomials of `basis`, which grows."""
    result = []
    for expr in row:
        found: dict[int, float] = {}
        for term in sp.Add.make_args(sp.expand(expr)):
            c, monomial = term.as_coeff_Mul()
            if c != 0:
                place = basis.setdefault(monomial, len(basis))
                found[place] = found.get(place, 0.0) + float(c)
        result.append(found)
    return result


def _matrix(parts: Sequence[dict[int, float]], rows: int, columns: int) -> Array:
    result = np.zeros((rows, columns))
    for a, found in enumerate(parts):
        for k, c in found.items():
            result[a, k] = c
    return result
