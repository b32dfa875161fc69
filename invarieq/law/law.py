"""A law: the equation found, solved for derivatives or not, with the uncertainty of its constants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.expressions import check_name, write_expression
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.law.coefficient import Coefficient, Covariance, checked_covariance
from invarieq.law.latex import latex
from invarieq.law.show import coefficients_table, html, plain
from invarieq.law.shown import Kind


@dataclass(frozen=True, slots=True, repr=False)
class Law:
    """ℓ_a = right_a for each equation a; with no leading derivatives, right_a = 0: an implicit law (see `Law.implicit`).

    `leading` are the derivatives that the equations are solved for; `right` holds jets, coordinates and the constants'
    symbols, which may stand anywhere (c1*u, exp(c1*u), u**c1) and in several equations; numbers that the symmetry forces stand
    as exact rationals. `score` is the relative residual (0 is perfect), `complexity` whatever the engine counts: terms over all
    equations for sparse regression. `covariance` is that of the coefficients in their order (None: not known; see
    `checked_covariance`).

    Raises `DeclarationError` when the parts do not fit together, so that a law that exists can be written and exported.
    """

    space: JetSpace
    leading: tuple[sp.Symbol, ...]
    right: tuple[sp.Expr, ...]
    coefficients: tuple[Coefficient, ...]
    score: float
    complexity: int
    notes: tuple[str, ...] = ()
    covariance: Covariance | None = None

    def __post_init__(self) -> None:
        solved = bool(self.leading)
        if not self.right or (solved and len(self.leading) != len(self.right)) or len(set(self.leading)) != len(self.leading):
            raise DeclarationError(
                f"a law has {len(self.leading)} leading derivatives and {len(self.right)} right sides; expected one right side for "
                "each, and every derivative once (or none at all, for equations that are solved for nothing)"
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
                    f"{'a right side' if solved else 'an equation'} holds {symbol}, which is no coordinate, parameter, coefficient or "
                    f"derivative of {_fields(self.space)}; add it to the coefficients"
                )
        if not solved and (empty := [e for e in self.right if not any(_is_jet(s, self.space) for s in symbols_of(e))]):
            raise DeclarationError(f"the equation {empty[0]} = 0 says nothing of {_fields(self.space)}; leave it out")
        if self.covariance is not None:
            object.__setattr__(self, "covariance", checked_covariance(self.covariance, self.coefficients))

    @classmethod
    def implicit(
        cls,
        space: JetSpace,
        equations: Sequence[sp.Expr],
        *,
        coefficients: Sequence[Coefficient] = (),
        score: float = float("inf"),
        complexity: int | None = None,
        notes: Sequence[str] = (),
        covariance: Sequence[Sequence[float]] | None = None,
    ) -> Law:
        """A law of equations that vanish, solved for nothing; `complexity` is the number of their terms where it is not given.

        >>> from invarieq import Field, coordinates
        >>> (t,) = coordinates("t")
        >>> u, k = Field("u", t), sp.Symbol("k", real=True)
        >>> print(Law.implicit(JetSpace((t,), (u,)), [(1 + u**2) * u[t] - k * u], coefficients=[Coefficient(k, 2.0, 0.1)]))
        0 = -2.0*u + u_t*(u**2 + 1)
        """
        whole = tuple(sp.sympify(e, strict=True) for e in equations)
        size = count_terms(whole) if complexity is None else complexity
        rows = None if covariance is None else tuple(tuple(row) for row in covariance)
        return cls(space, (), whole, tuple(coefficients), score, size, tuple(notes), rows)

    @property
    def is_implicit(self) -> bool:
        """Whether the equations are solved for nothing."""
        return not self.leading

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
        """Right sides with fitted values, rounded values, or the coefficient symbols left in.

        Raises `DeclarationError` for an implicit law, which has none.
        """
        if self.is_implicit:
            raise DeclarationError("this law is implicit, F = 0: it has no right sides; use `equations`")
        if kind == "symbolic":
            return self.right
        return tuple(side if _radical(side) else sp.expand(side) for side in self._filled(kind))

    def equations(self, kind: Kind = "fitted") -> tuple[sp.Expr, ...]:
        """The law as expressions that vanish: ℓ − right, or those of an implicit law."""
        if self.is_implicit:
            return self.right if kind == "symbolic" else self._filled(kind)
        return tuple(symbol - side for symbol, side in zip(self.leading, self.right_sides(kind), strict=True))

    def _filled(self, kind: Kind) -> tuple[sp.Expr, ...]:
        if kind not in get_args(Kind):
            raise DeclarationError(f"kind {kind!r}: expected one of {', '.join(get_args(Kind))}")
        values = {c.symbol: sp.Float(c.value) if kind == "fitted" else c.rounded for c in self.coefficients}
        return tuple(substitute(side, values) for side in self.right)

    def coefficients_table(self) -> str:
        """The coefficients as aligned text: symbol, value, standard error, rounded value, and what is known of their terms."""
        return coefficients_table(self)

    def __str__(self) -> str:
        lefts = [s.name for s in self.leading] or ["0"] * len(self.right)
        sides = self.equations() if self.is_implicit else self.right_sides()
        return "; ".join(f"{left} = {write_expression(side)}" for left, side in zip(lefts, sides, strict=True))

    def __repr__(self) -> str:
        return plain(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {latex(self)}$"

    def _repr_html_(self) -> str:
        return html(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": plain(self), "text/latex": self._repr_latex_(), "text/html": html(self)}


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
