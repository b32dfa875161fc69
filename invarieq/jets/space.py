"""The jet space J^n: independent coordinates, fields, and all derivatives of the fields as plain symbols.

A derivative of `u` once in t and twice in x is the symbol `u_txx`: letters in the order of the coordinates. With
coordinates of several letters an underscore stands between them (`u_x1_x2`). Every jet is an ordinary real SymPy
symbol; only the `JetSpace` knows which field and multi-index it stands for.

Source: Olver, Applications of Lie Groups to Differential Equations, 2nd ed. 1993, section 2.3.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction

from invarieq.errors import DeclarationError, ReadError, suggestion
from invarieq.expressions import check_name
from invarieq.jets.derive import derive
from invarieq.jets.multiindices import MultiIndex

MAX_ORDER = 20  # of a derivative that has a name


def coordinates(names: str) -> tuple[sp.Symbol, ...]:
    """Real symbols for the independent coordinates: `t, x = coordinates("t x")`."""
    found = tuple(sp.Symbol(check_name(name, "coordinate"), real=True) for name in names.replace(",", " ").split())
    if len(set(found)) != len(found) or not found:
        raise DeclarationError(f"coordinates({names!r}): expected one or more different names, e.g. coordinates('t x')")
    return found


@dataclass(frozen=True)
class Field:
    """An unknown function of some coordinates; `u[t]`, `u[x, x]` are its derivatives as jet symbols, `u(t, x)` is SymPy's function.

    In arithmetic a field stands for its own symbol, so that `u[t] + 6*u*u[x]` reads as on paper. It is not itself a
    SymPy object (SymPy takes anything with `[]` for a container).
    """

    name: str
    arguments: tuple[sp.Symbol, ...]

    def __init__(self, name: str, *arguments: sp.Symbol) -> None:
        object.__setattr__(self, "name", check_name(name, "field"))
        object.__setattr__(self, "arguments", tuple(arguments))
        if not arguments or not all(isinstance(a, sp.Symbol) for a in arguments):
            raise DeclarationError(f"Field({name!r}, ...): expected the coordinates that it depends on, e.g. Field('u', t, x)")

    @property
    def symbol(self) -> sp.Symbol:
        """The field's own value as a symbol (its jet of order 0)."""
        return sp.Symbol(self.name, real=True)

    def __getitem__(self, variables: sp.Symbol | tuple[sp.Symbol, ...]) -> sp.Symbol:
        wanted = variables if isinstance(variables, tuple) else (variables,)
        for variable in wanted:
            if variable not in self.arguments:
                known = ", ".join(str(a) for a in self.arguments)
                raise DeclarationError(
                    f"{self.name}[{variable}]: {self.name} does not depend on {variable}; it depends on {known}"
                )
        return sp.Symbol(jet_name(self.name, self.arguments, tuple(wanted.count(a) for a in self.arguments)), real=True)

    def __call__(self, *arguments: sp.Expr) -> sp.Expr:
        """The field as a SymPy function of its coordinates, for those who write `u(t, x).diff(t)`."""
        if [str(a) for a in arguments] != [a.name for a in self.arguments]:
            given, wanted = ", ".join(map(str, arguments)), ", ".join(a.name for a in self.arguments)
            raise DeclarationError(f"{self.name}({given}): expected {self.name}({wanted}), as it is declared")
        return sp.Function(self.name)(*arguments)

    __iter__ = None  # SymPy must not take a field for a sequence

    def _sympy_(self) -> sp.Symbol:
        return self.symbol

    def __str__(self) -> str:
        return self.name

    def __add__(self, other: Any) -> sp.Expr:
        return self.symbol + other

    def __radd__(self, other: Any) -> sp.Expr:
        return other + self.symbol

    def __sub__(self, other: Any) -> sp.Expr:
        return self.symbol - other

    def __rsub__(self, other: Any) -> sp.Expr:
        return other - self.symbol

    def __mul__(self, other: Any) -> sp.Expr:
        return self.symbol * other

    def __rmul__(self, other: Any) -> sp.Expr:
        return other * self.symbol

    def __truediv__(self, other: Any) -> sp.Expr:
        return self.symbol / other

    def __rtruediv__(self, other: Any) -> sp.Expr:
        return other / self.symbol

    def __pow__(self, other: Any) -> sp.Expr:
        return self.symbol**other

    def __rpow__(self, other: Any) -> sp.Expr:
        return other**self.symbol

    def __neg__(self) -> sp.Expr:
        return -self.symbol


