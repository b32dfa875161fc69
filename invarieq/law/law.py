"""A law: the equation found, with the uncertainty of its coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy as sp

from invarieq.expressions import write_expression
from invarieq.jets import JetSpace, substitute
from invarieq.law.rounding import simplest_number

Kind = Literal["fitted", "rounded", "symbolic"]


@dataclass(frozen=True)
class Coefficient:
    """A fitted constant with its standard error."""

    symbol: sp.Symbol
    value: float
    error: float

    @property
    def rounded(self) -> sp.Expr:
        """The simplest number within the uncertainty (see `simplest_number`)."""
        return simplest_number(self.value, self.error)


@dataclass(frozen=True)
class Law:
    """ℓ_a = right_a for each equation a.

    `leading` are the derivatives that the equations are solved for; `right` holds jets, coordinates and the coefficient
    symbols (one symbol may occur in several equations); numbers that the symmetry forces stand as exact rationals.
    `score` is the relative residual in weak form (0 is perfect), `complexity` the number of terms over all equations.
    """

    space: JetSpace
    leading: tuple[sp.Symbol, ...]
    right: tuple[sp.Expr, ...]
    coefficients: tuple[Coefficient, ...]
    score: float
    complexity: int
    notes: tuple[str, ...] = ()

    def right_sides(self, kind: Kind = "fitted") -> tuple[sp.Expr, ...]:
        """Right sides with fitted values, rounded values, or the coefficient symbols left in."""
        if kind == "symbolic":
            return self.right
        values = {c.symbol: sp.Float(c.value) if kind == "fitted" else c.rounded for c in self.coefficients}
        filled = (substitute(side, values) for side in self.right)
        return tuple(side if _radical(side) else sp.expand(side) for side in filled)

    def equations(self, kind: Kind = "fitted") -> tuple[sp.Expr, ...]:
        """The law as expressions that vanish, ℓ − right."""
        return tuple(symbol - side for symbol, side in zip(self.leading, self.right_sides(kind), strict=True))

    def __str__(self) -> str:
        return "; ".join(f"{s} = {write_expression(r)}" for s, r in zip(self.leading, self.right_sides(), strict=True))

    def _repr_latex_(self) -> str:
        from invarieq.law.latex import latex

        return f"$\\displaystyle {latex(self)}$"


def _radical(expr: sp.Expr) -> bool:
    return any(not p.exp.is_Integer for p in expr.atoms(sp.Pow))


def count_terms(sides: tuple[sp.Expr, ...]) -> int:
    """Number of terms of the expanded right sides."""
    return sum(len(sp.Add.make_args(sp.expand(side))) for side in sides if side != 0)
