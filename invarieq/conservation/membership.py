"""Is a given multiplier one of those found?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy as sp

from invarieq.conservation.euler import is_divergence
from invarieq.conservation.family import is_linear
from invarieq.conservation.laws import ConservationLaws
from invarieq.conservation.principal import principal_of, restricted
from invarieq.errors import DeclarationError
from invarieq.exact.jetseries import JetSeries
from invarieq.exact.null_vectors import independent
from invarieq.jets import JetSpace, symbols_of

POINTS = 200


def is_multiplier(space: JetSpace, law: Sequence[sp.Expr], multiplier: Sequence[sp.Expr]) -> bool:
    """Whether Σ Λ_k Δ_k is a total divergence; `Undecided` where zero cannot be decided."""
    if len(multiplier) != len(law):
        raise DeclarationError(f"{len(multiplier)} multipliers for {len(law)} equations; give one each")
    return is_divergence(sp.Add(*[m * e for m, e in zip(multiplier, law, strict=True)]), space)


def contains(found: ConservationLaws, multiplier: Sequence[sp.Expr], leading: Sequence[sp.Symbol] = ()) -> bool:
    """Whether a multiplier is a combination of those found where the law holds, or a member of a family.

    A member of a family of a linear law is recognised by its equations, exactly; a combination at random points modulo a prime.
    """
    space, law = found.space, found.equations
    if not is_multiplier(space, law, multiplier):
        return False
    varying = [s for m in multiplier for s in symbols_of(m) if space.index(s)]
    if not varying and all(is_linear(e, space) for e in law):
        return True
    principal = principal_of(space, law, leading)
    sample = JetSeries(space, 0, POINTS, 7)

    def values(parts: Sequence[sp.Expr]) -> np.ndarray:
        shown = [restricted(m, space, law, principal) for m in parts]
        return np.concatenate([sample.at(m) for m in shown])

    rows = [values(law.multiplier) for law in found.laws]
    good = np.tile(sample.good, len(law))
    wanted = values(multiplier) * np.tile(sample.good, len(law))
    return not independent([r * good for r in rows], wanted[None])
