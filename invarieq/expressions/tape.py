"""Expressions as arrays of numbers: a tape, made from SymPy and turned back into it.

A tape is a list of steps, one after the other; a step's place is its number. `opcode` says what it does (the numbers of
`alphabet`, which never change), `left` and `right` say to what: the places of its operands, always earlier ones. The
exceptions: a variable's `left` is the number of the variable, a constant's `left` its place in `constants`, a root's `right`
its degree; what is not used is −1. Several expressions share one tape, in which every subexpression stands once. The arrays
hold all that a kernel needs to run them, for any expression the same kernel.

Integer powers are products, so that u³ and u² share u·u.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.core.parameters import distribute

from invarieq.errors import DeclarationError
from invarieq.expressions.alphabet import OF_CLASS, RECIPROCALS, Op

Numbers = NDArray[np.int32]
WHOLE = 2.0**53  # doubles below are exact whole numbers
MOST = 2**31 - 1  # that an int32 holds


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """Expressions of `variables` many variables as steps; `results` are the places of their values.

    `opcode`, `left`, `right`: int32, one each a step; `constants`: float64. The arrays cannot be written to. Tapes are equal
    when their arrays are, bit by bit. Raises `DeclarationError` for arrays that are no tape.
    """

    opcode: Numbers
    left: Numbers
    right: Numbers
    constants: NDArray[np.float64]
    variables: int
    results: Numbers

    def __post_init__(self) -> None:
        for name, kind in (("opcode", "i4"), ("left", "i4"), ("right", "i4"), ("constants", "f8"), ("results", "i4")):
            array = np.array(getattr(self, name), dtype=kind, ndmin=1)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        _check(self)

    def __len__(self) -> int:
        return len(self.opcode)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tape) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[int | bytes, ...]:
        arrays = (self.opcode, self.left, self.right, self.constants, self.results)
        return (self.variables, *(a.tobytes() for a in arrays))


def tape_of(exprs: Iterable[sp.Expr], symbols: Sequence[sp.Symbol]) -> Tape:
    """One tape for all `exprs`; variable k is `symbols[k]`.

    Raises `DeclarationError` for a symbol that is not among `symbols`, for a function that the alphabet lacks and for a
    constant that is not real.
    """
    writer = _Writer(tuple(symbols))
    results = [writer.place(sp.sympify(e, strict=True)) for e in exprs]
    table = np.array(writer.steps, dtype=np.int32).reshape(-1, 3)
    constants = np.array(writer.constants, dtype=np.float64)
    return Tape(table[:, 0], table[:, 1], table[:, 2], constants, len(symbols), np.array(results, dtype=np.int32))


def to_sympy(tape: Tape, symbols: Sequence[sp.Symbol]) -> tuple[sp.Expr, ...]:
    """The expressions of a tape over `symbols`; constants are whole numbers where they can be, floats otherwise."""
    if len(symbols) != tape.variables:
        raise DeclarationError(f"{len(symbols)} symbols are given for a tape of {tape.variables} variables")
    found: list[sp.Expr] = []
    with distribute(False):  # 2·(x + y) may be followed by a factor z, and SymPy keeps 2·(x + y)·z
        for code, left, right in zip(tape.opcode, tape.left, tape.right, strict=True):
            found.append(_expression(Op(code), int(left), int(right), found, (tape.constants, symbols)))
    settled = functools.cache(lambda e: e.func(*map(settled, e.args)) if e.args else e)
    return tuple(settled(found[k]) for k in tape.results)


def _expression(
    op: Op, left: int, right: int, found: Sequence[sp.Expr], leaves: tuple[NDArray[np.float64], Sequence[sp.Symbol]]
) -> sp.Expr:
    if op is Op.VARIABLE:
        return leaves[1][left]
    if op is Op.CONSTANT:
        value = float(leaves[0][left])
        return sp.Integer(int(value)) if abs(value) < WHOLE and value.is_integer() else sp.Float(value)
    build = cast("Any", op.sympy)
    if op is Op.ROOT:
        return build(found[left], right)
    return build(found[left], found[right]) if op.arity == 2 else build(found[left])


def _check(tape: Tape) -> None:
    """Raise `DeclarationError` unless every step has a known opcode and operands that stand before it."""
    size = len(tape.opcode)
    if {a.ndim for a in (tape.opcode, tape.left, tape.right, tape.constants, tape.results)} != {1}:
        raise DeclarationError("the arrays of a tape have one axis each")
    if not len(tape.left) == len(tape.right) == size:
        raise DeclarationError(f"a tape of {size} steps has {len(tape.left)} left and {len(tape.right)} right operands")
    root, leaves = int(Op.ROOT), {int(Op.VARIABLE): tape.variables, int(Op.CONSTANT): len(tape.constants)}
    for k, (code, left, right) in enumerate(zip(tape.opcode.tolist(), tape.left.tolist(), tape.right.tolist(), strict=True)):
        if code not in _ARITY:
            raise DeclarationError(f"step {k} of a tape has the opcode {code}, which is none of the alphabet")
        fits = 0 <= left < leaves.get(code, k) and (_ARITY[code] < 2 or 0 <= right < k)
        if not fits or (code == root and not (right > 0 and right % 2)):
            raise DeclarationError(f"step {k} of a tape ({Op(code).text}) has the operands {left} and {right}: no such places")
    if not all(0 <= k < size for k in tape.results.tolist()):
        raise DeclarationError(f"a result of a tape of {size} steps stands outside it")


_ARITY = {int(op): op.arity for op in Op}


class _Writer:
    """A growing list of steps, in which every expression and every operation on the same places stands once."""

    def __init__(self, symbols: tuple[sp.Symbol, ...]) -> None:
        self.symbols = symbols
        self.numbers: dict[sp.Basic, int] = {s: k for k, s in enumerate(symbols)}
        self.steps: list[tuple[int, int, int]] = []
        self.constants: list[float] = []
        self.known: dict[sp.Basic | tuple[int, int, int] | bytes, int] = {}

    def place(self, expr: sp.Basic) -> int:
        """Where the values of `expr` stand, after adding the steps that are missing."""
        if expr not in self.known:
            self.known[expr] = self._place(expr)
        return self.known[expr]

    def _do(self, op: Op, left: int, right: int = -1) -> int:
        step = (int(op), left, right)
        if step not in self.known:
            self.steps.append(step)
            self.known[step] = len(self.steps) - 1
        return self.known[step]

    def _place(self, expr: sp.Basic) -> int:
        if expr in self.numbers:
            return self._do(Op.VARIABLE, self.numbers[expr])
        if isinstance(expr, sp.Symbol):
            known = ", ".join(map(str, self.symbols)) or "nothing"
            raise DeclarationError(f"{expr} has no value here; values are given for {known}")
        if isinstance(expr, sp.Expr) and expr.is_number:
            return self._number(expr)
        if isinstance(expr, sp.Add):
            return self._sum(expr)
        if isinstance(expr, sp.Mul):
            return self._product(expr)
        if isinstance(expr, sp.Pow):
            return self._power(expr)
        if type(expr) in RECIPROCALS:
            return self._do(Op.RECIPROCAL, self._do(RECIPROCALS[type(expr)], self.place(expr.args[0])))
        function = OF_CLASS.get(type(expr))
        if function is None:
            what = type(expr).__name__
            raise DeclarationError(f"{expr} cannot be evaluated: {what} is none of the functions that laws are written with")
        return self._do(function, self.place(expr.args[0]))

    def _number(self, expr: sp.Expr) -> int:
        try:
            return self._constant(float(expr))
        except (TypeError, ValueError):
            raise DeclarationError(f"the constant {expr} is not a finite real number") from None

    def _constant(self, value: float) -> int:
        key = np.float64(value).tobytes()
        if key not in self.known:
            self.constants.append(value)
            self.known[key] = self._do(Op.CONSTANT, len(self.constants) - 1)
        return self.known[key]

    def _sum(self, expr: sp.Add) -> int:
        """Terms with a minus sign are subtracted, which saves the product with −1."""
        plus = [a for a in expr.args if not a.could_extract_minus_sign()]
        minus = [-a for a in expr.args if a.could_extract_minus_sign()]
        places = [self.place(a) for a in plus]
        total = functools.reduce(lambda a, b: self._do(Op.ADD, a, b), places) if places else self._constant(0.0)
        for term in minus:
            total = self._do(Op.SUBTRACT, total, self.place(term))
        return total

    def _product(self, expr: sp.Mul) -> int:
        """A factor −1 changes the sign of the rest, which an expression without it shares."""
        turned = expr.args[0] == -1
        places = [self.place(f) for f in (expr.args[1:] if turned else expr.args)]
        product = functools.reduce(lambda a, b: self._do(Op.MULTIPLY, a, b), places)
        return self._do(Op.NEGATE, product) if turned else product

    def _power(self, expr: sp.Pow) -> int:
        base, exponent = self.place(expr.base), expr.exp
        if isinstance(exponent, sp.Float) and float(exponent).is_integer():
            exponent = sp.Integer(int(exponent))
        if not isinstance(exponent, sp.Rational):
            return self._do(Op.POWER, base, self.place(exponent))
        p, q = abs(int(exponent.p)), int(exponent.q)
        if q == 2:
            result = self._integer_power(self._do(Op.SQRT, base), p)
        elif q % 2 and q <= MOST:
            result = self._integer_power(base if q == 1 else self._do(Op.ROOT, base, q), p)
        else:
            return self._do(Op.POWER, base, self._number(exponent))
        return result if exponent > 0 else self._do(Op.RECIPROCAL, result)

    def _integer_power(self, base: int, n: int) -> int:
        if n == 1:
            return base
        half = self._integer_power(base, n // 2)
        square = self._do(Op.MULTIPLY, half, half)
        return self._do(Op.MULTIPLY, square, base) if n % 2 else square