def variable_of(key: Any) -> Any:
    """The symbol that a coordinate, a field, or SymPy's u or u(t, x) stands for as a variable; anything else as it is."""
    if isinstance(key, Field):
        return key.symbol
    if isinstance(key, (AppliedUndef, UndefinedFunction)):
        return sp.Symbol(check_name((key if isinstance(key, UndefinedFunction) else key.func).__name__, "field"), real=True)
    return key


def jet_name(field: str, arguments: tuple[sp.Symbol, ...], index: MultiIndex) -> str:
    """Name of the derivative `index` of `field`, e.g. `u_txx`; the field's own name at order 0."""
    letters = [a.name for a, count in zip(arguments, index, strict=True) for _ in range(count)]
    if not letters:
        return field
    return f"{field}_" + ("" if all(len(a.name) == 1 for a in arguments) else "_").join(letters)


@dataclass(frozen=True)
class JetSpace:
    """Coordinates, fields and parameters, with every derivative of the fields to any order.

    A multi-index counts derivatives by coordinate, in the order of `coordinates`; a field that does not depend on a
    coordinate has no jets in it.
    """

    coordinates: tuple[sp.Symbol, ...]
    fields: tuple[Field, ...]
    parameters: tuple[sp.Symbol, ...] = ()

    def __post_init__(self) -> None:
        names = [s.name for s in (*self.coordinates, *self.parameters)] + [f.name for f in self.fields]
        repeated = sorted(n for n, count in Counter(names).items() if count > 1)
        if repeated:
            raise DeclarationError(
                f"the name {repeated[0]!r} stands for two things; give coordinates, fields and parameters different names"
            )
        if not self.coordinates or not self.fields:
            raise DeclarationError("a jet space needs at least one coordinate and one field")
        for field in self.fields:
            stray = [a.name for a in field.arguments if a not in self.coordinates]
            ordered = [c for c in self.coordinates if c in field.arguments]
            if stray or tuple(ordered) != field.arguments:
                raise DeclarationError(
                    f"field {field.name!r} depends on ({', '.join(a.name for a in field.arguments)}); expected coordinates "
                    f"out of ({', '.join(c.name for c in self.coordinates)}), in that order"
                )
        if split := [c.name for c in self.coordinates if "_" in c.name]:
            raise DeclarationError(
                f"the coordinate {split[0]!r} holds an underscore, which stands between coordinates in the name of a derivative; rename it"
            )
        for name in [n for n in names if "_" in n]:
            for field in self.fields:
                if name != field.name and _derivative_letters(name, field) is not None:
                    raise DeclarationError(f"the name {name!r} also reads as a derivative of {field.name}; rename it")

    def __hash__(self) -> int:
        return self._hash

    @functools.cached_property
    def _hash(self) -> int:  # kept, because every look at a jet asks for it
        return hash((self.coordinates, self.fields, self.parameters))

    def __getstate__(self) -> dict[str, Any]:  # without the hash, which holds in this process only
        return {"coordinates": self.coordinates, "fields": self.fields, "parameters": self.parameters}

    def jet(self, field: int, index: MultiIndex) -> sp.Symbol:
        """Symbol of the derivative `index` of field number `field`."""
        return _jet(self, field, index)

    def index(self, symbol: sp.Symbol) -> tuple[int, MultiIndex] | None:
        """(field number, multi-index) of a jet symbol; None for coordinates, parameters and strangers."""
        return _index(self, symbol)

    def multiindices(self, field: int, order: int) -> Iterator[MultiIndex]:
        """Multi-indices of exactly `order` in the coordinates that the field depends on, first coordinate first."""
        places = [i for i, c in enumerate(self.coordinates) if c in self.fields[field].arguments]
        for chosen in itertools.combinations_with_replacement(places, order):
            yield tuple(chosen.count(i) for i in range(len(self.coordinates)))

    def jets(self, order: int) -> tuple[sp.Symbol, ...]:
        """All jets of order 0 to `order`, by order, then field, then multi-index."""
        return tuple(
            self.jet(a, index) for n in range(order + 1) for a in range(len(self.fields)) for index in self.multiindices(a, n)
        )

    def variables(self, order: int) -> tuple[sp.Symbol, ...]:
        """Coordinates of J^order: the independent coordinates, then all jets."""
        return self.coordinates + self.jets(order)

    def order(self, expr: sp.Expr) -> int:
        """Highest order of a derivative in `expr`."""
        return max((sum(found[1]) for s in symbols_of(expr) if (found := self.index(s))), default=0)

    def total_derivative(self, expr: sp.Expr, i: int) -> sp.Expr:
        """D_i expr = ∂expr/∂x^i + Σ u_{J,i} ∂expr/∂u_J (Olver 1993, Prop. 2.35)."""
        x = self.coordinates[i]

        def moved(symbol: sp.Symbol) -> sp.Expr:
            found = self.index(symbol)
            if found is None or x not in self.fields[found[0]].arguments:
                return sp.S.One if symbol == x else sp.S.Zero
            return self.jet(found[0], tuple(n + (k == i) for k, n in enumerate(found[1])))

        return derive(expr, moved)

    def total_derivatives(self, expr: sp.Expr, index: MultiIndex) -> sp.Expr:
        """D_J expr for a multi-index J."""
        for i, count in enumerate(index):
            for _ in range(count):
                expr = self.total_derivative(expr, i)
        return expr

    def name(self, text: str) -> sp.Symbol:
        """The symbol that `text` names: a coordinate, a parameter, a field or a derivative such as `u_txx`."""
        for symbol in (*self.coordinates, *self.parameters):
            if symbol.name == text:
                return symbol
        found = self.read_jet(text)
        if found is None:
            known = [s.name for s in (*self.variables(1), *self.parameters)]
            raise ReadError(f"unknown name {text!r}{suggestion(text, known)}")
        return self.jet(*found)

    def read_jet(self, text: str) -> tuple[int, MultiIndex] | None:
        """(field number, multi-index) that a name stands for, or None."""
        for a, field in sorted(enumerate(self.fields), key=lambda pair: -len(pair[1].name)):
            if text == field.name:
                return a, (0,) * len(self.coordinates)
            letters = _derivative_letters(text, field)
            if letters is not None:
                return a, tuple(letters.count(c.name) if c in field.arguments else 0 for c in self.coordinates)
        return None

    @property
    def names(self) -> JetNames:
        """A mapping from every name of this space to its symbol, for `read_expression`."""
        return JetNames(self)


