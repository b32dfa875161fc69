"""Candidate multipliers λ_k of relative invariants, pr v_k(R) = λ_k R.

λ must satisfy v_i(λ_j) − v_j(λ_i) = λ_[i,j]. Natural solutions are the divergences D_i ξ^i of the coordinates and the
contact factors ∂φ^a/∂u^a − Σ_i ξ^i_{u^a} u^a_i of the fields: how volumes and contact forms are multiplied. We search
integer combinations of them (Olver 1995, Equivalence, Invariants and Symmetry, chapter 3, on relative invariants).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import sympy as sp
from sympy.polys.matrices import DomainMatrix
from sympy.polys.polyerrors import BasePolynomialError, CoercionFailed
from sympy.polys.rings import PolyElement

from invarieq.exact.sparse import Basis, rank
from invarieq.invariants.action import Action, Monomial
from invarieq.invariants.gradings import Split, Weights, diagonal_weights
from invarieq.invariants.leading import Leading, leading_conditions, solutions
from invarieq.jets import JetSpace, VectorField

Exponents = tuple[Fraction, ...]


@dataclass(frozen=True)
class RelativeMultipliers:
    """Independent multipliers on the generators that are not scalings.

    `basis[j][k]`: polynomial λ of basis element j on rest generator k. `known[c]`: (grading weights of a scaling in
    the derived algebra, values of the basis on it): there λ equals the weight, which fixes the combination.
    """

    basis: tuple[tuple[PolyElement, ...], ...]
    known: tuple[tuple[Weights, tuple[sp.Expr, ...]], ...]
    reduced: tuple[tuple[sp.Expr, ...], ...]
    pivots: tuple[int, ...]
    leading: tuple[Leading, ...]

    @property
    def zero(self) -> Exponents:
        """The combination that is 0."""
        return (Fraction(0),) * len(self.basis)

    def character(self, exponents: Exponents) -> tuple[sp.Expr, ...]:
        """The combination in the elements `pivots` alone."""
        numbers = [sp.Rational(e.numerator, e.denominator) for e in exponents]
        return tuple(
            sp.cancel(sp.Add(*[e * row[j] for e, row in zip(numbers, self.reduced, strict=True)]))
            for j in range(len(self.pivots))
        )

    def candidates(self, block: Sequence[Monomial] | None, weights: Sequence[sp.Expr], reach: int) -> list[Exponents]:
        """Combinations to try on monomials whose weights under the known scalings are `weights`, smallest first."""
        if not self.basis:
            return [()]
        conditions = [(c.functional, c.values(block)) for c in self.leading] if block is not None else []
        for (_, values), weight in zip(self.known, weights, strict=True):
            numbers = [_fraction(v) for v in values]
            target = _fraction(weight)
            if target is None:
                return []
            if None not in numbers:
                conditions.append((tuple(n for n in numbers if n is not None), {target}))
        return solutions(conditions, len(self.basis), reach)

    def combine(self, exponents: Exponents, action: Action, rest: Sequence[int]) -> tuple[PolyElement, ...]:
        """λ on each rest generator for a combination of the basis."""
        result = [action.ring.zero] * len(rest)
        for factor, row in zip(exponents, self.basis, strict=True):
            c = action.ring.domain.convert(sp.QQ(factor.numerator, factor.denominator), sp.QQ)
            result = [r + c * e for r, e in zip(result, row, strict=True)]
        return tuple(result)


def _fraction(value: sp.Expr) -> Fraction | None:
    return Fraction(int(value.p), int(value.q)) if isinstance(value, sp.Rational) else None


def find_multipliers(action: Action, split: Split) -> RelativeMultipliers:
    """The independent natural multipliers of an action, with the scalings of its derived algebra."""
    space = action.space
    rows, chosen, columns = [], [], []
    for number, omega in enumerate(_natural(space)):
        row = [_scaled(omega(action.generators[k]), action, k) for k in split.rest]
        if _independent([*rows, row], action.ring.domain):
            rows.append(row)
            chosen.append(number)
    for number, row in _own(action, split):
        if _independent([*rows, row], action.ring.domain):
            rows.append(row)
            chosen.append(number)
    for scaling in _derived_scalings(action.generators, space):
        found = diagonal_weights(action.components(scaling), action.base)
        if found is not None and found[1] is None:
            columns.append((found[0], tuple(found[0][number] for number in chosen)))
    reduced, pivots = _reduce(rows, action.ring.domain)
    leading = leading_conditions([action.moves[k] for k in split.rest], rows)
    return RelativeMultipliers(tuple(tuple(row) for row in rows), tuple(columns), reduced, pivots, tuple(leading))


def _scaled(value: sp.Expr, action: Action, k: int) -> PolyElement:
    """A multiplier of generator k, times the denominator that its action was cleared of."""
    above, below = sp.fraction(sp.cancel(action.kernels.rewrite(value) * action.scales[k].as_expr()))
    top, bottom = (action.normal(action.ring.from_expr(sp.expand(part))) for part in (above, below))
    return (
        top if bottom == 1 else cast("PolyElement", top.exquo(bottom))
    )  # a kernel's power may hold the denominator: sqrt(y)**2 / y


def _own(action: Action, split: Split) -> list[tuple[int, list[PolyElement]]]:
    """(place in the base, v(K)/K on the rest generators) of the kernels K that are relative invariants themselves."""
    result, rows = [], [action.components(action.generators[k]) for k in split.rest]
    for place in range(len(action.base)):
        try:
            values = [sp.cancel(row[place] / action.base[place]) for row in rows]
            result.append((place, [_scaled(value, action, k) for value, k in zip(values, split.rest, strict=True)]))
        except (ValueError, CoercionFailed, BasePolynomialError):
            continue
    return result


def _natural(space: JetSpace) -> list[Any]:
    def divergence(i: int) -> Any:
        return lambda v: space.total_derivative(v.component(space.coordinates[i]), i)

    def contact(a: int) -> Any:
        u = space.fields[a].symbol
        first = [(i, tuple(int(i == k) for k in range(len(space.coordinates)))) for i in range(len(space.coordinates))]
        first = [(i, index) for i, index in first if space.coordinates[i] in space.fields[a].arguments]
        return lambda v: (
            sp.diff(v.component(u), u)
            - sum(sp.diff(v.component(space.coordinates[i]), u) * space.jet(a, index) for i, index in first)
        )

    return [divergence(i) for i in range(len(space.coordinates))] + [contact(a) for a in range(len(space.fields))]


def exponents_of(row: Sequence[PolyElement], multipliers: RelativeMultipliers, domain: Any) -> Exponents | None:
    """The rational combination of the basis that a multiplier is, or None."""
    terms = [_rational_terms(r, domain) for r in (*multipliers.basis, row)]
    places = {key: j for j, key in enumerate(dict.fromkeys(key for t in terms for key in t))}
    *basis, wanted = [{places[key]: c for key, c in t.items() if c} for t in terms]
    found = Basis(sp.QQ, basis).coordinates(wanted)
    if found is None:
        return None
    numbers = [found.get(i, sp.QQ.zero) for i in range(len(basis))]
    return tuple(Fraction(int(c.numerator), int(c.denominator)) for c in numbers)


def _independent(rows: Sequence[Sequence[PolyElement]], domain: Any) -> bool:
    """Whether multipliers are linearly independent over the rational numbers (exponents of factors are rational)."""
    return rank([_rational_terms(row, domain) for row in rows], sp.QQ) == len(rows)


def _reduce(rows: Sequence[Sequence[PolyElement]], domain: Any) -> tuple[tuple[tuple[sp.Expr, ...], ...], tuple[int, ...]]:
    """Each row as a combination, with coefficients in the domain, of the pivot rows."""
    keys = {key: j for j, key in enumerate(dict.fromkeys((k, m) for row in rows for k, poly in enumerate(row) for m in poly))}
    if not keys:
        return (), ()
    entries: dict[int, dict[int, Any]] = {}
    for i, row in enumerate(rows):
        for k, poly in enumerate(row):
            for m, c in poly.items():
                entries.setdefault(keys[k, m], {})[i] = c
    echelon_form, pivots = DomainMatrix(entries, (len(keys), len(rows)), domain).to_field().rref()  # pyright: ignore[reportGeneralTypeIssues] (no return type in SymPy)
    columns = echelon_form.to_Matrix().tolist()
    return tuple(tuple(columns[r][i] for r in range(len(pivots))) for i in range(len(rows))), tuple(pivots)


def in_span(row: Sequence[PolyElement], basis: Sequence[Sequence[PolyElement]], domain: Any) -> bool:
    """Whether a multiplier is a combination of the basis with constants (parameters included) as coefficients."""
    return not any(row) or len(_reduce([*basis, row], domain)[1]) == len(_reduce(basis, domain)[1])


def _rational_terms(row: Sequence[PolyElement], domain: Any) -> dict[Any, Any]:
    """{(generator, monomial, monomial of the parameters): rational coefficient}; a common denominator is left out."""
    if domain == sp.QQ:
        return {(k, m): c for k, poly in enumerate(row) for m, c in poly.items()}
    result: dict[Any, Any] = {}
    for k, poly in enumerate(row):
        for m, c in poly.items():
            below = c.denom
            for n, number in c.numer.items():
                result[k, m, n, str(below)] = sp.QQ(number)
    return result


def _derived_scalings(generators: Sequence[VectorField], space: JetSpace) -> list[VectorField]:
    """Combinations of brackets that are diagonal (Σ w_z z ∂_z), as a basis."""
    brackets = [v.bracket(w) for v, w in itertools.combinations(generators, 2)]
    brackets = [b for b in brackets if b.components]
    if not brackets:
        return []
    terms = [field_terms(b, space) for b in brackets]
    keys = list(dict.fromkeys(key for t in terms for key in t if key[0] != key[1]))
    rows = [[t.get(key, sp.S.Zero) for t in terms] for key in keys] or [[sp.S.Zero] * len(brackets)]
    matrix = DomainMatrix.from_list_sympy(len(rows), len(brackets), rows).to_field()
    found = []
    for vector in matrix.nullspace().to_Matrix().tolist():
        components = {
            z: sp.cancel(sum(c * b.component(z) for c, b in zip(vector, brackets, strict=True)))
            for z in (*space.coordinates, *(f.symbol for f in space.fields))
        }
        field = VectorField(components)
        if field.components:
            found.append(field)
    return found


def field_terms(field: VectorField, space: JetSpace) -> dict[tuple[sp.Symbol, sp.Expr], sp.Expr]:
    """{(variable, term without constants): constant factor} of the expanded components."""
    variables = (*space.coordinates, *(f.symbol for f in space.fields))
    result: dict[tuple[sp.Symbol, sp.Expr], sp.Expr] = {}
    for symbol, component in field.components:
        for term in sp.Add.make_args(sp.expand(component)):
            constant, rest = term.as_independent(*variables, as_Add=False)
            result[symbol, rest] = result.get((symbol, rest), sp.S.Zero) + constant
    return {key: c for key, c in result.items() if c != 0}
