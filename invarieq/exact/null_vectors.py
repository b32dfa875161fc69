"""Linear problems with sampled rows: exact null vectors over the rational functions of the parameters.

The matrix is known only through its rows at random points modulo p, for one value of the parameters at a time. The null
space at one value gives the support of each vector; on that support the vector is unique, and its entries at more values are
read back as rational functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import sympy as sp

from invarieq.exact import PRIME, echelon, null_space, read_fraction, read_vector
from invarieq.exact.interpolate import rational_function, unknowns
from invarieq.exact.jetseries import FACTOR
from invarieq.exact.primes import Residues, inverse

Rows = Callable[[Sequence[int], int], Residues]  # (columns, parameter seed) → rows at random points
Vector = dict[int, sp.Expr]
Value = Callable[[sp.Symbol, int], int]  # (parameter, parameter seed) → residue
MAX_DEGREE = 4
MORE = 3  # values of the parameters beyond those that fix the coefficients


def null_basis(rows: Rows, count: int) -> Residues:
    """The null space at one value of the parameters (vectors × columns), those of the simplest free columns first.

    Each has coefficient 1 at one column of its own; columns that come later are preferred for that, so they should be the
    simple ones.
    """
    return null_space(rows(range(count), 0))[::-1]


def independent(known: Sequence[Residues], new: Residues) -> list[int]:
    """Which rows of `new` are no combination of `known` and the rows before them."""
    table = np.concatenate([*(k[None] for k in known), new]) if len(known) else new
    return [j - len(known) for j in echelon(np.ascontiguousarray(table.T)).pivots if j >= len(known)]


def combination(rows: Rows, count: int, parameters: Sequence[sp.Symbol], value: Value) -> Vector | None:
    """Coefficients with column[count − 1] = Σ c_j column[j], earlier columns preferred; None if there are none."""
    shape = echelon(rows(range(count), 0))
    if count - 1 in shape.pivots:
        return None
    exact = exact_vector(shape.null_space[-1], rows, parameters, value)
    return None if exact is None else {j: -c for j, c in exact.items() if j != count - 1}


def exact_vector(vector: Residues, rows: Rows, parameters: Sequence[sp.Symbol], value: Value) -> Vector | None:
    """{column: coefficient} of one of them over the rational functions of the parameters; None if it cannot be read back.

    `value` gives a parameter's residue for a parameter seed. Callers verify what they get.
    """
    support = [int(j) for j in np.flatnonzero(vector)]
    plain = read_vector(int(vector[j]) for j in support)
    if not parameters:
        return None if plain is None else {j: _rational(c) for j, c in zip(support, plain, strict=True)}
    free = max(j for j in support if vector[j] == 1)
    values = _Values(rows, support, support.index(free))
    if (first := values(0)) is None:
        return None
    moved = [values(-j - 1) for j in range(len(parameters))]
    entries: dict[int, sp.Expr] = {}
    for k, column in enumerate(support):
        changed = [j for j, m in enumerate(moved) if m is None or m[k] != first[k]]
        entry = _monomial(k, values, parameters, value) if changed else _constant(int(first[k]))
        if entry is None:
            entry = _by_degrees(k, values, [parameters[j] for j in changed], value)
        if entry is None:
            return None
        entries[column] = entry
    return entries


def _constant(value: int) -> sp.Expr | None:
    found = read_fraction(value)
    return None if found is None else _rational(found)


def _monomial(k: int, values: _Values, parameters: Sequence[sp.Symbol], value: Value) -> sp.Expr | None:
    """Entry k as c Π p^e: multiplying a parameter by `FACTOR` multiplies the entry by a power of it."""
    first = values(0)
    result: sp.Expr = sp.S.One
    rest = 1 if first is None else int(first[k])
    for j, symbol in enumerate(parameters):
        moved = values(-j - 1)
        if first is None or moved is None:
            return None
        ratio = int(moved[k]) * pow(int(first[k]), -1, PRIME) % PRIME
        exponent = next((e for e in range(-MAX_DEGREE, MAX_DEGREE + 1) if pow(FACTOR, e, PRIME) == ratio), None)
        if exponent is None:
            return None
        result *= symbol**exponent
        rest = rest * pow(value(symbol, 0), -exponent, PRIME) % PRIME
    number = _constant(rest)
    return None if number is None else number * result


def _by_degrees(k: int, values: _Values, parameters: Sequence[sp.Symbol], value: Value) -> sp.Expr | None:
    for degree in range(1, MAX_DEGREE + 1):
        found = _function(k, values, parameters, value, degree)
        if found is not None:
            return found
    return None


class _Values:
    """The null vector on a support at each parameter seed, with 1 at the free column; computed once."""

    def __init__(self, rows: Rows, support: Sequence[int], free: int) -> None:
        self.rows, self.support, self.free = rows, support, free
        self.known: dict[int, Residues | None] = {}

    def __call__(self, seed: int) -> Residues | None:
        if seed not in self.known:
            found = null_space(self.rows(self.support, seed))
            usable = len(found) == 1 and found[0][self.free] != 0
            scaled = found[0] * inverse(found[0][self.free : self.free + 1]) % PRIME if usable else None
            self.known[seed] = scaled
        return self.known[seed]


def _function(k: int, values: _Values, parameters: Sequence[sp.Symbol], value: Value, degree: int) -> sp.Expr | None:
    """Entry k as N/D with N and D of the degree given, from enough values of the parameters."""
    needed, points, entries, seed = unknowns(len(parameters), degree) + MORE, list[list[int]](), list[int](), 0
    while len(points) < needed and seed < 2 * needed:
        at = values(seed)
        if at is not None:
            points.append([value(s, seed) for s in parameters])
            entries.append(int(at[k]))
        seed += 1
    if len(points) < needed:
        return None
    return rational_function(np.array(points, dtype=np.int64), entries, parameters, degree)


def cleared(coefficients: Sequence[sp.Expr]) -> sp.Expr:
    """The simplest factor that frees the coefficients of denominators and of what divides them all."""
    bottoms = [sp.denom(sp.together(c)) for c in coefficients]
    common = bottoms[0]
    for b in bottoms[1:]:
        common = sp.lcm(common, b)
    tops = [sp.cancel(c * common) for c in coefficients]
    shared = tops[0]
    for t in tops[1:]:
        shared = sp.gcd(shared, t)
    return sp.cancel(common / shared)


def _rational(value: object) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)  # type: ignore[attr-defined]
