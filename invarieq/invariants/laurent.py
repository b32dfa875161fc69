"""Absolute invariants as products of powers of relative ones: the kernel of their characters.

A product Π R_i^{e_i} is invariant when Σ e_i λ(R_i) = 0. One small set of pivots is chosen so that every other
relative invariant is completed by pivots alone: the pivots are then the only denominators
(for scalings: Hubert & Labahn, Found. Comput. Math. 13 (2013) 479).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.matrices.exceptions import DMNonInvertibleMatrixError

from invarieq.invariants.relative import Relative

MAX_CHOICES = 4000
Product = tuple[tuple[sp.Expr, sp.Expr], ...]


@dataclass(frozen=True, slots=True)
class _Factor:
    """A relative invariant as a factor: its size in operations, whether it can vanish, its jet order."""

    expression: sp.Expr
    size: int
    order: int
    positive: bool


def absolute_invariants(found: Sequence[Relative]) -> list[Product]:
    """Each absolute invariant as ((relative invariant, exponent), …); polynomial ones have a single factor."""
    fixed: list[Product] = [((r.expression, sp.S.One),) for r in found if not any(r.character)]
    others = [r for r in found if any(r.character)]
    if not others:
        return fixed
    factors = [_factor(r) for r in others]
    characters = _characters(others)
    choices = itertools.combinations(range(len(others)), characters.shape[1])
    ranked = []
    for pivots in itertools.islice(choices, MAX_CHOICES):
        if (powers := _powers(characters, pivots)) is not None:
            ranked.append((_cost(factors, pivots, powers), pivots, powers))
    if not ranked:
        pivots = tuple(characters.transpose().rref()[1])  # pyright: ignore[reportGeneralTypeIssues] (no return type in SymPy)
        powers = _powers(characters, pivots) or []
    else:
        _, pivots, powers = min(ranked, key=lambda item: item[:2])
    bases = [factors[j] for j in pivots]
    return fixed + [_clear(f, bases, powers[i]) for i, f in enumerate(factors) if i not in pivots]


def completion(character: Sequence[sp.Expr], found: Sequence[Relative]) -> Product | None:
    """The simplest product of powers of relative invariants with the opposite of a character; None if there is none."""
    if not any(character):
        return ()
    others = [r for r in found if any(r.character)]
    rows = sp.Matrix([list(character), *[list(r.character) for r in others]])
    size = sp.Matrix(rows[1:, :]).rank() if others else 0
    if not others or rows.rank() > size:
        return None
    best: tuple[int, Product] | None = None
    for count in range(1, size + 1):
        for chosen in itertools.islice(itertools.combinations(range(len(others)), count), MAX_CHOICES // 10):
            matrix = sp.Matrix([list(others[j].character) for j in chosen]).T
            symbols = sp.symbols(f"e:{count}")
            solution = sp.linsolve((matrix, -sp.Matrix(list(character))), symbols)
            for values in cast("list[tuple[sp.Expr, ...]]", list(solution))[:1]:
                if not any(v.has(*symbols) for v in values):
                    cost = sum((1 + int(sp.count_ops(others[j].expression))) * (1 + 4 * others[j].order) for j in chosen)
                    if best is None or cost < best[0]:
                        best = cost, tuple((others[j].expression, v) for j, v in zip(chosen, values, strict=True) if v != 0)
        if best is not None:
            return best[1]
    return None


def _factor(relative: Relative) -> _Factor:
    expression = relative.expression
    return _Factor(expression, 1 + int(sp.count_ops(expression)), relative.order, bool(expression.is_positive))


def _characters(found: Sequence[Relative]) -> DomainMatrix:
    """Characters as rows, reduced to independent columns."""
    rows = [list(r.character) for r in found]
    matrix = DomainMatrix.from_list_sympy(len(rows), len(rows[0]), rows).to_field().to_dense()
    columns = matrix.rref()[1]  # pyright: ignore[reportGeneralTypeIssues] (no return type in SymPy)
    return matrix.extract(list(range(len(rows))), list(columns))


def _powers(characters: DomainMatrix, pivots: tuple[int, ...]) -> list[list[sp.Expr]] | None:
    """Exponents of the pivots (columns) that complete each relative invariant (rows); None if the pivots are dependent."""
    try:
        inverse = characters.extract(list(pivots), list(range(len(pivots)))).inv()
    except DMNonInvertibleMatrixError:
        return None
    return [[sp.cancel(-e) for e in row] for row in (characters * inverse).to_Matrix().tolist()]


def _scale(bases: Sequence[_Factor], powers: Sequence[sp.Expr]) -> int:
    """The least power that leaves no root of anything that may be negative."""
    return math.lcm(*[e.q for base, e in zip(bases, powers, strict=True) if isinstance(e, sp.Rational) and not base.positive])


def _clear(first: _Factor, bases: Sequence[_Factor], powers: Sequence[sp.Expr]) -> Product:
    scale = _scale(bases, powers)
    pairs = [(first.expression, sp.Integer(scale)), *((b.expression, e * scale) for b, e in zip(bases, powers, strict=True))]
    return tuple((base, sp.expand(e)) for base, e in pairs if e != 0)


def _cost(factors: Sequence[_Factor], pivots: tuple[int, ...], powers: Sequence[Sequence[sp.Expr]]) -> int:
    """Total size of the factors by their powers; dividing costs extra, the more the higher the derivative that may vanish."""
    total, bases = 0, [factors[j] for j in pivots]
    for i, first in enumerate(factors):
        if i in pivots:
            continue
        scale = _scale(bases, powers[i])
        total += 4 * first.size * scale
        for base, e in zip(bases, powers[i], strict=True):
            if e != 0:
                total += base.size * (int(4 * abs(e) * scale) if isinstance(e, sp.Rational) else 8 + 4 * int(sp.count_ops(e)))
                total += 0 if e.is_positive or base.positive else 4 + 16 * base.order
    return total


def product(factors: Product) -> sp.Expr:
    """Π base^exponent as an expression."""
    return sp.Mul(*[base**e for base, e in factors])
