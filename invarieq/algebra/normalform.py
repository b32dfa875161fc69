"""Normal forms of vectors under the adjoint group, block by block: Olver's reduction as an algorithm.

State: a vector r, a subspace V and the algebra H of all h with [h, r] ∈ ℝ r + V; the lines of r + V are to be told apart.
On a block V/V' the group acts by z ↦ X z + β with X, β linear in h (the rescaling of r subtracted):
* if the h with X = 0 still translate the block, z becomes 0;
* else it has a fixed point, moved to 0, and the rest acts linearly: on a line z is 0 or ±1 (free if X = 0), in a plane
  with complex eigenvalues 0 or a point of the positive axis (of modulus 1, free, or in one turn of a spiral), under a
  simple Levi factor 0 or one vector of each orbit.
What stabilises the normal form is the H of the next block (Olver 1993, section 3.3; Patera, Winternitz, Zassenhaus 1975).
An entry that depends on a free parameter splits into the values where it vanishes and the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.linear import Basis, Vector, add_scaled, combine, solve
from invarieq.algebra.quotients import Block, top_block
from invarieq.errors import Undecided

MAX_BRANCHES = 200


@dataclass(frozen=True)
class Range:
    """A free parameter of a family: where it runs, in words after its name, e.g. "> 0"; `excluded` values are left out."""

    symbol: sp.Symbol
    condition: str = ""
    excluded: tuple[sp.Expr, ...] = ()

    @property
    def text(self) -> str:
        """a ∈ R, or a > 0, with a ≠ … behind it."""
        parts = [f"{self.symbol} {self.condition}" if self.condition else f"{self.symbol} in R"]
        return ", ".join([*parts, *(f"{self.symbol} != {e}" for e in self.excluded)])


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


class _Branch(Exception):
    """An entry vanishes for some values of a free parameter."""

    def __init__(self, entry: sp.Expr) -> None:
        super().__init__(str(entry))
        self.entry = entry


def normal_forms(state: State, *, budget: int = MAX_BRANCHES) -> Iterator[State]:
    """All normal forms that a state leads to (their `module` is empty).

    Raises `Undecided` where the reduction meets a case it does not treat, `NeedsRoot` where a larger field is needed.
    """
    queue = [state]
    while queue:
        budget -= 1
        if budget < 0:
            raise Undecided(f"the reduction has more than {MAX_BRANCHES} branches")
        current = queue.pop(0)
        if not current.module:
            yield current
            continue
        try:
            queue = [*_reduced(current), *queue]
        except _Branch as branch:
            queue = [*_branches(current, branch.entry), *queue]


def _branches(state: State, entry: sp.Expr) -> list[State]:
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


def _vanishes(entries: Sequence[Any], state: State) -> bool:
    """Whether all entries are 0; a branch is raised if that depends on a free parameter."""
    given = [e for e in entries if e]
    if not given:
        return True
    if _certain(given, state) is None:
        raise _Branch(min((state.algebra.field.to_sympy(e) for e in given), key=lambda e: (e.count_ops(), str(e))))
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


def _kernel(group: Sequence[Vector], values: Sequence[Any], state: State) -> tuple[Vector, ...]:
    """The combinations of group vectors on which a functional vanishes."""
    if _vanishes(values, state):
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


@dataclass(frozen=True)
class _Action:
    """How group vectors act on a block: β[h] and X[h] by columns, as dense lists."""

    shift: list[list[Any]]
    linear: list[list[list[Any]]]


def _action(state: State, block: Block, group: Sequence[Vector]) -> _Action:
    algebra, size = state.algebra, len(block.over)
    frame = Basis(algebra.domain, [state.vector, *block.over, *block.rest])
    zero = algebra.domain.zero
    shift, linear = [], []
    for h in group:
        image = frame.coordinates(algebra.bracket(h, state.vector))
        columns = [frame.coordinates(algebra.bracket(h, b)) for b in block.over]
        if image is None or any(c is None for c in columns):
            raise Undecided("a stabiliser leaves its normal form")
        scale = image.get(0, zero)
        shift.append([image.get(1 + i, zero) for i in range(size)])
        linear.append([[(c or {}).get(1 + i, zero) - (scale if i == j else zero) for i in range(size)] for j, c in enumerate(columns)])
    return _Action(shift, linear)


def _reduced(state: State) -> list[State]:
    algebra = state.algebra
    block = top_block(algebra, state.group, state.module)
    size = len(block.over)
    action = _action(state, block, state.group)
    still: tuple[Vector, ...] = state.group
    for j in range(size):
        for i in range(size):
            values = [x[j][i] for x in _action(state, block, still).linear]
            still = _kernel(still, values, state)
    moves = [e for row in _action(state, block, still).shift for e in row]
    lower = replace(state, module=tuple(block.rest))
    if not _vanishes(moves, state):
        fixed = state.group
        for i in range(size):
            fixed = _kernel(fixed, [s[i] for s in _action(state, block, fixed).shift], state)
        if size == 1 or len(state.group) - len(fixed) == size:
            return [replace(lower, group=fixed)]
        raise Undecided("a block is translated in some directions only")
    fixed_point = _fixed_point(action, size, algebra.domain)
    if fixed_point is None:
        raise Undecided("a block has neither translations nor a fixed point")
    moved = dict(lower.vector)
    for i, c in fixed_point.items():
        add_scaled(moved, c, block.over[i])
    lower = replace(lower, vector=moved)
    turning = len(still) < len(state.group)
    if not turning:
        return _free(lower, block, state)
    if block.simple:
        return [lower, _simple_orbit(lower, block, state)]
    return [lower, *(_line(lower, block, (still, state)) if size == 1 else _plane(lower, block, (still, state)))]


def _fixed_point(action: _Action, size: int, domain: Any) -> Vector | None:
    """z with β + X z = 0 for all group vectors."""
    rows: list[Vector] = []
    for shift, linear in zip(action.shift, action.linear, strict=True):
        for i in range(size):
            row = {j: linear[j][i] for j in range(size) if linear[j][i]}
            if shift[i]:
                row[size] = shift[i]
            if row:
                rows.append(row)
    return solve(rows, size, domain)


def _free(lower: State, block: Block, before: State) -> list[State]:
    """Nothing moves the block: its coordinates are free parameters, as far as no discrete map relates them."""
    vector, ranges, pending, doubtful = dict(lower.vector), list(lower.ranges), list(lower.pending), lower.doubtful
    for b in block.over:
        symbol = pending.pop(0)
        add_scaled(vector, lower.algebra.field.from_sympy(symbol), b)
        ranges.append(Range(symbol))
    kept = lower.discrete
    if len(block.over) == 1:
        images = list(_images(lower, block, before))
        if any(image is not None and image == (0, -1) for image in images):
            ranges[-1] = replace(ranges[-1], condition=">= 0")
        doubtful = doubtful or any(image is None or image not in ((0, 1), (0, -1)) for image in images)
        kept = tuple(d for d, image in zip(before.discrete, images, strict=True) if image == (0, 1))
    elif lower.discrete:
        doubtful = True
    return [replace(lower, vector=vector, ranges=tuple(ranges), pending=tuple(pending), doubtful=doubtful, discrete=kept)]


def _images(lower: State, block: Block, before: State) -> Iterator[tuple[Any, Any] | None]:
    """(e, d) with z ↦ e + d z for each discrete map on a line; None where it does not keep the normal form."""
    domain = lower.algebra.domain
    frame = Basis(domain, [lower.vector, *block.over, *block.rest])
    inner = Basis(domain, list(block.rest))
    for discrete in before.discrete:
        image = frame.coordinates(discrete(lower.vector, domain))
        slope = frame.coordinates(discrete(block.over[0], domain))
        keeps = all(inner.coordinates(discrete(v, domain)) is not None for v in block.rest)
        if image is None or slope is None or not keeps or image.get(0) != domain.one or slope.get(0):
            yield None
        else:
            yield image.get(1, domain.zero), slope.get(1, domain.zero)


def _line(lower: State, block: Block, context: tuple[tuple[Vector, ...], State]) -> list[State]:
    """z ≠ 0 on a line that is scaled: z = 1 and z = −1, one of them if a discrete map exchanges them."""
    still, before = context
    images = list(_images(lower, block, before))
    doubtful = lower.doubtful or any(image is None or image[0] or image[1] not in (1, -1) for image in images)
    exchanged = any(image is not None and image == (0, -1) for image in images)
    result: list[State] = []
    for sign in (1,) if exchanged else (1, -1):
        vector = dict(lower.vector)
        add_scaled(vector, lower.algebra.domain.convert(sign), block.over[0])
        kept = tuple(d for d, image in zip(before.discrete, images, strict=True) if image == (0, 1))
        result.append(replace(lower, vector=vector, group=still, doubtful=doubtful, discrete=kept))
    return result


def _plane(lower: State, block: Block, context: tuple[tuple[Vector, ...], State]) -> list[State]:
    """z ≠ 0 in a plane with complex eigenvalues p ± iq: rotated to the positive axis, then scaled if possible."""
    still, before = context
    action, domain, field = _action(lower, block, before.group), lower.algebra.domain, lower.algebra.field
    doubtful = lower.doubtful or bool(before.discrete)
    vector = dict(lower.vector)
    if len(before.group) - len(still) == 2:
        add_scaled(vector, domain.one, block.over[0])
        return [replace(lower, vector=vector, group=still, doubtful=doubtful, discrete=())]
    linear = next(x for x in action.linear if any(e for column in x for e in column))
    trace = linear[0][0] + linear[1][1]
    symbol = lower.pending[0]
    add_scaled(vector, field.from_sympy(symbol), block.over[0])
    given = Range(symbol, "> 0")
    if trace:
        determinant = linear[0][0] * linear[1][1] - linear[1][0] * linear[0][1]
        p, d = field.to_sympy(trace) / 2, field.to_sympy(determinant)
        given = Range(symbol, f"in [1, {sp.exp(2 * sp.pi * sp.sqrt(sp.cancel(p**2 / (d - p**2))))})")
    else:
        doubtful = doubtful or bool(lower.module)  # a full turn may still act on what is below
    result = replace(lower, vector=vector, group=still, ranges=(*lower.ranges, given), pending=lower.pending[1:])
    return [replace(result, doubtful=doubtful, discrete=())]


def _simple_orbit(lower: State, block: Block, before: State) -> State:
    """z ≠ 0 in an irreducible module of the Levi factor, where its orbits are known."""
    if len(block.over) != 2:
        raise Undecided(f"orbits of the Levi factor in its module of dimension {len(block.over)} are not classified here")
    vector = dict(lower.vector)
    add_scaled(vector, lower.algebra.domain.one, block.over[0])
    shifted = replace(lower, vector=vector)
    group: tuple[Vector, ...] = before.group
    for i in range(2):
        group = _kernel(group, [s[i] for s in _action(shifted, block, group).shift], shifted)
    return replace(shifted, group=group, doubtful=lower.doubtful or bool(before.discrete), discrete=())
