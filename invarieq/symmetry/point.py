"""The Lie point symmetry algebra of a system of equations: finite part, infinite families, and how sure the answer is.

Order by order, local Taylor series bound the dimension from above (`oracle`), null spaces of growing ansätze give generators
(`ansatz`, `bases`, `kernels`, `superposition`, `arbitrary`), each checked by symbolic prolongation (`verify`). The answer is
complete as soon as both meet.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact.values import Values
from invarieq.jets import JetSpace, VectorField, symbols_of
from invarieq.limit import Deadline, bounded
from invarieq.symmetry.equations import Equations, solved_equations
from invarieq.symmetry.families import Family, distinctly_named
from invarieq.symmetry.first_order import NOTE, characteristic_flow
from invarieq.symmetry.oracle import LocalSolutions, Oracle
from invarieq.symmetry.roots import OtherParameters, squares
from invarieq.symmetry.search import Search, SymmetriesFound, find_affine, find_finite, find_infinite

Progress = Callable[[str], object]
LARGEST = 3_000
MOVES = 500
EXTRA_ORDERS = 9
CUT = "the budget ended before some candidates were checked"
STEADY = 3  # so many counts must no longer change before an infinite algebra is taken for likely


@dataclass(frozen=True)
class PointSymmetries:
    """A Lie algebra of point symmetries.

    `generators` span the finite part; each of `families` holds arbitrary functions. `complete`: the generators and families
    account for every local solution of the determining equations, counted at a random point modulo a prime (`bound` is that
    count for a finite algebra, else None). Otherwise the algebra is at least what is listed, and `note` says why it may be more.
    `assumptions` are expressions in the parameters that were taken to be non-zero.
    """

    equations: Equations
    generators: tuple[VectorField, ...]
    families: tuple[Family, ...]
    complete: bool
    bound: int | None
    assumptions: tuple[sp.Expr, ...]
    seconds: float
    note: str = ""

    @property
    def dimension(self) -> int:
        """Dimension of the finite part."""
        return len(self.generators)


@bounded("the point symmetries")
def point_symmetries(
    space: JetSpace,
    law: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol] = (),
    *,
    expressions: bool = False,
    budget: float = 60.0,
    progress: Progress = lambda text: None,
) -> PointSymmetries:
    """All point symmetries of the equations `law` = 0 (with `expressions`: of the expressions, whatever their value).

    `leading`: what each equation is solved for; chosen if missing. `budget`: seconds after which the search stops and what is
    proved is returned. Parameters of the space stand for generic constants. Raises `DeclarationError` for equations that
    cannot be solved or contradict each other.

    >>> from invarieq.jets import Field, coordinates
    >>> t, x = coordinates("t x")
    >>> u = Field("u", t, x)
    >>> found = point_symmetries(JetSpace((t, x), (u,)), [u[t] + u * u[x] + u[x, x, x]])
    >>> [str(v) for v in found.generators], found.complete
    (['∂_t', '∂_x', '∂_u + t∂_x', '3*t∂_t + -2*u∂_u + x∂_x'], True)
    """
    started = time.monotonic()
    equations = solved_equations(space, law, leading)
    search = Search(Oracle(equations, on_shell=not expressions), Deadline.after(budget))
    flow = characteristic_flow(equations)
    if flow is not None:
        found = find_affine(search, flow)
        return _answer(equations, found, None, started, f"{NOTE}; {CUT}" if search.cut else NOTE)
    best, note = SymmetriesFound((), ()), ""
    local = search.oracle.solve(max(equations.order, 1) - 1)
    for order in range(max(equations.order, 1), equations.order + EXTRA_ORDERS):
        if order > equations.order + 1 and (search.late or search.oracle.size(order) > LARGEST):
            why = f"after {budget:g} s" if search.late else "where the equations grow too large"
            note = f"stopped at order {order} of the Taylor series, {why}"
            break
        progress(f"determining equations to order {order}")
        before, local = local, search.oracle.solve(order)
        try:
            try:
                attempt = _attempt(search, local, before, best, progress)
            except OtherParameters as needed:
                search = _moved(search, needed.radicands)
                before, local = search.oracle.solve(order - 1), search.oracle.solve(order)
                attempt = _attempt(search, local, before, best, progress)
            best = max(best, attempt, key=lambda f: f.size)
        except OtherParameters as needed:
            note = f"the square roots of {needed} are not at hand together"
        except Undecided as reason:
            note = str(reason)
        if best.complete:
            break
    note = note or "no further generators were found among the functions tried"
    return _answer(equations, best, local, started, f"{note}; {CUT}" if search.cut else note)


def _moved(search: Search, roots: Sequence[sp.Expr]) -> Search:
    """The search at other values of the parameters, where the given expressions have square roots."""
    old = search.oracle.equations
    for salt in range(old.salt + 1, old.salt + MOVES):
        oracle = Oracle(replace(old, salt=salt), on_shell=search.oracle.on_shell)
        if squares(Values(1, 0, old.space.parameters, salt=salt), roots):
            return Search(oracle, search.deadline, search.cut)
    raise Undecided(f"no values of the parameters with square roots of {', '.join(map(str, roots))} were found")


def _attempt(
    search: Search, local: LocalSolutions, before: LocalSolutions, best: SymmetriesFound, progress: Progress
) -> SymmetriesFound:
    if local.dimension is not None:
        if local.dimension == len(best.generators) and not best.families:
            return SymmetriesFound(best.generators, (), complete=True)
        progress(f"at most {local.dimension} generators; looking for them")
        return find_finite(search, local, steady=local.dimension == before.dimension)
    same = sum(1 for _ in itertools.takewhile(lambda c: c[0] == c[1], zip(before.counts, local.counts, strict=False)))
    if same < STEADY:
        return best
    progress("no bound yet; looking for families with arbitrary functions")
    return find_infinite(search, local, best, reliable=same - 1, steady=same > STEADY)


def _answer(
    equations: Equations, found: SymmetriesFound, local: LocalSolutions | None, started: float, note: str
) -> PointSymmetries:
    return PointSymmetries(
        equations,
        found.generators,
        distinctly_named(found.families, [s.name for s in (*equations.variables, *equations.space.parameters)]),
        found.complete,
        local.dimension if local else None,
        _assumptions(equations),
        time.monotonic() - started,
        "" if found.complete else note,
    )


def _assumptions(equations: Equations) -> tuple[sp.Expr, ...]:
    """Parameters, which are generic, and what the equations were divided by."""
    found: list[sp.Expr] = list(equations.space.parameters)
    for equation, symbol in zip(equations.law, equations.leading, strict=True):
        slope = sp.factor(sp.diff(equation, symbol))
        for factor in sp.Mul.make_args(slope):
            base = factor.as_base_exp()[0]
            if symbols_of(base) and base not in found:
                found.append(base)
    return tuple(found)
