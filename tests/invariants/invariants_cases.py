"""The benchmark of group actions with known invariants, read into jet spaces and generators."""

from __future__ import annotations

import json
from pathlib import Path

import sympy as sp

from invarieq.expressions import read_expression
from invarieq.jets import Field, JetSpace, VectorField, coordinates

BENCHMARK = json.loads(Path(__file__).with_name("invariants_benchmark.json").read_text(encoding="utf-8"))
ACTIONS = {case["id"]: case for case in BENCHMARK["differential_invariants"]}
EQUIVARIANTS = {case["id"]: case for case in BENCHMARK["equivariant_fields"]}


def space_of(case: dict) -> JetSpace:
    """Jet space of a benchmark case."""
    places = coordinates(" ".join(case["independent"]))
    parameters = tuple(sp.Symbol(name, real=True) for name in case["parameters"])
    return JetSpace(places, tuple(Field(name, *places) for name in case["dependent"]), parameters)


def fields_of(rows: list[dict[str, str]], space: JetSpace) -> list[VectorField]:
    """Generators of a benchmark case."""
    return [VectorField({space.name(z): read(text, space) for z, text in row.items()}) for row in rows]


def read(text: str, space: JetSpace) -> sp.Expr:
    """An expression of the benchmark."""
    return read_expression(text, space.names)
