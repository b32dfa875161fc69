"""Which coordinates do the declared rotations turn, and which fields turn with them as vectors?

Under x_i ∂_j − x_j ∂_i + u_i ∂_{u_j} − u_j ∂_{u_i} the fields u are a vector; a field that no rotation moves is a scalar (under
rotations without reflections true vectors and axial ones, such as a vorticity, are alike).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from invarieq.jets import JetSpace, VectorField

Pair = tuple[sp.Symbol, sp.Symbol]
MOST_PLACES = 3


@dataclass(frozen=True)
class Turning:
    """All rotations of two or three coordinates.

    `places` are the numbers of the turned coordinates, `vectors` the numbers of the fields of each vector in the same order,
    `scalars` those of the other fields; `generators` are the declared rotations, `others` the generators that are none.
    """

    places: tuple[int, ...]
    vectors: tuple[tuple[int, ...], ...]
    scalars: tuple[int, ...]
    generators: tuple[VectorField, ...]
    others: tuple[VectorField, ...]


def turning(space: JetSpace, symmetry: Sequence[VectorField]) -> Turning | None:
    """The rotations in `symmetry`; None where there are none, or where fields turn otherwise than scalars and vectors do."""
    found = {g: pairs for g in symmetry if (pairs := _plane(space, g))}
    turned = sorted({space.coordinates.index(s) for pairs in found.values() for s in pairs[0]})
    if not found or len(turned) > MOST_PLACES or (len(turned) == 3 and len({frozenset(p[0]) for p in found.values()}) < 2):
        return None
    slots: dict[sp.Symbol, int] = {}
    joined: list[set[sp.Symbol]] = []
    for (first, second), *fields in found.values():
        for pair in fields:
            for symbol, place in zip(pair, (first, second), strict=True):
                if slots.setdefault(symbol, turned.index(space.coordinates.index(place))) != turned.index(
                    space.coordinates.index(place)
                ):
                    return None
            near = [group for group in joined if group & {*pair}]
            joined = [group for group in joined if group not in near] + [set(pair).union(*near)]
    vectors = [tuple(sorted((space.index(s)[0] for s in group), key=lambda a: slots[space.fields[a].symbol])) for group in joined]  # type: ignore[index]
    if any([slots[space.fields[a].symbol] for a in v] != list(range(len(turned))) for v in vectors):
        return None
    scalars = [a for a in range(len(space.fields)) if not any(a in v for v in vectors)]
    if any(not {space.coordinates[i] for i in turned} <= {*f.arguments} for f in space.fields):
        return None
    others = tuple(g for g in symmetry if g not in found)
    return Turning(tuple(turned), tuple(sorted(vectors)), tuple(scalars), tuple(found), others)


def _plane(space: JetSpace, generator: VectorField) -> list[Pair]:
    """The pairs (a, b) of a field c Σ (a ∂_b − b ∂_a) over one pair of coordinates (first) and pairs of fields; else nothing."""
    parts = dict(generator.components)
    pairs: list[Pair] = []
    rates: list[sp.Expr] = []
    for symbol, component in parts.items():
        number, other = component.as_coeff_Mul()
        if not isinstance(other, sp.Symbol) or parts.get(other) != -number * symbol:
            return []
        if (other, symbol) not in pairs and (symbol, other) not in pairs:
            pairs.append((other, symbol))
            rates.append(number)
    places = [n for n, pair in enumerate(pairs) if all(s in space.coordinates for s in pair)]
    fields = [n for n, pair in enumerate(pairs) if all(s in [f.symbol for f in space.fields] for s in pair)]
    if len(places) != 1 or len(places) + len(fields) != len(pairs):
        return []
    if any(abs(r) != abs(rates[places[0]]) for r in rates):
        return []
    return [
        pairs[places[0]],
        *(pairs[n] if rates[n] == rates[places[0]] else (pairs[n][1], pairs[n][0]) for n in fields),
    ]
