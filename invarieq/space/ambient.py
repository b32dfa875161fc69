"""The unrestricted candidates: monomials in jets (and in coordinates that the symmetry does not translate).

A monomial is kept when its degree in fields, coordinates and user functions is at most `degree` and the derivatives in
it count together at most `order` (u_x u_xx counts three). User functions and the radius of a rotation enter as extra
variables, so that everything downstream is exact polynomial arithmetic.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import JetSpace

MAX_CANDIDATES = 20_000


@dataclass(frozen=True)
class Ambient:
    """The candidates before any restriction.

    `monomials` are exponent tuples over `variables`; exponents of `radius` (if any) may be negative. `definitions`
    says what each variable that is not a coordinate or a jet stands for. `conserved`: only divergences in space are wanted. `known`: coefficients
    that a user knows, by (equation, monomial).
    """

    space: JetSpace
    leading: tuple[sp.Symbol, ...]
    variables: tuple[sp.Symbol, ...]
    definitions: tuple[tuple[sp.Symbol, sp.Expr], ...]
    radius: sp.Symbol | None
    monomials: tuple[tuple[int, ...], ...]
    conserved: bool = False
    known: tuple[tuple[tuple[int, int], sp.Rational], ...] = ()

    @property
    def size(self) -> int:
        """Number of candidate terms over all equations."""
        return len(self.monomials) * len(self.leading)

    def expression(self, monomial: tuple[int, ...]) -> sp.Expr:
        """The monomial in coordinates and jets, user functions and the radius written out."""
        known = dict(self.definitions)
        return sp.Mul(*[known.get(v, v) ** n for v, n in zip(self.variables, monomial, strict=True)])


def evolution_jets(space: JetSpace, time_order: int, order: int) -> tuple[sp.Symbol, ...]:
    """Jets that may stand on the right of ∂_t^m u = …: total order at most `order`, fewer than m time derivatives."""
    return tuple(z for z in space.jets(order) if (found := space.index(z)) and found[1][0] < time_order)


def ambient(
    space: JetSpace,
    *,
    time_order: int,
    order: int,
    degree: int,
    explicit: tuple[sp.Symbol, ...] = (),
    functions: tuple[sp.Expr, ...] = (),
    radius: tuple[sp.Expr, tuple[int, ...]] | None = None,
    sought: tuple[str, ...] = (),
) -> Ambient:
    """All candidates for ∂_t^m u^a, m = `time_order`, with t the first coordinate, u^a the fields `sought` (none: all).

    `explicit` are coordinates allowed in coefficients, `functions` user functions of coordinates and fields, `radius`
    the square root of a positive quadratic form, with the integer powers in which it may stand.
    """
    t_index = tuple(time_order if i == 0 else 0 for i in range(len(space.coordinates)))
    leading = tuple(space.jet(a, t_index) for a, f in enumerate(space.fields) if f.name in sought or not sought)
    jets = evolution_jets(space, time_order, order if len(space.coordinates) > 1 else time_order - 1)
    named = tuple((sp.Symbol(f"_f{i}", real=True), f) for i, f in enumerate(functions))
    for _, f in named:
        if space.order(f) > 0:
            raise DeclarationError(
                f"terms: the user function {f} holds a derivative; expected a function of coordinates and fields"
            )
    powers = radius[1] if radius else (0,)
    rho = sp.Symbol("_rho", positive=True) if radius is not None else None
    variables = (*explicit, *jets, *(s for s, _ in named))
    weights = tuple(_weight(space, v) for v in variables)
    opposite = [(variables.index(1 / f), variables.index(s)) for s, f in named if 1 / f in variables]
    found = [
        m
        for m in _monomials(weights, degree, order if len(space.coordinates) > 1 else degree)
        if not any(m[i] and m[j] for i, j in opposite)  # r and 1/r together are a shorter monomial
    ]
    if len(found) * len(powers) > MAX_CANDIDATES:
        raise DeclarationError(f"terms: degree {degree} and order {order} give {len(found)} candidates; lower one of them")
    if rho is not None and radius is not None:
        last = max(i for i, v in enumerate(variables) if v in {f.symbol for f in space.fields})
        found = [(*m, k) for k in powers for m in found if m[last] < 2 and sum(m) > 0]
        variables, named = (*variables, rho), (*named, (rho, radius[0]))
    return Ambient(space, leading, variables, named, rho, tuple(found))


def _weight(space: JetSpace, variable: sp.Symbol) -> int:
    found = space.index(variable)
    return sum(found[1]) if found else 0


def _monomials(weights: tuple[int, ...], degree: int, order: int) -> Iterator[tuple[int, ...]]:
    for d in range(degree + 1):
        for chosen in itertools.combinations_with_replacement(range(len(weights)), d):
            if sum(weights[i] for i in chosen) <= order:
                yield tuple(chosen.count(i) for i in range(len(weights)))
