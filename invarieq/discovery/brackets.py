"""Supported generators span a Lie algebra, or should: what their brackets add, whether the data support it, and the algebra's name.

The bracket of two symmetries is a symmetry. A bracket of kept generators that is no combination of them is therefore tested as they
were: supported, it joins them; rejected, one of its two parents is wrong, which is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from invarieq.algebra import algebra_type, close_algebra
from invarieq.discovery.arenas import Base, Trial, trial
from invarieq.discovery.evidence import AlgebraName
from invarieq.errors import AlgebraError, NoInvariants, Undecided
from invarieq.jets import JetSpace, VectorField

MOST = 12  # dimensions up to which brackets are added


def closed_under_brackets(
    base: Base, generators: Sequence[VectorField], against: Callable[[Trial], str]
) -> tuple[list[tuple[VectorField, Trial | None, str]], AlgebraName]:
    """(brackets tested, each with its trial and what speaks against it; the algebra of all supported generators).

    `against` says why a trial speaks against its generators ("" if it does not).
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
    return tested, _named(chosen, space)


def _asked(base: Base, field: VectorField, against: Callable[[Trial], str]) -> tuple[Trial | None, str]:
    try:
        seen = trial(base, [field], free=False)
    except (NoInvariants, Undecided) as error:
        return None, "no law of these candidates admits it" if isinstance(error, NoInvariants) else str(error)
    return seen, against(seen)


def _same(one: VectorField, other: VectorField) -> bool:
    return one.components == other.components


def _named(generators: Sequence[VectorField], space: JetSpace) -> AlgebraName:
    algebra, size = close_algebra(generators, space), len(generators)
    if not generators:
        return AlgebraName(None, 0, True, "no generator is supported")
    if not algebra.closed:
        return AlgebraName(None, size, False, algebra.explain())
    try:
        return AlgebraName(algebra_type(algebra).text, size, True)
    except (AlgebraError, Undecided) as error:
        return AlgebraName(None, size, True, str(error))
