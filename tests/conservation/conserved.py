"""Systems for the tests from short texts, and comparisons that use nothing but numbers."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from invarieq.expressions import read_expression
from invarieq.jets import Field, JetSpace, coordinates, substitute, symbols_of

BENCHMARK = json.loads((Path(__file__).parent / "conservation_benchmark.json").read_text(encoding="utf-8"))


def space_of(independent: str, dependent: str, parameters: str = "") -> JetSpace:
    """A jet space whose fields depend on all coordinates."""
    xs = coordinates(independent)
    fields = tuple(Field(name, *xs) for name in dependent.split())
    return JetSpace(xs, fields, tuple(sp.Symbol(p, real=True) for p in parameters.split()))


def read(space: JetSpace, *texts: str) -> tuple[sp.Expr, ...]:
    """Expressions in the TOML notation; Rational(n, d) of the benchmark is n/d."""
    plain = [re.sub(r"Rational\((-?\d+), *(\d+)\)", r"(\1/\2)", text) for text in texts]
    return tuple(read_expression(text, space.names) for text in plain)


def case(entry: dict[str, Any]) -> tuple[JetSpace, tuple[sp.Expr, ...]]:
    """The jet space and the law of an entry of the benchmark."""
    space = space_of(" ".join(entry["independent"]), " ".join(entry["dependent"]), " ".join(entry["parameters"]))
    return space, read(space, *entry["equations"])


def values(space: JetSpace, rows: Sequence[Sequence[sp.Expr]], points: int = 150) -> np.ndarray:
    """Each row of expressions as one vector of numbers at common random points, parameters fixed, of length 1."""
    symbols = sorted({s for row in rows for e in row for s in symbols_of(e)}, key=lambda s: s.name)
    source = np.random.default_rng(3)
    at = source.uniform(0.6, 1.5, (len(symbols), points))
    for k, parameter in enumerate(space.parameters):
        if parameter in symbols:
            at[symbols.index(parameter)] = 1.37 + 0.21 * k
    table = np.array([np.concatenate([np.broadcast_to(sp.lambdify(symbols, e)(*at), points) for e in row]) for row in rows])
    return table / np.linalg.norm(table, axis=1)[:, None]


def in_span(rows: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether a vector is a combination of the rows."""
    if not len(rows):
        return False
    solution = np.linalg.lstsq(rows.T, wanted, rcond=1e-11)[0]
    return bool(np.linalg.norm(rows.T @ solution - wanted) < 1e-7)


def polynomial_in(space: JetSpace, integrals: Sequence[sp.Expr], wanted: sp.Expr) -> bool:
    """Whether a function is a polynomial of degree 2 in some integrals, judged at random points."""
    products = [a * b for a, b in itertools.combinations_with_replacement([sp.S.One, *integrals], 2)]
    table = values(space, [[p] for p in [*products, wanted]], points=250)
    return in_span(table[:-1], table[-1])


def on_functions(space: JetSpace, expr: sp.Expr, functions: Sequence[sp.Expr]) -> sp.Expr:
    """A differential function with explicit functions put in for the fields: derivatives are taken by SymPy's diff alone."""
    replaced: dict[Any, sp.Expr] = {}
    for symbol in symbols_of(expr):
        found = space.index(symbol)
        if found:
            value = functions[found[0]]
            for x, n in zip(space.coordinates, found[1], strict=True):
                value = sp.diff(value, x, n) if n else value
            replaced[symbol] = value
    return substitute(expr, replaced)


def plain_functions(space: JetSpace) -> tuple[sp.Expr, ...]:
    """Positive functions of all coordinates, without special properties, one a field."""
    result: list[sp.Expr] = []
    for k in range(len(space.fields)):
        terms = [
            sp.Rational(3 * (i + 1) + k, 7 + i) * x + x**2 * sp.Rational(k + 2, 11 - i) for i, x in enumerate(space.coordinates)
        ]
        mixed = sp.Mul(*space.coordinates) * sp.Rational(2 * k + 1, 5) + space.coordinates[0] ** 3 * space.coordinates[-1] / 9
        result.append(2 + k + sp.Add(*terms) + mixed)
    return tuple(result)


def size_at_points(space: JetSpace, expr: sp.Expr, functions: Sequence[sp.Expr]) -> float:
    """The largest value of a differential function of explicit functions at some points, over its largest term."""
    shown = on_functions(space, expr, functions)
    worst = 0.0
    for k in range(3):
        at = {x: sp.Rational(5 + 3 * i + 2 * k, 7 + i) for i, x in enumerate(space.coordinates)}
        at |= {p: sp.Rational(11 + 4 * i, 6) for i, p in enumerate(space.parameters)}
        terms = [substitute(t, at).evalf(40) for t in sp.Add.make_args(shown)]
        worst = max(worst, float(abs(sum(terms)) / max(*(abs(t) for t in terms), sp.S.One)))
    return worst
