"""`--engine invariants`: the law as a relation between differential invariants, evaluated point by point on the data.

For laws that are not of the form "derivative = polynomial": steady ones, functions of invariants, any left-hand side. Classes of
candidates of equal multiplier are searched in turn (`families`), with functions of order-0 invariants where there are such;
then the law found is sought again in other bases (divided by invariants, or made by invariant derivations), and the basis
that most subsamples of the data agree on is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp

from invarieq.budget import Meter
from invarieq.data.records import Records, Segment
from invarieq.engines.found import Found, FunctionConstant, Refused, RelationBasis, Relations
from invarieq.engines.points.free_functions import build, free_function
from invarieq.engines.points.implicit import Relation, agreement, as_good_as, relations
from invarieq.engines.points.power import Power, power
from invarieq.engines.points.relation_law import law_of_relations
from invarieq.engines.points.samples import Samples, sample
from invarieq.engines.points.trivial import lost_in_noise, nearly_constant, strangers
from invarieq.engines.weak.sparse import explains
from invarieq.errors import NoInvariants, Undecided
from invarieq.expressions import write_expression
from invarieq.invariants import Invariants as DifferentialInvariants
from invarieq.invariants import differential_invariants, invariant_derivations
from invarieq.jets import symbols_of
from invarieq.law.rounding import simplest_number
from invarieq.progress import Progress
from invarieq.space.relations import FactorBasis, RelationClass, derived_basis, families, returned_basis, unrestricted_size
from invarieq.space.searchspace import SearchSpace
from invarieq.system.clock import CLOCKS

MOST_FAMILIES = 8
BUDGET = 60.0  # seconds for the invariants, and for the derivations
ORDER = {1: 4}  # by number of space dimensions beside a time; 2 elsewhere
DEGREE = 3
WORTH = 10.0  # times less bad has a relation with a function of unknown constant to be
AGREED = 0.7
LONGEST = 4000  # characters of an equation solved for its derivatives: longer ones are no law that anybody reads
NOISY = 1e-3  # of a candidate: with less noise than that in all of them it is the grid that hides terms


@dataclass(frozen=True)
class Outcome:
    """A relation found in a family of candidates: `terms` are the candidates, with functions of invariants at the end.

    `lost` is the share of points left out, `agreement` the share of halves of the data that lead to the same terms,
    `undecided` says which terms that it lacks could not have been seen, `drowned` are candidates left out for their noise.
    """

    family: RelationClass
    terms: tuple[sp.Expr, ...]
    relation: Relation
    usable: tuple[int, ...]
    constants: tuple[tuple[str, float, float], ...] = ()
    normalizer: sp.Expr = sp.S.One
    lost: float = 0.0
    agreement: float = 0.0
    drowned: tuple[int, ...] = ()
    undecided: str = ""

    @property
    def degree(self) -> int:
        """Factors of the relation's shortest term with a derivative."""
        own = [k for k in self.relation.terms if k < len(self.family.powers) and self.family.orders[k] > 0]
        return min((sum(self.family.powers[k]) for k in own), default=0)

    @property
    def groups(self) -> tuple[int, ...]:
        """Groups of the candidates; a function of order-0 invariants is in that of no derivatives."""
        return (*self.family.groups, *(0 for _ in self.terms[len(self.family.powers) :]))

    def row(self) -> RelationBasis:
        """What a report says of a basis."""
        return RelationBasis(
            basis=self.family.basis.name,
            divided_by=write_expression(self.normalizer),
            terms=len(self.relation.terms),
            candidates=len(self.terms),
            agreement=self.agreement,
            lost=self.lost,
            left_over=float(self.relation.left_over),
            noise_left=float(self.relation.noise_left),
        )


