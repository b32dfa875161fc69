"""Which symmetries a system of these coordinates and fields may have: what `--symmetry auto` asks the data about."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.jets import JetSpace, VectorField, symbols_of
from invarieq.symmetry.named import galilean_boost, lorentz_boost, rotation, scaling, translation


@dataclass(frozen=True, slots=True)
class Candidate:
    """A generator to test. With `free` its rate is unknown: what it forces is fitted instead (c u u_x for a boost)."""

    field: VectorField
    kind: str
    free: bool = False


def catalogue(space: JetSpace) -> tuple[Candidate, ...]:
    """Named generators beyond translations of coordinates; the first coordinate is taken for time.

    Rotations in every plane of places and of fields (also of both together), boosts of unknown rate (Galilei) and unknown
    speed (Lorentz), shifts and scalings of fields. Scalings that mix coordinates have unknown weights: see `scalings_of`.
    """
    time, *places = space.coordinates
    fields = [f.symbol for f in space.fields]
    found = [Candidate(rotation(*pair), "rotation") for pair in itertools.combinations(fields, 2)]
    for a, b in itertools.combinations(places, 2):
        found.append(Candidate(rotation(a, b), "rotation"))
        for u, v in itertools.permutations(fields, 2):
            together = {**dict(rotation(a, b).components), **dict(rotation(u, v).components)}
            found.append(Candidate(VectorField(together, name=f"rotation in the planes {a}, {b} and {u}, {v}"), "rotation"))
    for x in places:
        found += [Candidate(galilean_boost(time, x, u), "Galilean boost", free=True) for u in fields]
        found.append(Candidate(lorentz_boost(time, x), "Lorentz boost", free=True))
    for u in fields:
        found.append(Candidate(translation(u), "shift"))
        if not places:
            found.append(Candidate(galilean_boost(time, u), "Galilean boost"))
    found.append(Candidate(scaling({u: 1 for u in fields}), "scaling"))
    if len(fields) > 1:
        found += [Candidate(scaling({u: 1}), "scaling") for u in fields]
    return tuple(found)


def scalings_of(space: JetSpace, leading: Sequence[sp.Symbol], right: Sequence[Sequence[sp.Expr]]) -> tuple[VectorField, ...]:
    """A basis of all scalings that multiply each equation ℓ_a = Σ terms by a factor, whatever the coefficients are.

    `right` lists the terms of each equation: monomials in coordinates and jets, or sums of such of equal weight; the radius of
    fields may occur with any power. The weights of a term and of its ℓ agree: linear equations with whole numbers, solved exactly.
    """
    variables = (*space.coordinates, *(f.symbol for f in space.fields))
    rows = []
    for symbol, terms in zip(leading, right, strict=True):
        wanted = _weight(space, symbol, variables)
        for term in terms:
            for part in sp.Add.make_args(sp.expand_mul(term, deep=False)):
                rows.append(wanted - _monomial_weight(space, part, variables))
                rows += _radius_rows(space, part, variables)
    matrix = sp.Matrix([list(r) for r in rows if any(r)]) if any(any(r) for r in rows) else sp.zeros(1, len(variables))
    found = []
    for vector in matrix.nullspace():
        whole = list(vector * sp.ilcm(*[e.q for e in vector]))
        sign = -1 if next(e for e in whole if e) < 0 else 1
        found.append(scaling({z: sign * w for z, w in zip(variables, whole, strict=True) if w}))
    return tuple(found)


def _weight(space: JetSpace, symbol: sp.Symbol, variables: Sequence[sp.Symbol]) -> sp.Matrix:
    """The weight of a variable as a linear form in the weights of coordinates and fields."""
    row = sp.zeros(1, len(variables))
    found = space.index(symbol)
    if found is None:
        if symbol in variables:
            row[variables.index(symbol)] = 1
        return row
    row[variables.index(space.fields[found[0]].symbol)] = 1
    for i, n in enumerate(found[1]):
        row[i] -= n
    return row


def _monomial_weight(space: JetSpace, term: sp.Expr, variables: Sequence[sp.Symbol]) -> sp.Matrix:
    row = sp.zeros(1, len(variables))
    for base, power in term.as_powers_dict().items():
        inner = symbols_of(base)
        if inner:  # a sum of squares weighs as the square of its first field
            single = base if isinstance(base, sp.Symbol) else inner[0]
            row += power * (1 if isinstance(base, sp.Symbol) else 2) * _weight(space, single, variables)
    return row


def _radius_rows(space: JetSpace, term: sp.Expr, variables: Sequence[sp.Symbol]) -> list[sp.Matrix]:
    """Fields under one radius weigh the same."""
    rows = []
    for base in term.as_powers_dict():
        if isinstance(base, sp.Add):
            inner = symbols_of(base)
            rows += [_weight(space, s, variables) - _weight(space, inner[0], variables) for s in inner[1:]]
    return rows
