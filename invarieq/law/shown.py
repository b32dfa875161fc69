"""What must be known of a law, and of its certificate, to show them: a law shows itself by files that need not know it."""

from __future__ import annotations

from typing import Literal, Protocol

import sympy as sp

from invarieq.jets import JetSpace
from invarieq.law.coefficient import Coefficient

Kind = Literal["fitted", "rounded", "symbolic"]


class ShownLaw(Protocol):
    """A law, as far as it is seen (see `Law`)."""

    @property
    def space(self) -> JetSpace:
        """Coordinates, fields and parameters."""
        ...

    @property
    def leading(self) -> tuple[sp.Symbol, ...]:
        """What the equations are solved for; empty for an implicit law."""
        ...

    @property
    def right(self) -> tuple[sp.Expr, ...]:
        """Right sides, or expressions that vanish."""
        ...

    @property
    def coefficients(self) -> tuple[Coefficient, ...]:
        """The constants."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What else is to be said."""
        ...

    @property
    def is_implicit(self) -> bool:
        """Whether the equations are solved for nothing."""
        ...

    def right_sides(self, kind: Kind = "fitted") -> tuple[sp.Expr, ...]:
        """Right sides with values or symbols for the constants."""
        ...

    def equations(self, kind: Kind = "fitted") -> tuple[sp.Expr, ...]:
        """Expressions that vanish, with values or symbols for the constants."""
        ...


class ShownProof(Protocol):
    """A certificate, as far as it is seen (see `Certificate`)."""

    @property
    def certified(self) -> bool | None:
        """What was proved."""
        ...

    @property
    def residuals(self) -> tuple[tuple[str, tuple[sp.Expr, ...]], ...]:
        """What each generator leaves."""
        ...

    @property
    def method(self) -> str:
        """For which constants it holds, or why it does not."""
        ...
