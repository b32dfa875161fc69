"""Evaluate a SymPy expression on arrays by walking its tree (nothing is compiled, nothing is executed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError

Array = NDArray[np.float64]
Step = Callable[[Sequence[Array]], Array]

_FUNCTIONS: dict[type, Callable[[Array], Array]] = {
    sp.exp: np.exp,
    sp.log: np.log,
    sp.sin: np.sin,
    sp.cos: np.cos,
    sp.tan: np.tan,
    sp.sinh: np.sinh,
    sp.cosh: np.cosh,
    sp.tanh: np.tanh,
    sp.asin: np.arcsin,
    sp.acos: np.arccos,
    sp.atan: np.arctan,
    sp.Abs: np.abs,
    sp.sign: np.sign,
}


def evaluate(expr: sp.Expr, columns: Mapping[sp.Symbol, Array]) -> Array:
    """Values of `expr`, the symbols standing for arrays that broadcast against one another.

    Roots of odd denominator are real roots: (−8)^(1/3) = −2.
    """
    symbols = list(columns)
    return compile_expression(expr, symbols)([np.asarray(columns[s], dtype=float) for s in symbols])


def compile_expression(expr: sp.Expr, symbols: Sequence[sp.Symbol]) -> Step:
    """A function from the arrays of `symbols` (in their order) to the values of `expr`, built of closures."""
    return _build(sp.sympify(expr, strict=True), {s: i for i, s in enumerate(symbols)})


def _build(expr: sp.Basic, places: Mapping[sp.Symbol, int]) -> Step:
    if isinstance(expr, sp.Symbol):
        if expr not in places:
            raise DeclarationError(f"{expr} has no value here; expected only {', '.join(map(str, places))}")
        place = places[expr]
        return lambda a: a[place]
    if expr.is_number:
        value = np.asarray(float(expr))  # type: ignore[arg-type]
        return lambda a: value
    if isinstance(expr, sp.Pow):
        return _power(expr, places)
    parts = [_build(argument, places) for argument in expr.args]
    if isinstance(expr, sp.Add):
        return lambda a: _fold(np.add, [p(a) for p in parts])
    if isinstance(expr, sp.Mul):
        return lambda a: _fold(np.multiply, [p(a) for p in parts])
    function = _FUNCTIONS.get(type(expr))
    if function is None:
        raise DeclarationError(f"{expr} cannot be evaluated: {type(expr).__name__} is not a known function")
    return lambda a: function(parts[0](a))


def _fold(operation: Callable[[Array, Array], Array], values: list[Array]) -> Array:
    total = values[0]
    for value in values[1:]:
        total = operation(total, value)
    return total


def _power(expr: sp.Pow, places: Mapping[sp.Symbol, int]) -> Step:
    base, exponent = _build(expr.base, places), expr.exp
    if exponent.is_Integer and 0 < int(exponent) <= 4:
        n = int(exponent)
        return lambda a: _fold(np.multiply, [base(a)] * n)
    if exponent.is_Rational and not exponent.is_Integer:
        p, q = int(exponent.p), int(exponent.q)  # type: ignore[attr-defined]
        if q == 2:
            return lambda a: np.sqrt(base(a)) ** p if p > 0 else 1.0 / np.sqrt(base(a)) ** (-p)
        if q % 2:
            return lambda a: _odd_root(base(a), p, q)
    if exponent.is_number:
        value = float(exponent)
        return lambda a: base(a) ** value
    power = _build(exponent, places)
    return lambda a: base(a) ** power(a)


def _odd_root(values: Array, p: int, q: int) -> Array:
    return (np.sign(values) * np.abs(values) ** (1.0 / q)) ** float(p)
