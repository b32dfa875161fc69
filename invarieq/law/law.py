"""A law: the equation found, with the uncertainty of its coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.expressions import check_name, write_expression
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.law.rounding import simplest_number

Kind = Literal["fitted", "rounded", "symbolic"]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A fitted constant with its standard error (inf where that is unknown).

    `term` says what the search called the term that it belongs to ("" if nothing); `inclusion` is the share of resampled data that
    choose the term, `interval` holds the 95 % of its values there (None: not known).
    """

    symbol: sp.Symbol
    value: float
    error: float
    term: str = ""
    inclusion: float | None = None
    interval: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        check_name(self.symbol.name, "coefficient")
        if not math.isfinite(self.value):
            raise DeclarationError(f"coefficient {self.symbol} has the value {self.value}; expected a finite number")
        if not self.error >= 0:
            raise DeclarationError(
                f"coefficient {self.symbol} has the standard error {self.error}; expected 0 or more, inf if it is unknown"
            )

    @property
    def rounded(self) -> sp.Expr:
        """The simplest number within the uncertainty (see `simplest_number`)."""
        return simplest_number(self.value, self.error)


@dataclass(frozen=True, slots=True)
class Law:
    """ℓ_a = right_a for each equation a.

    `leading` are the derivatives that the equations are solved for; `right` holds jets, coordinates and the coefficient
    symbols (one symbol may occur in several equations); numbers that the symmetry forces stand as exact rationals.
    `score` is the relative residual in weak form (0 is perfect), `complexity` the number of terms over all equations.

    Raises `DeclarationError` when the parts do not fit together, so that a law that exists can be written and exported.
    """

    space: JetSpace
    leading: tuple[sp.Symbol, ...]
    right: tuple[sp.Expr, ...]
    coefficients: tuple[Coefficient, ...]
    score: float
    complexity: int
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.leading or len(self.leading) != len(self.right) or len(set(self.leading)) != len(self.leading):
            raise DeclarationError(
                f"a law has {len(self.leading)} leading derivatives and {len(self.right)} right sides; expected one right side for "
                "each, and every derivative once"
            )
        whole = self.full_space
        for symbol in (*whole.coordinates, *whole.parameters):
            check_name(symbol.name)
        for symbol in self.leading:
            if not _is_jet(symbol, self.space):
                raise DeclarationError(f"a law cannot be solved for {symbol}; expected a derivative of {_fields(self.space)}")
        for symbol in dict.fromkeys(s for side in self.right for s in symbols_of(side)):
            if symbol not in (*whole.coordinates, *whole.parameters) and not _is_jet(symbol, whole):
                raise DeclarationError(
                    f"a right side holds {symbol}, which is no coordinate, parameter, coefficient or derivative of "
                    f"{_fields(self.space)}; add it to the coefficients"
                )

    @property
    def full_space(self) -> JetSpace:
        """The law's jet space with its coefficients as parameters."""
        return JetSpace(
            self.space.coordinates, self.space.fields, (*self.space.parameters, *(c.symbol for c in self.coefficients))
        )

    @property
    def parameters(self) -> tuple[sp.Symbol, ...]:
        """The system's own parameters that occur in the law, by name."""
        used = {s for side in self.right for s in symbols_of(side)}
        return tuple(sorted((p for p in self.space.parameters if p in used), key=lambda s: s.name))

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

    def coefficients_table(self) -> str:
        """The coefficients as aligned text: symbol, value, standard error, rounded value."""
        from invarieq.law.show import coefficients_table

        return coefficients_table(self)

    def __str__(self) -> str:
        return "; ".join(f"{s} = {write_expression(r)}" for s, r in zip(self.leading, self.right_sides(), strict=True))

    def _repr_latex_(self) -> str:
        from invarieq.law.latex import latex

        return f"$\\displaystyle {latex(self)}$"

    def _repr_html_(self) -> str:
        from invarieq.law.show import html

        return html(self)


def _is_jet(symbol: sp.Symbol, space: JetSpace) -> bool:
    found = space.index(symbol)
    return found is not None and space.jet(*found) == symbol


def _fields(space: JetSpace) -> str:
    return ", ".join(f.name for f in space.fields)


def _radical(expr: sp.Expr) -> bool:
    return any(not p.exp.is_Integer for p in expr.atoms(sp.Pow))


def count_terms(sides: tuple[sp.Expr, ...]) -> int:
    """Number of terms of the expanded right sides."""
    return sum(len(sp.Add.make_args(sp.expand(side))) for side in sides if side != 0)
