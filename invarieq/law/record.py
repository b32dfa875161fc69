"""A law as a JSON document, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sympy as sp

from invarieq.errors import ReadError
from invarieq.expressions import check_name, read_expression, write_expression
from invarieq.jets import Field, JetSpace, substitute
from invarieq.law.certificate import Certificate
from invarieq.law.latex import latex
from invarieq.law.law import Coefficient, Law

FORMAT = 1
LARGEST_DENOMINATOR = 100


def law_record(law: Law, certificate: Certificate | None = None) -> dict[str, Any]:
    """The law as a JSON object: readable parts first, then all that `law_from_json` needs.

    `equation` is text in the TOML notation of an expression that vanishes (several joined by "; "), `equations` the list.
    """
    equations = [write_expression(e) for e in law.equations()]
    return {
        "equation": "; ".join(equations),
        "equations": equations,
        "rounded": "; ".join(write_expression(_decimal(e)) for e in law.equations("rounded")),
        "latex": latex(law),
        "score": law.score,
        "complexity": law.complexity,
        "certified": None if certificate is None else certificate.certified,
        "certificate": None if certificate is None else certificate.document(),
        "coefficients": [
            {"symbol": c.symbol.name, "value": c.value, "error": c.error, "rounded": write_expression(_decimal(c.rounded))}
            for c in law.coefficients
        ],
        "notes": list(law.notes),
        "format": FORMAT,
        "coordinates": [c.name for c in law.space.coordinates],
        "fields": {f.name: [a.name for a in f.arguments] for f in law.space.fields},
        "leading": [s.name for s in law.leading],
        "right": [write_expression(r) for r in law.right],
    }


def _decimal(expr: sp.Expr) -> sp.Expr:
    """Rationals with large denominators as decimals."""
    return substitute(expr, {q: sp.Float(float(q)) for q in expr.atoms(sp.Rational) if q.q > LARGEST_DENOMINATOR})


def law_from_json(document: str | Mapping[str, Any]) -> Law:
    """The law of a `law_record` (as text or parsed); raises `ReadError` for anything else."""
    try:
        record = json.loads(document) if isinstance(document, str) else document
        if record["format"] != FORMAT:
            raise ReadError(f"a law of format {record['format']!r}; this version of invarieq reads format {FORMAT}")
        coordinates = {n: sp.Symbol(check_name(n, "coordinate"), real=True) for n in record["coordinates"]}
        fields = tuple(Field(n, *(coordinates[a] for a in arguments)) for n, arguments in record["fields"].items())
        space = JetSpace(tuple(coordinates.values()), fields)
        coefficients = tuple(
            Coefficient(sp.Symbol(check_name(c["symbol"], "coefficient"), real=True), float(c["value"]), float(c["error"]))
            for c in record["coefficients"]
        )
        names = JetSpace(space.coordinates, fields, tuple(c.symbol for c in coefficients)).names
        return Law(
            space=space,
            leading=tuple(space.name(s) for s in record["leading"]),
            right=tuple(read_expression(r, names) for r in record["right"]),
            coefficients=coefficients,
            score=float(record["score"]),
            complexity=int(record["complexity"]),
            notes=tuple(str(n) for n in record["notes"]),
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ReadError(f"this is not a law that invarieq wrote: {type(error).__name__} {error}") from None
