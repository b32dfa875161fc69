"""Where does a law fail? Its residual ℓ − right side against the test functions of the weak form: one number a window.

The weak form needs no derivative of noisy data; a window is as wide as its test function, and the residual is
given relative to the rms of ℓ over all windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.engines.weak.moments import moments
from invarieq.engines.weak.placement import tests_for
from invarieq.jets import JetSpace
from invarieq.law.law import Law
from invarieq.law.shown import Kind
from invarieq.space.library import Library, WeakForm
from invarieq.space.parts import Atom, Monomial, atoms

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ResidualMap:
    """Of one record: `values[a]` (centres of windows, times × places) for each equation, NaN where a window touches a gap.

    `centres[d]` are the coordinates of the windows, `widths[d]` how far a window reaches along each coordinate.
    """

    centres: tuple[Array, ...]
    widths: tuple[float, ...]
    values: tuple[Array, ...]

    def rms(self) -> tuple[float, ...]:
        """The relative residual of each equation over the record; NaN where no window is left."""
        return tuple(float(np.sqrt(np.nanmean(v**2))) if np.isfinite(v).any() else float("nan") for v in self.values)


def residual_maps(law: Law, pieces: Sequence[Segment], kind: Kind = "fitted") -> tuple[ResidualMap, ...]:
    """The map of every record."""
    library = weak_law(law, kind)
    found = []
    equations = len(law.leading)
    for piece, tests in zip(pieces, tests_for(pieces, library), strict=True):
        part = moments(piece, tests, library)
        kept = np.ones(tests.shape, dtype=bool) if tests.kept is None else tests.kept
        left = part.leading.reshape(equations, *tests.shape)
        rest = part.columns[:, 0].reshape(equations, *tests.shape)
        sizes = [float(np.sqrt(np.mean(side[kept] ** 2))) if kept.any() else 1.0 for side in left]
        values = tuple(np.where(kept, r / (size or 1.0), np.nan) for r, size in zip(rest, sizes, strict=True))
        reach = [np.abs(m[0]) > 0 for m in tests.matrices]
        centres = tuple(g[np.argmax(np.abs(m[0]), axis=1)] for m, g in zip(tests.matrices, piece.grids, strict=True))
        steps = [float(g[-1] - g[0]) / (len(g) - 1) for g in piece.grids]
        widths = tuple(float(np.max(r.sum(axis=1))) * h for r, h in zip(reach, steps, strict=True))
        found.append(ResidualMap(centres, widths, values))
    return tuple(found)


def weak_law(law: Law, kind: Kind) -> Library:
    """A library without free terms, whose forced part is the law: its moments are the law's residual."""
    definitions: dict[sp.Expr, sp.Symbol] = {}
    sides = law.right_sides(kind)
    fixed = tuple(_weak(law.space, side, definitions) for side in sides)
    return Library(
        space=law.space,
        leading=law.leading,
        fixed=sides,
        terms=(),
        weak_leading=tuple(tuple(atoms(law.space, ((s, 1),)).items()) for s in law.leading),
        weak_fixed=fixed,
        weak_terms=(),
        definitions=tuple((symbol, expr) for expr, symbol in definitions.items()),
        unrestricted=0,
    )


def _weak(space: JetSpace, side: sp.Expr, definitions: dict[sp.Expr, sp.Symbol]) -> WeakForm:
    total: dict[Atom, Fraction] = {}
    for term in sp.Add.make_args(side if side.has(sp.Pow) and not side.is_polynomial() else sp.expand(side)):
        number, factor = term.as_independent(sp.Symbol, as_Add=False)
        if number == 0:
            continue
        for atom, c in atoms(space, _monomial(space, factor, definitions)).items():
            total[atom] = total.get(atom, Fraction(0)) + c * Fraction(float(number))
    return tuple((a, c) for a, c in total.items() if c)


def _monomial(space: JetSpace, factor: sp.Expr, definitions: dict[sp.Expr, sp.Symbol]) -> Monomial:
    """Powers of jets and coordinates; whatever else is a factor becomes a function of its own."""
    powers: dict[sp.Symbol, int] = {}
    for part in sp.Mul.make_args(factor):
        base, exponent = part.as_base_exp()
        if part.is_number:
            continue
        if isinstance(base, sp.Symbol) and exponent.is_Integer and (exponent > 0 or base in space.coordinates):
            powers[base] = powers.get(base, 0) + int(exponent)
            continue
        symbol = definitions.setdefault(part, sp.Symbol(f"_function{len(definitions)}", real=True))
        powers[symbol] = powers.get(symbol, 0) + 1
    return tuple((s, n) for s, n in powers.items() if n)
