"""A law as a JSON document, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import sympy as sp

from invarieq.errors import InvarieqError, ReadError
from invarieq.expressions import check_name, read_expression, write_expression
from invarieq.expressions.size import expanded_terms
from invarieq.jets import Field, JetSpace, substitute
from invarieq.law.certificate import Certificate
from invarieq.law.coefficient import Coefficient, Covariance
from invarieq.law.latex import LARGEST_DENOMINATOR, latex
from invarieq.law.law import Law

FORMAT = 1
LARGEST_EXPANSION = 20_000  # terms of a side when it is multiplied out, which certificates, exports and forecasts do


def law_record(law: Law, certificate: Certificate | None = None) -> dict[str, Any]:
    """The law as a JSON object: readable parts first, then all that `law_from_json` needs.

    `equation` is text in the TOML notation of an expression that vanishes (several joined by "; "), `equations` the list. Of an
    implicit law `leading` is empty and `right` holds what vanishes. `covariance` stands only where it is known (null: inf).
    """
    equations = [write_expression(e) for e in law.equations()]
    document = law_document(law)
    for row, c in zip(document["coefficients"], law.coefficients, strict=True):
        row["rounded"] = write_expression(_decimal(c.rounded))
    return {
        "equation": "; ".join(equations),
        "equations": equations,
        "rounded": "; ".join(write_expression(_decimal(e)) for e in law.equations("rounded")),
        "latex": latex(law),
        "certified": None if certificate is None else certificate.certified,
        "certificate": None if certificate is None else certificate.document(),
        **document,
    }


def law_document(law: Law) -> dict[str, Any]:
    """All that `law_from_json` needs, and nothing else."""
    return {
        "score": _number(law.score),
        "complexity": law.complexity,
        "coefficients": [
            {"symbol": c.symbol.name, "value": c.value, "error": _number(c.error), **_choice(c)} for c in law.coefficients
        ],
        "notes": list(law.notes),
        "format": FORMAT,
        "coordinates": [c.name for c in law.space.coordinates],
        "fields": {f.name: [a.name for a in f.arguments] for f in law.space.fields},
        "parameters": [p.name for p in law.space.parameters],
        "leading": [s.name for s in law.leading],
        "right": [write_expression(r) for r in law.right],
        **({} if law.covariance is None else {"covariance": [[_number(v) for v in row] for row in law.covariance]}),
    }


def _choice(coefficient: Coefficient) -> dict[str, Any]:
    """What the search says of the coefficient's term; nothing where it says nothing."""
    row: dict[str, Any] = {"term": coefficient.term} if coefficient.term else {}
    if coefficient.inclusion is not None:
        row |= {"inclusion": coefficient.inclusion, "interval": coefficient.interval and list(coefficient.interval)}
    return row


def _decimal(expr: sp.Expr) -> sp.Expr:
    """Rationals with large denominators as decimals."""
    return substitute(expr, {q: sp.Float(float(q)) for q in expr.atoms(sp.Rational) if q.q > LARGEST_DENOMINATOR})


def _number(value: float) -> float | None:
    """JSON has no infinity: an error or score that is unknown is null."""
    return value if math.isfinite(value) else None


def _size(value: object) -> float:
    if value is None:
        return math.inf
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReadError(f"this is not a law that invarieq wrote: it has {value!r} instead of a number")
    return float(value)


def law_from_json(document: str | Mapping[str, Any]) -> Law:
    """The law of a `law_record` (as text or parsed), equal to the one written; raises `ReadError` for anything else."""
    try:
        record = json.loads(document) if isinstance(document, str) else document
        if record["format"] != FORMAT or isinstance(record["format"], bool):
            raise ReadError(f"a law of format {record['format']!r}; this version of invarieq reads format {FORMAT}")
        return _read(record)
    except ReadError:
        raise
    except InvarieqError as error:
        raise ReadError(f"this is not a law that invarieq wrote: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise ReadError(f"this is not a law that invarieq wrote: {type(error).__name__} {error}") from None


def _list(value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ReadError(f"this is not a law that invarieq wrote: it has {value!r} instead of a list")
    return list(value)


def _pair(value: object) -> tuple[float, float]:
    low, high = _list(value)
    return _size(low), _size(high)


def _covariance(value: object) -> Covariance | None:
    return None if value is None else tuple(tuple(_size(v) for v in _list(row)) for row in _list(value))


def _side(text: Any, names: Mapping[str, sp.Expr]) -> sp.Expr:
    side = read_expression(text, names)
    if (size := expanded_terms(side)) > LARGEST_EXPANSION:
        raise ReadError(
            f"a side of this law has {size if size < 10**6 else 'millions of'} terms when it is multiplied out; "
            f"at most {LARGEST_EXPANSION} are read"
        )
    return side


def _read(record: Mapping[str, Any]) -> Law:
    coordinates = {n: sp.Symbol(check_name(n, "coordinate"), real=True) for n in _list(record["coordinates"])}
    fields = tuple(Field(n, *(coordinates[a] for a in _list(arguments))) for n, arguments in record["fields"].items())
    parameters = tuple(sp.Symbol(check_name(n, "parameter"), real=True) for n in _list(record.get("parameters", ())))
    space = JetSpace(tuple(coordinates.values()), fields, parameters)
    coefficients = tuple(
        Coefficient(
            sp.Symbol(check_name(c["symbol"], "coefficient"), real=True),
            _size(c["value"]),
            _size(c["error"]),
            str(c.get("term", "")),
            None if c.get("inclusion") is None else _size(c["inclusion"]),
            None if c.get("interval") is None else _pair(c["interval"]),
        )
        for c in _list(record["coefficients"])
    )
    names = JetSpace(space.coordinates, fields, (*parameters, *(c.symbol for c in coefficients))).names
    return Law(
        space=space,
        leading=tuple(space.name(s) for s in _list(record["leading"])),
        right=tuple(_side(r, names) for r in _list(record["right"])),
        coefficients=coefficients,
        score=_size(record["score"]),
        complexity=int(record["complexity"]),
        notes=tuple(str(n) for n in _list(record["notes"])),
        covariance=_covariance(record.get("covariance")),
    )
