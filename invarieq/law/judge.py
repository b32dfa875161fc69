"""Compare a law found with a law known: for benchmarks only, never for a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.law.law import Law
from invarieq.symmetry.check import solved

SAME = 1e-12  # coefficients below this share of the largest are rounding


@dataclass(frozen=True)
class Truth:
    """`recovered`: exactly the true terms in every equation. `coefficient_error`: relative l2 error over the union of terms;
    `largest_error`: the largest relative error of a true coefficient.
    """

    recovered: bool
    coefficient_error: float
    largest_error: float


def judge(law: Law, true_law: Sequence[sp.Expr], values: Mapping[sp.Symbol, sp.Expr]) -> Truth:
    """Both laws solved for the same derivatives, expanded into terms and compared."""
    equations = [substitute(e, values) for e in true_law]
    try:
        sides = solved(law.space, equations, _matching(law.space, equations, law.leading))
    except DeclarationError:
        return Truth(False, float("inf"), float("inf"))
    found = [_terms(side) for side in law.right_sides("fitted")]
    wanted = [_terms(sides[s]) for s in law.leading]
    same = all(set(f) == set(w) for f, w in zip(found, wanted, strict=True))
    pairs = [(f.get(t, 0.0), w.get(t, 0.0)) for f, w in zip(found, wanted, strict=True) for t in {**f, **w}]
    size = sum(w * w for _, w in pairs) ** 0.5
    error = sum((f - w) ** 2 for f, w in pairs) ** 0.5
    largest = max((abs(f - w) / abs(w) for f, w in pairs if w), default=0.0)
    return Truth(same, error / size if size else error, largest)


def _matching(space: JetSpace, equations: Sequence[sp.Expr], leading: Sequence[sp.Symbol]) -> list[sp.Symbol]:
    """The leading derivative of each equation, in the order of the equations."""
    left = list(leading)
    order = []
    for equation in equations:
        own = [s for s in left if equation.has(s)]
        if not own:
            raise DeclarationError(f"{equation} holds none of {', '.join(map(str, leading))}")
        order.append(own[0])
        left.remove(own[0])
    if left:
        raise DeclarationError(f"no equation is left for {left[0]}")
    return order


def _terms(side: sp.Expr) -> dict[sp.Expr, float]:
    """Coefficient of each term, terms in a canonical form (radicals combined)."""
    terms: dict[sp.Expr, float] = {}
    for term in sp.Add.make_args(sp.expand(sp.powsimp(sp.expand(side)))):
        number, rest = term.as_independent(*symbols_of(term), as_Add=False)
        key = sp.powsimp(sp.Mul(*[sp.Pow(sp.factor(b), e) for b, e in rest.as_powers_dict().items()]), combine="exp")
        terms[key] = terms.get(key, 0.0) + float(number)
    largest = max((abs(c) for c in terms.values()), default=0.0)
    return {k: c for k, c in terms.items() if abs(c) > SAME * largest}
