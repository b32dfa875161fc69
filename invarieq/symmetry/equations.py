"""A system of equations in solved form, with the conditions that follow from it by cross-differentiation.

A derivative is principal if it is a leading derivative or a derivative of one; all others are parametric and may be chosen
freely at a point, as long as no two ways to compute a principal derivative disagree. Where they do, their difference is an
integrability condition and joins the equations (Seiler, Involution, 2010, section 2.3; Riquier 1910).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace, symbols_of
from invarieq.jets.multiindices import MultiIndex, divides
from invarieq.symmetry.check import canonical, leading_of, on_shell, solve_for, solved, without_returning

MAX_CONDITIONS = 24


@dataclass(frozen=True)
class Equations:
    """Equations `law` = 0 with `sides`: leading derivative → what it equals, conditions included.

    `salt` chooses the values of the parameters at which they are sampled.
    """

    space: JetSpace
    law: tuple[sp.Expr, ...]
    leading: tuple[sp.Symbol, ...]
    sides: dict[sp.Symbol, sp.Expr]
    conditions: tuple[sp.Expr, ...] = ()
    salt: int = 0
    _known: dict[sp.Symbol, sp.Expr] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def order(self) -> int:
        """Highest derivative in the law."""
        return max(self.space.order(e) for e in self.law)

    @cached_property
    def variables(self) -> tuple[sp.Symbol, ...]:
        """Coordinates and fields: what a point symmetry moves and depends on."""
        return (*self.space.coordinates, *(f.symbol for f in self.space.fields))

    @cached_property
    def explicit(self) -> tuple[sp.Symbol, ...]:
        """The variables that the equations contain as such, not only by derivatives."""
        found = {s for e in (*self.law, *self.sides.values()) for s in symbols_of(e)}
        return tuple(z for z in self.variables if z in found)

    def on_shell(self, symbol: sp.Symbol) -> sp.Expr:
        """A jet in terms of parametric ones."""
        known = self._known.get(symbol)
        if known is None:
            known = on_shell(symbol, self.space, self.sides)
            self._known[symbol] = known
        return known


def solved_equations(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol] = ()) -> Equations:
    """Solve each equation for its leading derivative and add the integrability conditions.

    Raises `DeclarationError` for equations that contradict each other or cannot be solved.
    """
    law = tuple(_exact(e) for e in law)
    for equation in law:
        if space.order(equation) == 0:
            raise DeclarationError(f"the equation {equation} = 0 holds no derivative; expected differential equations")
    chosen = leading_of(space, law, without_returning(space, law, leading))
    sides = solved(space, law, chosen)
    conditions: list[sp.Expr] = []
    queue = list(itertools.combinations(sides, 2))
    while queue:
        difference = _cross(*queue.pop(0), space, sides)
        if difference == 0:
            continue
        conditions.append(difference)
        if len(conditions) > MAX_CONDITIONS:
            raise DeclarationError(f"the equations imply more than {MAX_CONDITIONS} further conditions; complete them by hand")
        top = _leading_of_condition(difference, space, sides)
        sides[top] = solve_for(difference, top)
        sides = {s: on_shell(e, space, sides) for s, e in sides.items()}
        queue += [(top, other) for other in sides if other != top]
    return Equations(space, law, chosen, sides, tuple(conditions))


def _exact(equation: sp.Expr) -> sp.Expr:
    return sp.nsimplify(equation, rational=True) if equation.has(sp.Float) else sp.sympify(equation, strict=True)


def _cross(first: sp.Symbol, second: sp.Symbol, space: JetSpace, sides: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """The difference of the two ways to compute the least common derivative of two leading derivatives."""
    (a, j), (b, k) = space.index(first), space.index(second)  # type: ignore[misc]
    if a != b or first not in sides or second not in sides:
        return sp.S.Zero
    both = tuple(max(m, n) for m, n in zip(j, k, strict=True))
    if both == j and divides(k, j):
        return canonical(on_shell(sides[first] - _derived(sides[second], both, k, space), space, sides))
    left, right = _derived(sides[first], both, j, space), _derived(sides[second], both, k, space)
    return canonical(on_shell(sp.expand(left - right), space, sides))


def _derived(side: sp.Expr, to: MultiIndex, of: MultiIndex, space: JetSpace) -> sp.Expr:
    return space.total_derivatives(side, tuple(m - n for m, n in zip(to, of, strict=True)))


def _leading_of_condition(condition: sp.Expr, space: JetSpace, sides: dict[sp.Symbol, sp.Expr]) -> sp.Symbol:
    jets = [s for s in symbols_of(condition) if space.index(s) and sum(space.index(s)[1]) > 0]  # type: ignore[index]
    linear = [s for s in jets if not sp.diff(condition, s, 2) and not sp.diff(condition, s).has(s)]
    if not linear:
        raise DeclarationError(
            f"the equations contradict each other: together they imply {condition} = 0, which holds no derivative to solve for; "
            "check the equations"
        )

    def preference(s: sp.Symbol) -> tuple[bool, int, MultiIndex]:
        _, index = space.index(s)  # type: ignore[misc]
        return (not sp.diff(condition, s).free_symbols, sum(index), tuple(-n for n in index[:1]) + index[1:])

    return max(linear, key=preference)
