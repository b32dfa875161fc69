"""What a user of SymPy writes, in the symbols of a system: u(t, x), Derivative, Eq, one thing where a list is expected.

Names decide: a plain symbol x is the coordinate x, `u(t, x)` with u = Function("u") is the field u. Derivatives become jets by the
total derivative, so that Derivative(u(t, x)**2, x) is 2 u u_x.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction

from invarieq.errors import DeclarationError
from invarieq.expressions import check_name
from invarieq.jets import Field, JetSpace, VectorField, substitute, symbols_of
from invarieq.symmetry.discrete import Discrete
from invarieq.system.knowledge import spoken as knowledge_in
from invarieq.system.simulation import Grid, Simulation


@dataclass(frozen=True, slots=True)
class Words:
    """The fields and parameters of a system, and its symbols by name."""

    system: str
    fields: tuple[Field, ...]
    parameters: tuple[sp.Symbol, ...]
    symbols: Mapping[str, sp.Symbol]

    def expression(self, value: Any) -> sp.Expr:
        """An expression that vanishes, in the system's symbols; an equation is its left side less its right side."""
        if isinstance(value, Field):
            return value.symbol
        if isinstance(value, sp.Equality):
            value = cast("sp.Expr", value.lhs) - cast("sp.Expr", value.rhs)
        if not isinstance(value, sp.Expr):
            raise DeclarationError(
                f"system {self.system!r}: the law holds {value!r}; expected expressions that vanish, e.g. u[t] - u[x, x], or Eq"
            )
        return self.renamed(self._jets(value) if value.has(AppliedUndef, sp.Derivative, sp.Subs, sp.Integral) else value)

    def renamed(self, expr: sp.Expr) -> sp.Expr:
        """The expression with symbols of the same name in place of the system's."""
        strange = {s: self.symbols[s.name] for s in symbols_of(expr) if s.name in self.symbols and s != self.symbols[s.name]}
        return substitute(expr, strange) if strange else expr

    def symbol(self, value: Any) -> Any:
        """A coordinate, field or derivative as the system's symbol; anything else as it is."""
        if isinstance(value, Field):
            return value.symbol
        return self.expression(value) if isinstance(value, sp.Expr) else value

    def generator(self, given: Any) -> Any:
        """A vector field or a discrete symmetry in the system's symbols; anything else as it is."""
        if isinstance(given, VectorField):
            pairs = {self.renamed(s): self.expression(c) for s, c in given.components}
            return given if tuple(pairs.items()) == given.components else VectorField(pairs, name=given.name)
        if isinstance(given, Discrete):
            pairs = {self.renamed(s): self.expression(e) for s, e in given.images}
            return given if tuple(pairs.items()) == given.images else Discrete(pairs, name=given.name)
        return given

    def simulation(self, given: Simulation | None) -> Simulation | None:
        """A simulation in the system's symbols."""
        if given is None or (all(self.renamed(s) == s for s, *_ in given.grid.axes) and not self._strange(given)):
            return given
        axes = {self.renamed(s): (a, b, n) for s, a, b, n in given.grid.axes}
        grid = Grid(axes, [self.renamed(s) for s in given.grid.periodic])  # type: ignore[arg-type]
        return Simulation(grid, {self.renamed(s): [self.expression(v) for v in values] for s, values in given.start})

    def terms(self, given: Any) -> Any:
        """Terms with their expressions in the system's symbols."""
        names = ("functions", "library", "constraints")
        spoken = {n: tuple(self.expression(e) for e in getattr(given, n)) for n in names if getattr(given, n)}
        spoken |= knowledge_in(given.known, given.bounds, self.expression)
        return given if all(getattr(given, n) == e for n, e in spoken.items()) else replace(given, **spoken)

    def _strange(self, given: Simulation) -> bool:
        return any(self.renamed(e) != e for s, values in given.start for e in (s, *values))

    def _jets(self, expr: Any) -> Any:
        """The expression with functions as fields and derivatives as jets."""
        if isinstance(expr, AppliedUndef):
            return self._field(expr)
        if isinstance(expr, (sp.Subs, sp.Integral)):
            raise DeclarationError(
                f"system {self.system!r}: {expr} is no function of coordinates, fields and derivatives; write it with u(t, x).diff(x)"
            )
        if isinstance(expr, sp.Derivative):
            return self._derivative(expr)
        return expr.func(*(self._jets(a) for a in expr.args)) if expr.args else expr

    def _field(self, call: AppliedUndef) -> sp.Symbol:
        name = _name(call)
        field = next((f for f in self.fields if f.name == name), None)
        if field is None:
            raise DeclarationError(
                f"system {self.system!r}: the law holds {call}, and {name} is no unknown; the unknowns are "
                f"{', '.join(f.name for f in self.fields)}: add Field({name!r}, ...) to them"
            )
        if [str(a) for a in call.args] != [a.name for a in field.arguments]:
            wanted = f"{name}({', '.join(a.name for a in field.arguments)})"
            raise DeclarationError(f"system {self.system!r}: the law holds {call}; expected {wanted}, as {name} is declared")
        return field.symbol

    def _derivative(self, expr: sp.Derivative) -> sp.Expr:
        coordinates = _coordinates(self.fields)
        space = JetSpace(coordinates, self.fields, self.parameters)
        found = self.renamed(self._jets(expr.expr))
        for variable, count in cast("tuple[tuple[sp.Symbol, sp.Expr], ...]", expr.variable_count):
            place = next((i for i, c in enumerate(coordinates) if c.name == str(variable)), None)
            if place is None or not count.is_Integer:
                raise DeclarationError(
                    f"system {self.system!r}: {expr} differentiates by {variable}; expected coordinates: {', '.join(map(str, coordinates))}"
                )
            for _ in range(int(count)):
                found = space.total_derivative(found, place)
        return found


