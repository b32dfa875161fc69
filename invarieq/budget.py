"""How much work a discovery may take: a fixed count by default, so that equal seeds give equal answers; time and memory where asked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real
from typing import TypeVar

from invarieq.errors import DeclarationError, OutOfBudget
from invarieq.limit import attempted

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one discovery; None leaves one out.

    `evaluations` counts what an engine evaluates (regression: one for each library solved and one for each choice by trajectories; an engine
    that tries laws one by one: each of them); it is the same on every machine. `seconds` are of the clock: an answer cut by
    them says so, and another machine may be cut elsewhere. `memory` bounds the bytes of the weak form's columns, the
    largest thing that a search holds; it is compared before they are made.

    Raises `DeclarationError` for a limit that is not positive, or a count that is not whole.
    """

    evaluations: int | None = None
    seconds: float | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("evaluations", self.evaluations), ("seconds", self.seconds), ("memory", self.memory)):
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, Real) or not value > 0 or math.isnan(value):
                raise DeclarationError(f"budget.{name} is {value!r}; expected a number above 0, or None for no limit")
            counted = name != "seconds" and not math.isinf(value)
            if counted and value != int(value):
                raise DeclarationError(f"budget.{name} is {value!r}; expected a whole number above 0, or None for no limit")
            object.__setattr__(self, name, int(value) if counted else float(value))


UNLIMITED = Budget()


@dataclass(slots=True)
class Meter:
    """What of a budget is spent; the clock starts when the meter is made."""

    budget: Budget = UNLIMITED
    spent: int = 0
    start: float = field(default_factory=time.monotonic)

    def evaluate(self, count: int = 1) -> None:
        """Count laws that are about to be fitted; raises `OutOfBudget` beyond the limit."""
        self.spent += count
        most = self.budget.evaluations
        if most is not None and self.spent > most:
            raise OutOfBudget(f"the budget of {most} evaluations is spent")
        self.look()

    def look(self) -> None:
        """Raise `OutOfBudget` when the time is over."""
        if self.left() <= 0:
            raise OutOfBudget(f"the budget of {self.budget.seconds:g} s is spent")

    def left(self) -> float:
        """Seconds that are left; infinity without a limit."""
        return math.inf if self.budget.seconds is None else self.budget.seconds - (time.monotonic() - self.start)

    def bounded(self, compute: Callable[[], T], *, share: float = 1.0) -> T:
        """The result of a computation, which is given up when this share of the seconds that are left is over; raises `OutOfBudget` then.

        Without a limit of time it just runs.
        """
        left = self.left()
        if left == math.inf:
            return compute()
        self.look()
        done = attempted(share * left, lambda: (compute(),))
        if done is None:
            raise OutOfBudget(f"the budget of {self.budget.seconds:g} s is spent")
        return done[0]

    def hold(self, size: int, what: str) -> None:
        """Compare the bytes that something will take with the limit; raises `OutOfBudget` beyond it."""
        most = self.budget.memory
        if most is not None and size > most:
            raise OutOfBudget(f"{what} would take {size / 1e6:.3g} MB; the budget allows {most / 1e6:.3g} MB")
