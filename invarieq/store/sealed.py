"""Documents as text: written so that equal values are equal bytes, read with bounds so that no text can harm the reader."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from invarieq.errors import InvarieqError, SessionError
from invarieq.store.settings import Settings

Json = dict[str, Any]
LONGEST = 50_000_000  # signs
DEEPEST = 50
_KINDS: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "float": (float, int),
    "int": (int,),
    "bool": (bool,),
}


def write_document(document: Mapping[str, Any], what: str) -> str:
    """A document as JSON. A number that is infinite or none becomes null, which is all that JSON has for it."""
    try:
        return json.dumps(_finite(document), allow_nan=False, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise SessionError(f"{what} cannot be stored as JSON: {error}; store numbers, texts, lists, objects and None") from None


def read_document(text: object, what: str) -> Any:
    """The value of a JSON text; raises `SessionError`, starting with `what`, for anything but JSON of a size that a run can have."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise SessionError(f"{what} is no text of at most {LONGEST} signs")
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise SessionError(f"{what} is no JSON: {str(error)[:200]}") from None
    if _deeper(value):
        raise SessionError(f"{what} is nested more than {DEEPEST} deep")
    return value


def read_settings(document: object, what: str) -> Settings:
    """Settings from their document; raises `SessionError`, starting with `what`, for any that no run can have."""
    if not isinstance(document, dict):
        raise SessionError(f"{what} are no object")
    for field in fields(Settings):
        kinds = _KINDS.get(str(field.type))
        value = document.get(field.name, field.default)
        if kinds and field.name in document and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
            raise SessionError(f"{what} say {field.name} = {str(value)[:80]!r}; expected {field.type}")
    try:
        return Settings.from_json(document)
    except SessionError:
        raise
    except (InvarieqError, TypeError, ValueError) as error:
        raise SessionError(f"{what} cannot be used: {error}") from None


def _finite(value: Any) -> Any:
    """The value in JSON's own kinds: NumPy's numbers as Python's, null for what is not finite."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} {value!r}"[:200])


def _refuse(name: str) -> float:
    raise ValueError(f"it holds {name}")


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text[:40])


def _deeper(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            v for item in level if isinstance(item, dict | list) for v in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
