"""The alphabet: every operation that an expression can hold, enumerated once.

What reads, writes, evaluates or exports expressions takes its names from here. The numbers are stored (tapes are data), so
they never change and are never used again; a new operation gets a new number. Leaves and arithmetic have 0–15, functions of
one argument, all of them in the text notation under their small letters, 16 and more:

| | | |
| --- | --- | --- |
| 0 variable | 1 constant | 2 add, 3 subtract, 4 multiply, 5 divide |
| 6 power (any exponent: NaN for a negative base) | 7 negate | 8 reciprocal |
| 9 root (odd degree, real: the cube root of −8 is −2) | 16 sqrt, 17 exp, 18 log | 19 sin, 20 cos, 21 tan |
| 22 sinh, 23 cosh, 24 tanh | 25 asin, 26 acos, 27 atan | 28 abs, 29 sign |
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import sympy as sp


class Op(IntEnum):
    """An operation: its number, how many operands it takes, what SymPy and NumPy call it.

    `arity`: number of operands; `sympy`: the constructor; `numpy`: the name of the NumPy function, empty where there is no
    single one; `total`: real and finite for all real operands (up to overflow).
    """

    arity: int
    sympy: Callable[..., Any] | None
    numpy: str
    total: bool

    def __new__(cls, number: int, arity: int, sympy: Callable[..., Any] | None, numpy: str, total: bool) -> Op:
        """An integer with what belongs to it."""
        op = int.__new__(cls, number)
        op._value_ = number
        op.arity, op.sympy, op.numpy, op.total = arity, sympy, numpy, total
        return op

    VARIABLE = (0, 0, None, "", True)
    CONSTANT = (1, 0, None, "", True)
    ADD = (2, 2, sp.Add, "add", True)
    SUBTRACT = (3, 2, lambda a, b: a - b, "subtract", True)
    MULTIPLY = (4, 2, sp.Mul, "multiply", True)
    DIVIDE = (5, 2, lambda a, b: a / b, "divide", False)
    POWER = (6, 2, sp.Pow, "power", False)
    NEGATE = (7, 1, lambda a: -a, "negative", True)
    RECIPROCAL = (8, 1, lambda a: 1 / a, "reciprocal", False)
    ROOT = (9, 1, lambda a, degree: a ** sp.Rational(1, degree), "", True)
    SQRT = (16, 1, sp.sqrt, "sqrt", False)
    EXP = (17, 1, sp.exp, "exp", True)
    LOG = (18, 1, sp.log, "log", False)
    SIN = (19, 1, sp.sin, "sin", True)
    COS = (20, 1, sp.cos, "cos", True)
    TAN = (21, 1, sp.tan, "tan", False)
    SINH = (22, 1, sp.sinh, "sinh", True)
    COSH = (23, 1, sp.cosh, "cosh", True)
    TANH = (24, 1, sp.tanh, "tanh", True)
    ASIN = (25, 1, sp.asin, "arcsin", False)
    ACOS = (26, 1, sp.acos, "arccos", False)
    ATAN = (27, 1, sp.atan, "arctan", True)
    ABS = (28, 1, sp.Abs, "abs", True)
    SIGN = (29, 1, sp.sign, "sign", True)

    @property
    def text(self) -> str:
        """The operation's name in the text notation and in messages."""
        return self.name.lower()

    @property
    def is_function(self) -> bool:
        """Whether it is a named function of one argument (not arithmetic, not a leaf)."""
        return self >= Op.SQRT


FUNCTIONS: dict[str, Op] = {op.text: op for op in Op if op.is_function}
OF_CLASS: dict[type, Op] = {op.sympy: op for op in FUNCTIONS.values() if isinstance(op.sympy, type)}

# Reciprocals that SymPy makes of its own accord (tan(x + π/2) is −cot(x)) or that starts are given by (solitons, sech)
RECIPROCALS: dict[type, Op] = {sp.sech: Op.COSH, sp.cot: Op.TAN}


def without_reciprocals(expr: sp.Expr) -> sp.Expr:
    """`expr` with 1/cosh for sech and 1/tan for cot, for notations that have no name for them."""
    if not expr.has(*RECIPROCALS):
        return expr
    return expr.replace(lambda e: type(e) in RECIPROCALS, lambda e: 1 / RECIPROCALS[type(e)].sympy(*e.args))  # type: ignore[misc]
