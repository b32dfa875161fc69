"""Expressions: one alphabet of operations; text ⇄ SymPy ⇄ tape, and values on arrays; nothing is run as code.

What needs NumPy is loaded on first use: text alone does without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from invarieq.expressions.alphabet import FUNCTIONS, Op
from invarieq.expressions.read import check_name, read_expression
from invarieq.expressions.write import write_expression

if TYPE_CHECKING:
    from invarieq.expressions.arrays import compile_expression, compile_expressions, evaluate, function_of
    from invarieq.expressions.tape import Tape, tape_of, to_sympy

_HOMES = {
    "arrays": ("compile_expression", "compile_expressions", "evaluate", "function_of"),
    "tape": ("Tape", "tape_of", "to_sympy"),
}
_HOME = {name: f"invarieq.expressions.{module}" for module, names in _HOMES.items() for name in names}

__all__ = [
    "FUNCTIONS",
    "Op",
    "Tape",
    "check_name",
    "compile_expression",
    "compile_expressions",
    "evaluate",
    "function_of",
    "read_expression",
    "tape_of",
    "to_sympy",
    "write_expression",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'invarieq.expressions' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
