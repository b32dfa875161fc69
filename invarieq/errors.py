"""The errors that invarieq raises.

Every one is an `InvarieqError` and also the built-in class that users catch anyway. A message says what was
wrong, where, what was got and expected, and what to do about it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InvarieqError(Exception):
    """Base of every error that invarieq raises on purpose."""


class ReadError(InvarieqError, ValueError):
    """A text (an expression, a TOML system) does not follow its grammar."""


class DeclarationError(InvarieqError, ValueError):
    """A system is declared inconsistently."""


class UnknownSystem(InvarieqError, LookupError):
    """No shipped system and no file has the name asked for."""


class AlgebraError(InvarieqError, ValueError):
    """Generators do not span a Lie algebra (a bracket leaves their span), or a subspace is none of what is asked of it."""


class NotASymmetry(InvarieqError, ValueError):
    """A declared generator does not leave the declared law (or the data's law) invariant."""


class DataError(InvarieqError, ValueError):
    """Data are missing, corrupt, not finite, or too few for the question asked."""


class GridError(DataError):
    """A coordinate is unsorted, repeated, too short or of the wrong length."""


class NoInvariants(InvarieqError, LookupError):
    """The symmetry leaves no invariant (or no candidate term) at the order asked for."""


class Undecided(InvarieqError, RuntimeError):
    """A symbolic question could not be decided; the message says what was tried."""


class OutOfBudget(InvarieqError, RuntimeError):
    """A computation has used up the evaluations, the time or the memory that it was given."""


class Cancelled(InvarieqError, RuntimeError):
    """A computation was stopped by whoever listens to its progress."""


class SimulationError(InvarieqError, RuntimeError):
    """A law cannot be simulated (blow-up, not an evolution equation, no initial state)."""


class SessionError(InvarieqError, OSError):
    """A session folder cannot be written or read, or belongs to somebody else."""


class MissingExtra(InvarieqError, ImportError):
    """An optional dependency is not installed; the message holds the install line."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        super().__init__(f"{feature} needs {package}, which is not installed: pip install 'invarieq[{extra}]'")


def suggestion(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known name, else the list of known names."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known names: {', '.join(names[:40])}" if names else ""
