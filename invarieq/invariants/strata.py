"""Singular strata: relative invariants on whose zero set the orbits have a smaller dimension.

Orbits of one dimension form an invariant set, so a hypersurface of smaller orbits is the zero set of a relative
invariant. Each one found is tried: the rank of the prolonged generators at a random point of R = 0 modulo a prime.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy.polys.rings import PolyElement

from invarieq.exact import PRIME
from invarieq.exact.linear import rank
from invarieq.exact.points import evaluate, random_point
from invarieq.exact.primes import SQUARES
from invarieq.invariants.action import Action
from invarieq.invariants.relative import Relative
from invarieq.invariants.result import Stratum

TRIES = 12


def singular_strata(found: Sequence[Relative], action: Action, orbits: int) -> tuple[Stratum, ...]:
    """The relative invariants among `found` on whose zero set the orbit dimension is below `orbits`."""
    if action.kernels.entries:
        return ()
    result = []
    for relative in found:
        point = point_on(relative.poly, action)
        if point is not None:
            dimension = rank([[action.value(entry, point) for entry in row] for row in action.moves])
            if dimension < orbits:
                result.append(Stratum(relative.expression, dimension))
    return tuple(sorted(result, key=lambda s: (s.orbit_dimension, len(str(s.expression)), str(s.expression))))


def point_on(poly: PolyElement, action: Action) -> list[int] | None:
    """A random point modulo the prime where a polynomial without kernels vanishes; None if none was met."""
    terms = action.residues(poly)
    for place in range(len(action.jets) - 1, -1, -1):
        degree = max(powers[place] for powers in terms)
        if degree not in (1, 2):
            continue
        for attempt in range(TRIES):
            point = random_point(len(action.symbols), seed=1000 + attempt)
            parts = [0, 0, 0]
            for powers, c in terms.items():
                rest = (*powers[:place], 0, *powers[place + 1 :])
                parts[powers[place]] += evaluate({rest: c}, point)
            root = _root(*(p % PRIME for p in parts))
            if root is not None:
                point[place] = root
                return point
    return None


def _root(c: int, b: int, a: int) -> int | None:
    """A root of a z² + b z + c modulo the prime."""
    if a == 0:
        return -c * pow(b, -1, PRIME) % PRIME if b else None
    gap = (b * b - 4 * a * c) % PRIME
    if pow(gap, SQUARES, PRIME) != 1:
        return None
    return (pow(gap, (PRIME + 1) // 4, PRIME) - b) * pow(2 * a, -1, PRIME) % PRIME
