"""Vectors in normal form that may hold free parameters, and the cases into which those fall.

An entry that depends on a free parameter may vanish for some of its values: those become states of their own, and the
entry counts as non-zero in what remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from invarieq.algebra.constants import StructureConstants
from invarieq.errors import Undecided
from invarieq.exact.sparse import Vector, add_scaled, combine


@dataclass(frozen=True)
class Range:
    """A free parameter of a family: where it runs, in words after its name, e.g. "> 0"; `excluded` values are left out."""

    symbol: sp.Symbol
    condition: str = ""
    excluded: tuple[sp.Expr, ...] = ()

    @property
    def text(self) -> str:
        """a ∈ R, or a > 0, with a ≠ … behind it."""
        first = f"{self.symbol} {self.condition}" if self.condition else f"{self.symbol} in R"
        return ", ".join([first, *(f"{self.symbol} != {e}" for e in self.excluded)])


@dataclass(frozen=True)
class Discrete:
    """An automorphism in the identity component that maps r to sign · r modulo V: it may identify normal forms."""

    columns: tuple[tuple[tuple[int, Any], ...], ...]
    sign: int

    def __call__(self, vector: Vector, domain: Any) -> Vector:
        """sign · D(vector)."""
        image = combine(vector, [dict(c) for c in self.columns])
        return {k: domain.convert(self.sign) * c for k, c in image.items()}


@dataclass(frozen=True)
class State:
    """A vector in normal form modulo `module`, with its stabiliser; `pending` are unused parameter symbols."""

    algebra: StructureConstants
    vector: Vector
    module: tuple[Vector, ...]
    group: tuple[Vector, ...]
    ranges: tuple[Range, ...] = ()
    pending: tuple[sp.Symbol, ...] = ()
    nonzero: tuple[sp.Expr, ...] = ()
    discrete: tuple[Discrete, ...] = ()
    doubtful: bool = False


class Branch(Exception):
    """An entry vanishes for some values of a free parameter."""

    def __init__(self, entry: sp.Expr) -> None:
        super().__init__(str(entry))
        self.entry = entry


def branches(state: State, entry: sp.Expr) -> list[State]:
    """The values of a free parameter for which an entry vanishes, each as a state, and the state without them."""
    symbols = [r.symbol for r in state.ranges if entry.has(r.symbol)]
    poly = sp.Poly(sp.fraction(sp.together(entry))[0], *symbols)
    if len(symbols) != 1:
        raise Undecided(f"the case {entry} = 0 involves several parameters")
    roots: list[sp.Expr] = []
    for factor, _ in poly.factor_list()[1]:
        if factor.degree() > 1 and factor.count_roots() > 0:
            raise Undecided(f"the case {entry} = 0 has irrational solutions")
        if factor.degree() == 1:
            roots.append(-factor.all_coeffs()[1] / factor.all_coeffs()[0])
    given = next(r for r in state.ranges if r.symbol == symbols[0])
    roots = [value for value in sorted(roots) if _allowed(given, value)]
    kept = replace(given, excluded=(*given.excluded, *roots))
    ranges = tuple(kept if r is given else r for r in state.ranges)
    generic = replace(state, ranges=ranges, nonzero=(*state.nonzero, sp.factor(entry)))
    return [*(_specialised(state, given, value) for value in roots), generic]


def _allowed(given: Range, value: sp.Expr) -> bool:
    if value in given.excluded:
        return False
    if given.condition.startswith((">", "in [")):
        return bool(value >= 0) if given.condition == ">= 0" else bool(value > 0)
    return True


def _specialised(state: State, given: Range, value: sp.Expr) -> State:
    def at(vector: Vector) -> Vector:
        result = {}
        for k, c in vector.items():
            if e := field.from_sympy(field.to_sympy(c).subs(given.symbol, value)):
                result[k] = e
        return result

    field = state.algebra.field
    return replace(
        state,
        vector=at(state.vector),
        module=tuple(map(at, state.module)),
        group=tuple(map(at, state.group)),
        ranges=tuple(r for r in state.ranges if r is not given),
    )


def vanishes(entries: Sequence[Any], state: State) -> bool:
    """Whether all entries are 0; a branch is raised if that depends on a free parameter."""
    given = [e for e in entries if e]
    if not given:
        return True
    if _certain(given, state) is None:
        raise Branch(min((state.algebra.field.to_sympy(e) for e in given), key=lambda e: (e.count_ops(), str(e))))
    return False


def _certain(entries: Sequence[Any], state: State) -> Any | None:
    """The first entry that is non-zero for all values of the free parameters."""
    symbols = {r.symbol for r in state.ranges}
    for entry in entries:
        if not entry:
            continue
        expr = state.algebra.field.to_sympy(entry)
        parts = [f for f, _ in sp.factor_list(sp.fraction(sp.together(expr))[0])[1] if f.free_symbols & symbols]
        known = [f for e in state.nonzero for f, _ in sp.factor_list(sp.fraction(sp.together(e))[0])[1]]
        positive = [r.symbol for r in state.ranges if r.condition.startswith(("> 0", "in ["))]
        if all(f in known or -f in known or f in positive for f in parts):
            return entry
    return None


def kernel(group: Sequence[Vector], values: Sequence[Any], state: State) -> tuple[Vector, ...]:
    """The combinations of group vectors on which a functional vanishes."""
    if vanishes(values, state):
        return tuple(group)
    pivot = _certain(values, state)
    at = next(i for i, v in enumerate(values) if v is pivot)
    result: list[Vector] = []
    for i, (vector, value) in enumerate(zip(group, values, strict=True)):
        if i != at:
            changed = dict(vector)
            if value:
                add_scaled(changed, -value / values[at], group[at])
            result.append(changed)
    return tuple(result)


def with_parameter(state: State, count: int = 1) -> tuple[State, list[sp.Symbol]]:
    """The state over a field that holds the next free parameters, and their symbols."""
    if len(state.pending) < count:
        raise Undecided("the normal forms have too many free parameters")
    symbols = list(state.pending[:count])
    old = state.algebra.field
    field = old.extended(*symbols)

    def lifted(vector: Vector) -> Vector:
        return {k: field.convert(c, old) for k, c in vector.items()}

    larger = replace(
        state,
        algebra=state.algebra.over(field),
        vector=lifted(state.vector),
        module=tuple(map(lifted, state.module)),
        group=tuple(map(lifted, state.group)),
        pending=state.pending[count:],
        discrete=tuple(
            replace(d, columns=tuple(tuple((k, field.convert(c, old)) for k, c in column) for column in d.columns))
            for d in state.discrete
        ),
    )
    return larger, symbols
