"""Which coordinates of a field must be integrated together, and in what order.

Coordinate i needs j when component i depends on z_j; coordinates that need one another form a block, and blocks are put so
that each needs only earlier ones (the condensation of the dependency graph).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp

from invarieq.jets import symbols_of


def blocks(components: Mapping[sp.Symbol, sp.Expr]) -> list[tuple[sp.Symbol, ...]]:
    """The moved coordinates in blocks, in an order in which they can be integrated."""
    moved = list(components)
    needs = {z: {s for s in symbols_of(components[z]) if s in components} for z in moved}
    reach = _closure(moved, needs)
    groups: list[tuple[sp.Symbol, ...]] = []
    placed: set[sp.Symbol] = set()
    while len(placed) < len(moved):
        ready = next(z for z in moved if z not in placed and all(s in placed or z in reach[s] for s in reach[z]))
        group = tuple(s for s in moved if s == ready or (s in reach[ready] and ready in reach[s]))
        groups.append(group)
        placed.update(group)
    return groups


def ancestors(block: Sequence[sp.Symbol], components: Mapping[sp.Symbol, sp.Expr]) -> tuple[sp.Symbol, ...]:
    """The block and every moved coordinate that it needs, in the order of `components`."""
    needs = {z: {s for s in symbols_of(components[z]) if s in components} for z in components}
    reach = _closure(list(components), needs)
    wanted = set(block).union(*[reach[z] for z in block])
    return tuple(z for z in components if z in wanted)


def _closure(nodes: Sequence[sp.Symbol], needs: Mapping[sp.Symbol, set[sp.Symbol]]) -> dict[sp.Symbol, set[sp.Symbol]]:
    reach = {z: set(needs[z]) for z in nodes}
    for middle in nodes:
        for z in nodes:
            if middle in reach[z]:
                reach[z] |= reach[middle]
    return reach
