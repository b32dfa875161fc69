"""What a search for invariants hands out."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from invarieq.jets import JetSpace, VectorField


@dataclass(frozen=True, slots=True)
class RelativeInvariant:
    """A differential function R with pr v_k(R) = λ_k R; `multipliers` holds λ_k for each generator, in their order."""

    expression: sp.Expr
    multipliers: tuple[sp.Expr, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Where `expression` vanishes, the orbits have dimension `orbit_dimension`, less than elsewhere."""

    expression: sp.Expr
    orbit_dimension: int


@dataclass(frozen=True, slots=True)
class Invariants:
    """Functionally independent differential invariants up to a jet order.

    `expressions`: lowest order first, within an order the fewest operations first, then by text. `certified`: every
    prolonged generator annihilates every expression (proved), and the Jacobian has rank `count`. `singular`: the
    expressions hold where none of these vanish. `relative`: the relative invariants found on the way, of which
    the expressions are products of powers: products with equal multipliers can stand in one equation as terms.
    `strata`: relative invariants on whose zero set the orbits are smaller. `notes`: branches and other remarks.
    """

    space: JetSpace
    generators: tuple[VectorField, ...]
    order: int
    jet_dimension: int
    orbit_dimension: int
    expressions: tuple[sp.Expr, ...]
    certified: bool
    singular: tuple[sp.Expr, ...]
    relative: tuple[RelativeInvariant, ...]
    strata: tuple[Stratum, ...]
    notes: tuple[str, ...]
    seconds: float = field(compare=False)

    @property
    def count(self) -> int:
        """Number of invariants found."""
        return len(self.expressions)

    @property
    def complete(self) -> bool:
        """Whether there are as many as dim J^order less the dimension of the orbits, all of them proved."""
        return self.certified and self.count == self.jet_dimension - self.orbit_dimension

    @property
    def names(self) -> tuple[str, ...]:
        """I1, I2, … in the order of `expressions`."""
        return tuple(f"I{i}" for i in range(1, self.count + 1))
