"""The exponential of a constant matrix in closed form, over the reals.

exp(εA) = Σ_k r_k(ε) A^k for k below the degree d of the minimal polynomial m, where every r_k solves m(d/dε) r = 0 and
r_k^{(j)}(0) = δ_jk (Leonard, SIAM Review 38 (1996) 507). Real roots give exponentials, pairs of complex ones sines and
cosines; a factor of degree three or more that does not split over the rationals is refused (None).
"""

from __future__ import annotations

from typing import cast

import sympy as sp

from invarieq.jets import substitute

Matrix = sp.Matrix
LARGEST = 16  # rows


def exponential(matrix: Matrix, time: sp.Expr) -> Matrix | None:
    """exp(time·matrix) with entries in real functions of `time`; None where the eigenvalues have no simple closed form.

    The entries of `matrix` are free of `time`; symbols in them are constants, taken as generic.
    """
    n = matrix.rows
    if n > LARGEST:
        return None
    powers = [sp.eye(n)]
    relation = None
    while relation is None:
        powers.append((powers[-1] * matrix).applyfunc(_tidy))
        relation = _dependence(powers)
    solutions = _solutions(relation)
    if solutions is None:
        return None
    weights = _initial(solutions)
    s = _TIME
    result = sp.zeros(n, n)
    for k, power in enumerate(powers[:-1]):
        factor = sp.Add(*[weights[b, k] * f for b, f in enumerate(solutions)])
        result += power * substitute(factor, {s: time})
    return result.applyfunc(sp.expand)


_TIME = sp.Dummy("s", real=True)
_ROOT = sp.Dummy("lambda")


def _tidy(entry: sp.Expr) -> sp.Expr:
    return sp.expand(entry) if entry.is_polynomial() else cast("sp.Expr", sp.cancel(entry))


def _dependence(powers: list[Matrix]) -> list[sp.Expr] | None:
    """Coefficients c_0 … c_{d-1} with A^d = Σ c_k A^k, when the last power depends on the earlier ones."""
    columns = sp.Matrix.hstack(*[p.reshape(p.rows * p.cols, 1) for p in powers])
    rows = sp.Matrix([list(columns.row(i)) for i in range(columns.rows) if any(columns.row(i))] or [[0] * columns.cols])
    reduced, pivots = rows.rref(simplify=_tidy)  # pyright: ignore[reportArgumentType] (SymPy takes a function)
    if len(pivots) == len(powers):
        return None
    return [reduced[k, len(powers) - 1] for k in range(len(pivots))]


def _solutions(relation: list[sp.Expr]) -> list[sp.Expr] | None:
    """A basis of the functions f(s) with f^(d) = Σ c_k f^(k); None where an eigenvalue has no simple form."""
    degree = len(relation)
    minimal = sp.together(_ROOT**degree - sp.Add(*[c * _ROOT**k for k, c in enumerate(relation)]))
    found: list[sp.Expr] = []
    for factor, times in sp.factor_list(sp.numer(minimal), _ROOT)[1]:
        poly = sp.Poly(factor, _ROOT)
        if poly.degree() > 2:
            return None
        basis = _of_factor(poly)
        found += [_TIME**j * f for j in range(times) for f in basis]
    return found


def _of_factor(poly: sp.Poly) -> list[sp.Expr]:
    if poly.degree() == 1:
        a, b = poly.all_coeffs()
        return [sp.exp(_tidy(-b / a) * _TIME)]
    a, b, c = poly.all_coeffs()
    middle = _tidy(-b / (2 * a))
    square = cast("sp.Expr", sp.factor(_tidy(middle**2 - c / a)))
    envelope = sp.exp(middle * _TIME)
    if square.is_negative:
        rate = sp.sqrt(-square)
        return [envelope * sp.cos(rate * _TIME), envelope * sp.sin(rate * _TIME)]
    rate = sp.sqrt(square)  # a symbolic square counts as positive
    return [envelope * sp.cosh(rate * _TIME), envelope * sp.sinh(rate * _TIME)]


def _initial(solutions: list[sp.Expr]) -> Matrix:
    """Column k holds the weights of the solution r_k in the basis: r_k^(j)(0) = δ_jk."""
    wronskian = []
    row = list(solutions)
    for _ in solutions:
        wronskian.append([_tidy(substitute(f, {_TIME: sp.S.Zero})) for f in row])
        row = [sp.diff(f, _TIME) for f in row]
    return sp.Matrix(wronskian).inv().applyfunc(_tidy)