@dataclass(frozen=True, slots=True)
class Invariants:
    """The engine `invariants`."""

    name: str = "invariants"

    def search(self, space: SearchSpace, records: Records, *, seed: int, progress: Progress, budget: Meter) -> Found | Refused:
        """The relation between invariants that the records obey.

        `space.time_order` bounds the derivatives by a time; laws without a time are sought once, when it is 1.
        """
        asked = _question(space)
        if isinstance(asked, Refused):
            return asked
        if any(piece.known is not None for piece in records.segments):
            return Refused("the data have gaps, over which nothing can be differentiated point by point; use --engine sparse")
        bases = bases_of(asked.invariants)
        every = [f for basis in bases for f in asked.families_of(basis)]
        if not every:
            order = asked.order
            return Refused(f"no two products of the invariants of order {order} can stand in one equation; raise terms.degree")
        progress.advance(0.2)
        budget.evaluate(len(every))
        samples = sample(records.segments, [factor for basis in bases for factor in basis.factors], seed=seed)
        search = _Search(samples, records.segments, every, asked.steps, seed)
        laws = search.laws(asked.wanted)
        if not laws:
            return Refused("every relation between the invariants is trivial or rests on candidates that the noise hides")
        progress.advance(0.9)
        return _answer(asked, search, laws, records.noise)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is sought: relations of `wanted` equations between invariants up to `order`, of `steps` derivatives by a time."""

    space: SearchSpace
    invariants: DifferentialInvariants
    order: int
    degree: int
    steps: int | None

    @property
    def wanted(self) -> int:
        return len(self.space.system.terms.sought) or len(self.space.jets.fields)

    def families_of(self, basis: FactorBasis) -> Sequence[RelationClass]:
        found = families(self.space.jets, basis, order=self.order, degree=self.degree, time_order=self.steps)
        return found[:MOST_FAMILIES]


def _question(space: SearchSpace) -> _Question | Refused:
    jets, system, time_order = space.jets, space.system, space.time_order
    timed = jets.coordinates[0].name in CLOCKS and len(jets.coordinates) > 1
    if time_order > 1 and not timed:
        return Refused("the relation between invariants was sought in all derivatives already")
    order = max(system.terms.order or (ORDER.get(len(jets.coordinates) - 1, 2) if timed else 2), time_order)
    try:
        found = differential_invariants(system.symmetry, jets, order, budget=BUDGET)
    except (NoInvariants, Undecided) as error:
        return Refused(str(error))
    return _Question(space, found, order, system.terms.degree or DEGREE, time_order if timed else None)


def _answer(asked: _Question, search: _Search, laws: Sequence[Outcome], noise: tuple[tuple[str, float], ...]) -> Found | Refused:
    jets, samples = asked.space.jets, search.samples
    law, left, relations_found = law_of_relations(jets, [(o.terms, o.relation) for o in laws], samples, asked.steps)
    if max(len(write_expression(side)) for side in law.right) > LONGEST:
        return Refused(f"the relations found, solved for {', '.join(map(str, law.leading))}, are too long to be a law")
    report = Relations(
        count=asked.invariants.count,
        relations=relations_found,
        bases=tuple(row for o in laws for row in search.rows(o)),
        lost=max(o.lost for o in laws),
        left_sides=tuple(write_expression(o.terms[o.relation.terms[0]]) for o in laws),
        votes=tuple(int(o.relation.votes) for o in laws),
        agreement=min(o.agreement for o in laws),
        constants=tuple(FunctionConstant(t, float(v), float(e)) for o in laws for t, v, e in o.constants),
        refused=tuple(search.refused[:6]),
        basis=laws[0].family.basis.name,
    )
    sure = all(explains(o.relation.fit) and o.agreement >= AGREED and not o.undecided for o in laws)
    return Found(
        laws=(law,),
        chosen=0,
        explains=len(laws) == asked.wanted and sure,
        noise_left=(left,),
        noise=noise,
        restricted=max(len(o.terms) for o in laws) * len(laws),
        unrestricted=unrestricted_size(jets, asked.order, asked.degree) * len(laws),
        remarks=tuple(_remarks(report, laws)),
        relations=report,
    )


def bases_of(found: DifferentialInvariants) -> list[FactorBasis]:
    """The basis as returned, and the one that invariant derivations make where it exists."""
    bases = [returned_basis(found)]
    try:
        derivations = invariant_derivations(found.generators, found.space, budget=BUDGET / 4)
    except (NoInvariants, Undecided):
        return bases
    other = derived_basis(found, derivations)
    if other is not None and set(other.factors) != set(bases[0].factors):
        bases.append(other)
    return bases


class _Search:
    """The search in all families, with what it refused on the way."""

    def __init__(
        self, samples: Samples, pieces: Sequence[Segment], every: Sequence[RelationClass], steps: int | None, seed: int
    ) -> None:
        self.samples, self.pieces, self.every, self.steps, self.seed = samples, pieces, every, steps, seed
        self.refused: list[str] = []
        self.others: dict[int, list[Outcome]] = {}

    def laws(self, wanted: int) -> list[Outcome]:
        """As many laws as fields: after each one the candidates with its left-hand side's own factor are left out."""
        found: list[Outcome] = []
        excluded: set[sp.Expr] = set()
        for _ in range(wanted):
            outcomes = [o for f in self.every for o in self.in_family(f, excluded)]
            if not outcomes:
                break
            limit = as_good_as([o.relation for o in outcomes])
            good = [o for o in outcomes if o.relation.badness <= limit]
            chosen = self.most_stable(
                min(good, key=lambda o: (o.degree, len(o.relation.terms), len(o.terms), o.relation.badness))
            )
            found.append(chosen)
            excluded.add(self.pivot(chosen))
        return found

    def in_family(self, family: RelationClass, excluded: set[sp.Expr]) -> list[Outcome]:
        """The chosen relation of a family, and with a function of an order-0 invariant; none if all are trivial."""
        barred = {i for i, f in enumerate(family.basis.factors) if f in excluded}
        allowed = [k for k, p in enumerate(family.powers) if not any(p[i] for i in barred)]
        first = self.outcome(family, family.terms, allowed)
        result = [] if first is None else [first]
        if family.inner and len(allowed) > 1:
            usable = [k for k in allowed if first is None or k in first.usable]
            lefts = [k for k in usable if family.orders[k] > 0 and sum(family.powers[k]) == 1]
            extra = free_function(self.samples, family.terms, family.inner, lefts=lefts, usable=usable, groups=family.groups)
            if extra is not None:
                constant = simplest_number(extra.value, max(extra.error, 1e-5 * abs(extra.value)))
                function = build(extra.kind, extra.argument, constant)
                terms = (*family.terms, function)
                label = write_expression(build(extra.kind, extra.argument, sp.Symbol("c", real=True)))
                second = self.outcome(family, terms, [*usable, len(terms) - 1], ((label, extra.value, extra.error),))
                if second is not None and len(terms) - 1 in second.relation.terms and _worth(first, second):
                    return [second]
        return result

    def outcome(
        self,
        family: RelationClass,
        terms: tuple[sp.Expr, ...],
        allowed: Sequence[int],
        constants: tuple[tuple[str, float, float], ...] = (),
    ) -> Outcome | None:
        """The relation that the candidates `allowed` give, guarded."""
        groups = (*family.groups, *(0 for _ in terms[len(family.powers) :]))
        space, table = family.space, self.samples.table(terms, groups)
        others = strangers(terms, self.samples, self.pieces[0], seed=self.seed, groups=groups)
        dependent, constant = others.dependent(), nearly_constant(table)
        self.refused += [f"{write_expression(terms[k])}: a combination of other candidates" for k in dependent if k in allowed]
        self.refused += [
            f"{write_expression(terms[k])}: constant on these data, or lost in noise" for k in constant if k in allowed
        ]
        usable = [k for k in allowed if k not in dependent and k not in constant]
        lefts = [k for k in usable if space.order(terms[k]) > 0]

        def guard(r: Relation) -> str:
            expressions = [terms[k] for k in r.terms]
            if not any(space.order(e) for e in expressions):
                return "no derivative in it"
            if self.steps is not None and not any(_steps(family, e) == self.steps for e in expressions):
                return f"no derivative of order {self.steps} in time"
            return others.reason(r.terms, r.coefficients, r.left_over)

        found = relations(table, lefts, usable, guard) if len(usable) > 1 else ()
        self.refused += [f"{_text(terms, r)}: {r.trivial}" for r in found if r.trivial]
        if not found or found[0].trivial:
            return None
        drowned = tuple(k for k in lost_in_noise(table) if k in allowed and k not in dependent)
        return Outcome(family, terms, found[0], tuple(usable), constants, drowned=drowned)

    def most_stable(self, chosen: Outcome) -> Outcome:
        """The relation in every basis that divides by an invariant; the one that most halves of the data agree on."""
        table = self.samples.table(chosen.terms, chosen.groups)
        plain = replace(chosen, agreement=agreement(table, chosen.relation, chosen.usable, seed=self.seed))
        tried = [plain]
        for normalizer in chosen.family.normalizers:
            whole = self.samples.table([*chosen.terms, normalizer], (*chosen.groups, -1))
            divided, lost = whole.divided(len(chosen.terms))
            if lost > 0.5:
                continue
            found = relations(divided, [chosen.relation.terms[0]], chosen.usable, lambda r: "")
            if found:
                agreed = agreement(divided, found[0], chosen.usable, seed=self.seed)
                tried.append(replace(chosen, relation=found[0], normalizer=normalizer, lost=lost, agreement=agreed))
        best = max(tried, key=lambda o: (o.agreement, -o.lost, -len(o.relation.terms)))
        judged = replace(best, undecided=self.undecided(best))
        self.others[id(judged)] = [judged, *(o for o in tried if o is not best)]
        return judged

    def undecided(self, chosen: Outcome) -> str:
        """Which candidates as large as a term of the relation the noise would hide; empty if none."""
        table = self.samples.table([*chosen.terms, chosen.normalizer], (*chosen.groups, -1))
        if chosen.normalizer != 1:
            table, _ = table.divided(len(chosen.terms))
        seen = power(table, chosen.relation, (*chosen.usable, *chosen.drowned))
        return _undecided(chosen, seen) if seen.hidden else ""

    def rows(self, chosen: Outcome) -> list[RelationBasis]:
        """The bases tried for a law, the chosen one first."""
        tried = self.others.get(id(chosen), [chosen])
        return [chosen.row(), *(o.row() for o in tried if o is not chosen)]

    def pivot(self, chosen: Outcome) -> sp.Expr:
        """The factor by which a law is told from the next one: that of the most derivatives by the first coordinate."""
        family = chosen.family
        space = family.space
        used = {i for k in chosen.relation.terms if k < len(family.powers) for i, n in enumerate(family.powers[k]) if n}
        factors = [family.basis.factors[i] for i in sorted(used)]
        return max(factors, key=lambda f: (_steps(family, f), space.order(f), -sp.count_ops(f), str(f)))


