"""Which order in time? A law of first order may only imitate the data; of several laws one is preferred."""

from __future__ import annotations

from collections.abc import Sequence

from invarieq.discovery.evidence import Searched
from invarieq.engines.found import Found

SUSPICIOUS = 3  # terms an equation up to which a law that explains the data is not questioned
LONG = 6  # terms an equation beyond which a law is questioned although it leaves no more than noise does
EXACT = 1e-4  # residual below which a law of up to LONG terms is not questioned


def doubtful(found: Found | None) -> bool:
    """Whether a law may only imitate the data.

    Waves of an equation of second order in time obey, on one record, many long equations of first order approximately.
    """
    if found is None or not found.explains:
        return True
    equations = len(found.law.right)
    if found.size <= SUSPICIOUS * equations:
        return False
    return found.size > LONG * equations or not _exact(found)


def _exact(found: Found) -> bool:
    """Whether a law leaves no more than noise does, which is stricter than to explain the data."""
    return found.residual <= max(EXACT, 2 * found.noise_residual)


def preferred(answers: Sequence[Searched]) -> Searched | None:
    """Of searches for several orders in time the one that explains the data, with the fewest terms, else the closest."""
    tried = [(a, a.found) for a in answers if a.found is not None]
    explaining = [(a, f) for a, f in tried if f.explains]
    if explaining:
        return min(explaining, key=lambda p: (not _exact(p[1]), p[1].size))[0]
    return min(tried, key=lambda p: p[1].residual)[0] if tried else None
