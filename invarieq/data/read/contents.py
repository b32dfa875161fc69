"""What data hold before anything is matched: arrays by name with what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

UNITS = "units of "  # the attribute of a variable that counts from a date


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file, or data in memory, hold: arrays by name, the dimension names, attributes and units stated, and whether it is a table.

    `beside`: arrays that only accompany a grid (xarray's coordinates that are no dimension); `errors`: standard errors by the name of
    the array that they belong to.
    """

    arrays: Mapping[str, np.ndarray]
    dims: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    table: bool = False
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    beside: frozenset[str] = frozenset()
    errors: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
