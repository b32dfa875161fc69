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

from invarieq.algebra.cases import Branch, Range, State, branches, kernel, vanishes, with_parameter
from invarieq.algebra.killing import killing_signature
from invarieq.algebra.levi import levi_decomposition
from invarieq.algebra.quotients import Block, top_block
from invarieq.errors import Undecided
from invarieq.exact.sparse import Basis, Vector, add_scaled, solve
from invarieq.limit import Deadline

MAX_BRANCHES = 200


def normal_forms(state: State, *, deadline: Deadline | None = None) -> Iterator[State]:
    """All normal forms that a state leads to (their `module` is empty).

    Raises `Undecided` where the reduction meets a case it does not treat, `NeedsRoot` where a larger field is needed.
    """
    queue, steps = [state], 0
    while queue:
        steps += 1
        if steps > MAX_BRANCHES:
            raise Undecided(f"the reduction has more than {MAX_BRANCHES} branches")
        if deadline is not None and deadline.over:
            raise Undecided("the time budget ended")
        current = queue.pop(0)
        if not current.module:
            yield current
            continue
        try:
            queue = [*_reduced(current), *queue]
        except Branch as branch:
            queue = [*branches(current, branch.entry), *queue]


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
        linear.append(
            [[(c or {}).get(1 + i, zero) - (scale if i == j else zero) for i in range(size)] for j, c in enumerate(columns)]
        )
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
            still = kernel(still, values, state)
    moves = [e for row in _action(state, block, still).shift for e in row]
    lower = replace(state, module=tuple(block.rest))
    if not vanishes(moves, state):
        fixed = state.group
        for i in range(size):
            fixed = kernel(fixed, [s[i] for s in _action(state, block, fixed).shift], state)
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
        return [lower, *_simple_orbit(lower, block, state)]
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
    """Nothing moves the block: its coordinates are free parameters, as far as no discrete map relates them.

    Where one takes a to −a there are two states: a > 0, and a = 0, where the map still acts.
    """
    images = list(_images(lower, block, before)) if len(block.over) == 1 else [None] * len(lower.discrete)
    flip = next((image for image in images if image is not None and image[1] == -1), None)
    known = all(image is not None and (image == (0, 1) or image[1] == -1) for image in images)
    origin = dict(lower.vector)
    if flip is not None and flip[0]:
        add_scaled(origin, flip[0] / 2, block.over[0])
    elif flip is None and len(block.over) == 1:
        add_scaled(origin, _sparsest(origin, block.over[0], lower, None), block.over[0])
    centre = replace(lower, vector=origin, doubtful=lower.doubtful or not known)
    family, symbols = with_parameter(centre, len(block.over))
    vector, field = dict(family.vector), family.algebra.field
    for symbol, b in zip(symbols, block.over, strict=True):
        add_scaled(vector, field.from_sympy(symbol), {k: field.convert(c, lower.algebra.field) for k, c in b.items()})
    ranges = [Range(s, "> 0" if flip is not None else "") for s in symbols]
    kept = tuple(d for d, image in zip(family.discrete, images, strict=True) if image is not None and image == (0, 1))
    family = replace(family, vector=vector, ranges=(*family.ranges, *ranges), discrete=kept)
    return [family] if flip is None else [centre, family]


def _sparsest(vector: Vector, direction: Vector, state: State, sign: int | None) -> Any:
    """The multiple (of a given sign, or any) of a direction that makes a vector shortest; ±1 (or 0) where none helps."""
    domain, field = state.algebra.domain, state.algebra.field
    default = domain.convert(sign or 0)
    choices = [-vector[k] / c for k, c in sorted(direction.items()) if k in vector]
    fitting = [c for c in choices if sign is None or field.sign(c) == sign]
    if not fitting:
        return default
    best = max(fitting, key=fitting.count)
    gained = fitting.count(best) - sum(k not in vector for k in direction)
    return best if gained > (0 if sign is None else -sum(k not in vector for k in direction)) else default


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
        add_scaled(vector, _sparsest(vector, block.over[0], lower, sign), block.over[0])
        kept = tuple(d for d, image in zip(before.discrete, images, strict=True) if image == (0, 1))
        result.append(replace(lower, vector=vector, group=still, doubtful=doubtful, discrete=kept))
    return result


def _plane(lower: State, block: Block, context: tuple[tuple[Vector, ...], State]) -> list[State]:
    """z ≠ 0 in a plane with complex eigenvalues p ± iq: rotated to the positive axis, then scaled if possible."""
    still, before = context
    action, field = _action(lower, block, before.group), lower.algebra.field
    doubtful = lower.doubtful or bool(before.discrete)
    vector = dict(lower.vector)
    if len(before.group) - len(still) == 2:
        add_scaled(vector, field.domain.one, block.over[0])
        return [replace(lower, vector=vector, group=still, doubtful=doubtful, discrete=())]
    linear = next(x for x in action.linear if any(e for column in x for e in column))
    trace = linear[0][0] + linear[1][1]
    shape, doubt = "> 0", bool(lower.module)  # a full turn may still act on what is below
    if trace:
        determinant = linear[0][0] * linear[1][1] - linear[1][0] * linear[0][1]
        p, d = field.to_sympy(trace) / 2, field.to_sympy(determinant)
        shape, doubt = f"in [1, {sp.exp(2 * sp.pi * sp.sqrt(sp.cancel(p**2 / (d - p**2))))})", False
    larger, symbols = with_parameter(replace(lower, group=still, doubtful=doubtful or doubt, discrete=()))
    vector, wide = dict(larger.vector), larger.algebra.field
    add_scaled(vector, wide.from_sympy(symbols[0]), {k: wide.convert(c, field) for k, c in block.over[0].items()})
    return [replace(larger, vector=vector, ranges=(*larger.ranges, Range(symbols[0], shape)))]


def _simple_orbit(lower: State, block: Block, before: State) -> list[State]:
    """z ≠ 0 in an irreducible module of the Levi factor, where its orbits are known: all of a plane, spheres."""
    size, compact = len(block.over), _is_compact(before)
    if size != (3 if compact else 2):
        raise Undecided(f"orbits of the Levi factor in its module of dimension {size} are not classified here")
    traces = [sum((x[i][i] for i in range(size)), lower.algebra.domain.zero) for x in _action(lower, block, before.group).linear]
    doubtful = lower.doubtful or bool(before.discrete)
    larger, symbols, ranges = lower, [sp.S.One], lower.ranges
    if compact and vanishes(traces, lower):  # nothing scales the radius
        larger, symbols = with_parameter(lower)
        ranges = (*ranges, Range(symbols[0], "> 0"))
    field = larger.algebra.field

    def lifted(vectors: Sequence[Vector]) -> list[Vector]:
        return [{k: field.convert(c, lower.algebra.field) for k, c in v.items()} for v in vectors]

    wide = Block(lifted(block.over), lifted(block.rest), simple=True)
    group = tuple(lifted(before.group))
    vector = dict(larger.vector)
    add_scaled(vector, field.from_sympy(symbols[0]), wide.over[0])
    shifted = replace(larger, vector=vector, ranges=ranges, discrete=(), doubtful=doubtful)
    for i in range(size):
        group = kernel(group, [s[i] for s in _action(shifted, wide, group).shift], shifted)
    return [replace(shifted, group=group)]


def _is_compact(state: State) -> bool:
    """Whether the Levi factor of the stabiliser is so(3)."""
    group = state.algebra.restricted(state.group)
    squares = killing_signature(group.restricted(levi_decomposition(group).factor))
    return squares is not None and squares[:2] == (0, 3)
