"""One-dimensional optimal systems: one generator for each class of conjugate one-dimensional subalgebras.

A general vector is put into normal form by the adjoint group, block by block from the top of a series of ideals
(`normalform`); with a Levi factor sl(2, ℝ) or so(3) its orbits, told apart by the Killing form, come first (`seeds`).
Source: Olver 1993, section 3.3; Patera, Winternitz, Zassenhaus 1975, J. Math. Phys. 16, 1597.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import sympy as sp

from invarieq.algebra.algebra import LieAlgebra
from invarieq.algebra.cases import State
from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.identify import algebra_type
from invarieq.algebra.levi import levi_decomposition
from invarieq.algebra.normalform import normal_forms
from invarieq.algebra.quotients import NeedsRoot
from invarieq.algebra.seeds import radical_seeds, simple_seeds
from invarieq.algebra.tables import linear_combination
from invarieq.algebra.terms import whole_coefficients
from invarieq.errors import Undecided
from invarieq.jets import substitute
from invarieq.limit import Deadline, within

MAX_DIMENSION = 12
MAX_PARAMETERS = 5
NAMES = "abcdfghk"
DOUBT = "no two are related by the reduction used, but a discrete element of the group could still relate some of them"


@dataclass(frozen=True)
class Representative:
    """A family Σ c_i v_i of generators, no two of them conjugate; `conditions` say where its free parameters run."""

    coefficients: tuple[sp.Expr, ...]
    conditions: tuple[str, ...] = ()
    parameters: tuple[sp.Symbol, ...] = ()

    def text(self, labels: tuple[str, ...]) -> str:
        """v3 + a*v1, a in R."""
        pairs = [(c, label) for c, label in zip(self.coefficients, labels, strict=True) if c != 0]
        pairs.sort(key=lambda pair: pair[0].could_extract_minus_sign())  # v3 - v1, not -v1 + v3
        return ", ".join([linear_combination(*zip(*pairs, strict=True)), *self.conditions])


@dataclass(frozen=True)
class OptimalSystem:
    """Representatives of all one-dimensional subalgebras up to the adjoint group.

    `computed` is False where the algebra is beyond the method; `remark` then says why. `minimal`: no two representatives
    are conjugate under the connected group; where that could not be decided the list is still complete, and `remark`
    says so.
    """

    representatives: tuple[Representative, ...]
    computed: bool = True
    minimal: bool = True
    remark: str = ""


def optimal_system(algebra: LieAlgebra | StructureConstants, *, budget: float = 20.0) -> OptimalSystem:
    """The one-dimensional optimal system where it is computable: soluble algebras with roots of degree at most 2, and
    algebras whose Levi factor is sl(2,R) or so(3), as far as its modules in the radical are small. `budget`: seconds.

    Raises `AlgebraError` for generators that do not close. Whatever else stands in the way is told in `remark`.
    """
    constants = algebra.constants if isinstance(algebra, LieAlgebra) else algebra
    if constants.dimension > MAX_DIMENSION:
        return _not(f"the algebra has {constants.dimension} dimensions, more than the {MAX_DIMENSION} that are tried")
    if constants.field.has_parameters:
        return _not("the structure constants hold parameters, and the answer depends on their values")
    deadline, last = Deadline.after(budget), Deadline.behind(budget)
    for _ in range(4):
        try:
            return within(last, functools.partial(_computed, constants, deadline), "the optimal system")
        except NeedsRoot as missing:
            constants = constants.over(constants.field.extended(missing.number))
        except Undecided as reason:
            return _not(str(reason))
    return _not("the eigenvalues lie in too large a field")


def _not(reason: str) -> OptimalSystem:
    return OptimalSystem((), computed=False, minimal=False, remark=f"not computed: {reason}")


def _computed(algebra: StructureConstants, deadline: Deadline) -> OptimalSystem:
    symbols = tuple(sp.Symbol(name, real=True) for name in NAMES[:MAX_PARAMETERS])
    levi = levi_decomposition(algebra)
    whole = State(algebra, {}, tuple(levi.radical), tuple(algebra.units), pending=symbols)
    seeds: list[State] = []
    if levi.factor:
        name = algebra_type(algebra.restricted(levi.factor)).name
        if name not in {"sl(2,R)", "so(3)"}:
            return _not(f"the Levi factor is {name}; only sl(2,R) and so(3) are treated")
        seeds = simple_seeds(whole, levi.factor, levi.radical, name)
    found = [form for seed in [*seeds, *radical_seeds(whole)] for form in normal_forms(seed, deadline=deadline)]
    doubtful = any(form.doubtful for form in found)
    shown = _merged([_representative(form) for form in found])
    return OptimalSystem(tuple(shown), minimal=not doubtful, remark=DOUBT if doubtful else "")


def _merged(found: list[Representative]) -> list[Representative]:
    """Families a > 0 joined with their own value at a = 0, to a >= 0."""
    result = list(found)
    for family in found:
        for symbol in family.parameters:
            own = next(c for c in family.conditions if c.startswith(f"{symbol} "))
            if not own.startswith(f"{symbol} > 0"):
                continue
            at_zero = _direction(tuple(c.subs(symbol, 0) for c in family.coefficients))
            others = tuple(c for c in family.conditions if c != own)
            border = next((r for r in result if _direction(r.coefficients) == at_zero and r.conditions == others), None)
            if border is not None:
                joined = tuple(c.replace("> 0", ">= 0", 1) if c == own else c for c in family.conditions)
                result[result.index(family)] = Representative(family.coefficients, joined, family.parameters)
                result.remove(border)
                break
    return result


def _direction(coefficients: tuple[sp.Expr, ...]) -> tuple[sp.Expr, ...]:
    first = next((c for c in coefficients if c != 0), sp.S.One)
    return tuple(sp.cancel(c / first) for c in coefficients)


def _representative(form: State) -> Representative:
    field = form.algebra.field
    values = [sp.expand(field.to_sympy(form.vector[k])) if k in form.vector else sp.S.Zero for k in range(form.algebra.dimension)]
    ranges = [replace(r, symbol=sp.Symbol(name, real=True)) for r, name in zip(form.ranges, NAMES, strict=False)]
    names = {old.symbol: new.symbol for old, new in zip(form.ranges, ranges, strict=True)}
    values = [substitute(v, names) for v in values]
    fixed = [v for v in values if v != 0 and not v.free_symbols]
    scale = whole_coefficients(fixed) if not ranges else sp.S.One
    mirrored = all(r.condition in {"", "> 0"} and not r.excluded for r in ranges)  # then a and −a are as good
    if fixed and mirrored and (fixed[-1] if not ranges else max(fixed)).could_extract_minus_sign():
        values = [substitute(v, {r.symbol: -r.symbol for r in ranges}) for v in values]
        scale = -scale
    return Representative(
        tuple(sp.expand(scale * v) for v in values), tuple(r.text for r in ranges), tuple(r.symbol for r in ranges)
    )
