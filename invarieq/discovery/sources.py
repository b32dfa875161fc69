"""Where generators come from that the data are asked about: a catalogue and the measured law, or an algebra that somebody hands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import sympy as sp

from invarieq.algebra import LieAlgebra
from invarieq.discovery.arenas import LONGEST, Base
from invarieq.engines.weak.sparse import right_sides
from invarieq.jets import JetSpace, VectorField
from invarieq.symmetry.affine import annihilators, determining_matrix, polynomial_fields
from invarieq.symmetry.catalogue import Candidate, catalogue, scalings_of


class SymmetrySource(Protocol):
    """Proposes generators; the tester of `invarieq.discovery.tester` asks the data about each, whatever their source."""

    def propose(self, base: Base) -> Sequence[Candidate]:
        """The generators to ask about, the likelier first."""
        ...


@dataclass(frozen=True, slots=True)
class Automatic:
    """Named generators, then scalings of unknown weights and polynomial fields that the measured law shows."""

    def propose(self, base: Base) -> Sequence[Candidate]:
        """The catalogue of the base's space, then what its law shows."""
        return (*catalogue(base.library.space), *_of_the_law(base))


@dataclass(frozen=True, slots=True)
class Given:
    """The generators of an algebra: declared, or learned elsewhere."""

    algebra: LieAlgebra
    kind: str = "given"

    def propose(self, base: Base) -> Sequence[Candidate]:
        """Each generator of the algebra, in its order."""
        return tuple(Candidate(g, self.kind) for g in self.algebra.generators)


def _of_the_law(base: Base) -> list[Candidate]:
    """Scalings of the sparse law, then further fields out of the null space of its determining equations."""
    library, fit = base.library, base.fit
    space = library.space
    if not base.explained or len(fit.support) > LONGEST:
        return []
    terms = [[library.terms[k][a] for k in fit.support if library.terms[k][a] != 0] for a in range(len(library.leading))]
    found = [Candidate(g, "scaling") for g in scalings_of(space, library.leading, terms)]
    if library.definitions:
        return found
    sides, symbols = right_sides(library, fit)
    equations = [symbol - side for symbol, side in zip(library.leading, sides, strict=True)]
    matrix = determining_matrix(space, equations, library.leading, symbols, polynomial_fields(space))
    fields = annihilators(matrix, fit.coefficients, fit.errors)
    known = [*base.held, *(c.field for c in found)]
    for c in catalogue(space):
        known += [VectorField({s: e}) for s, e in c.field.components] if c.free else [c.field]
    return found + [Candidate(g, "learned") for g in _independent(space, known, fields)]


def _independent(space: JetSpace, known: Sequence[VectorField], fields: Sequence[VectorField]) -> list[VectorField]:
    """The fields reduced by the known ones and by each other, without those that vanish."""
    units = polynomial_fields(space)
    place = {u.components[0]: n for n, u in enumerate(units)}
    rows: list[dict[int, Fraction]] = []

    def reduced(field: VectorField) -> dict[int, Fraction]:
        vector: dict[int, Fraction] = {}
        for s, e in field.components:
            for term in sp.Add.make_args(sp.expand(e)):
                c, m = term.as_coeff_Mul()
                assert isinstance(c, sp.Rational)
                n = place[s, m]
                vector[n] = vector.get(n, Fraction(0)) + Fraction(int(c.p), int(c.q))
        for row in rows:
            pivot = next(iter(row))
            if factor := vector.get(pivot, Fraction(0)):
                vector = {i: v for i in {*vector, *row} if (v := vector.get(i, Fraction(0)) - factor * row.get(i, Fraction(0)))}
        return dict(sorted(vector.items()))

    fresh = []
    for number, field in enumerate((*known, *fields)):
        vector = reduced(field)
        if vector:
            lead = next(iter(vector.values()))
            rows.append({i: v / lead for i, v in vector.items()})
            if number >= len(known):
                fresh.append(field)
    return fresh
