"""Integration by parts: a monomial in jets as derivatives of functions with as few derivatives as possible.

u u_x = D_x(u²/2), x² u_xx = D_xx(x² u) − 4 D_x(x u) + 2u, u u_xx = D_xx(u²/2) − u_x². In the weak form every D_J moves onto
the test function, so only what is left under it has to be evaluated on data; products of derivatives such as u_x² cannot
be moved and keep their derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from invarieq.jets import JetSpace
from invarieq.jets.space import MultiIndex

Monomial = tuple[tuple[sp.Symbol, int], ...]


@dataclass(frozen=True)
class Atom:
    """D_J of a monomial: what one weak moment is made of."""

    index: MultiIndex
    monomial: Monomial


def atoms(space: JetSpace, monomial: Monomial) -> dict[Atom, Fraction]:
    """The monomial as a sum of coefficient × atom.

    Variables that are neither coordinates nor jets of `space` (user functions, the radius) are kept as they stand.
    """
    done: dict[Atom, Fraction] = {}
    zero = (0,) * len(space.coordinates)
    pending: list[tuple[MultiIndex, dict[sp.Symbol, int], Fraction]] = [(zero, dict(monomial), Fraction(1))]
    while pending:
        index, factors, c = pending.pop()
        moved = _move(space, factors)
        if moved is None:
            atom = Atom(index, _ordered(factors))
            done[atom] = done.get(atom, Fraction(0)) + c
            continue
        direction, inner, rest = moved
        raised = tuple(n + (i == direction) for i, n in enumerate(index))
        pending += [(raised, f, c * k) for f, k in inner]
        pending += [(index, f, -c * k) for f, k in rest]
    return {atom: c for atom, c in done.items() if c}


def _ordered(factors: dict[sp.Symbol, int]) -> Monomial:
    return tuple(sorted(((s, n) for s, n in factors.items() if n), key=lambda pair: pair[0].name))


_Sum = list[tuple[dict[sp.Symbol, int], Fraction]]


def _move(space: JetSpace, factors: dict[sp.Symbol, int]) -> tuple[int, _Sum, _Sum] | None:
    """(i, G, R) with the product = D_i G − R and R of lower rank, or None where no derivative can be moved."""
    if any(space.index(s) is None and s not in space.coordinates for s, n in factors.items() if n):
        return None
    jets = {s: space.index(s) for s, n in factors.items() if n and space.index(s) is not None}
    top = max(jets, key=lambda s: _rank(jets[s]), default=None)
    if top is None or factors[top] != 1 or not any(jets[top][1]):  # type: ignore[index]
        return None
    a, index = jets[top]  # type: ignore[misc]
    for i in [k for k in reversed(range(len(index))) if index[k]]:
        lowered = space.jet(a, tuple(n - (k == i) for k, n in enumerate(index)))
        power = factors.get(lowered, 0) + 1
        rest = {s: n for s, n in factors.items() if n and s not in (top, lowered)}
        derivative = _differentiate(space, rest, i, below=_rank((a, index)))
        if derivative is not None:
            share = Fraction(1, power)
            inner: _Sum = [({**rest, lowered: power}, share)]
            return i, inner, [(_times(f, lowered, power), share * k) for f, k in derivative]
    return None


def _rank(found: tuple[int, MultiIndex] | None) -> tuple[int, int, MultiIndex]:
    a, index = found  # type: ignore[misc]
    return (sum(index), a, index)


def _times(factors: dict[sp.Symbol, int], symbol: sp.Symbol, power: int) -> dict[sp.Symbol, int]:
    return {**factors, symbol: factors.get(symbol, 0) + power}


def _differentiate(space: JetSpace, factors: dict[sp.Symbol, int], i: int, *, below: tuple[int, int, MultiIndex]) -> _Sum | None:
    """D_i of a product; None as soon as a derivative of rank `below` or more would appear."""
    result: _Sum = []
    for symbol, n in factors.items():
        others = {s: k - (s == symbol) for s, k in factors.items()}
        found = space.index(symbol)
        if found is None:
            if symbol == space.coordinates[i]:
                result.append((others, Fraction(n)))
            continue
        if space.coordinates[i] not in space.fields[found[0]].arguments:
            continue
        raised = (found[0], tuple(k + (j == i) for j, k in enumerate(found[1])))
        if _rank(raised) >= below:
            return None
        result.append((_times(others, space.jet(*raised), 1), Fraction(n)))
    return result
