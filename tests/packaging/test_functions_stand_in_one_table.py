"""Claim: what the functions of expressions are called stands in one table, `expressions/alphabet.py`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from package_source import dotted, modules

from invarieq.expressions import FUNCTIONS

HOME = "invarieq/expressions/alphabet.py"
NAMES = {*FUNCTIONS, "Abs", "sech", "cot", "arcsin", "arccos", "arctan"}
SEVERAL = 2

# Tables of other ideas: theorems about a few functions, and values in other arithmetics; none says what a function is called.
OTHER_IDEAS = {
    "invarieq/jets/kernels.py": "which square reduces to which: cos² = 1 − sin², cosh² = 1 + sinh²",
    "invarieq/invariants/elementary.py": "how hyperbolic functions and tan are made of exp, sin and cos",
    "invarieq/conservation/fluxes.py": "antiderivatives of sin and cos",
    "invarieq/reduction/quadrature.py": "antiderivatives of sin and cos",
    "invarieq/exact/values.py": "values modulo the prime: rules of computing with residues",
    "invarieq/exact/taylor.py": "series modulo the prime: rules of computing with residues",
    "invarieq/law/solve.py": "which function undoes which",
}


def named(key: ast.expr | None) -> bool:
    """Whether a key names a function: `sp.sin`, `sympy.sin`, `np.sin`, `"sin"`."""
    if isinstance(key, ast.Constant):
        return key.value in NAMES
    front, _, last = dotted(key).rpartition(".") if key is not None else ("", "", "")
    return front in {"sp", "sympy", "np", "math"} and last in NAMES


def tables(tree: ast.AST) -> Iterator[int]:
    """The lines of dictionaries that are keyed by several functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and sum(map(named, node.keys)) >= SEVERAL:
            yield node.lineno


def test_no_other_file_has_a_table_of_functions() -> None:
    found = {path: list(tables(tree)) for path, tree in modules().items()}
    assert len(found[HOME]) == 1  # the reciprocals; the alphabet itself is an enumeration
    assert {path for path, lines in found.items() if lines} - {HOME} <= set(OTHER_IDEAS)


def test_the_search_finds_each_kind() -> None:
    text = """
A = {sp.sin: 1, sp.cos: 2}
B = {"exp": f, "log": g}
C = {np.arcsin: 1, "asin": 2, **A}
D = {sp.sin: 1}
E = {sp.Symbol: 1, sp.Add: 2, "sine": 3, "cosine": 4}
"""
    assert list(tables(ast.parse(text))) == [2, 3, 4]