def _steps(family: RelationClass, expr: sp.Expr) -> int:
    """The most derivatives by the first coordinate in one jet of an expression."""
    space = family.space
    found = [space.index(s) for s in symbols_of(expr)]
    return max((place[1][0] for place in found if place), default=0)


def _worth(first: Outcome | None, second: Outcome) -> bool:
    """Whether a relation with a function of unknown constant is preferred: far better, or shorter and as good."""
    if first is None or second.relation.badness < first.relation.badness / WORTH:
        return True
    shorter = len(second.relation.terms) < len(first.relation.terms)
    return shorter and second.relation.badness <= as_good_as([first.relation])


def _text(terms: Sequence[sp.Expr], relation: Relation) -> str:
    parts = (f"{c:+.3g}*({write_expression(terms[k])})" for c, k in zip(relation.coefficients, relation.terms, strict=True))
    return " ".join(parts)


def _undecided(chosen: Outcome, seen: Power) -> str:
    """What is not decided, and whether noise or too coarse a grid is to blame."""
    space, terms = chosen.family.space, chosen.terms
    names = ", ".join(write_expression(terms[k]) for k in seen.hidden[:3]) + (", …" if len(seen.hidden) > 3 else "")
    shares = {k: float(np.hypot(n, seen.coarse[k])) for k, n in seen.noisy.items()}
    worst = max((k for k in shares if space.order(terms[k]) > 0), key=lambda k: (shares[k], -k))
    why = "are drowned in noise" if max(seen.noisy.values()) > NOISY else "are inexact on a grid as coarse as this"
    size = max(min(seen.unseen[k], 1.0) for k in seen.hidden)
    return (
        f"not decided: {names} of up to {100 * size:.2g} % of the law's largest term may be missing; derivatives of order "
        f"{space.order(terms[worst])} {why} ({100 * shares[worst]:.2g} % of {write_expression(terms[worst])}); "
        "use --engine sparse, the weak form"
    )


def _remarks(report: Relations, laws: Sequence[Outcome]) -> list[str]:
    notes = []
    for o in laws:
        by = "" if o.normalizer == 1 else f", divided by {write_expression(o.normalizer)}"
        notes.append(
            f"relation between {report.count} invariants, left-hand side {write_expression(o.terms[o.relation.terms[0]])} "
            f"(of {o.relation.votes} left-hand sides the choice); basis: {o.family.basis.name}{by}; "
            f"{100 * o.agreement:.0f} % of halves of the data agree; {100 * o.lost:.2g} % of the points left out"
        )
    notes += [o.undecided for o in laws if o.undecided]
    notes += [f"{c.function}: c = {c.value:.7g} ± {c.error:.1g}" for c in report.constants]
    return notes
