"""Complete sets of differential invariants of a symmetry, each certified.

Every equation that admits the group G is, where the orbits are regular, an equation between these invariants
(Olver 1993, Theorem 2.17 and Proposition 2.56; Olver 1995, chapter 5).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import sympy as sp

from invarieq.errors import DeclarationError, NoInvariants, Undecided
from invarieq.invariants.action import Action, NotPolynomial, polynomial_action
from invarieq.invariants.certificate import annihilated, independent
from invarieq.invariants.laurent import absolute_invariants, product
from invarieq.invariants.modular import rank
from invarieq.invariants.orbits import generated, orbit_dimension
from invarieq.invariants.plan import prepare, solve
from invarieq.invariants.relative import Progress, Relative, Search, fill
from invarieq.jets import JetSpace, VectorField

LOOK_AHEAD = 3


@dataclass(frozen=True, slots=True)
class RelativeInvariant:
    """A polynomial R with pr v_k(R) = λ_k R; `multipliers` holds λ_k for each generator, in their order."""

    expression: sp.Expr
    multipliers: tuple[sp.Expr, ...]


@dataclass(frozen=True, slots=True)
class Invariants:
    """Functionally independent differential invariants up to a jet order.

    `expressions`: lowest order first, within an order the fewest operations first, then by text. `certified`: every
    prolonged generator annihilates every expression (proved), and the Jacobian has rank `count`. `singular`: the
    expressions hold where none of these vanish. `relative`: the relative invariants found on the way, of which
    the expressions are products of powers: products with equal multipliers can stand in one equation as terms.
    """

    space: JetSpace
    generators: tuple[VectorField, ...]
    order: int
    jet_dimension: int
    orbit_dimension: int
    expressions: tuple[sp.Expr, ...]
    certified: bool
    singular: tuple[sp.Expr, ...]
    relative: tuple[RelativeInvariant, ...]
    seconds: float = field(compare=False)

    @property
    def count(self) -> int:
        """Number of invariants found."""
        return len(self.expressions)

    @property
    def names(self) -> tuple[str, ...]:
        """I1, I2, … in the order of `expressions`."""
        return tuple(f"I{i}" for i in range(1, self.count + 1))


def differential_invariants(
    generators: Sequence[VectorField], space: JetSpace, order: int, *, budget: float = 60.0, progress: Progress | None = None
) -> Invariants:
    """A complete set of differential invariants of order ≤ `order` (count = dim J^order − orbit dimension).

    `budget`: seconds. Raises `NoInvariants` if there are none at this order, `Undecided` if the set found within the
    budget is not complete; what is proved by then is the attribute `found` (an `Invariants`) of that error.
    """
    start = time.monotonic()
    given = tuple(v for v in generators if v.components)
    action = _action(given, space, order)
    orbits = rank(action.matrix)
    wanted = len(action.jets) - orbits
    if wanted == 0:
        raise NoInvariants(_none(given, space, order, orbits))
    search = solve(action, wanted, start + budget, progress)
    result = _collect(search, given, orbits, start)
    if result.count < wanted or not result.certified:
        raise _undecided(
            f"{result.count} of {wanted} differential invariants of order {order} were found in {result.seconds:.0f} s: "
            f"{search.stopped or 'a certificate failed'} (budget {budget:g} s)",
            result,
        )
    return result


def relative_invariants(
    generators: Sequence[VectorField], space: JetSpace, order: int, *, budget: float = 60.0, progress: Progress | None = None
) -> tuple[RelativeInvariant, ...]:
    """Polynomial relative invariants of order ≤ `order`, functionally independent, smallest first.

    There may be some where no absolute invariant exists (Monge's conic invariant of the projective group at order 5). The
    search ends when no more can be independent, or after `budget` seconds; then the list may be incomplete.
    """
    given = tuple(v for v in generators if v.components)
    search = prepare(_action(given, space, order), None, time.monotonic() + budget, progress)
    fill(search)
    return tuple(_relative(r, search, given) for r in search.found)


def _action(given: tuple[VectorField, ...], space: JetSpace, order: int) -> Action:
    if order < 0:
        raise DeclarationError(f"order {order}: expected the highest order of derivatives, 0 or more")
    try:
        return polynomial_action(generated(given, space, order), space, order)
    except NotPolynomial as problem:
        dimension = orbit_dimension(given, space, order)
        count = len(space.variables(order)) - dimension
        raise _undecided(
            f"{problem}; its orbits on order {order} have dimension {dimension}, so there are {count} invariants, but only "
            "generators with rational components are searched; change variables so that they become rational",
            None,
        ) from None


def _collect(search: Search, given: tuple[VectorField, ...], orbits: int, start: float) -> Invariants:
    action, space = search.action, search.action.space
    factors = absolute_invariants(search.found)
    expressions = sorted((product(f) for f in factors), key=lambda e: (space.order(e), sp.count_ops(e), str(e)))
    proved = all(annihilated(v, e, space) for v in given for e in expressions)
    negative = {base: None for f in factors for base, e in f if not e.is_nonnegative}
    return Invariants(
        space=space,
        generators=given,
        order=action.order,
        jet_dimension=len(action.jets),
        orbit_dimension=orbits,
        expressions=tuple(expressions),
        certified=proved and independent(expressions, action),
        singular=tuple(sorted((b for b in negative if not b.is_positive), key=str)),
        relative=tuple(_relative(r, search, given) for r in search.found),
        seconds=time.monotonic() - start,
    )


def _relative(found: Relative, search: Search, given: tuple[VectorField, ...]) -> RelativeInvariant:
    action, split = search.action, search.split
    values: list[sp.Expr] = [sp.S.Zero] * len(action.generators)
    for k, value in zip(split.scalings, found.weights, strict=True):
        values[k] = value
    for k, value in zip(split.rest, search.multipliers.combine(found.exponents, action, split.rest), strict=True):
        values[k] = action.kernels.restore(sp.cancel(value.as_expr() / action.scales[k].as_expr()))
    return RelativeInvariant(found.expression, tuple(values[: len(given)]))


def _none(generators: Sequence[VectorField], space: JetSpace, order: int, orbits: int) -> str:
    text = (
        f"the symmetry ({', '.join(v.label for v in generators)}) has no invariants of order {order}: its orbits fill the "
        f"jet space (orbit dimension {orbits} = jet dimension)"
    )
    for higher in range(order + 1, order + 1 + LOOK_AHEAD):
        count = len(space.variables(higher)) - orbit_dimension(generators, space, higher)
        if count:
            return f"{text}; tried orders {order} to {higher}: order {higher} has {count}, ask for that"
    return f"{text}; tried orders {order} to {order + LOOK_AHEAD}: none has any, use fewer generators"


def _undecided(message: str, found: Invariants | None) -> Undecided:
    error = Undecided(message)
    error.found = found  # type: ignore[attr-defined]
    return error
