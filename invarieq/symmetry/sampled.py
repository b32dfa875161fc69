"""Linear conditions on unknown coefficients, sampled modulo a prime: one matrix, one null space, fractions read back.

Every unknown multiplies a vector of expressions (its column); a combination is a solution when the vectors add up to zero identically
in every symbol. At random points that is one linear equation for each component; a few more points than unknowns make a false
solution as unlikely as one in 10⁶ (Schwartz–Zippel), and what is found is checked exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from invarieq.errors import Undecided
from invarieq.exact import PRIME, echelon, read_vector
from invarieq.exact.primes import Residues
from invarieq.exact.values import Values

SEED = 20240607
SPARE = 12  # equations more than unknowns
ROUNDS = 6


class RandomPoints:
    """Random points modulo the prime, where expressions are evaluated; bits are 0 or 1."""

    def __init__(self, count: int, bits: Sequence[sp.Symbol] = (), *, seed: int = SEED) -> None:
        """Equal seeds give equal points."""
        source = np.random.default_rng(seed)
        self.values = Values(count, seed)
        for h in bits:
            self.values.assign(h, source.integers(0, 2, size=count, dtype=np.int64))

    def __call__(self, expr: sp.Expr) -> Residues:
        """Residues of an expression, one a sample."""
        return self.values(expr)

    @property
    def valid(self) -> np.ndarray:
        """Points at which everything so far was defined."""
        return self.values.valid


def null_vectors(build: object, unknowns: int, rows_each: int, bits: Sequence[sp.Symbol] = ()) -> list[tuple[Fraction, ...]]:
    """All rational combinations of columns that vanish identically.

    `build(samples)` gives an array (rows_each × samples × unknowns) of residues. Raises `Undecided` where an entry of a solution is no
    small fraction or where the functions cannot be evaluated at random points.
    """
    count = -(-(unknowns + SPARE) // max(rows_each, 1)) + SPARE
    for attempt in range(ROUNDS):
        samples = RandomPoints(count, bits, seed=SEED + attempt)
        array = np.asarray(build(samples))  # type: ignore[operator]
        usable = samples.valid
        if usable.sum() * rows_each >= unknowns + SPARE:
            break
        count *= 2  # radicands that are no squares, poles
    else:
        raise Undecided("the functions are defined at too few random points modulo the prime to decide; simplify their roots")
    matrix = array[:, usable, :].reshape(-1, unknowns) % PRIME
    form = echelon(matrix)
    found = []
    for row in form.null_space:
        vector = read_vector(int(v) for v in row)
        if vector is None:
            raise Undecided("a coefficient of a solution is not a fraction of small whole numbers; scale the variables")
        found.append(vector)
    return found
