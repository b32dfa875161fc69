"""Supported generators span a Lie algebra, or should: what their brackets add, whether the data support it, and the algebra's name.

The bracket of two symmetries is a symmetry. A bracket of kept generators that is no combination of them is therefore tested as they
were: supported, it joins them; rejected, one of its two parents is wrong, which is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from invarieq.algebra import algebra_type, close_algebra
from invarieq.discovery.arenas import Base, Trial, trial
from invarieq.errors import AlgebraError, NoInvariants, Undecided
from invarieq.jets import JetSpace, VectorField

MOST = 12  # dimensions up to which brackets are added


def closed_under_brackets(
    base: Base, generators: Sequence[VectorField], against: Any
) -> tuple[list[tuple[VectorField, Trial | None, str]], dict[str, Any]]:
    """(brackets tested, each with its trial and what speaks against it; the algebra as a document).

    `against` says why a trial speaks against its generators ("" if it does not). The document holds the `name` of the algebra of all
    supported generators (None where it is not closed), its `dimension`, whether it is `closed`, and a `note`.
    """
    space = base.library.space
    chosen, tested = list(generators), []
    while True:
        algebra = close_algebra(chosen, space)
        fresh = [(i, j, b) for i, j, b in algebra.leaving if not any(_same(b, seen) for seen, _, _ in tested)]
        if not fresh or len(chosen) >= MOST:
            break
        i, j, bracket = fresh[0]
        field = VectorField(dict(bracket.components), name=f"bracket of {chosen[i].label} and {chosen[j].label}")
        seen, why = _asked(base, field, against)
        tested.append((field, seen, why))
        if not why:
            chosen.append(field)
    return tested, _document(chosen, space)


def _asked(base: Base, field: VectorField, against: Any) -> tuple[Trial | None, str]:
    try:
        seen = trial(base, [field], free=False)
    except (NoInvariants, Undecided) as error:
        return None, "no law of these candidates admits it" if isinstance(error, NoInvariants) else str(error)
    return seen, against(seen)


def _same(one: VectorField, other: VectorField) -> bool:
    return one.components == other.components


def _document(generators: Sequence[VectorField], space: JetSpace) -> dict[str, Any]:
    algebra = close_algebra(generators, space)
    found: dict[str, Any] = {"name": None, "dimension": len(generators), "closed": algebra.closed, "note": ""}
    if not generators:
        return {**found, "closed": True, "note": "no generator is supported"}
    if not algebra.closed:
        return {**found, "note": algebra.explain()}
    try:
        return {**found, "name": algebra_type(algebra).text}
    except (AlgebraError, Undecided) as error:
        return {**found, "note": str(error)}
