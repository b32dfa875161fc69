"""Where the values of a tape stand while it runs: a register is used again once nothing needs its value any more.

The first registers hold the variables, the next the constants; both are never written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from invarieq.expressions.alphabet import Op
from invarieq.expressions.tape import Tape


class Instruction(NamedTuple):
    """An operation on registers; `right` is −1 where there is no second operand, `degree` that of a root."""

    op: Op
    out: int
    left: int
    right: int
    degree: int


@dataclass(frozen=True, slots=True)
class Program:
    """The instructions of a tape, the registers of its results, how many registers there are besides variables and constants."""

    instructions: tuple[Instruction, ...]
    results: tuple[int, ...]
    spare: int


def program_of(tape: Tape) -> Program:
    """The steps of a tape that compute something, on as few registers as their order allows."""
    steps = list(zip(map(Op, tape.opcode.tolist()), tape.left.tolist(), tape.right.tolist(), strict=True))
    last = _last_uses(tape, steps)
    fixed = tape.variables + len(tape.constants)
    free: list[int] = []
    where: list[int] = []
    spare = 0
    instructions = []
    for k, (op, left, right) in enumerate(steps):
        if op.arity == 0:
            where.append(left if op is Op.VARIABLE else tape.variables + left)
            continue
        operands = (left, right) if op.arity == 2 else (left,)
        free += {where[place] for place in operands if last[place] == k and where[place] >= fixed}
        if not free:
            free.append(fixed + spare)
            spare += 1
        where.append(free.pop())
        second, degree = (where[right], 0) if op.arity == 2 else (-1, right)
        instructions.append(Instruction(op, where[k], where[left], second, degree))
    return Program(tuple(instructions), tuple(where[k] for k in tape.results.tolist()), spare)


def _last_uses(tape: Tape, steps: list[tuple[Op, int, int]]) -> list[int]:
    """For each place the last step that needs it: itself if none does, one after the end for a result."""
    last = list(range(len(steps)))
    for k, (op, left, right) in enumerate(steps):
        for place in (left, right)[: op.arity]:
            last[place] = k
    for place in tape.results.tolist():
        last[place] = len(steps)
    return last
