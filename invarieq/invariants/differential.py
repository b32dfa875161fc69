"""Complete sets of differential invariants of a symmetry, each certified.

Every equation that admits the group G is, where the orbits are regular, an equation between these invariants
(Olver 1993, Theorem 2.17 and Proposition 2.56; Olver 1995, chapter 5).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import cast

import sympy as sp

from invarieq.algebra import close_algebra
from invarieq.errors import DeclarationError, NoInvariants, Undecided
from invarieq.exact.linear import rank
from invarieq.invariants.action import Action, NotPolynomial, polynomial_action
from invarieq.invariants.certificate import independent, proved
from invarieq.invariants.laurent import Product, absolute_invariants, product
from invarieq.invariants.orbits import generated, orbit_dimension
from invarieq.invariants.plan import ROUNDS, prepare, solve
from invarieq.invariants.relative import Progress, Relative, Search, fill
from invarieq.invariants.result import Invariants, RelativeInvariant
from invarieq.invariants.strata import singular_strata
from invarieq.jets import JetSpace, VectorField
from invarieq.jets.space import MAX_ORDER
from invarieq.limit import Deadline, bounded

LOOK_AHEAD = 3


@bounded("the differential invariants")
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
    search = solve(action, wanted, Deadline.after(budget), progress)
    result = _collect(search, given, orbits, start)
    if result.count < wanted or not result.certified:
        raise _undecided(
            f"{result.count} of {wanted} differential invariants of order {order} were found in {result.seconds:.0f} s: "
            f"{search.stopped or 'a certificate failed'} (budget {budget:g} s)",
            result,
        )
    return result


@bounded("the relative invariants")
def relative_invariants(
    generators: Sequence[VectorField], space: JetSpace, order: int, *, budget: float = 60.0, progress: Progress | None = None
) -> tuple[RelativeInvariant, ...]:
    """Polynomial relative invariants of order ≤ `order`, functionally independent, smallest first.

    There may be some where no absolute invariant exists (Monge's conic invariant of the projective group at order 5). The
    search ends when no more can be independent, or after `budget` seconds; then the list may be incomplete.
    """
    given = tuple(v for v in generators if v.components)
    search = prepare(_action(given, space, order), None, Deadline.after(budget), progress)
    for limits in ROUNDS:
        fill(search, *limits)
    fill(search)
    return tuple(_relative(r, search, given) for r in search.found)


def _action(given: tuple[VectorField, ...], space: JetSpace, order: int) -> Action:
    if not 0 <= order <= MAX_ORDER:
        raise DeclarationError(f"order {order}: expected the highest order of derivatives, 0 to {MAX_ORDER}")
    try:
        return polynomial_action(generated(given, space, order), space, order)
    except NotPolynomial as problem:
        dimension = orbit_dimension(given, space, order)
        count = len(space.variables(order)) - dimension
        raise _undecided(
            f"{problem}; its orbits on order {order} have dimension {dimension}, so there are {count} invariants, but only "
            "generators made of rational functions, exp, log, powers, sin, cos, tan, sinh, cosh, tanh and arc functions are "
            "searched; change variables so that they become such",
            None,
        ) from None


def _collect(search: Search, given: tuple[VectorField, ...], orbits: int, start: float) -> Invariants:
    action, space = search.action, search.action.space
    products = absolute_invariants(search.found)
    expressions = sorted(
        {_plain(action.kernels.restore(product(f))) for f in products}, key=lambda e: (space.order(e), sp.count_ops(e), str(e))
    )
    negative = {base: None for f in products for base, e in f if not e.is_nonnegative}
    return Invariants(
        space=space,
        generators=given,
        order=action.order,
        jet_dimension=len(action.jets),
        orbit_dimension=orbits,
        expressions=tuple(expressions),
        certified=proved(products, search.found, action) and independent(products, search.found, action),
        singular=tuple(sorted((b for b in negative if not b.is_positive), key=str)),
        relative=tuple(_relative(r, search, given) for r in search.found),
        strata=singular_strata(search.found, action, orbits),
        notes=_notes(products, given, action),
        seconds=time.monotonic() - start,
    )


def _plain(expr: sp.Expr) -> sp.Expr:
    """The exponent of a pure exponential, which is as invariant as itself."""
    factors = sp.Mul.make_args(expr)
    return sp.Add(*[cast("sp.Expr", f.args[0]) for f in factors]) if all(isinstance(f, sp.exp) for f in factors) else expr


def _notes(products: Sequence[Product], given: Sequence[VectorField], action: Action) -> tuple[str, ...]:
    """Branches that logarithms and roots stand on, and brackets that leave the span of the generators."""
    symbols = set().union(*[base.free_symbols for f in products for base, _ in f])
    notes = [
        f"{kernel.expression} is taken where {kernel.domain} > 0"
        for kernel in action.kernels.entries
        if kernel.domain is not None and (symbols & kernel.domain.free_symbols)
    ]
    if any(c.has(sp.Abs, sp.sign) for v in given for _, c in v.components):
        notes.append("abs and sign are taken where their arguments are positive")
    algebra = close_algebra(given, action.space)
    return (*dict.fromkeys(notes), *([] if algebra.closed else [algebra.explain()]))


def _relative(found: Relative, search: Search, given: tuple[VectorField, ...]) -> RelativeInvariant:
    action, split = search.action, search.split
    values: list[sp.Expr] = [sp.S.Zero] * len(action.generators)
    for k, value in zip(split.scalings, found.weights, strict=True):
        values[k] = action.kernels.restore(value)
    for k, value in zip(split.rest, search.multipliers.combine(found.exponents, action, split.rest), strict=True):
        values[k] = action.kernels.restore(sp.cancel(value.as_expr() / action.scales[k].as_expr()))
    return RelativeInvariant(found.expression, tuple(values[: len(given)]))


def _none(generators: Sequence[VectorField], space: JetSpace, order: int, orbits: int) -> str:
    text = (
        f"the symmetry ({', '.join(v.label for v in generators)}) has no invariants of order {order}: its orbits fill the "
        f"jet space (orbit dimension {orbits} = jet dimension)"
    )
    algebra = close_algebra(generators, space)
    text += "" if algebra.closed else f"; {algebra.explain()}"
    for higher in range(order + 1, order + 1 + LOOK_AHEAD):
        count = len(space.variables(higher)) - orbit_dimension(generators, space, higher)
        if count:
            return f"{text}; tried orders {order} to {higher}: order {higher} has {count}, ask for that"
    return f"{text}; tried orders {order} to {order + LOOK_AHEAD}: none has any, use fewer generators"


def _undecided(message: str, found: Invariants | None) -> Undecided:
    error = Undecided(message)
    error.found = found  # type: ignore[attr-defined]
    return error
