"""Write a SymPy expression as text in the TOML notation, so that `read_expression` gives it back."""

from __future__ import annotations

import re

import sympy as sp
from sympy.printing.str import StrPrinter

from invarieq.errors import ReadError
from invarieq.expressions.alphabet import FUNCTIONS, OF_CLASS, without_reciprocals
from invarieq.expressions.read import MAX_DIGITS

_SUM_FIRST = re.compile(r"-?(?:\d+\*)?\(")


class _Writer(StrPrinter):
    """SymPy's own text printer, held to the functions of the grammar and to floats that round-trip."""

    def _print_Integer(self, expr: sp.Integer) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return _whole(int(expr))

    def _print_Rational(self, expr: sp.Rational) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return f"{_whole(int(expr.p))}/{_whole(int(expr.q))}"

    def _print_Float(self, expr: sp.Float) -> str:
        return repr(float(expr))

    def _print_Mul(self, expr: sp.Mul) -> str:
        text = str(super()._print_Mul(expr))
        number, rest = expr.as_coeff_Mul()
        if number == 1 or not number.is_Rational or not _spreads(number, rest, text):
            return text
        return f"{self._print(rest)}*{self._print(number)}" if number > 0 else f"{self._print(rest)}*({self._print(number)})"

    def _print_Function(self, expr: sp.Function) -> str:
        function = OF_CLASS.get(type(expr))
        if function is None or len(expr.args) != 1:
            raise ReadError(f"{type(expr).__name__} cannot be written: the notation has only {', '.join(FUNCTIONS)}")
        return f"{function.text}({self._print(expr.args[0])})"

    # what SymPy's printer knows by itself is looked up like the rest (a LatticeOp is Max or Min)
    _print_Abs = _print_sign = _print_Heaviside = _print_LatticeOp = _print_Integral = _print_Function

    def _print_Exp1(self, expr: sp.Expr) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return "exp(1)"


def _spreads(number: sp.Expr, rest: sp.Expr, text: str) -> bool:
    """Whether SymPy, reading `text`, multiplies the number into a sum: 2/(7*(a + b)) would come back as 2/(7*a + 7*b)."""
    below = any(isinstance(f, sp.Pow) and f.exp == -1 and f.base.is_Add for f in sp.Mul.make_args(rest))
    return bool(_SUM_FIRST.match(text)) or (not number.is_Integer and below)


def _whole(number: int) -> str:
    """A whole number; one with more digits than are read at once as a sum over powers of ten."""
    if abs(number) < 10**MAX_DIGITS:
        return str(number)
    high, low = divmod(abs(number), 10 ** (MAX_DIGITS - 1))
    text = f"({_whole(high)}*{10 ** (MAX_DIGITS - 1)} + {low})"
    return text if number > 0 else f"(-{text})"


def write_expression(expr: sp.Expr) -> str:
    """Text of `expr` in the TOML notation: `read_expression` of it gives `expr` back.

    Floats are written with the fewest digits that give the same double, sech and cot as 1/cosh and 1/tan. Terms come in SymPy's
    own fixed order.

    >>> x = sp.Symbol("x", real=True)
    >>> write_expression(sp.Rational(1, 2) * sp.exp(x) + 0.1)
    'exp(x)/2 + 0.1'
    """
    text = _Writer({"order": None}).doprint(without_reciprocals(sp.sympify(expr, strict=True)))
    return str(text)
