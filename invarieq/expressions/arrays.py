"""Evaluate SymPy expressions on arrays: NumPy runs their tape (no code is made, nothing is executed)."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.expressions.alphabet import Op
from invarieq.expressions.registers import Instruction, program_of
from invarieq.expressions.tape import Tape, tape_of

Array = NDArray[np.float64]
Function = Callable[[Sequence[Array]], list[Array]]
Operation = Callable[..., Array]
Steps = tuple[tuple[Operation, int, int, int], ...]  # what is done, the registers of its value and operands (−1: no second one)

BLOCK = 16_384  # numbers of an array that are worked on together: a few such arrays fit into a core's cache
LARGE = 2 * BLOCK  # from here on
_DOUBLE = np.dtype(np.float64)


def evaluate(expr: sp.Expr, columns: Mapping[sp.Symbol, Array]) -> Array:
    """Values of `expr`, in the shape that the columns have when broadcast against one another.

    Roots of odd denominator are real: (−8)^(1/3) = −2. Where the expression is not defined the value is NaN or infinite.
    Raises `DeclarationError` for a symbol without a column and for a function that is not known.
    """
    symbols = list(columns)
    values = [np.asarray(columns[s], dtype=float) for s in symbols]
    result = np.asarray(compile_expression(expr, symbols)(values), dtype=float)
    return np.broadcast_to(result, np.broadcast_shapes(*(v.shape for v in values)))


def compile_expression(expr: sp.Expr, symbols: Sequence[sp.Symbol]) -> Callable[[Sequence[Array]], Array]:
    """A function from the arrays of `symbols` (in their order) to the values of `expr`."""
    run = compile_expressions([expr], symbols)
    return lambda values: run(values)[0]


def compile_expressions(exprs: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Function:
    """A function from the arrays of `symbols` to the values of all `exprs`; what they share is computed once.

    Values are broadcast only as far as each expression needs: a constant stays a single number. Where an expression is not
    defined its value is NaN or infinite.
    """
    return function_of(tape_of(exprs, symbols))


def function_of(tape: Tape) -> Function:
    """A function from the arrays of a tape's variables to the values of its expressions, as `compile_expressions` gives it."""
    program = program_of(tape)
    steps: Steps = tuple((_operation(i), i.out, i.left, i.right) for i in program.instructions)
    rest: list[Array] = [*map(np.asarray, tape.constants.tolist()), *[np.asarray(np.nan)] * program.spare]

    @np.errstate(all="ignore")
    def run(values: Sequence[Array]) -> list[Array]:
        columns = [np.asarray(value, _DOUBLE) for value in values]
        registers = columns + rest
        if _large(columns):
            return _by_blocks(steps, program.results, registers)
        for operation, out, left, right in steps:
            registers[out] = operation(registers[left]) if right < 0 else operation(registers[left], registers[right])
        return [registers[k] for k in program.results]

    return run


def _operation(instruction: Instruction) -> Operation:
    return _odd_root(instruction.degree) if instruction.op is Op.ROOT else getattr(np, instruction.op.numpy)


@functools.cache
def _odd_root(degree: int) -> Operation:
    if degree == 3:
        return np.cbrt
    return lambda a, out=None: np.multiply(np.sign(a), np.abs(a) ** (1.0 / degree), out=out)


def _large(columns: Sequence[Array]) -> bool:
    """Whether all `columns` but single numbers are large, of one shape, and can be cut into blocks."""
    shape = None
    for column in columns:
        if column.ndim:
            if column.size < LARGE or not column.flags.c_contiguous or shape not in (None, column.shape):
                return False
            shape = column.shape
    return shape is not None


def _by_blocks(steps: Steps, results: Sequence[int], registers: list[Array]) -> list[Array]:
    """The same values as by whole arrays, block after block; what stands between is not written to memory."""
    inputs = {k: v for k, v in enumerate(registers) if v.ndim}
    shape = next(iter(inputs.values())).shape
    flat = {k: v.reshape(-1) for k, v in inputs.items()}
    long = [k in inputs for k in range(len(registers))]  # whether a register holds an array (or a single number) by now
    long_steps: list[bool] = []
    for _, out, left, right in steps:
        long[out] = long[left] or (right >= 0 and long[right])
        long_steps.append(long[out])
    used = {out for (_, out, _, _), is_long in zip(steps, long_steps, strict=True) if is_long}
    wholes = {k: np.empty(math.prod(shape)) for k in used.intersection(results)}
    buffers = {k: np.empty(BLOCK) for k in used.difference(results)}
    for begin in range(0, math.prod(shape), BLOCK):
        size = min(BLOCK, math.prod(shape) - begin)
        views = {k: v[begin : begin + size] for k, v in wholes.items()} | {k: v[:size] for k, v in buffers.items()}
        for k, value in flat.items():
            registers[k] = value[begin : begin + size]
        for (operation, out, left, right), is_long in zip(steps, long_steps, strict=True):
            operands = (registers[left],) if right < 0 else (registers[left], registers[right])
            registers[out] = operation(*operands, out=views[out] if is_long else None)
    return [inputs[k] if k in inputs else wholes[k].reshape(shape) if long[k] else registers[k] for k in results]
