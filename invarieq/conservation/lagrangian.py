"""Is a law variational, and what is its Lagrangian?

A system Δ_a (one equation a field) is the Euler–Lagrange system of some L exactly when its linearization is self-adjoint
(Helmholtz 1887; Olver 1993, Theorem 5.92); L = Σ_a u^a ∫_0^1 Δ_a[λu] dλ then. The equations may come in another order and
with other signs; integrating factors other than ±1 are not sought.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, prod

import sympy as sp

from invarieq.conservation.euler import euler, expanded, gathered, split_powers
from invarieq.errors import Undecided
from invarieq.exact.decide import decide
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.jets.multiindices import MultiIndex

MAX_PERMUTED = 3
_SCALE = sp.Dummy("scale", positive=True)


@dataclass(frozen=True, slots=True)
class VariationalForm:
    """E_a(lagrangian) = sign_a · law[place_a], proved; `arrangement` holds (place, sign) for each field."""

    space: JetSpace
    law: tuple[sp.Expr, ...]
    lagrangian: sp.Expr
    arrangement: tuple[tuple[int, int], ...]


def variational_form(space: JetSpace, law: Sequence[sp.Expr]) -> VariationalForm | None:
    """A Lagrangian of a law, or None where it is the Euler–Lagrange system of none in any order of its equations and signs.

    Raises `Undecided` where the law is variational but its Lagrangian could not be written.
    """
    if len(law) != len(space.fields):
        return None
    for arrangement in _arrangements(len(law)):
        arranged = tuple(sign * law[k] for k, sign in arrangement)
        if not is_self_adjoint(space, arranged):
            continue
        found = _lagrangian(space, arranged)
        if found is None:
            raise Undecided("the law is variational, but the integral that gives its Lagrangian was not found")
        return VariationalForm(space, tuple(law), found, arrangement)
    return None


def is_self_adjoint(space: JetSpace, law: Sequence[sp.Expr]) -> bool:
    """Helmholtz's conditions: ∂Δ_a/∂u^b_J = Σ_{I ≥ J} (−1)^|I| C(I, J) D_{I−J} ∂Δ_b/∂u^a_I for all a, b, J."""
    slopes = [[_slopes(space, e, b) for b in range(len(law))] for e in law]
    for a in range(len(law)):
        for b in range(a, len(law)):
            there = _adjoint(space, slopes[b][a])
            here = slopes[a][b]
            for index in sorted({*here, *there}):
                if not decide(here.get(index, sp.S.Zero) - there.get(index, sp.S.Zero)).truth():
                    return False
    return True


def _arrangements(count: int) -> Iterator[tuple[tuple[int, int], ...]]:
    orders = itertools.permutations(range(count)) if count <= MAX_PERMUTED else [tuple(range(count))]
    for order in orders:
        for signs in itertools.product((1, -1), repeat=count - 1):
            yield tuple(zip(order, (1, *signs), strict=True))


def _slopes(space: JetSpace, equation: sp.Expr, field: int) -> dict[MultiIndex, sp.Expr]:
    found = {s: space.index(s) for s in symbols_of(equation)}
    return {index[1]: sp.diff(equation, s) for s, index in found.items() if index and index[0] == field}


def _adjoint(space: JetSpace, slopes: dict[MultiIndex, sp.Expr]) -> dict[MultiIndex, sp.Expr]:
    result: dict[MultiIndex, sp.Expr] = {}
    for index, slope in slopes.items():
        for lower in itertools.product(*(range(n + 1) for n in index)):
            rest = tuple(n - m for n, m in zip(index, lower, strict=True))
            weight = (-1) ** sum(index) * prod(comb(n, m) for n, m in zip(index, lower, strict=True))
            part = weight * space.total_derivatives(slope, rest)
            result[lower] = sp.expand(result.get(lower, sp.S.Zero) + part)
    return result


def _lagrangian(space: JetSpace, law: Sequence[sp.Expr]) -> sp.Expr | None:
    parts = [
        _integrated(term, f.symbol, space)
        for f, e in zip(space.fields, law, strict=True)
        for term in sp.Add.make_args(expanded(e))
    ]
    if any(p is None for p in parts):
        return None
    lagrangian = lowered(gathered(expanded(sp.Add(*[p for p in parts if p is not None]))), space)
    try:
        fits = all(decide(e - d).truth() for e, d in zip(euler(lagrangian, space), law, strict=True))
    except Undecided:
        return None
    return lagrangian if fits else None


def lowered(lagrangian: sp.Expr, space: JetSpace) -> sp.Expr:
    """The same Lagrangian up to a divergence, its terms integrated by parts while that lowers their highest derivative.

    u u_tt/2 becomes −u_t²/2.
    """
    todo, done = list(sp.Add.make_args(lagrangian)), list[sp.Expr]()
    while todo:
        term = todo.pop()
        parts = [p for p in _parts(term, space) if space.order(p) < space.order(term)]
        if parts:
            todo += sp.Add.make_args(parts[0])
        else:
            done.append(term)
    return expanded(sp.Add(*done))


def _parts(term: sp.Expr, space: JetSpace) -> Iterator[sp.Expr]:
    """−D_i(rest) u_J for a factor u_{J,i} of highest order that enters linearly."""
    order = space.order(term)
    for symbol in (s for s in symbols_of(term) if order > 1 and space.index(s) and space.order(s) == order):
        rest = term / symbol
        a, index = space.index(symbol)  # type: ignore[misc]
        if not rest.has(symbol):
            for i in (k for k, n in enumerate(index) if n):
                lower = space.jet(a, tuple(n - (k == i) for k, n in enumerate(index)))
                yield expanded(-space.total_derivative(rest, i) * lower)


def _integrated(term: sp.Expr, field: sp.Symbol, space: JetSpace) -> sp.Expr | None:
    """u ∫_0^1 term[λu] dλ: u · term over its degree where it is homogeneous (that is so for negative degrees too)."""
    jets = sorted({field, *(s for s in symbols_of(term) if space.index(s))}, key=lambda s: s.name)
    whole = field * term
    scaled = substitute(whole, {s: _SCALE * s for s in jets})
    ratio = sp.powsimp(sp.expand_power_base(sp.simplify(split_powers(scaled / whole)), force=True))
    base, degree = ratio.as_base_exp()
    if base == _SCALE and not degree.has(_SCALE) and degree != 0:
        return whole / degree
    if ratio == 1:
        return sp.integrate(term, field) if jets == [field] else None
    positive = {s: sp.Dummy(s.name, positive=True) for s in jets}  # keeps SymPy from telling cases apart
    integral = sp.integrate(substitute(sp.expand(scaled / _SCALE), positive), (_SCALE, 0, 1))
    if integral.has(sp.Integral, sp.oo, sp.nan, sp.zoo, sp.Piecewise, _SCALE):
        return None
    return substitute(integral, {d: s for s, d in positive.items()})
