"""Invariant derivations for users: enough of them to reach every order, polynomial where possible, absolute on request."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from invarieq.errors import Undecided
from invarieq.invariants.action import NotPolynomial, polynomial_action
from invarieq.invariants.derivations import Derivation, RelativeDerivation, relative_derivations
from invarieq.invariants.laurent import completion
from invarieq.invariants.orbits import generated
from invarieq.invariants.plan import prepare
from invarieq.invariants.relative import Search, fill
from invarieq.jets import JetSpace, VectorField
from invarieq.limit import Deadline, bounded

SMALL = 3_000


@bounded("the invariant derivations")
def invariant_derivations(
    generators: Sequence[VectorField], space: JetSpace, order: int = 1, *, absolute: bool = False, budget: float = 30.0
) -> tuple[Derivation, ...]:
    """As many independent derivations as coordinates, with coefficients of order ≤ `order`, smallest first.

    They are multiplied by functions μ_k at most ([pr v_k, D] = μ_k D). `absolute`: they are multiplied by powers of relative
    invariants of order ≤ `order` so that every μ_k is 0. `Undecided`, with the attribute `found`, if there are too few.
    """
    deadline = Deadline.after(budget)
    given = tuple(v for v in generators if v.components)
    try:
        action = polynomial_action(generated(given, space, max(order, 1)), space, max(order, 1))
    except NotPolynomial as problem:
        raise Undecided(f"{problem}; invariant derivations are searched for elementary generators only") from None
    search = prepare(action, None, deadline, None)
    found: list[RelativeDerivation] = []
    for highest in range(1, max(order, 1) + 1):
        for plain in (True, False):
            found = relative_derivations(action, search.split, search.multipliers, deadline, order=highest, plain=plain)
            if len(found) == len(space.coordinates):
                break
        if len(found) == len(space.coordinates):
            break
    result = [Derivation(tuple(action.expression(p) for p in d.parts), _constants(d, search)[: len(given)]) for d in found]
    if absolute:
        result = _absolute(found, search, len(given))
    if len(result) < len(space.coordinates):
        error = Undecided(
            f"{len(result)} of {len(space.coordinates)} invariant derivations with coefficients of order ≤ {order} were found "
            f"(searched for at most {budget:g} s); try a higher order"
        )
        error.found = tuple(result)  # type: ignore[attr-defined]
        raise error
    return tuple(result)


def _constants(derivation: RelativeDerivation, search: Search) -> tuple[sp.Expr, ...]:
    return derivation.multipliers(search.action, search.split, search.multipliers)


def _absolute(found: Sequence[RelativeDerivation], search: Search, count: int) -> list[Derivation]:
    """Each derivation times the product of powers of relative invariants that takes its multiplier away."""
    if any(any(d.character) for d in found):
        fill(search, SMALL)
    result = []
    for d in found:
        factor = completion(d.character, search.found)
        if factor is not None:
            parts = tuple(sp.Mul(*[base**e for base, e in factor], search.action.expression(p)) for p in d.parts)
            result.append(Derivation(parts, (sp.S.Zero,) * count))
    return result
