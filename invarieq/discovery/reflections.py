"""Which reflections do the data support? Changes of sign of coordinates and fields, tested as generators are.

Under z ↦ ±z a monomial and a leading derivative each take a sign; a law is carried into itself when it holds only monomials whose
sign is that of its left-hand side. So each combination of signs is a restriction of the candidates, and its chance follows from
the same likelihood ratio and the same held-back data. Supported ones form a group (products of changes of sign): those that follow from
others are not asked about again.

Source: Olver, Applications of Lie Groups to Differential Equations, 1993, sec. 2.2 (discrete symmetries act as continuous ones do).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import sympy as sp

from invarieq.discovery.arenas import Base
from invarieq.discovery.evidence import TestedReflection
from invarieq.discovery.tester import DECIDED, LEVEL
from invarieq.engines.weak.compare import Chance, held_back, likelihood_ratio, restricted, sparse_law, spread
from invarieq.jets import JetSpace
from invarieq.space.restrict import Restriction

Signs = dict[sp.Symbol, int]
EVERY = 4  # coordinates and fields up to which every combination of signs is asked about
PAIR = 2  # else those that change one or two


def reflections(space: JetSpace) -> tuple[Signs, ...]:
    """The changes of sign to ask about, the simplest first."""
    variables = (*space.coordinates, *(f.symbol for f in space.fields))
    most = len(variables) if len(variables) <= EVERY else PAIR
    chosen = [c for n in range(1, most + 1) for c in itertools.combinations(variables, n)]
    return tuple(dict.fromkeys(flipped, -1) for flipped in chosen)


def ask_reflections(base: Base) -> list[TestedReflection]:
    """A row for each reflection; `kept` marks independent ones that the data support together."""
    space = base.library.space
    if any(s.name != "_rho" for s, _ in base.candidates.definitions):
        return []  # user functions have no sign of their own
    kept: list[Signs] = []
    rows: list[TestedReflection] = []
    for signs in reflections(space):
        if _follows(signs, kept):
            continue
        row = _row(base, [signs], signs)
        if not row.note:
            together = _row(base, [*kept, signs], signs) if kept else row
            note = f"supported alone; together with those kept before: {together.note}" if together.note else ""
            row = replace(row, note=note, kept=not note)
        if row.kept:
            kept.append(signs)
        rows.append(row)
    return rows


def _follows(signs: Signs, kept: Sequence[Signs]) -> bool:
    """Whether a reflection is a product of kept ones."""
    span: set[frozenset[sp.Symbol]] = {frozenset()}
    for other in kept:
        span |= {s ^ frozenset(other) for s in span}
    return frozenset(signs) in span


def _row(base: Base, group: Sequence[Signs], asked: Signs) -> TestedReflection:
    """What the data say about a law that admits all reflections of a group."""
    own = restriction_of(base, group)
    fit, held = _verdicts(base, own)
    removed = base.library.restricted - len(own.basis)
    note = ""
    if not own.basis:
        note = "no law of these candidates admits it"
    elif fit.freedom <= DECIDED * removed:
        note = "not decided: it takes nothing away that these data determine"
    elif fit.p_value < LEVEL:
        note = "rejected by the data"
    elif held.p_value < LEVEL:
        note = "rejected by held-back data"
    return TestedReflection(
        reflection=label(asked),
        signs={s.name: n for s, n in asked.items()},
        statistic=float(fit.statistic),
        freedom=fit.freedom,
        p_value=fit.p_value,
        held_back=float(held.statistic),
        held_back_p_value=held.p_value,
        terms=len(own.basis),
        note=note,
    )


def label(signs: Signs) -> str:
    """x → −x, u → −u."""
    return ", ".join(f"{s} → −{s}" for s in signs)


def restriction_of(base: Base, group: Sequence[Signs]) -> Restriction:
    """The columns of a base's arenas (vectors of its frame) that all reflections allow; raises nothing."""
    candidates, count = base.candidates, len(base.candidates.monomials)

    def allowed(entry: int) -> bool:
        equation, k = divmod(entry, count)
        leading = candidates.leading[equation]
        return all(_of_monomial(base, candidates.monomials[k], signs) == _of(base, leading, signs) for signs in group)

    count_own = len(base.frame.basis)
    kept = [n for n, vector in enumerate(base.frame.vectors) if all(allowed(i) for i in vector)]
    own, others = [n for n in kept if n < count_own], [n for n in kept if n >= count_own]
    return Restriction({}, tuple({n: sp.S.One} for n in own), tuple({n: sp.S.One} for n in others))


def _of(base: Base, symbol: sp.Symbol, signs: Signs) -> int:
    """The sign that a coordinate, a jet or the radius takes."""
    space = base.library.space
    found = space.index(symbol)
    if found is None:
        return signs.get(symbol, 1)
    sign = signs.get(space.fields[found[0]].symbol, 1)
    for z, n in zip(space.coordinates, found[1], strict=True):
        sign *= signs.get(z, 1) ** n
    return sign


def _of_monomial(base: Base, exponents: Sequence[int], signs: Signs) -> int:
    sign = 1
    for symbol, n in zip(base.candidates.variables, exponents, strict=True):
        if n % 2:
            sign *= _of(base, symbol, signs)
    return sign


def _verdicts(base: Base, own: Restriction) -> tuple[Chance, Chance]:
    fit = likelihood_ratio(base.whole, restricted(base.whole, own, free=False))
    first = restricted(base.early, own, free=False)
    support, law = sparse_law(first, base.library.restricted)
    return fit, held_back(base.late, law, base.early_law, spread(first, support, base.early))