def words_of(system: str, unknowns: Any, law: Any, parameters: Any) -> Words:
    """The words of a system; without unknowns they are the functions in its law."""
    calls = [c for e in listed(law) if isinstance(e, sp.Basic) for c in sp.ordered(e.atoms(AppliedUndef))]
    given = listed(unknowns)
    fields = tuple(_declared(u, calls, system) for u in given) if given else _found(calls, system)
    constants = tuple(_real(p) if isinstance(p, sp.Symbol) else p for p in listed(parameters))
    known = [f for f in fields if isinstance(f, Field)]
    symbols = (*_coordinates(known), *(f.symbol for f in known), *(p for p in constants if isinstance(p, sp.Symbol)))
    return Words(system, fields, constants, {s.name: s for s in symbols})


def listed(value: Any) -> tuple[Any, ...]:
    """Several things, or one, as a tuple."""
    alone = (str, sp.Basic, Field, VectorField, Discrete, UndefinedFunction)
    several = isinstance(value, sp.Tuple) or (not isinstance(value, alone) and hasattr(value, "__iter__"))
    return tuple(cast("Iterable[Any]", value)) if several else (value,)


def _declared(unknown: Any, calls: Iterable[AppliedUndef], system: str) -> Any:
    """A field that is declared as a Field, as u(t, x), or as a function that the law applies to its coordinates."""
    if isinstance(unknown, AppliedUndef):
        return _applied(unknown, system)
    if isinstance(unknown, UndefinedFunction):
        name = unknown.__name__
        mine = [f for f in _found([c for c in calls if _name(c) == name], system)]
        if not mine:
            raise DeclarationError(
                f"system {system!r}: the coordinates of {name} are not told; declare {name}(t, x), or Field({name!r}, t, x)"
            )
        return mine[0]
    if isinstance(unknown, Field) and any(a == sp.Symbol(a.name) for a in unknown.arguments):
        return Field(unknown.name, *(_real(a) for a in unknown.arguments))
    return unknown


def _found(calls: Iterable[AppliedUndef], system: str) -> tuple[Field, ...]:
    """The functions of a law as fields, by name. Raises `DeclarationError` for one with two lists of arguments."""
    fields: dict[str, Field] = {}
    for call in sorted(calls, key=_name):
        field = _applied(call, system)
        if fields.setdefault(field.name, field) != field:
            raise DeclarationError(
                f"system {system!r}: the law holds {field.name} of ({', '.join(map(str, fields[field.name].arguments))}) and {call}; expected one"
            )
    return tuple(fields.values())


def _applied(call: AppliedUndef, system: str) -> Field:
    if not all(isinstance(a, sp.Symbol) for a in call.args):
        raise DeclarationError(f"system {system!r}: {call} is no unknown function of coordinates; expected one such as u(t, x)")
    return Field(_name(call), *(_real(a) for a in call.args))  # type: ignore[arg-type]


def _coordinates(fields: Iterable[Field]) -> tuple[sp.Symbol, ...]:
    """As `System.coordinates`."""
    found: dict[sp.Symbol, None] = {}
    for field in sorted(fields, key=lambda f: -len(f.arguments)):
        found |= dict.fromkeys(field.arguments)
    return tuple(found)


def _real(symbol: sp.Symbol) -> sp.Symbol:
    """A symbol of which nothing is assumed as a real one."""
    return sp.Symbol(check_name(symbol.name), real=True) if symbol == sp.Symbol(symbol.name) else symbol


def _name(call: AppliedUndef) -> str:
    return str(call.func.__name__)
