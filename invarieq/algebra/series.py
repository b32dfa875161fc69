"""Derived and lower central series: how far an algebra is from being abelian, soluble or nilpotent.

L ⊃ [L, L] ⊃ [[L, L], [L, L]] ⊃ … and L ⊃ [L, L] ⊃ [L, [L, L]] ⊃ … until they come to rest.
"""

from __future__ import annotations

from invarieq.algebra.constants import StructureConstants
from invarieq.algebra.subspaces import Subspace, product


def derived_series(algebra: StructureConstants) -> tuple[Subspace, ...]:
    """L^(0) = L, L^(k+1) = [L^(k), L^(k)], up to the term that repeats itself (the last one is 0 for a soluble algebra)."""
    terms = [algebra.units]
    while terms[-1]:
        following = product(algebra, terms[-1], terms[-1])
        if len(following) == len(terms[-1]):
            break
        terms.append(following)
    return tuple(terms)


def lower_central_series(algebra: StructureConstants) -> tuple[Subspace, ...]:
    """L^0 = L, L^(k+1) = [L, L^k], up to the term that repeats itself (the last one is 0 for a nilpotent algebra)."""
    terms = [algebra.units]
    while terms[-1]:
        following = product(algebra, algebra.units, terms[-1])
        if len(following) == len(terms[-1]):
            break
        terms.append(following)
    return tuple(terms)


def is_abelian(algebra: StructureConstants) -> bool:
    """Whether all brackets vanish."""
    return not algebra.brackets


def is_soluble(algebra: StructureConstants) -> bool:
    """Whether the derived series ends in 0."""
    return not derived_series(algebra)[-1]


def is_nilpotent(algebra: StructureConstants) -> bool:
    """Whether the lower central series ends in 0."""
    return not lower_central_series(algebra)[-1]
