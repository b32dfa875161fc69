"""The equations with known symmetry algebras (symmetry_benchmark.json), read without running any of their text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy as sp

from invarieq.expressions import read_expression
from invarieq.jets import Field, JetSpace, VectorField

FILE = json.loads((Path(__file__).parent / "symmetry_benchmark.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Case:
    """One equation or system with its known symmetries."""

    name: str
    space: JetSpace
    law: tuple[sp.Expr, ...]
    leading: tuple[sp.Symbol, ...]
    entry: dict[str, Any]

    def read(self, text: str) -> sp.Expr:
        return read_expression(re.sub(r"Rational\((-?\d+),\s*(\d+)\)", r"(\1/\2)", text), self.space.names)

    @property
    def generators(self) -> list[VectorField]:
        names = self.space.names
        return [VectorField({names[z]: self.read(c) for z, c in g.items()}) for g in self.entry["generators"]]


def case(entry: dict[str, Any]) -> Case:
    coordinates = tuple(sp.Symbol(n, real=True) for n in entry["independent"])
    fields = tuple(Field(n, *coordinates) for n in entry["dependent"])
    parameters = tuple(sp.Symbol(n, real=True) for n in entry.get("parameters", {}))
    space = JetSpace(coordinates, fields, parameters)
    bare = Case(entry["id"], space, (), (), entry)
    law = tuple(bare.read(t) for t in entry["equations"])
    leading = tuple(space.name(t) for t in entry.get("leading", ()))
    return Case(entry["id"], space, law, leading, entry)


CASES = [case(e) for e in FILE["equations"]]
FIRST_ORDER = [case(e) for e in FILE["restricted_first_order_systems"]]


def equation(coordinates: str, fields: str, equations: list[str], leading: str = "", parameters: str = "") -> Case:
    """A case from texts: `equation("t x", "u", ["u_t - u_xx"])`."""
    return case(
        {
            "id": equations[0],
            "independent": coordinates.split(),
            "dependent": fields.split(),
            "parameters": dict.fromkeys(parameters.split(), "generic"),
            "equations": equations,
            "leading": leading.split(),
        }
    )
