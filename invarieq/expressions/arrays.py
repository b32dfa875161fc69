"""Evaluate SymPy expressions on arrays by walking their trees (no code is made, nothing is executed).

A tree becomes a tape: a list of array operations in which every subexpression stands once, however often it occurs, also
across several expressions. Integer powers are products, so u³ and u² share u·u.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError

Array = NDArray[np.float64]
Operation = Callable[..., Array]
Step = Callable[[Sequence[Array]], Array]

_FUNCTIONS: dict[type, Operation] = {
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
    sp.sech: lambda a: 1.0 / np.cosh(a),  # common in soliton starts
    sp.cot: lambda a: 1.0 / np.tan(a),  # SymPy turns tan(a + π/2) into −cot(a)
}


def evaluate(expr: sp.Expr, columns: Mapping[sp.Symbol, Array]) -> Array:
    """Values of `expr`, in the shape that the columns have when broadcast against one another.

    Roots of odd denominator are real: (−8)^(1/3) = −2. Where the expression is not defined the value is NaN or infinite.
    Raises `DeclarationError` for a symbol without a column and for a function that is not known.
    """
    symbols = list(columns)
    values = [np.asarray(columns[s], dtype=float) for s in symbols]
    run = compile_expression(expr, symbols)
    with np.errstate(all="ignore"):
        result = np.asarray(run(values), dtype=float)
    return np.broadcast_to(result, np.broadcast_shapes(*(v.shape for v in values)))


def compile_expression(expr: sp.Expr, symbols: Sequence[sp.Symbol]) -> Step:
    """A function from the arrays of `symbols` (in their order) to the values of `expr`."""
    run = compile_expressions([expr], symbols)
    return lambda values: run(values)[0]


def compile_expressions(exprs: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Callable[[Sequence[Array]], list[Array]]:
    """A function from the arrays of `symbols` to the values of all `exprs`; what they share is computed once.

    Values are broadcast only as far as each expression needs: a constant stays a single number.
    """
    tape = _Tape(tuple(symbols))
    places = [tape.place(sp.sympify(e, strict=True)) for e in exprs]
    steps = tuple(tape.steps)

    def run(values: Sequence[Array]) -> list[Array]:
        found = list(values)
        for operation, operands in steps:
            found.append(operation(*[found[k] for k in operands]))
        return [found[k] for k in places]

    return run


class _Tape:
    """A growing list of operations; a place is the number of an input or of an operation's result."""

    def __init__(self, symbols: tuple[sp.Symbol, ...]) -> None:
        self.symbols = symbols
        self.steps: list[tuple[Operation, tuple[int, ...]]] = []
        self.known: dict[Hashable, int] = {s: i for i, s in enumerate(symbols)}

    def place(self, expr: sp.Basic) -> int:
        """Where the values of `expr` stand, after adding the operations that are missing."""
        if expr not in self.known:
            self.known[expr] = self._place(expr)
        return self.known[expr]

    def _do(self, operation: Operation, *operands: int) -> int:
        key = (operation, operands)
        if key not in self.known:
            self.steps.append((operation, operands))
            self.known[key] = len(self.symbols) + len(self.steps) - 1
        return self.known[key]

    def _place(self, expr: sp.Basic) -> int:
        if isinstance(expr, sp.Symbol):
            known = ", ".join(map(str, self.symbols)) or "nothing"
            raise DeclarationError(f"{expr} has no value here; values are given for {known}")
        if isinstance(expr, sp.Expr) and expr.is_number:
            return self._constant(expr)
        if isinstance(expr, sp.Add):
            return self._sum(expr)
        if isinstance(expr, sp.Mul):
            factors = [self.place(f) for f in expr.args]
            return functools.reduce(lambda a, b: self._do(np.multiply, a, b), factors)
        if isinstance(expr, sp.Pow):
            return self._power(expr)
        function = _FUNCTIONS.get(type(expr))
        if function is None:
            what = type(expr).__name__
            raise DeclarationError(f"{expr} cannot be evaluated: {what} is none of the functions that laws are written with")
        return self._do(function, self.place(expr.args[0]))

    def _constant(self, expr: sp.Expr) -> int:
        try:
            value = np.asarray(float(expr))
        except (TypeError, ValueError):
            raise DeclarationError(f"the constant {expr} is not a finite real number") from None
        return self._do(lambda: value)

    def _sum(self, expr: sp.Add) -> int:
        """Terms with a minus sign are subtracted, which saves the product with −1."""
        plus = [a for a in expr.args if not a.could_extract_minus_sign()]
        minus = [-a for a in expr.args if a.could_extract_minus_sign()]
        places = [self.place(a) for a in plus]
        total = functools.reduce(lambda a, b: self._do(np.add, a, b), places) if places else self._constant(sp.S.Zero)
        for term in minus:
            total = self._do(np.subtract, total, self.place(term))
        return total

    def _power(self, expr: sp.Pow) -> int:
        base, exponent = self.place(expr.base), expr.exp
        if isinstance(exponent, sp.Float) and float(exponent).is_integer():
            exponent = sp.Integer(int(exponent))
        if not isinstance(exponent, sp.Rational):
            return self._do(np.power, base, self.place(exponent))
        p, q = abs(int(exponent.p)), int(exponent.q)
        if q == 2:
            result = self._integer_power(self._do(np.sqrt, base), p)
        elif q % 2:
            result = self._integer_power(base if q == 1 else self._do(_odd_root(q), base), p)
        else:
            return self._do(np.power, base, self._constant(exponent))
        return result if exponent > 0 else self._do(np.reciprocal, result)

    def _integer_power(self, base: int, n: int) -> int:
        if n == 1:
            return base
        half = self._integer_power(base, n // 2)
        square = self._do(np.multiply, half, half)
        return self._do(np.multiply, square, base) if n % 2 else square


@functools.cache
def _odd_root(q: int) -> Operation:
    return np.cbrt if q == 3 else lambda a: np.sign(a) * np.abs(a) ** (1.0 / q)