def _derivative_letters(text: str, field: Field) -> list[str] | None:
    """The coordinates by which a name such as `u_txx` differentiates a field; None if it is no derivative of it."""
    if not text.startswith(field.name + "_"):
        return None
    tail = text[len(field.name) + 1 :]
    letters = list(tail) if all(len(c.name) == 1 for c in field.arguments) else tail.split("_")
    known = [c.name for c in field.arguments]
    return letters if 0 < len(letters) <= MAX_ORDER and all(s in known for s in letters) else None


class JetNames(dict[str, sp.Expr]):
    """The names of a jet space as a mapping; derivatives of any order are found on demand."""

    def __init__(self, space: JetSpace) -> None:
        super().__init__({s.name: s for s in (*space.variables(2), *space.parameters)})
        self._space = space

    def __missing__(self, key: str) -> sp.Expr:
        try:
            return self._space.name(key)
        except ReadError:
            raise KeyError(key) from None


@functools.lru_cache(maxsize=65536)
def _jet(space: JetSpace, field: int, index: MultiIndex) -> sp.Symbol:
    chosen = space.fields[field]
    own = tuple(n for c, n in zip(space.coordinates, index, strict=True) if c in chosen.arguments)
    return sp.Symbol(jet_name(chosen.name, chosen.arguments, own), real=True)


@functools.lru_cache(maxsize=65536)
def _index(space: JetSpace, symbol: sp.Symbol) -> tuple[int, MultiIndex] | None:
    if symbol in space.coordinates or symbol in space.parameters:
        return None
    return space.read_jet(symbol.name)


def substitute(expr: sp.Expr, values: Mapping[Any, sp.Expr]) -> sp.Expr:
    """`expr` with each key replaced by its value, all at once."""
    return cast("sp.Expr", expr.xreplace(dict(values)))


def symbols_of(expr: sp.Basic | complex) -> list[sp.Symbol]:
    """The symbols of an expression, by name (SymPy's own set has no fixed order)."""
    found = cast("set[sp.Symbol]", sp.sympify(expr, strict=True).free_symbols)
    return sorted(found, key=lambda s: s.name)
