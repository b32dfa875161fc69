"""What a step of a discovery found, as a journal keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray

_NO_ARRAYS: Mapping[str, Any] = MappingProxyType({})


class Result(NamedTuple):
    """A JSON-able document, and arrays by name."""

    document: Mapping[str, Any]
    arrays: Mapping[str, Array] = _NO_ARRAYS
