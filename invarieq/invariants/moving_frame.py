"""The moving frame of a symmetry, from its generators alone: recurrence formulae, commutators, generating sets, syzygies.

A cross-section z = c of the orbits normalizes as many jet variables as the group has dimensions. ι(F) is the invariant that
agrees with F on it. Without knowing ι, its differentials follow by linear algebra:

    𝒟_i ι(F) = ι(D_i F) + Σ_k R_i^k ι(pr v_k F),   with R from 0 = 𝒟_i c on the normalized variables.

In all formulae here a jet variable u_J stands for ι(u_J), and normalized variables for their constants.
Sources: Fels & Olver, Acta Appl. Math. 55 (1999) 127; Hubert, Found. Comput. Math. 9 (2009) 455 (generators, syzygies).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from invarieq.errors import DeclarationError, Undecided
from invarieq.jets import JetSpace, VectorField, apply_prolonged, prolong, substitute

MAX_ORDER = 8
TRIALS = 3


@dataclass(frozen=True, slots=True)
class Syzygy:
    """𝒟_i ι(first) − 𝒟_j ι(second) = difference: two ways to the same derivative; i and j are coordinates."""

    first: tuple[sp.Symbol, sp.Symbol]
    second: tuple[sp.Symbol, sp.Symbol]
    difference: sp.Expr


@dataclass(frozen=True)
class MovingFrame:
    """A cross-section {variable: constant} of order `order`, and what follows from it.

    `maurer_cartan[i][k]` is R_i^k, a rational function of the normalized invariants.
    """

    space: JetSpace
    generators: tuple[VectorField, ...]
    cross_section: Mapping[sp.Symbol, sp.Expr]
    order: int
    maurer_cartan: tuple[tuple[sp.Expr, ...], ...] = field(default=())

    def on_section(self, expr: sp.Expr) -> sp.Expr:
        """ι(expr): normalized variables replaced by their constants (the replacement rule)."""
        return sp.cancel(substitute(expr, dict(self.cross_section)))

    def correction(self, expr: sp.Expr, i: int) -> sp.Expr:
        """𝒟_i ι(expr) − ι(D_i expr)."""
        row = self.maurer_cartan[i]
        terms = [
            r * self.on_section(apply_prolonged(v, expr, self.space)) for r, v in zip(row, self.generators, strict=True) if r != 0
        ]
        return sp.cancel(sp.Add(*terms))

    def derivative(self, expr: sp.Expr, i: int) -> sp.Expr:
        """𝒟_i ι(expr) in normalized invariants: the recurrence formula."""
        return sp.cancel(self.on_section(self.space.total_derivative(expr, i)) + self.correction(expr, i))

    def commutator(self, i: int, j: int) -> tuple[sp.Expr, ...]:
        """Coefficients Y^k with [𝒟_i, 𝒟_j] = Σ_k Y^k 𝒟_k (Fels & Olver 1999, eq. 13.12)."""
        result = []
        for x in self.space.coordinates:
            terms = []
            for k, v in enumerate(self.generators):
                along = [self.on_section(self.space.total_derivative(v.component(x), n)) for n in (i, j)]
                terms.append(self.maurer_cartan[j][k] * along[0] - self.maurer_cartan[i][k] * along[1])
            result.append(sp.cancel(sp.Add(*terms)))
        return tuple(result)

    def generating_set(self) -> tuple[sp.Symbol, ...]:
        """Jets u_J whose ι(u_J) generate all differential invariants by the derivations 𝒟_i.

        Order-0 invariants and the edge of the normalized variables (Hubert 2009, Theorem 4.2), without those that the
        recurrence formula of a lower one gives.
        """
        space, taken = self.space, set(self.cross_section)
        found = [z for z in space.variables(0) if z not in taken]
        for z in self.cross_section:
            for i in range(len(space.coordinates)):
                found += [s for s in self._raised(z, i) if s not in taken]
        ordered = sorted(dict.fromkeys(found), key=lambda z: space.variables(self.order + 1).index(z))
        kept: list[sp.Symbol] = []
        for z in ordered:
            if not any(self._gives(lower, i, z) for lower in kept for i in range(len(space.coordinates))):
                kept.append(z)
        return tuple(kept)

    def syzygies(self, order: int | None = None) -> tuple[Syzygy, ...]:
        """Relations among first derivatives of the normalized invariants, for jets up to `order` (default: frame's order + 2)."""
        space, top = self.space, self.order + 2 if order is None else order
        result = []
        for a in range(len(space.fields)):
            for n in range(2, top + 1):
                for index in space.multiindices(a, n):
                    ways = [(i, space.jet(a, _lowered(index, i))) for i, m in enumerate(index) if m]
                    ways = [(i, z) for i, z in ways if z not in self.cross_section]
                    for (i, y), (j, z) in itertools.pairwise(ways):
                        difference = sp.cancel(self.correction(y, i) - self.correction(z, j))
                        result.append(Syzygy((space.coordinates[i], y), (space.coordinates[j], z), difference))
        return tuple(result)

    def _raised(self, z: sp.Symbol, i: int) -> list[sp.Symbol]:
        found = self.space.index(z)
        if found is None or self.space.coordinates[i] not in self.space.fields[found[0]].arguments:
            return []
        return [self.space.jet(found[0], tuple(n + (j == i) for j, n in enumerate(found[1])))]

    def _gives(self, lower: sp.Symbol, i: int, z: sp.Symbol) -> bool:
        return z in self._raised(lower, i) and not self.correction(lower, i).has(z)


def moving_frame(
    generators: Sequence[VectorField], space: JetSpace, *, cross_section: Mapping[sp.Symbol, sp.Expr | int] | None = None
) -> MovingFrame:
    """The moving frame on a cross-section, chosen of the lowest order and with constants 0 or 1 unless given.

    `DeclarationError` if the cross-section given is not transversal to the orbits; `Undecided` if the group does not act
    freely on jets up to order 8 (more generators than any orbit dimension).
    """
    given = tuple(v for v in generators if v.components)
    if cross_section is not None:
        chosen = {z: sp.sympify(c, strict=True) for z, c in cross_section.items()}
        if len(chosen) != len(given) or _rank_on(chosen, list(chosen), given, space) < len(given):
            raise DeclarationError(
                f"the cross-section {dict(chosen)} is not transversal to the orbits: expected {len(given)} variables whose "
                "values the generators change independently of each other"
            )
    else:
        chosen = _choose(given, space)
    order = max((space.order(z) for z in chosen), default=0)
    frame = MovingFrame(space, given, chosen, order)
    return MovingFrame(space, given, chosen, order, _maurer_cartan(frame))


def _maurer_cartan(frame: MovingFrame) -> tuple[tuple[sp.Expr, ...], ...]:
    space, normalized = frame.space, list(frame.cross_section)
    if not normalized:
        return tuple(() for _ in space.coordinates)
    size = len(normalized)
    moves = [[frame.on_section(apply_prolonged(v, z, space)) for v in frame.generators] for z in normalized]
    sides = [[-frame.on_section(space.total_derivative(z, i)) for i in range(len(space.coordinates))] for z in normalized]
    joined = DomainMatrix.from_list_sympy(
        size, size + len(sides[0]), [m + s for m, s in zip(moves, sides, strict=True)]
    ).to_field()
    reduced, _ = joined.rref()  # pyright: ignore[reportGeneralTypeIssues] (no return type in SymPy)
    rows = reduced.to_Matrix().tolist()
    return tuple(tuple(sp.cancel(rows[k][size + i]) for k in range(size)) for i in range(len(space.coordinates)))


def _choose(generators: Sequence[VectorField], space: JetSpace) -> dict[sp.Symbol, sp.Expr]:
    """Lowest order first, each variable with the first constant that keeps the section transversal."""
    for values in ((0, 1), (1, 0, 2), (2, 1)):
        chosen: dict[sp.Symbol, sp.Expr] = {}
        for z in space.variables(MAX_ORDER if len(space.coordinates) == 1 else 4):
            if len(chosen) == len(generators):
                return chosen
            for value in values:
                trial = {**chosen, z: sp.Integer(value)}
                if _rank_on(trial, list(trial), generators, space) == len(trial):
                    chosen = trial
                    break
        if len(chosen) == len(generators):
            return chosen
    raise Undecided(
        f"no cross-section with constants 0, 1 and 2 normalizes {len(generators)} variables: the group may not act freely on "
        "jets, or its generators depend on each other; leave out generators that do not enlarge the orbits, or give cross_section"
    )


def _rank_on(
    section: Mapping[sp.Symbol, sp.Expr], rows: Sequence[sp.Symbol], generators: Sequence[VectorField], space: JetSpace
) -> int:
    """Rank of the generators on some variables at a random point of the section (the best of a few)."""
    order, best = max((space.order(z) for z in rows), default=0), 0
    table = [prolong(v, space, order) for v in generators]
    for trial in range(TRIALS):
        source = random.Random(trial)
        symbols = (*space.variables(order), *space.parameters)
        point = {z: section.get(z, sp.Rational(source.randrange(2, 99), 7)) for z in symbols}
        matrix = [[substitute(coefficients[z], point) for coefficients in table] for z in rows]
        best = max(best, sp.Matrix(matrix).rank())
        if best == len(rows):
            break
    return best


def _lowered(index: tuple[int, ...], i: int) -> tuple[int, ...]:
    return tuple(n - (j == i) for j, n in enumerate(index))
