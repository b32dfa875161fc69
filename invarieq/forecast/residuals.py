"""Where does a law fail? Its residual ℓ − right side against the test functions of the weak form: one number a window.

The weak form needs no derivative of noisy data; a window is as wide as its test function, and the residual is
given relative to the rms of ℓ over all windows. Of an implicit law ℓ are the terms of highest order in the first coordinate.
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
from invarieq.jets import JetSpace, symbols_of
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
    equations = len(law.right)
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
    lefts, sides = _implicit_sides(law, kind) if law.is_implicit else (law.leading, law.right_sides(kind))
    return Library(
        space=law.space,
        leading=tuple(max(symbols_of(e), key=lambda s: _order_in_time(law.space, s)) for e in lefts),
        fixed=tuple(sides),
        terms=(),
        weak_leading=tuple(_weak(law.space, e, definitions) for e in lefts),
        weak_fixed=tuple(_weak(law.space, side, definitions) for side in sides),
        weak_terms=(),
        definitions=tuple((symbol, expr) for expr, symbol in definitions.items()),
        unrestricted=0,
    )


def _implicit_sides(law: Law, kind: Kind) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Each equation as ℓ − rest, ℓ its terms of highest order in the first coordinate."""
    lefts, sides = [], []
    for equation in law.equations(kind):
        orders = [
            (term, max([_order_in_time(law.space, s) for s in symbols_of(term)], default=-1))
            for term in sp.Add.make_args(sp.expand(equation))
        ]
        top = max(order for _, order in orders)
        lefts.append(sp.Add(*[term for term, order in orders if order == top]))
        sides.append(-sp.Add(*[term for term, order in orders if order < top]))
    return lefts, sides


def _order_in_time(space: JetSpace, symbol: sp.Symbol) -> int:
    found = space.index(symbol)
    return -1 if found is None else found[1][0]


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
