"""What a user chose for one discovery: it fixes the result, together with the data and the versions of the libraries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from invarieq.errors import DeclarationError, SessionError, suggestion

MODES = ("declared", "auto", "relaxed", "regularized", "none")
MOST_HELD = 0.8
ENGINES = ("sparse", "stlsq", "sr3", "ssr", "invariants")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one discovery.

    `system`: shipped name or path; `data`: path of measured data, None takes the system's own; `noise`: standard
    deviation of added Gaussian noise over that of the field; `symmetry`: False searches without the declared symmetry; `mode` is one
    of `MODES`: the declared symmetry, the one that the data support, the declared one as an approximate one or as a
    penalty, or none; `hold_out`: share of the data that the search does not see (see `invarieq.forecast.hold_out`).
    """

    system: str
    data: str | None = None
    engine: str = "sparse"
    noise: float = 0.0
    seed: int = 0
    symmetry: bool = True
    mode: str = "declared"
    hold_out: float = 0.0

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise DeclarationError(f"symmetry {self.mode!r}: expected one of {', '.join(MODES)}{suggestion(self.mode, MODES)}")
        if self.mode == "none":
            object.__setattr__(self, "symmetry", False)
        if self.engine == "invariants" and not (self.symmetry and self.mode == "declared"):
            raise DeclarationError(
                "engine 'invariants' searches in the invariants of the declared symmetry; leave --symmetry at declared"
            )
        if not (math.isfinite(self.noise) and self.noise >= 0):
            raise DeclarationError(f"noise {self.noise!r}: expected a ratio of at least 0, e.g. 0.01 for 1 %")
        if not (math.isfinite(self.hold_out) and 0 <= self.hold_out <= MOST_HELD):
            raise DeclarationError(f"hold_out {self.hold_out!r}: expected a share of the data from 0 to {MOST_HELD}, e.g. 0.2")
        if self.seed < 0:
            raise DeclarationError(f"seed {self.seed}: expected a whole number of at least 0")

    def to_json(self) -> dict[str, Any]:
        """The settings as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Settings:
        """Settings from `to_json`; raises `SessionError` for a key that is missing or unknown."""
        known = {f.name for f in fields(cls)}
        if not known.issuperset(document) or "system" not in document:
            raise SessionError(
                f"the stored settings have the keys {sorted(document)}; expected {sorted(known)}; start the discovery again"
            )
        return cls(**document)
