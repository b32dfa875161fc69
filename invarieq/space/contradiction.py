"""What to say when the symmetry leaves nothing: the smallest set of generators that does it, and the mend."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from invarieq.errors import NoInvariants
from invarieq.jets import VectorField
from invarieq.space.ambient import Ambient
from invarieq.space.known import known_text
from invarieq.space.restrict import Restriction, restrict
from invarieq.symmetry.discrete import Discrete

SUBSETS = 130  # all subsets of seven generators


def admitted(candidates: Ambient, symmetry: Sequence[VectorField | Discrete], *, mend: str) -> Restriction:
    """As `restrict`, but an answer without any term is an error, and an error names the generators that cause it.

    Raises `NoInvariants` where no law for the leading derivatives can admit the generators, or where they leave no term; `mend` ends
    the message.
    """
    leading = ", ".join(map(str, candidates.leading))
    found = _tried(candidates, symmetry)
    if found is None and candidates.known:
        _refuse_known(candidates, symmetry, leading)
    if found is None:
        guilty = smallest(symmetry, lambda some: _tried(candidates, some) is None)
        raise NoInvariants(
            f"no law solved for {leading} among {candidates.size} candidates can admit {_listed(guilty)}: drop or correct "
            f"{'one of them' if len(guilty) > 1 else 'it'}, seek the law with --symmetry relaxed, or {mend}"
        )
    if not found.basis and not found.fixed:
        guilty = smallest(symmetry, lambda some: not (left := _tried(candidates, some)) or not (left.basis or left.fixed))
        raise NoInvariants(
            f"the declared symmetry leaves no term for {leading} among {candidates.size} candidates; that is due to {_listed(guilty)}: {mend}"
        )
    return found


def _refuse_known(candidates: Ambient, symmetry: Sequence[VectorField | Discrete], leading: str) -> None:
    """Raise `NoInvariants` if it is the known terms that no symmetric law holds."""
    if _tried(replace(candidates, known=()), symmetry) is None:
        return
    guilty = smallest(symmetry, lambda some: _tried(candidates, some) is None)
    why = f"can admit {_listed(guilty)}" if guilty else "is a divergence"
    raise NoInvariants(
        f"no law solved for {leading} that holds the known terms ({known_text(candidates)}) {why}: correct terms.known"
        + (", or drop or correct the generator" if guilty else ", or drop terms.conserved")
    )


def _tried(candidates: Ambient, symmetry: Sequence[VectorField | Discrete]) -> Restriction | None:
    try:
        return restrict(candidates, symmetry)
    except NoInvariants:
        return None


def smallest(
    symmetry: Sequence[VectorField | Discrete], fails: Callable[[Sequence[VectorField | Discrete]], bool]
) -> tuple[VectorField | Discrete, ...]:
    """A smallest subset for which `fails` holds; of more than seven generators one that no generator can be left out of.

    `fails` must hold for all of `symmetry`, and for every set that holds one for which it does.
    """
    if 2 ** len(symmetry) <= SUBSETS:
        for size in range(1, len(symmetry)):
            for some in itertools.combinations(symmetry, size):
                if fails(some):
                    return some
        return tuple(symmetry)
    kept = list(symmetry)
    for generator in symmetry:
        fewer = [g for g in kept if g is not generator]
        if fails(fewer):
            kept = fewer
    return tuple(kept)


def _listed(generators: Sequence[VectorField | Discrete]) -> str:
    first, *rest = [repr(g.label) for g in generators]
    return first if not rest else f"{first} together with {' and '.join(rest)} (fewer of them would leave laws)"
