"""Are terms linearly independent? A check by numbers, so that no hidden relation passes as independence.

m functions are independent exactly when the matrix of their values at m suitable points has rank m. Values at random
rational points with 60 digits decide it; a relation they show is made rational, tested at new points and proved.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Any

import sympy as sp

from invarieq.algebra.terms import Factors, is_monomial, term_text
from invarieq.errors import Undecided
from invarieq.jets import substitute, symbols_of

DIGITS = 60
SEED = 20250310
SMALL = Decimal("1e-30")
MAX_TRIES = 5
Relation = dict[int, sp.Expr]


def relations(terms: Sequence[Factors]) -> list[Relation]:
    """Relations Σ c_i term_i = 0 among terms, each solved for its last term (c = −1 there); none for independent ones.

    Raises `Undecided` for a relation that holds at all points tried but cannot be proved.
    """
    suspect = [i for i, term in enumerate(terms) if not is_monomial(term)]
    if not suspect:
        return []
    found: list[Relation] = []
    kept = list(range(len(terms)))
    with localcontext(prec=DIGITS):
        points = _values(terms, len(terms) + 3)
        while (relation := _null_vector([[row[i] for i in kept] for row in points])) is not None:
            exact = _proved({kept[i]: c for i, c in relation.items()}, terms)
            found.append(exact)
            kept.remove(max(exact))
    return found


def _values(terms: Sequence[Factors], count: int) -> list[list[Decimal]]:
    """Rows: random points with real values; columns: terms."""
    source = random.Random(SEED)
    symbols = sorted({s for t in terms for part in t for e in part for s in symbols_of(e)}, key=lambda s: s.name)
    rows: list[list[Decimal]] = []
    for _ in range(MAX_TRIES * count):
        at: dict[Any, sp.Expr] = {s: sp.Rational(source.randint(300, 3000), 1009) for s in symbols}
        row = _row(terms, at)
        if row is not None:
            rows.append(row)
        if len(rows) == count:
            return rows
    raise Undecided(
        f"the terms {', '.join(str(term_text(t)) for t in terms)} have no real values where their independence was tested"
    )


def _row(terms: Sequence[Factors], at: dict[Any, sp.Expr]) -> list[Decimal] | None:
    """Values of all terms at a point; None where one is not real."""
    parts: dict[tuple[sp.Expr, sp.Expr], Decimal] = {}
    row: list[Decimal] = []
    for term in terms:
        value = Decimal(1)
        for base, exponent in term:
            if (base, exponent) not in parts:
                number = substitute(base**exponent, at).evalf(DIGITS)
                if not number.is_Float and not number.is_Rational:
                    return None
                parts[base, exponent] = Decimal(str(number.evalf(DIGITS)))
            value *= parts[base, exponent]
        row.append(value)
    return row


def _null_vector(rows: list[list[Decimal]]) -> dict[int, Decimal] | None:
    """Column j as a combination of those before it, for the first j where that is so; c_j = −1."""
    work = [list(row) for row in rows]
    pivots: list[tuple[int, int]] = []
    for j in range(len(work[0])):
        size = max(abs(row[j]) for row in rows)
        done = [r for r, _ in pivots]
        best = max((r for r in range(len(work)) if r not in done), key=lambda r: abs(work[r][j]))
        if abs(work[best][j]) <= SMALL * size:
            relation = {c: work[r][j] for r, c in pivots if abs(work[r][j]) > SMALL}
            return {**relation, j: Decimal(-1)}
        head = work[best][j]
        work[best] = [x / head for x in work[best]]
        for r, row in enumerate(work):
            if r != best and row[j]:
                factor = row[j]
                work[r] = [x - factor * y for x, y in zip(row, work[best], strict=True)]
        pivots.append((best, j))
    return None


def _proved(relation: dict[int, Decimal], terms: Sequence[Factors]) -> Relation:
    exact: Relation = {i: sp.nsimplify(sp.Float(str(c), 40), rational=True, tolerance=1e-25) for i, c in relation.items()}
    claim = sp.Add(*[c * term_text(terms[i]) for i, c in exact.items()])
    if sp.expand(claim) == 0 or sp.simplify(claim) == 0:
        return exact
    raise Undecided(f"{claim} is zero at random points, but it could not be shown to vanish; write the generators without it")
