"""What do the data say about a generator? One test for all of them, whatever their source.

A generator is tested alone, then together with those kept before: on all data the law that admits it must fit as well as noise allows
(likelihood ratio), and on held-back data its residual must not lean towards the law without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from invarieq.discovery.arenas import Base, Trial, trial
from invarieq.discovery.evidence import Tested, generator_record
from invarieq.engines.weak.compare import Chance
from invarieq.errors import NoInvariants, Undecided
from invarieq.symmetry.catalogue import Candidate

DECIDED = 0.25  # share of the forbidden directions that the data must determine
LEVEL = 1e-3  # chance below which a symmetry is rejected


def ask(base: Base, kept: Sequence[Candidate], candidate: Candidate) -> tuple[Tested, Trial | None]:
    """(what the data say, the trial together with the generators kept before)."""
    try:
        alone = trial(base, [candidate.field], free=candidate.free)
    except NoInvariants:
        return tested_row(candidate, None, None, 0, note="no law of these candidates admits it"), None
    except Undecided as error:
        return tested_row(candidate, None, None, 0, note=str(error)), None
    row = replace(tested_row(candidate, alone.fit, alone.held, alone.terms), rate=alone.rate)
    if why := against(alone, candidate.free):
        return replace(row, note=why), None
    fields = [*(c.field for c in kept), candidate.field]
    free = candidate.free or any(c.free for c in kept)
    try:
        joint = trial(base, fields, free=free)
    except (NoInvariants, Undecided):
        return replace(row, note="supported alone, but no law admits it together with those kept before"), None
    if why := against(joint, free):
        return replace(row, note=f"supported alone; together with those kept before: {why}"), None
    return replace(row, kept=True), joint


def against(found: Trial, free: bool) -> str:
    """Why a trial speaks against its generators; empty if it does not."""
    if found.fit.freedom <= DECIDED * found.removed:
        return "not decided: it takes nothing away that these data determine"
    if found.fit.p_value < LEVEL:
        return "rejected by the data"
    if found.held.p_value < LEVEL:
        return "rejected by held-back data"
    return "its rate is 0" if free and not found.rate else ""


def tested_row(candidate: Candidate, fit: Chance | None, held: Chance | None, terms: int, *, note: str = "") -> Tested:
    """A generator with its chances on all data and on held-back data (None: not asked)."""
    told = generator_record(candidate.field)
    return Tested(
        generator=told.generator,
        components=told.components,
        kind=candidate.kind,
        statistic=float(fit.statistic) if fit else None,
        freedom=fit.freedom if fit else None,
        p_value=fit.p_value if fit else None,
        held_back=float(held.statistic) if held else None,
        held_back_p_value=held.p_value if held else None,
        terms=terms,
        note=note,
    )
