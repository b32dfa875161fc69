"""Algebras with known structure: the benchmark's symmetry algebras, tables of small algebras, matrix algebras."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sympy as sp

from invarieq.algebra import StructureConstants, structure_constants
from invarieq.expressions import read_expression
from invarieq.jets import Field, JetSpace, VectorField, coordinates

BENCHMARK: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "symmetry" / "symmetry_benchmark.json").read_text(encoding="utf-8")
)["equations"]


def entry(name: str) -> dict[str, Any]:
    """The entry of the benchmark with this id."""
    return next(e for e in BENCHMARK if e["id"] == name)


def generators_of(case: dict[str, Any]) -> tuple[list[VectorField], JetSpace]:
    """Generators and jet space of an entry."""
    variables = coordinates(" ".join(case["independent"]))
    fields = tuple(Field(name, *variables) for name in case["dependent"])
    space = JetSpace(variables, fields, tuple(sp.Symbol(p, real=True) for p in case["parameters"]))

    def read(text: str) -> sp.Expr:
        return read_expression(re.sub(r"Rational\((\d+),\s*(\d+)\)", r"(\1/\2)", text), space.names)

    made = [VectorField({space.name(s): read(text) for s, text in g.items()}) for g in case["generators"]]
    return made, space


# Normal forms of Patera, Sharp, Winternitz, Zassenhaus 1976, tables I and II: (i, j): {k: c} means [e_i, e_j] = Σ c e_k, 1-based.
Brackets = dict[tuple[int, int], dict[int, Any]]


def small_algebra(name: str, *parameters: Any) -> StructureConstants:
    """The algebra A_{n,k} with its parameters in normal form."""
    dimension = int(name[3])
    table = _TABLE[name](*parameters)
    return structure_constants(dimension, {(i - 1, j - 1): {k - 1: c for k, c in row.items()} for (i, j), row in table.items()})


_TABLE: dict[str, Any] = {
    "A_{3,1}": lambda: {(2, 3): {1: 1}},
    "A_{3,2}": lambda: {(1, 3): {1: 1}, (2, 3): {1: 1, 2: 1}},
    "A_{3,3}": lambda: {(1, 3): {1: 1}, (2, 3): {2: 1}},
    "A_{3,4}": lambda: {(1, 3): {1: 1}, (2, 3): {2: -1}},
    "A_{3,5}": lambda a: {(1, 3): {1: 1}, (2, 3): {2: a}},
    "A_{3,6}": lambda: {(1, 3): {2: -1}, (2, 3): {1: 1}},
    "A_{3,7}": lambda a: {(1, 3): {1: a, 2: -1}, (2, 3): {1: 1, 2: a}},
    "A_{3,8}": lambda: {(1, 3): {2: -2}, (1, 2): {1: 1}, (2, 3): {3: 1}},
    "A_{3,9}": lambda: {(1, 2): {3: 1}, (2, 3): {1: 1}, (3, 1): {2: 1}},
    "A_{4,1}": lambda: {(2, 4): {1: 1}, (3, 4): {2: 1}},
    "A_{4,2}": lambda a: {(1, 4): {1: a}, (2, 4): {2: 1}, (3, 4): {2: 1, 3: 1}},
    "A_{4,3}": lambda: {(1, 4): {1: 1}, (3, 4): {2: 1}},
    "A_{4,4}": lambda: {(1, 4): {1: 1}, (2, 4): {1: 1, 2: 1}, (3, 4): {2: 1, 3: 1}},
    "A_{4,5}": lambda a, b: {(1, 4): {1: 1}, (2, 4): {2: a}, (3, 4): {3: b}},
    "A_{4,6}": lambda a, b: {(1, 4): {1: a}, (2, 4): {2: b, 3: -1}, (3, 4): {2: 1, 3: b}},
    "A_{4,7}": lambda: {(2, 3): {1: 1}, (1, 4): {1: 2}, (2, 4): {2: 1}, (3, 4): {2: 1, 3: 1}},
    "A_{4,8}": lambda: {(2, 3): {1: 1}, (2, 4): {2: 1}, (3, 4): {3: -1}},
    "A_{4,9}": lambda b: {(2, 3): {1: 1}, (1, 4): {1: 1 + b}, (2, 4): {2: 1}, (3, 4): {3: b}},
    "A_{4,10}": lambda: {(2, 3): {1: 1}, (2, 4): {3: -1}, (3, 4): {2: 1}},
    "A_{4,11}": lambda a: {(2, 3): {1: 1}, (1, 4): {1: 2 * a}, (2, 4): {2: a, 3: -1}, (3, 4): {2: 1, 3: a}},
    "A_{4,12}": lambda: {(1, 3): {1: 1}, (2, 3): {2: 1}, (1, 4): {2: -1}, (2, 4): {1: 1}},
}
HALF, THIRD = sp.Rational(1, 2), sp.Rational(1, 3)
SMALL: list[tuple[str, tuple[Any, ...]]] = [
    *((f"A_{{3,{k}}}", ()) for k in (1, 2, 3, 4, 6)),
    ("A_{3,5}", (HALF,)),
    ("A_{3,5}", (-THIRD,)),
    ("A_{3,7}", (2,)),
    ("A_{3,7}", (sp.sqrt(2),)),
    *((f"A_{{4,{k}}}", ()) for k in (1, 3, 4, 7, 8, 10, 12)),
    ("A_{4,2}", (-3,)),
    ("A_{4,2}", (1,)),
    ("A_{4,5}", (-HALF, THIRD)),
    ("A_{4,5}", (-1, HALF)),
    ("A_{4,5}", (1, 1)),
    ("A_{4,6}", (3, HALF)),
    ("A_{4,6}", (HALF, 0)),
    ("A_{4,9}", (HALF,)),
    ("A_{4,9}", (0,)),
    ("A_{4,9}", (1,)),
    ("A_{4,11}", (HALF,)),
]


def direct_sum(*parts: StructureConstants) -> StructureConstants:
    """The direct sum, bases one after another."""
    brackets: Brackets = {}
    offset = 0
    for part in parts:
        for (i, j), entries in part.brackets:
            brackets[i + offset, j + offset] = {k + offset: part.field.to_sympy(c) for k, c in entries}
        offset += part.dimension
    return structure_constants(offset, brackets)


def abelian(n: int) -> StructureConstants:
    """n A_1."""
    return structure_constants(n, {})


def matrix_algebra(basis: Sequence[sp.Matrix]) -> StructureConstants:
    """The algebra of matrices under the commutator, over the rationals; entries may be complex."""

    def flat(m: sp.Matrix) -> list[sp.Expr]:
        return [part for x in m for part in (sp.re(x), sp.im(x))]

    columns = sp.Matrix([flat(m) for m in basis]).T
    pseudo = (columns.T * columns).inv() * columns.T
    brackets: Brackets = {}
    for i, j in itertools.combinations(range(len(basis)), 2):
        commutator = sp.Matrix(flat(basis[i] * basis[j] - basis[j] * basis[i]))
        image = pseudo * commutator
        assert columns * image == commutator
        brackets[i, j] = {k: c for k, c in enumerate(image) if c != 0}
    return structure_constants(len(basis), brackets, check=False)


def unit(n: int, i: int, j: int) -> sp.Matrix:
    """E_ij."""
    return sp.Matrix(n, n, lambda r, c: int((r, c) == (i, j)))


def special_linear(n: int) -> StructureConstants:
    """sl(n, R)."""
    diagonal = [unit(n, i, i) - unit(n, i + 1, i + 1) for i in range(n - 1)]
    return matrix_algebra([*diagonal, *(unit(n, i, j) for i in range(n) for j in range(n) if i != j)])


def orthogonal_matrices(p: int, q: int) -> list[sp.Matrix]:
    """A basis of so(p, q) as matrices."""
    n, sign = p + q, [1] * p + [-1] * q
    return [sign[i] * unit(n, i, j) - sign[j] * unit(n, j, i) for i, j in itertools.combinations(range(n), 2)]


def unitary(p: int, q: int) -> StructureConstants:
    """su(p, q)."""
    n, sign = p + q, [1] * p + [-1] * q
    off = [(i, j) for i, j in itertools.combinations(range(n), 2)]
    real = [sign[i] * unit(n, i, j) - sign[j] * unit(n, j, i) for i, j in off]
    imaginary = [sp.I * (sign[i] * unit(n, i, j) + sign[j] * unit(n, j, i)) for i, j in off]
    return matrix_algebra([*real, *imaginary, *(sp.I * (unit(n, i, i) - unit(n, i + 1, i + 1)) for i in range(n - 1))])


def affine(matrices: Sequence[sp.Matrix]) -> StructureConstants:
    """Matrices acting on a space, with its translations: M ⋉ R^n."""
    n = matrices[0].shape[0]
    wide = [m.row_join(sp.zeros(n, 1)).col_join(sp.zeros(1, n + 1)) for m in matrices]
    return matrix_algebra([*wide, *(unit(n + 1, i, n) for i in range(n))])


def changed_by(algebra: StructureConstants, matrix: Sequence[Sequence[int]]) -> StructureConstants:
    """The algebra in the basis whose vectors are the rows of a matrix of whole numbers."""
    rows = [{k: algebra.domain.convert(c) for k, c in enumerate(row) if c} for row in matrix]
    return algebra.changed(rows)
