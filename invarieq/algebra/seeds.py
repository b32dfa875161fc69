"""Leading parts of normal forms: one vector for each class of lines modulo a block, with its stabiliser.

In sl(2, ℝ) the sign of the Killing form K(v, v) tells hyperbolic, elliptic and nilpotent lines apart; in so(3) all lines
are conjugate. Half a turn (so(3)) or the Weyl element (hyperbolic lines of sl(2, ℝ)) maps a vector to its negative.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import sympy as sp
from sympy.polys.polyerrors import CoercionFailed

from invarieq.algebra.adjoint import adjoint_action, nilpotent_exponential
from invarieq.algebra.cases import Discrete, State
from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.killing import killing_form, signature, value_of_form
from invarieq.algebra.levi import levi_decomposition
from invarieq.algebra.quotients import Block, NeedsRoot, top_block
from invarieq.algebra.representation import invariant_forms
from invarieq.errors import Undecided
from invarieq.exact.characteristic import characteristic_polynomial, factors, kernel
from invarieq.exact.sparse import Basis, Span, Vector, add_scaled, combine, null_space, scaled

REACH = 2
ANGLE = sp.Symbol("angle_of_seed", real=True)


def stabiliser(algebra: StructureConstants, group: Sequence[Vector], vector: Vector, rest: Sequence[Vector]) -> list[Vector]:
    """The h in a subalgebra with [h, vector] in the span of `vector` and `rest`."""
    span = Span(algebra.domain, [vector, *rest])
    rows: dict[int, Vector] = {}
    for j, h in enumerate(group):
        for k, value in span.reduce(algebra.bracket(h, vector)).items():
            rows.setdefault(k, {})[j] = value
    return [combine(c, group) for c in null_space(rows.values(), len(group), algebra.domain)]


def radical_seeds(state: State) -> list[State]:
    """Lines of a soluble ideal by the first block, from the top, in which they do not vanish."""
    result: list[State] = []
    module = list(state.module)
    while module:
        block = top_block(state.algebra, state.group, module)
        result += [_leading(state, block, vector) for vector in _lines(state, block)]
        module = block.rest
    return result


def _lines(state: State, block: Block) -> list[Vector]:
    """One vector for each class of lines of a block: all are conjugate, or an invariant form of rank 3 tells them apart."""
    size = len(block.over)
    if size <= 2:
        return [block.over[0]]
    if size > 3:
        raise Undecided(f"orbits of the Levi factor in its module of dimension {size} are not classified here")
    algebra = state.algebra
    levi = levi_decomposition(algebra)
    frame = Basis(algebra.domain, [*block.over, *block.rest])
    maps = [
        [{k: c for k, c in (frame.coordinates(algebra.bracket(x, b)) or {}).items() if k < size} for b in block.over]
        for x in levi.factor
    ]
    form = invariant_forms(maps, size, algebra.domain)[0]
    squares = signature(form, algebra.field) or (0, 0, 3)
    if squares in {(3, 0, 0), (0, 3, 0)}:
        return [block.over[0]]
    if squares[2]:
        raise Undecided("a module of dimension 3 without an invariant form")
    return [combine(_of_sign(algebra, form, sign), block.over) for sign in (1, 0, -1)]


def _leading(state: State, block: Block, vector: Vector) -> State:
    algebra = state.algebra
    group = stabiliser(algebra, state.group, vector, block.rest)
    return State(
        algebra,
        vector,
        tuple(block.rest),
        tuple(group),
        pending=state.pending,
        doubtful=len(block.over) > 1 and bool(block.rest) and not _half_turn_is_harmless(algebra, group, vector, block.rest),
    )


def _half_turn_is_harmless(algebra: StructureConstants, group: Sequence[Vector], vector: Vector, rest: Sequence[Vector]) -> bool:
    """Whether translations reach everything below, so that it does not matter what −1 does there."""
    below = Span(algebra.domain, [*rest, vector])
    reached = Span(algebra.domain, [vector, *(algebra.bracket(h, vector) for h in group)])
    return reached.dimension == below.dimension


def simple_seeds(state: State, factor: Sequence[Vector], radical: Sequence[Vector], name: str) -> list[State]:
    """Lines of L outside the radical, for a Levi factor sl(2,R) or so(3): one for each class of lines of the factor."""
    algebra = state.algebra
    form = [dict(row) for row in killing_form(algebra.restricted(factor))]
    if name == "so(3)":
        vectors = [({0: algebra.domain.one}, "compact")]
    else:
        vectors = [
            (_hyperbolic(algebra, form), "hyperbolic"),
            (_of_sign(algebra, form, 0), "nilpotent"),
            (_of_sign(algebra, form, -1), "elliptic"),
        ]
    result: list[State] = []
    for coordinates, kind in vectors:
        vector = combine(coordinates, factor)
        group = stabiliser(algebra, state.group, vector, radical)
        discrete = _reversals(algebra, factor, vector, kind) if radical else ()
        result.append(State(algebra, vector, tuple(radical), tuple(group), pending=state.pending, discrete=discrete))
    return result


def _of_sign(algebra: StructureConstants, form: Sequence[Vector], sign: int) -> Vector:
    """A short vector on which an indefinite form of three variables is positive, zero or negative."""
    field = algebra.field
    fitting = [v for v in _short_vectors(algebra) if field.sign(value_of_form(form, v, v, field.domain)) == sign]
    return fitting[0] if fitting else _isotropic(algebra, form)


def _hyperbolic(algebra: StructureConstants, form: Sequence[Vector]) -> Vector:
    """A short vector of sl(2, ℝ) with K(v, v) > 0 and eigenvalues ±2λ in the field: K(v, v) = 8 λ²."""
    field = algebra.field
    roots: list[tuple[Vector, sp.Expr]] = []
    for v in _short_vectors(algebra):
        value = value_of_form(form, v, v, field.domain)
        if field.sign(value) == 1:
            roots.append((v, sp.sqrt(field.to_sympy(value) / 8)))
    inside = [v for v, root in roots if _is_in(root, algebra)]
    if inside:
        return inside[0]
    raise NeedsRoot(roots[0][1])


def _is_in(root: sp.Expr, algebra: StructureConstants) -> bool:
    try:
        algebra.field.from_sympy(root)
    except (CoercionFailed, ValueError):
        return False
    return True


def _short_vectors(algebra: StructureConstants) -> list[Vector]:
    """Vectors of three small whole numbers, the shortest first, one of each line."""
    box = [v for v in itertools.product(range(-REACH, REACH + 1), repeat=3) if any(v) and next(x for x in v if x) > 0]
    box.sort(key=lambda v: (sum(x != 0 for x in v), sum(map(abs, v)), [-x for x in v]))
    return [{i: algebra.domain.convert(x) for i, x in enumerate(v) if x} for v in box]


def _isotropic(algebra: StructureConstants, form: Sequence[Vector]) -> Vector:
    """A vector on which the form vanishes where no short one does: x + √(−B(x,x)/B(y,y)) y for orthogonal x and y."""
    field = algebra.field
    plus = _of_sign(algebra, form, 1)
    for entry in null_space([combine(plus, form)], 3, field.domain):
        value = value_of_form(form, entry, entry, field.domain)
        if field.sign(value) == -1:
            root = sp.sqrt(field.to_sympy(-value_of_form(form, plus, plus, field.domain) / value))
            if not _is_in(root, algebra):
                raise NeedsRoot(root)
            result = dict(plus)
            add_scaled(result, field.from_sympy(root), entry)
            return result
    raise Undecided("no isotropic vector was found")


def _reversals(algebra: StructureConstants, factor: Sequence[Vector], vector: Vector, kind: str) -> tuple[Discrete, ...]:
    """Group elements that keep the line of a vector of the factor but lie outside the identity component of its stabiliser."""
    if kind == "hyperbolic":
        return (Discrete(_frozen(_weyl_element(algebra, factor, vector)), -1), Discrete(_frozen(_centre(algebra, factor)), 1))
    if kind == "nilpotent":
        return (Discrete(_frozen(_centre(algebra, factor)), 1),)
    if kind == "compact":
        return (Discrete(_frozen(_turned(algebra, factor[1], sp.pi)), -1),)
    return ()


def _frozen(columns: Sequence[Vector]) -> tuple[tuple[tuple[int, object], ...], ...]:
    return tuple(tuple(sorted(column.items())) for column in columns)


def _triple(algebra: StructureConstants, factor: Sequence[Vector], vector: Vector) -> tuple[Vector, Vector]:
    """e and f with [h, e] = 2e, [h, f] = −2f, [e, f] = h for a multiple h of a hyperbolic vector."""
    inner = algebra.restricted(factor)
    coordinates = Basis(algebra.domain, factor).coordinates(vector) or {}
    value = value_of_form(killing_form(inner), coordinates, coordinates, algebra.domain)
    half = algebra.field.from_sympy(sp.sqrt(algebra.field.to_sympy(value) / 8))
    h = scaled(algebra.domain.one / half, coordinates)
    vectors: list[Vector] = []
    for eigenvalue in (2, -2):
        columns = [dict(c) for c in inner.adjoint(h)]
        for j, column in enumerate(columns):
            add_scaled(column, algebra.domain.convert(-eigenvalue), {j: algebra.domain.one})
        vectors.append(kernel(columns, algebra.domain)[0])
    e, f = vectors
    product = inner.bracket(e, f)
    at = min(product)
    f = scaled(h[at] / product[at], f)
    return combine(e, factor), combine(f, factor)


def _weyl_element(algebra: StructureConstants, factor: Sequence[Vector], vector: Vector) -> list[Vector]:
    """exp(ad e) exp(−ad f) exp(ad e), which maps h to −h."""
    e, f = _triple(algebra, factor, vector)
    first = nilpotent_exponential(algebra, e)
    middle = nilpotent_exponential(algebra, scaled(-algebra.domain.one, f))
    return [combine(combine(column, middle), first) for column in first]


def _centre(algebra: StructureConstants, factor: Sequence[Vector]) -> list[Vector]:
    """The square of the Weyl element: −1 in SL(2, ℝ), which acts as −1 on the modules of even dimension."""
    form = [dict(row) for row in killing_form(algebra.restricted(factor))]
    vector = combine(_hyperbolic(algebra, form), factor)
    once = _weyl_element(algebra, factor, vector)
    return [combine(column, once) for column in once]


def _turned(algebra: StructureConstants, axis: Vector, angle: sp.Expr) -> list[Vector]:
    """Ad of a rotation about an axis of so(3), whose eigenvalues on so(3) itself are 0 and ±iω: exp(angle/ω · axis)."""
    speed = _speed(algebra, axis)
    columns: list[Vector] = []
    for e in algebra.units:
        image = adjoint_action(algebra, axis, e, ANGLE)
        values = [sp.simplify(x.subs(ANGLE, angle / speed)) for x in image]
        columns.append({k: algebra.field.from_sympy(x) for k, x in enumerate(values) if x != 0})
    return columns


def _speed(algebra: StructureConstants, axis: Vector) -> sp.Expr:
    """ω: the non-zero eigenvalue of least size of ad(axis) is iω."""
    speeds = [
        sp.sqrt(algebra.field.to_sympy(f.rep.to_list()[2]))
        for f, _ in factors(characteristic_polynomial(algebra.adjoint(axis), algebra.field))
        if f.degree() == 2
    ]
    return min(speeds, key=lambda s: float(s.evalf()))
