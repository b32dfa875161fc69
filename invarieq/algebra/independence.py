"""Are terms linearly independent? A check by numbers, so that no hidden relation passes as independence.

m functions are independent exactly when the matrix of their values at m suitable points has rank m. Values at random
rational points with 60 digits decide it; a relation they show is made rational, tested at new points and proved.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import mpmath
import sympy as sp

from invarieq.algebra.terms import Factors, is_monomial, term_text
from invarieq.errors import Undecided

DIGITS = 60
SEED = 20250310
SMALL = 1e-30
Relation = dict[int, sp.Rational]


def relations(terms: Sequence[Factors]) -> list[Relation]:
    """Relations Σ c_i term_i = 0 among terms, each solved for its last term (c = −1 there); none for independent ones.

    Raises `Undecided` for a relation that holds at all points tried but cannot be proved.
    """
    suspect = [i for i, term in enumerate(terms) if not is_monomial(term)]
    if not suspect:
        return []
    found: list[Relation] = []
    kept = list(range(len(terms)))
    with mpmath.workdps(DIGITS):
        points = _values(terms, len(terms) + 3)
        while (relation := _null_vector([[row[i] for i in kept] for row in points])) is not None:
            exact = _proved({kept[i]: c for i, c in relation.items()}, terms)
            found.append(exact)
            kept.remove(max(exact))
    return found


def _values(terms: Sequence[Factors], count: int) -> list[list[mpmath.mpf]]:
    """Rows: points; columns: terms."""
    source = random.Random(SEED)
    symbols = sorted({s for t in terms for b, e in t for s in b.free_symbols | e.free_symbols}, key=lambda s: s.name)
    rows: list[list[mpmath.mpf]] = []
    for _ in range(count):
        at = {s: sp.Rational(source.randint(300, 3000), 1009) for s in symbols}
        parts: dict[tuple[sp.Expr, sp.Expr], mpmath.mpf] = {}
        row: list[mpmath.mpf] = []
        for term in terms:
            value = mpmath.mpf(1)
            for base, exponent in term:
                if (base, exponent) not in parts:
                    parts[base, exponent] = _number((base**exponent).xreplace(at))
                value *= parts[base, exponent]
            row.append(value)
        rows.append(row)
    return rows


def _number(expr: sp.Expr) -> mpmath.mpf:
    value = expr.evalf(DIGITS)
    if not value.is_number or value.has(sp.nan, sp.zoo, sp.oo):
        raise Undecided(f"{expr} has no value, so that the independence of the components cannot be tested")
    real, imaginary = value.as_real_imag()
    return mpmath.mpf(str(real)) if imaginary == 0 else mpmath.mpc(str(real), str(imaginary))


def _null_vector(rows: list[list[mpmath.mpf]]) -> dict[int, mpmath.mpf] | None:
    """Column j as a combination of those before it, for the first j where that is so; c_j = −1."""
    work = [list(row) for row in rows]
    pivots: list[tuple[int, int]] = []
    for j in range(len(work[0])):
        size = max(abs(row[j]) for row in rows)
        done = [r for r, _ in pivots]
        best = max((r for r in range(len(work)) if r not in done), key=lambda r: abs(work[r][j]))
        if abs(work[best][j]) <= SMALL * size:
            relation = {c: work[r][j] for r, c in pivots if abs(work[r][j]) > SMALL}
            return {**relation, j: mpmath.mpf(-1)}
        head = work[best][j]
        work[best] = [x / head for x in work[best]]
        for r, row in enumerate(work):
            if r != best and row[j]:
                factor = row[j]
                work[r] = [x - factor * y for x, y in zip(row, work[best], strict=True)]
        pivots.append((best, j))
    return None


def _proved(relation: dict[int, mpmath.mpf], terms: Sequence[Factors]) -> Relation:
    exact = {i: sp.nsimplify(sp.Float(str(c), 40), rational=True, tolerance=1e-25) for i, c in relation.items()}
    claim = sp.Add(*[c * term_text(terms[i]) for i, c in exact.items()])
    if sp.expand(claim) == 0 or sp.simplify(claim) == 0:
        return exact
    raise Undecided(f"{claim} is zero at random points, but it could not be shown to vanish; write the generators without it")
