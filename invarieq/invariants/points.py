"""Random points of a jet space modulo a prime at which the kernels have consistent values.

Every coordinate is a square, so that rational powers exist; a root of a composite base is had by trying points until
the base is a square, a sine and cosine from the rational parametrization of the circle. exp, log and powers with
symbolic exponents are algebraically independent of their arguments, so any residue serves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from sympy.polys.rings import PolyElement

from invarieq.exact import PRIME
from invarieq.exact.points import SEED, evaluate, random_point, residue
from invarieq.exact.primes import SQUARES, fractional_exponent
from invarieq.invariants.elementary import ElementaryFunctions

TRIES = 200


def consistent_point(
    kernels: ElementaryFunctions,
    jets: int,
    relations: Sequence[tuple[int, int, PolyElement]],
    parameters: Mapping[str, int],
    *,
    seed: int = SEED,
) -> list[int]:
    """Residues of `jets` variables and of the kernels; `ArithmeticError` if no point was met in `TRIES` tries."""
    values = {place: (degree, value) for place, degree, value in relations}
    for attempt in range(TRIES):
        draws = random_point(jets + len(kernels.entries), seed=seed + attempt)
        point = draws[:jets] + [0] * len(kernels.entries)
        if all(_settle(kernel.kind, jets + n, draws, point, values, parameters) for n, kernel in enumerate(kernels.entries)):
            return point
    raise ArithmeticError(f"no point with real roots was met in {TRIES} tries")


def _settle(
    kind: str,
    place: int,
    draws: Sequence[int],
    point: list[int],
    values: Mapping[int, tuple[int, PolyElement]],
    parameters: Mapping[str, int],
) -> bool:
    """Set the kernel's value; False if there is none at this point."""
    if kind == "sin":
        tau = draws[place]
        scale = pow(1 + tau * tau, -1, PRIME)
        point[place], point[place + 1] = 2 * tau * scale % PRIME, (1 - tau * tau) * scale % PRIME
    elif kind == "pow" and place in values:
        degree, poly = values[place]
        base = evaluate({powers: residue(c, parameters) for powers, c in poly.items()}, point)
        if pow(base, SQUARES, PRIME) != 1:
            return False
        point[place] = pow(base, fractional_exponent(Fraction(1, degree)), PRIME)
    elif kind != "cos":
        point[place] = draws[place]
    return True
