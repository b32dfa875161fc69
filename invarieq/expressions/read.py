"""Read an expression from text by a whitelist of Python's own grammar.

The text is parsed by `ast` and never compiled: numbers, names of a closed set, + - * / ** and one-argument calls of
a closed set of functions are turned into SymPy objects one node at a time. Everything else is a `ReadError` that
shows the place. Bounds keep every refusal fast (no tower of powers is ever computed).
"""

from __future__ import annotations

import ast
import keyword
import math
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import sympy as sp

from invarieq.errors import ReadError, suggestion
from invarieq.expressions.alphabet import FUNCTIONS
from invarieq.terminal import shown

MAX_LENGTH = 10_000
MAX_DEPTH = 200
MAX_NODES = 5_000
MAX_CALLS = 16  # one in the other: SymPy looks through all of them at every level
MAX_EXPONENT = 64
MAX_POWER_BITS = 4096
MAX_DIGITS = 40
SHOWN = 120
IMAGINARY = 1e-12  # what evalf may leave of an imaginary part that vanishes

CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi}
_NUMBER = re.compile(r"[0-9.]+(?:[eE][+-]?[0-9]+)?|0[xXoObB][0-9a-fA-F]+")


def check_name(name: str, what: str = "name") -> str:
    """Return `name` if it may become a symbol; raise `ReadError` otherwise.

    A symbol's name is pasted into generated code by printers, so it has to be an identifier of plain ASCII letters,
    digits and single underscores, must not be a Python keyword and must not be the name of a function of the grammar.
    """
    if not isinstance(name, str):
        raise ReadError(f"{what} {name!r} is not text; write a name such as 'u'")
    fits = name.isascii() and name.isidentifier() and len(name) <= 64 and "__" not in name
    if not fits or keyword.iskeyword(name) or name in FUNCTIONS or name in CONSTANTS or name.startswith("_"):
        raise ReadError(
            f"{what} {name[:80]!r} cannot be used: expected ASCII letters, digits and single underscores, starting with "
            "a letter, not a Python keyword and not the name of a function (exp, log, ...) or constant (pi)"
        )
    return name


def read_expression(text: str, names: Mapping[str, sp.Expr]) -> sp.Expr:
    """Read `text` in the TOML notation into a SymPy expression over `names`.

    `names` maps each allowed name to its symbol, e.g. `JetSpace.name` for jets. Decimal numbers become SymPy floats,
    whole numbers and their quotients exact rationals.

    Raises `ReadError` with the text, the column and the nearest known name.

    >>> u, u_x = sp.symbols("u u_x", real=True)
    >>> read_expression("6*u*u_x", {"u": u, "u_x": u_x})
    6*u*u_x
    """
    if not isinstance(text, str):
        raise ReadError(f"an expression has to be text, got {type(text).__name__}: {text!r}")
    if len(text) > MAX_LENGTH:
        raise ReadError(f"an expression of {len(text)} characters is longer than the {MAX_LENGTH} that are read")
    if not text.isascii():
        stranger = next(c for c in text if not c.isascii())
        raise _error(text, f"holds {stranger!r}, which is no ASCII character", text.index(stranger) + 1)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None)
        raise _error(text, "is not an expression", column) from None
    reader = _Reader(text.strip(), names)
    try:
        return reader.read(tree.body, 0)
    except RecursionError:
        raise _error(text, "is nested too deeply", None) from None


