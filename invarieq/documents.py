"""Values as JSON documents, and back: frozen dataclasses by their fields, laws in their own form.

Numbers that are not finite become null (JSON has none); a number that is null reads as infinity, an optional one as None.
"""

from __future__ import annotations

import functools
import math
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import cattrs
import numpy as np
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from invarieq.errors import ReadError
from invarieq.law.law import Law
from invarieq.law.record import law_document, law_from_json

T = TypeVar("T")
Json = dict[str, Any]


def to_document(value: object) -> Any:
    """The JSON document of a value made of frozen dataclasses, tuples, mappings, texts, numbers and laws."""
    return _converter().unstructure(value)


def from_document(kind: type[T], document: Any) -> T:
    """The value of class `kind` that a document stands for; raises `ReadError` for any other document."""
    try:
        return _converter().structure(document, kind)
    except ReadError:
        raise
    except cattrs.BaseValidationError as error:
        why = "; ".join(cattrs.transform_error(error)[:3])
        raise ReadError(f"this document is no {_called(kind)} that invarieq wrote: {why}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadError(f"this document is no {_called(kind)} that invarieq wrote: {error}") from None


def _called(kind: Any) -> str:
    """The name of a class, the text of another type such as `A | None`."""
    return str(getattr(kind, "__name__", kind))


@functools.cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(float, lambda value: float(value) if math.isfinite(value) else None)
    converter.register_structure_hook(float, lambda value, _: math.inf if value is None else float(_number(value)))
    converter.register_structure_hook(int, lambda value, _: _whole(value))
    converter.register_structure_hook(str, lambda value, _: _text(value))
    converter.register_structure_hook(bool, lambda value, _: _truth(value))
    converter.register_unstructure_hook(np.generic, lambda value: to_document(value.item()))
    converter.register_unstructure_hook_factory(is_dataclass, lambda kind: _fields_out(kind, converter))
    converter.register_structure_hook_factory(is_dataclass, lambda kind: _fields_in(kind, converter))
    converter.register_unstructure_hook(Law, law_document)
    converter.register_structure_hook(Law, lambda document, _: law_from_json(document))
    converter.register_unstructure_hook_func(lambda kind: getattr(kind, "__origin__", kind) is tuple, _listed)
    return converter


def _names(kind: type[Any]) -> dict[str, Any]:
    """The fields' names in a document: `from_` is written `from`."""
    return {f.name: override(rename=f.name.rstrip("_")) for f in fields(kind) if f.name.endswith("_")}


def _fields_out(kind: type[Any], converter: cattrs.Converter) -> Any:
    return make_dict_unstructure_fn(kind, converter, **_names(kind))


def _fields_in(kind: type[Any], converter: cattrs.Converter) -> Any:
    return make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **_names(kind))


def _listed(values: tuple[object, ...]) -> list[Any]:
    return [to_document(value) for value in values]


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value
