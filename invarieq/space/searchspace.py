"""What may be searched: laws for the m-th time derivative of a system's fields, of the size that the system declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from invarieq.jets import JetSpace
from invarieq.space.library import Library, build_library
from invarieq.system import System

DEGREE = 3
ORDER = {0: 1, 1: 4}  # by number of space dimensions; 2 in two and more


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """Laws for ∂_t^m of the fields, m = `time_order`: those that admit the system's symmetry, or all (`restricted` False).

    The system is seen without its law: nothing that an engine is handed knows the truth.
    """

    system: System
    time_order: int = 1
    restricted: bool = True

    def __post_init__(self) -> None:
        if self.system.law or self.system.values or self.system.simulation:
            object.__setattr__(self, "system", self.system.searchable())

    @property
    def jets(self) -> JetSpace:
        """The jet space of the unknowns."""
        return self.system.space

    def library(self) -> Library:
        """The candidate terms; raises `NoInvariants` where the symmetry leaves none."""
        return build_library(
            self.jets, (*self.system.symmetry, *self.system.discrete), **self.sizes(), restricted=self.restricted
        )

    def sizes(self) -> dict[str, Any]:
        """How large the library is (the sizes that `build_library` takes): what the system declares, or the defaults."""
        terms = self.system.terms
        order = terms.order if terms.order is not None else ORDER.get(len(self.jets.coordinates) - 1, 2)
        return {
            "time_order": self.time_order,
            "order": max(order, self.time_order),
            "degree": terms.degree or DEGREE,
            "functions": terms.functions,
            "terms": terms,
        }