def shortened(text: str, length: int) -> str:
    """`text`, cut to `length` characters; what is cut off is counted."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text) - length} more characters)"


def _error(text: str, what: str, column: int | None) -> ReadError:
    cut = shortened(text, SHOWN)
    caret = f"\n  {shown(cut)}\n  {' ' * len(shown(cut[: column - 1]))}^" if column and 0 < column <= len(cut) else ""
    return ReadError(
        f"{cut!r} {what}{caret}\n  expected numbers, names, + - * / **, parentheses and functions ({', '.join(FUNCTIONS)})"
    )


class _Reader:
    """One pass over a parsed text; holds the text for messages and counts nodes."""

    def __init__(self, text: str, names: Mapping[str, sp.Expr]) -> None:
        self.text, self.names, self.nodes, self.calls = text, names, 0, 0
        self.lines = text.split("\n")

    def fail(self, node: ast.AST, what: str) -> ReadError:
        return _error(self.text, what, getattr(node, "col_offset", 0) + 1)

    def read(self, node: ast.expr, depth: int) -> sp.Expr:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise self.fail(node, f"is too large (more than {MAX_DEPTH} levels or {MAX_NODES} parts)")
        if isinstance(node, ast.Constant):
            return self.number(node)
        if isinstance(node, ast.Name):
            return self.symbol(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            value = self.read(node.operand, depth + 1)
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node, ast.BinOp):
            return self.binary(node, depth)
        if isinstance(node, ast.Call):
            return self.call(node, depth)
        raise self.fail(node, f"holds {type(node).__name__}, which is not part of the notation")

    def number(self, node: ast.Constant) -> sp.Expr:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fail(node, f"holds {value!r}, which is not a number")
        written = self.lines[node.lineno - 1][node.col_offset : node.end_col_offset]
        if len(written) > MAX_DIGITS or not _NUMBER.fullmatch(written):
            raise self.fail(node, f"holds a number that is not plain or has more than {MAX_DIGITS} characters")
        if isinstance(value, int):
            return sp.Integer(value)
        if not math.isfinite(value):
            raise self.fail(node, f"holds {written}, which is not a finite number")
        return sp.Float(value)

    def symbol(self, node: ast.Name) -> sp.Expr:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        try:
            return self.names[node.id]
        except KeyError:
            what = f"holds the unknown name {shortened(node.id, 80)!r}{suggestion(node.id[:80], self.names)}"
            raise self.fail(node, what) from None

    def binary(self, node: ast.BinOp, depth: int) -> sp.Expr:
        if isinstance(node.op, (ast.Add, ast.Sub)):
            return self.total(node, depth)
        whole = isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
        with self.nested(node, isinstance(node.op, ast.Pow) and not whole):
            left, right = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
        if isinstance(node.op, ast.Mult):
            return self.finite(node, left * right)
        if isinstance(node.op, ast.Div):
            if right.is_zero:
                raise self.fail(node, "divides by zero")
            return self.finite(node, left / right)
        if isinstance(node.op, ast.Pow):
            return self.power(node, left, right)
        raise self.fail(node, f"uses the operator {type(node.op).__name__}, which is not part of the notation")

    def total(self, node: ast.BinOp, depth: int) -> sp.Expr:
        """A sum, its terms read one beside the other: a long sum is not deep."""
        terms: list[sp.Expr] = []
        rest: ast.expr = node
        while isinstance(rest, ast.BinOp) and isinstance(rest.op, (ast.Add, ast.Sub)):
            self.nodes += 1
            term = self.read(rest.right, depth + 1)
            terms.append(term if isinstance(rest.op, ast.Add) else -term)
            rest = rest.left
        terms.append(self.read(rest, depth + 1))
        return self.finite(node, sp.Add(*reversed(terms)))

    def power(self, node: ast.BinOp, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if exponent.is_number:
            if not (exponent.is_Rational or exponent.is_Float) or abs(float(exponent)) > MAX_EXPONENT:
                raise self.fail(node, f"has an exponent that is not a number of size at most {MAX_EXPONENT}")
            if base.is_zero and float(exponent) < 0:
                raise self.fail(node, "divides by zero")
        if base.is_number and _bits(base) * abs(float(exponent) if exponent.is_number else 1.0) > MAX_POWER_BITS:
            raise self.fail(node, f"is a power of more than {MAX_POWER_BITS} bits")
        return self.finite(node, base**exponent)

    def call(self, node: ast.Call, depth: int) -> sp.Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name not in FUNCTIONS or len(node.args) != 1 or node.keywords:
            raise self.fail(node, f"calls something that is not a one-argument function{suggestion(str(name), FUNCTIONS)}")
        with self.nested(node, True):
            argument = self.read(node.args[0], depth + 1)
        return self.finite(node, cast("Any", FUNCTIONS[name].sympy)(argument))

    @contextmanager
    def nested(self, node: ast.AST, counts: bool) -> Generator[None]:
        """What is read inside stands in a function or a root, if that `counts`."""
        self.calls += counts
        if self.calls > MAX_CALLS:
            raise self.fail(node, f"nests more than {MAX_CALLS} functions or roots")
        yield
        self.calls -= counts

    def finite(self, node: ast.AST, value: sp.Expr) -> sp.Expr:
        """The value, if it can be computed with and written down again: real, in the range of doubles, its powers bounded."""
        if value.has(sp.nan, sp.oo, sp.zoo, -sp.oo):
            raise self.fail(node, "is not finite")
        parts = [value.as_coeff_Mul()[0], value.as_coeff_Add()[0]] if value.args else [value]
        for number in [n for n in parts if n.is_Rational or n.is_Float] if value.free_symbols else [value]:
            self.number_in_range(node, number)
        for factor in sp.Mul.make_args(value):
            if isinstance(factor, sp.Pow) and factor.exp.is_number and abs(float(factor.exp)) > MAX_EXPONENT:
                raise self.fail(node, f"has an exponent that is not a number of size at most {MAX_EXPONENT}")
        return value

    def number_in_range(self, node: ast.AST, number: sp.Expr) -> None:
        if number.is_Rational:
            if _bits(number) > MAX_POWER_BITS:
                raise self.fail(node, f"holds a number of more than {MAX_POWER_BITS} bits")
            return
        real, imaginary = number.evalf(20).as_real_imag()
        if abs(imaginary) > abs(real) * IMAGINARY:
            raise self.fail(node, "is not a real number")
        try:
            near = float(real)
        except OverflowError:
            near = math.inf
        if not math.isfinite(near):
            raise self.fail(node, "is not a finite number")
        if number.is_Float and near == 0 and number != 0:
            raise self.fail(node, "is a number too close to 0")


def _bits(value: sp.Expr) -> float:
    if isinstance(value, sp.Rational):
        return float(max(int(value.p).bit_length(), int(value.q).bit_length()))
    return max(1.0, abs(math.log2(abs(float(value)) + 1e-300))) if value.is_Float else 1.0
