"""The certificate: each declared generator, prolonged and applied to the law, vanishes where the law holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.errors import Undecided
from invarieq.expressions import write_expression
from invarieq.jets import JetSpace, VectorField, substitute
from invarieq.law.law import Law
from invarieq.symmetry.check import residuals


@dataclass(frozen=True)
class Certificate:
    """What was proved.

    `certified` is True, False, or None where it could not be decided. `residuals` lists for each generator what is left in
    each equation (all 0 when certified). `method` says for which values of the coefficients it holds.
    """

    certified: bool | None
    residuals: tuple[tuple[str, tuple[sp.Expr, ...]], ...]
    method: str

    def document(self) -> dict[str, object]:
        """The certificate as JSON, expressions in the TOML notation."""
        rows = [{"generator": label, "left": [write_expression(e) for e in left]} for label, left in self.residuals]
        return {"certified": self.certified, "method": self.method, "generators": rows}


def certify(law: Law, symmetry: Sequence[VectorField]) -> Certificate:
    """Apply every prolonged generator to the law, its coefficients kept as symbols: then it holds for all their values.

    Where that fails, the coefficients are given their fitted values, as exact rationals of six digits, and tried again.
    """
    if not symmetry:
        return Certificate(None, (), "no symmetry was declared")
    names = tuple(c.symbol for c in law.coefficients)
    space = JetSpace(law.space.coordinates, law.space.fields, (*law.space.parameters, *names))
    generic = _try(law, symmetry, space, law.equations("symbolic"))
    if generic.certified is not False or not names:
        return Certificate(
            generic.certified, generic.residuals, "for all values of the coefficients" if generic.certified else generic.method
        )
    values = {c.symbol: sp.Rational(f"{c.value:.6g}") for c in law.coefficients}
    special = _try(law, symmetry, space, tuple(substitute(e, values) for e in law.equations("symbolic")))
    return Certificate(
        special.certified, special.residuals, "for the fitted coefficients" if special.certified else special.method
    )


def _try(law: Law, symmetry: Sequence[VectorField], space: JetSpace, equations: tuple[sp.Expr, ...]) -> Certificate:
    rows: list[tuple[str, tuple[sp.Expr, ...]]] = []
    for generator in symmetry:
        try:
            rows.append((generator.label, residuals(generator, space, equations, law.leading)))
        except Undecided as error:
            return Certificate(None, tuple(rows), f"undecided for {generator.label!r}: {error}")
    failed = [label for label, left in rows if any(e != 0 for e in left)]
    return Certificate(not failed, tuple(rows), f"fails for {failed[0]!r}" if failed else "proved")
