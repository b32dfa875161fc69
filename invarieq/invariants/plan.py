"""Which method comes when: the cheap and simple first, until the set of invariants is complete.

1. Polynomial relative invariants by exact null spaces over small blocks of monomials, and products of their powers.
2. What invariant derivations make of these, where higher orders are asked for than were reached.
3. The same with logarithms of the relative coordinates; then larger blocks, until size or time runs out.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.invariants.action import Action, NotPolynomial, polynomial_action
from invarieq.invariants.generate import generate
from invarieq.invariants.gradings import split_generators
from invarieq.invariants.relative import Progress, Search, fill
from invarieq.invariants.relative_multipliers import find_multipliers
from invarieq.invariants.transcendental import companions, logarithms
from invarieq.limit import Deadline

ROUNDS = ((1_000, 1_000), (6_000, 4_000))  # monomials, and null spaces to guess multipliers with


def solve(action: Action, wanted: int, deadline: Deadline, progress: Progress | None) -> Search:
    """The search that found most, complete if one is."""
    first = prepare(action, wanted, deadline, progress)
    kernels = companions(action, first.split, first.multipliers)
    searches = [(_extended(first, kernels) if kernels else None) or first]
    if logs := logarithms(action):
        searches += [s for s in [_extended(first, [*kernels, *logs])] if s is not None]
    for limits in ROUNDS if len(searches) > 1 else ROUNDS[1:]:
        for search in searches:
            _attempt(search, *limits)
            if search.absolute >= wanted:
                return search
    best = max(searches, key=lambda s: s.absolute)
    if not deadline.over:
        fill(best)
        generate(best)
    return best


def prepare(action: Action, wanted: int | None, deadline: Deadline, progress: Progress | None) -> Search:
    """A search that has not begun."""
    split = split_generators(action)
    report = progress if progress is not None else lambda text: None
    return Search(action, split, find_multipliers(action, split), wanted, deadline, report)


def _attempt(search: Search, limit: int, patience: int) -> None:
    parameters = search.action.ring.domain != sp.QQ
    fill(search, limit, patience // 2 if parameters else patience)
    if not search.finished:
        generate(search)


def _extended(search: Search, kernels: Sequence[sp.Expr]) -> Search | None:
    action = search.action
    try:
        wider = polynomial_action(action.generators, action.space, action.order, extra=kernels)
    except NotPolynomial:
        return None
    return prepare(wider, search.wanted, search.deadline, search.progress)
