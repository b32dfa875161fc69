"""Where a symmetry algebra grows: special values of parameters, and special forms of an undetermined function.

The algebra of a system with parameters is that for generic values. At special values the count of local solutions rises;
candidates are small rational numbers for each parameter and small ratios for each pair, each tried by the dimension oracle and
confirmed by the whole computation. That finds the classical exceptions (u^(−4/3) in diffusion, γ = 3 in a gas); a value that
is not among the candidates is not seen, and the answer lists what was tried.

An undetermined function f(u) in the equations stands for all functions: its values and derivatives are independent. Special
forms are tried one by one (Ovsiannikov, Group Analysis of Differential Equations, 1982, for nonlinear heat conduction).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import JetSpace, symbols_of
from invarieq.jets.space import substitute
from invarieq.limit import Deadline, bounded
from invarieq.symmetry.equations import solved_equations
from invarieq.symmetry.oracle import Oracle
from invarieq.symmetry.point import PointSymmetries, Progress, point_symmetries

Substitution = tuple[tuple[sp.Expr, sp.Expr], ...]
NUMBERS = tuple(sp.Rational(n, d) for d in (1, 2, 3) for n in range(-6, 7) if sp.gcd(n, d) == 1 or (n == 0 and d == 1))
RATIOS = tuple(sp.Rational(n, d) for n, d in ((1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (-1, 2), (3, 1), (1, 3)))


@dataclass(frozen=True)
class Case:
    """One special case: what was put in, and the algebra there."""

    substitution: Substitution
    symmetries: PointSymmetries


@dataclass(frozen=True)
class Classification:
    """The generic algebra and the cases at which it is larger; `tried` counts the candidates, `undecided` lists those left open."""

    generic: PointSymmetries
    special: tuple[Case, ...]
    tried: int
    undecided: tuple[Substitution, ...] = ()


@bounded("the special values of the parameters")
def special_parameters(
    space: JetSpace,
    law: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol] = (),
    *,
    budget: float = 120.0,
    progress: Progress = lambda text: None,
) -> Classification:
    """Values of the parameters at which the algebra is larger than for generic ones."""
    return _classified(space, law, leading, list(_parameter_candidates(space, law)), budget, progress)


@bounded("the special forms of the function")
def special_functions(
    space: JetSpace,
    law: Sequence[sp.Expr],
    function: sp.Expr,
    forms: Sequence[sp.Expr] = (),
    leading: Sequence[sp.Symbol] = (),
    *,
    budget: float = 120.0,
    progress: Progress = lambda text: None,
) -> Classification:
    """Forms of an undetermined function, e.g. `sp.Function("f")(u)`, for which the algebra is larger.

    `forms` are the candidates; missing, they are 1, exp(u), log(u), u^k with generic and special k, 1 + u² and its inverse.
    Parameters of the forms that are not in `space` are added to it.
    """
    if not isinstance(function, sp.core.function.AppliedUndef) or len(function.args) != 1:
        raise DeclarationError(f"{function} is not an undetermined function of one variable; expected e.g. Function('f')(u)")
    u = function.args[0]
    usual = (sp.S.One, sp.exp(u), sp.log(u), *(u**n for n in NUMBERS if n), 1 + u**2, 1 / (1 + u**2))  # type: ignore[operator]
    return _classified(space, law, leading, [((function, sp.sympify(f, strict=True)),) for f in forms or usual], budget, progress)


def _parameter_candidates(space: JetSpace, law: Sequence[sp.Expr]) -> Iterator[Substitution]:
    used = [p for p in space.parameters if any(e.has(p) for e in law)]
    yield from (((p, value),) for p in used for value in NUMBERS)
    for p, q in itertools.combinations(used, 2):
        yield from (((p, ratio * q),) for ratio in RATIOS)


def _classified(
    space: JetSpace,
    law: Sequence[sp.Expr],
    leading: Sequence[sp.Symbol],
    candidates: Sequence[Substitution],
    budget: float,
    progress: Progress,
) -> Classification:
    deadline = Deadline.after(budget)
    generic = point_symmetries(space, law, leading, budget=budget, progress=progress)
    order = generic.equations.order + 2
    usual = _counts(generic.equations.space, law, leading, order)
    special: list[Case] = []
    undecided: list[Substitution] = []
    tried = 0
    for candidate in candidates:
        if deadline.over:
            undecided.append(candidate)
            continue
        tried += 1
        changed, wider = _substituted(law, candidate), _with_parameters(space, candidate)
        try:
            if _larger(_counts(wider, changed, leading, order), usual):
                progress(f"larger at {', '.join(f'{a} = {b}' for a, b in candidate)}")
                found = point_symmetries(wider, changed, leading, budget=max(deadline.left, 1.0))
                if (found.dimension, len(found.families)) != (
                    generic.dimension,
                    len(generic.families),
                ) or found.bound != generic.bound:
                    special.append(Case(candidate, found))
        except (Undecided, DeclarationError, ZeroDivisionError):
            undecided.append(candidate)
    return Classification(generic, tuple(special), tried, tuple(undecided))


def _counts(space: JetSpace, law: Sequence[sp.Expr], leading: Sequence[sp.Symbol], order: int) -> tuple[int, ...]:
    return Oracle(solved_equations(space, law, leading)).solve(order).counts


def _larger(counts: Sequence[int], usual: Sequence[int]) -> bool:
    """Whether more is left free; the highest orders, of which too little is known, do not count."""
    return any(a > b for a, b in zip(counts[:-2], usual[:-2], strict=False))


def _substituted(law: Sequence[sp.Expr], candidate: Substitution) -> tuple[sp.Expr, ...]:
    changed = tuple(sp.expand(_put(e, dict(candidate))) for e in law)
    if any(e in (0, sp.nan, sp.zoo) for e in changed):
        raise ZeroDivisionError("the equation vanishes or is not defined there")
    return changed


def _put(expr: sp.Expr, values: Mapping[sp.Expr, sp.Expr]) -> sp.Expr:
    if all(a.is_Symbol for a in values):
        return substitute(expr, values)
    return expr.subs(list(values.items())).doit()  # derivatives of an undetermined function follow


def _with_parameters(space: JetSpace, candidate: Substitution) -> JetSpace:
    known = {*space.coordinates, *space.parameters, *(f.symbol for f in space.fields)}
    new = sorted({s for _, value in candidate for s in symbols_of(value)} - known, key=lambda s: s.name)
    return JetSpace(space.coordinates, space.fields, (*space.parameters, *new))
