"""What a user chose for one discovery: together with the data it fixes the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real

from invarieq.budget import UNLIMITED, Budget
from invarieq.engines.names import AUTO, check_engine
from invarieq.errors import DeclarationError, suggestion

MODES = ("declared", "auto", "relaxed", "regularized", "none")
MOST_HELD = 0.8


@dataclass(frozen=True, slots=True)
class Options:
    """Options of one discovery.

    `symmetry` is one of `MODES`: the declared symmetry, the one that the data support, the declared one as an approximate
    one or as a penalty, or none; `hold_out` the share of the data that the search does not see (see `invarieq.forecast.hold_out`).

    Raises `DeclarationError` for what is not known or out of range.
    """

    engine: str = AUTO
    symmetry: str = "declared"
    seed: int = 0
    hold_out: float = 0.0
    budget: Budget = UNLIMITED

    def __post_init__(self) -> None:
        check_engine(self.engine)
        if self.symmetry not in MODES:
            raise DeclarationError(
                f"symmetry {self.symmetry!r}: expected one of {', '.join(MODES)}{suggestion(str(self.symmetry), MODES)}"
            )
        if self.engine == "invariants" and self.symmetry != "declared":
            raise DeclarationError(
                "engine 'invariants' searches in the invariants of the declared symmetry; leave --symmetry at declared"
            )
        share = self.hold_out
        if isinstance(share, bool) or not isinstance(share, Real) or not (math.isfinite(share) and 0 <= share <= MOST_HELD):
            raise DeclarationError(f"hold_out {self.hold_out!r}: expected a share of the data from 0 to {MOST_HELD}, e.g. 0.2")
        if isinstance(self.seed, bool) or not isinstance(self.seed, Integral) or self.seed < 0:
            raise DeclarationError(f"seed {self.seed!r}: expected a whole number of at least 0")
        object.__setattr__(self, "seed", int(self.seed))
        object.__setattr__(self, "hold_out", float(share))
        if not isinstance(self.budget, Budget):
            raise DeclarationError(f"budget {self.budget!r}: expected limits such as Budget(seconds=60), or None")
