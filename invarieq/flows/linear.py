"""The flow of several coordinates that are linear in one another: dX/dε = A(ε) X + b(ε).

Constant A: exp(εA) and variation of constants. A = Σ g_k(ε) A_k with commuting constant A_k: Π exp(∫g_k A_k). Else, when A has
one denominator D (a quadratic polynomial of ε along projective and conformal flows), X = D^k P(ε) X_0 with a polynomial P,
by recursion on its coefficients.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import cast

import sympy as sp

from invarieq.flows.exponential import exponential
from invarieq.flows.integrals import integral
from invarieq.jets import substitute

Matrix = sp.Matrix
POWERS = tuple(sp.Rational(k, 2) for k in (0, 2, -2, 4, -4, 6, -6, 8, -8, 1, -1, 3, -3))
LONGEST = 8  # degree of P


def linear_flow(matrix: Matrix, shift: Matrix, start: Sequence[sp.Symbol], e: sp.Symbol) -> list[sp.Expr] | None:
    """X(ε) from X(0) = `start`; None where no closed form is found."""
    x0 = sp.Matrix(list(start))
    if not matrix.has(e) and not shift.has(e):
        return _autonomous(matrix, shift, x0, e)
    growth = exponential(matrix, e) if not matrix.has(e) else _commuting(matrix, e)
    if growth is None:
        growth = _quotient(matrix, e)
    if growth is None:
        return None
    if all(b == 0 for b in shift):
        return [sp.expand(v) if not v.is_rational_function(e) else v for v in growth * x0]
    back = exponential(-matrix, e) if not matrix.has(e) else growth.inv()
    if back is None:
        return None
    inside = [integral(sp.expand(b), e) for b in back * shift]
    if any(i is None for i in inside):
        return None
    return [sp.expand(v) for v in growth * (x0 + sp.Matrix(inside))]


def _autonomous(matrix: Matrix, shift: Matrix, x0: Matrix, e: sp.Symbol) -> list[sp.Expr] | None:
    if all(b == 0 for b in shift):
        growth = exponential(matrix, e)
        return None if growth is None else [sp.expand(v) for v in growth * x0]
    n = matrix.rows
    whole = sp.zeros(n + 1, n + 1)
    whole[:n, :n], whole[:n, n] = matrix, shift
    growth = exponential(whole, e)
    return None if growth is None else [sp.expand(v) for v in (growth * x0.col_join(sp.ones(1, 1)))[:n]]


def _commuting(matrix: Matrix, e: sp.Symbol) -> Matrix | None:
    parts: dict[sp.Expr, Matrix] = {}
    for i, j in itertools.product(range(matrix.rows), range(matrix.cols)):
        for term in sp.Add.make_args(sp.expand(matrix[i, j])):
            number, function = term.as_coeff_Mul()
            if number != 0:
                parts.setdefault(function, sp.zeros(*matrix.shape))[i, j] += number
    for a, b in itertools.combinations(parts.values(), 2):
        if not (a * b - b * a).is_zero_matrix:
            return None
    result = sp.eye(matrix.rows)
    for function, part in parts.items():
        passed = integral(function, e)
        growth = None if passed is None else exponential(part, passed)
        if growth is None:
            return None
        result = result * growth
    return result.applyfunc(lambda v: sp.powsimp(sp.expand(v)))


def _quotient(matrix: Matrix, e: sp.Symbol) -> Matrix | None:
    """D P′ + k D′ P = N P for A = N/D, coefficient by coefficient in ε, for the first k with which P ends."""
    if not all(cast("sp.Expr", entry).is_rational_function(e) for entry in matrix.flat()):
        return None
    pairs = [sp.fraction(sp.cancel(sp.together(entry))) for entry in matrix]
    common = sp.S.One
    for _, below in pairs:
        common = cast("sp.Expr", sp.lcm(common, below))
    start = substitute(common, {e: sp.S.Zero})
    if not common.has(e) or start == 0:
        return None
    below = _coefficients(sp.expand(sp.cancel(common / start)), e)
    entries = [_coefficients(sp.expand(sp.cancel(common / (start * d)) * n), e) for n, d in pairs]
    above = [
        sp.Matrix(*matrix.shape, [entry[k] if k < len(entry) else 0 for entry in entries])
        for k in range(max(len(entry) for entry in entries))
    ]
    for power in POWERS:
        series = _ending(above, below, power, matrix.rows)
        if series is not None:
            total = sp.zeros(*matrix.shape)
            for k, part in enumerate(series):
                total += e**k * part
            return total.applyfunc(sp.expand) * sp.Add(*[c * e**k for k, c in enumerate(below)]) ** power
    return None


def _ending(above: list[Matrix], below: list[sp.Expr], power: sp.Expr, n: int) -> list[Matrix] | None:
    """P_0 = 1, (m+1) P_{m+1} = Σ N_j P_{m−j} − Σ_{i≥1} d_i (m+1−i + k i) P_{m+1−i}, until it stays 0."""
    series = [sp.eye(n)]
    memory = max(len(above), len(below) - 1)
    for m in range(LONGEST + memory):
        total = sp.zeros(n, n)
        for j, part in enumerate(above[: m + 1]):
            total += part * series[m - j]
        for i in range(1, min(len(below) - 1, m + 1) + 1):
            total -= below[i] * (m + 1 - i + power * i) * series[m + 1 - i]
        series.append((total / (m + 1)).applyfunc(sp.expand))
        if len(series) > memory and all(p.is_zero_matrix for p in series[-memory:]):
            return series[:-memory]
    return None


def _coefficients(expr: sp.Expr, e: sp.Symbol) -> list[sp.Expr]:
    return list(reversed(sp.Poly(expr, e).all_coeffs()))
