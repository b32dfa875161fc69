"""What a user chose for one discovery: it fixes the result, together with the data and the versions of the libraries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from invarieq.budget import Budget
from invarieq.engines.names import AUTO
from invarieq.errors import DeclarationError, SessionError
from invarieq.store.options import MODES, Options


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
    engine: str = AUTO
    noise: float = 0.0
    seed: int = 0
    symmetry: bool = True
    mode: str = "declared"
    hold_out: float = 0.0
    budget: float | None = None

    def __post_init__(self) -> None:
        if self.mode == "none":
            object.__setattr__(self, "symmetry", False)
        if not (math.isfinite(self.noise) and self.noise >= 0):
            raise DeclarationError(f"noise {self.noise!r}: expected a ratio of at least 0, e.g. 0.01 for 1 %")
        _ = self.options

    @property
    def options(self) -> Options:
        """What the search itself is told; raises `DeclarationError` for what is not known or out of range."""
        mode = self.mode if self.symmetry or self.mode not in MODES else "none"
        return Options(self.engine, mode, self.seed, self.hold_out, Budget(seconds=self.budget))

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
