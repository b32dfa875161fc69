"""A system as TOML text: read without running code, written so that it reads back the same."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import sympy as sp

from invarieq.errors import DeclarationError, InvarieqError, ReadError, suggestion
from invarieq.expressions import check_name, read_expression, write_expression
from invarieq.expressions.read import SHOWN, shortened
from invarieq.jets import Field, JetSpace, VectorField
from invarieq.symmetry.discrete import Discrete
from invarieq.system.knowledge import Bound
from invarieq.system.simulation import Grid, Simulation
from invarieq.system.system import System, Terms

KEYS = (
    "name", "title", "source", "coordinates", "fields", "parameters", "values", "equations", "leading",
    "symmetry", "discrete", "data", "axes", "terms", "simulation",
)  # fmt: skip

TERMS = (
    "order", "degree", "functions", "powers", "sought", "library", "conserved", "constraints", "seek_constraints", "known", "bounds",
)  # fmt: skip

MAX_LENGTH = 200_000
MAX_NAMES = 300
MAX_KEY_PARTS = 16
MAX_BITS = 128
SHORT = 10**12
_STRING_OR_COMMENT = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BETWEEN_DOTTED_KEYS = re.compile(r"[=,\[\]{}\n]")


def read_toml(text: str, *, where: str = "the TOML text") -> System:
    """The system that a TOML text declares. Raises `ReadError` or `DeclarationError` with the key that is wrong."""
    _check_size(text, where)
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a plain ValueError: a number or a date that Python does not make
        raise ReadError(f"{where} is not TOML: {error}") from None
    _check_numbers(table, where)
    try:
        return _Reader(table).system()
    except InvarieqError as error:
        raise type(error)(f"{where}: {error}") from None


def _check_size(text: str, where: str) -> None:
    """Refuse what would keep the TOML reader busy: its time grows with the square of the parts of a dotted key."""
    if len(text) > MAX_LENGTH:
        raise ReadError(f"{where} has {len(text)} characters; expected at most {MAX_LENGTH}. Keep data in a file of its own")
    bare = _STRING_OR_COMMENT.sub("", text)
    if any(part.count(".") > MAX_KEY_PARTS for part in _BETWEEN_DOTTED_KEYS.split(bare)):
        raise ReadError(f"{where} holds a key of more than {MAX_KEY_PARTS} parts; expected keys such as simulation.grid")


def _check_numbers(table: Mapping[str, Any], where: str) -> None:
    """Refuse whole numbers that cannot be printed (hexadecimal ones may be of any length) with the key that holds one."""
    inner: list[tuple[str, Any]] = [(key, value) for key, value in table.items()]
    for key, value in inner:
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            raise ReadError(f"{where}: {key[:80]} is a whole number of {value.bit_length()} bits; expected at most {MAX_BITS}")
        if isinstance(value, dict):
            inner += [(f"{key}.{name}", v) for name, v in value.items()]
        elif isinstance(value, list):
            inner += [(f"{key}[{number}]", v) for number, v in enumerate(value)]


class _Reader:
    """Turns a parsed table into a system, one key at a time."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        known(table, KEYS, "the top level")
        names = self.take("coordinates", list, [])
        self.coordinates = tuple(sp.Symbol(check_name(n, "coordinate"), real=True) for n in names)
        self.parameters = tuple(sp.Symbol(check_name(n, "parameter"), real=True) for n in self.take("parameters", list, []))
        fields = self.take("fields", dict, {})
        if (count := len(names) + len(self.parameters) + len(fields)) > MAX_NAMES:
            raise DeclarationError(f"{count} coordinates, fields and parameters are declared; expected at most {MAX_NAMES}")
        self.fields = tuple(self.field(n, a) for n, a in fields.items())
        if not self.coordinates or not self.fields:
            raise DeclarationError(
                'coordinates and fields are needed, e.g. coordinates = ["t", "x"] and fields = { u = ["t", "x"] }'
            )
        self.space = JetSpace(self.coordinates, self.fields, self.parameters)
        self.names = self.space.names

    def take(self, key: str, kind: type, default: Any, table: Mapping[str, Any] | None = None) -> Any:
        value = (self.table if table is None else table).get(key, default)
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
            raise ReadError(f"{key} is {_shown(value)}; expected {kind.__name__}")
        return value

    def field(self, name: str, arguments: Any) -> Field:
        if not isinstance(arguments, list) or not arguments:
            raise ReadError(f'fields.{name} is {_shown(arguments)}; expected the coordinates that it depends on, e.g. ["t", "x"]')
        stray = [a for a in arguments if a not in [c.name for c in self.coordinates]]
        if stray:
            raise ReadError(
                f"fields.{name} depends on {_shown(stray[0])}, which is not in coordinates{suggestion(str(stray[0])[:80], [c.name for c in self.coordinates])}"
            )
        return Field(name, *(c for c in self.coordinates if c.name in arguments))

    def expression(self, value: Any, key: str) -> sp.Expr:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = repr(value)
        if not isinstance(value, str):
            raise ReadError(f"{key} is {_shown(value)}; expected an expression as text")
        try:
            return read_expression(value, self.names)
        except ReadError as error:
            raise ReadError(f"{key}: {error}") from None

    def system(self) -> System:
        take = self.take
        return System(
            name=take("name", str, "system"),
            title=take("title", str, ""),
            source=take("source", str, ""),
            unknowns=self.fields,
            parameters=self.parameters,
            values={self.symbol(k, "values"): self.expression(v, f"values.{k}") for k, v in take("values", dict, {}).items()},
            law=[self.expression(e, f"equations[{i}]") for i, e in enumerate(take("equations", list, []))],
            leading=[self.symbol(s, "leading") for s in take("leading", list, [])],
            symmetry=[self.generator(g, i) for i, g in enumerate(take("symmetry", list, []))],
            discrete=[self.move(m, i) for i, m in enumerate(take("discrete", list, []))],
            data=take("data", str, None),
            axes=take("axes", list, []),
            terms=self.terms(take("terms", dict, {})),
            simulation=self.simulation(take("simulation", dict, {})),
        )

    def symbol(self, name: Any, key: str) -> sp.Symbol:
        if not isinstance(name, str):
            raise ReadError(f"{key} holds {_shown(name)}; expected a name")
        try:
            return self.space.name(name)
        except ReadError as error:
            raise ReadError(f"{key}: {error}") from None

    def generator(self, table: Any, number: int) -> VectorField:
        key = f"symmetry[{number}]"
        if not isinstance(table, dict):
            raise ReadError(f'{key} is {_shown(table)}; expected a table such as x = "6*t"')
        components = {k: v for k, v in table.items() if k != "label"}
        base = {s.name: s for s in (*self.coordinates, *(f.symbol for f in self.fields))}
        known(components, base, key)
        return VectorField(
            {base[k]: self.expression(v, f"{key}.{k}") for k, v in components.items()}, name=self.take("label", str, "", table)
        )

    def move(self, table: Any, number: int) -> Discrete:
        key = f"discrete[{number}]"
        if not isinstance(table, dict):
            raise ReadError(f'{key} is {_shown(table)}; expected a table such as x = "-x"')
        images = {k: v for k, v in table.items() if k != "label"}
        base = {s.name: s for s in (*self.coordinates, *(f.symbol for f in self.fields))}
        known(images, base, key)
        return Discrete(
            {base[k]: self.expression(v, f"{key}.{k}") for k, v in images.items()}, name=self.take("label", str, "", table)
        )

    def terms(self, table: Mapping[str, Any]) -> Terms:
        known(table, TERMS, "terms")
        functions = tuple(self.expression(f, "terms.functions") for f in self.take("functions", list, [], table))
        powers = self.take("powers", list, None, table)
        return Terms(
            order=self.take("order", int, None, table),
            degree=self.take("degree", int, None, table),
            functions=functions,
            powers=None if powers is None else tuple(powers),
            sought=tuple(self.take("sought", list, [], table)),
            conserved=self.flag("conserved", table),
            seek_constraints=self.flag("seek_constraints", table),
            constraints=tuple(self.expression(e, "terms.constraints") for e in self.take("constraints", list, [], table)),
            library=tuple(self.expression(e, "terms.library") for e in self.take("library", list, [], table)),
            known=tuple(
                (self.symbol(n, "terms.known"), self.expression(e, f"terms.known.{n}"))
                for n, e in self.take("known", dict, {}, table).items()
            ),
            bounds=tuple(self.bound(b, f"terms.bounds[{i}]") for i, b in enumerate(self.take("bounds", list, [], table))),
        )

    def bound(self, table: Any, key: str) -> Bound:
        if not isinstance(table, dict) or "field" not in table or "term" not in table:
            raise ReadError(f'{key} is {_shown(table)}; expected a table such as field = "u", term = "u_xx", low = 0')
        known(table, ("field", "term", "low", "high"), key)
        low, high = (None if table.get(end) is None else self.expression(table[end], f"{key}.{end}") for end in ("low", "high"))
        return Bound(self.symbol(table["field"], f"{key}.field"), self.expression(table["term"], f"{key}.term"), low, high)

    def flag(self, key: str, table: Mapping[str, Any]) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise ReadError(f"terms.{key} is {_shown(value)}; expected true or false")
        return value

    def simulation(self, table: Mapping[str, Any]) -> Simulation | None:
        if not table:
            return None
        known(table, ("grid", "periodic", "start"), "simulation")
        axes: dict[sp.Symbol, tuple[sp.Expr, sp.Expr, int]] = {}
        for name, axis in self.take("grid", dict, {}, table).items():
            if not isinstance(axis, list) or len(axis) != 3:
                raise ReadError(f"simulation.grid.{name} is {_shown(axis)}; expected [start, stop, count]")
            ends = [self.expression(v, f"simulation.grid.{name}") for v in axis[:2]]
            axes[self.symbol(name, "simulation.grid")] = (ends[0], ends[1], axis[2])
        periodic = [self.symbol(n, "simulation.periodic") for n in self.take("periodic", list, [], table)]
        start = {}
        for name, value in self.take("start", dict, {}, table).items():
            values = value if isinstance(value, list) else [value]
            start[self.symbol(name, "simulation.start")] = [self.expression(v, f"simulation.start.{name}") for v in values]
        return Simulation(Grid(axes, periodic), start)


def _shown(value: Any) -> str:
    return shortened(repr(value), SHOWN)


def known(table: Mapping[str, Any], keys: Any, where: str) -> None:
    """Raise `ReadError` for the first key of `table` that is not in `keys`."""
    for key in table:
        if key not in keys:
            raise ReadError(f"{where} has the unknown key {str(key)[:80]!r}{suggestion(str(key)[:80], keys)}")


def write_toml(system: System) -> str:
    """TOML text of a system; `read_toml` gives an equal system back, without data that are no file."""
    data = system.data if isinstance(system.data, str) else ""
    lines = [f"name = {_text(system.name)}"]
    lines += [
        f"{key} = {_text(value)}" for key, value in (("title", system.title), ("source", system.source), ("data", data)) if value
    ]
    lines += [f"axes = {_list(system.axes)}"] if system.axes else []
    lines.append(f"coordinates = {_list(c.name for c in system.coordinates)}")
    lines.append("fields = { " + ", ".join(f"{f.name} = {_list(a.name for a in f.arguments)}" for f in system.unknowns) + " }")
    lines.append(f"parameters = {_list(p.name for p in system.parameters)}")
    lines.append(f"equations = {_list(write_expression(e) for e in system.law)}")
    lines.append(f"leading = {_list(s.name for s in system.leading)}")
    if system.values:
        lines += ["", "[values]", *(f"{s.name} = {_text(write_expression(v))}" for s, v in system.values)]
    lines += _terms(system.terms) + _simulation(system.simulation)
    for generator in system.symmetry:
        lines += ["", "[[symmetry]]"] + ([f"label = {_text(generator.name)}"] if generator.name else [])
        lines += [f"{s.name} = {_text(write_expression(c))}" for s, c in generator.components]
    for move in system.discrete:
        lines += ["", "[[discrete]]"] + ([f"label = {_text(move.name)}"] if move.name else [])
        lines += [f"{s.name} = {_text(write_expression(e))}" for s, e in move.images]
    return "\n".join(lines) + "\n"


def _terms(terms: Terms) -> list[str]:
    lines = [f"{key} = {value}" for key, value in (("order", terms.order), ("degree", terms.degree)) if value is not None]
    lines += [f"functions = {_list(write_expression(f) for f in terms.functions)}"] if terms.functions else []
    lines += [f"powers = {list(terms.powers)}"] if terms.powers is not None else []
    lines += [f"sought = {_list(terms.sought)}"] if terms.sought else []
    lines += [f"{key} = true" for key in ("conserved", "seek_constraints") if getattr(terms, key)]
    lines += [f"constraints = {_list(write_expression(e) for e in terms.constraints)}"] if terms.constraints else []
    lines += [f"library = {_list(write_expression(e) for e in terms.library)}"] if terms.library else []
    lines = ["", "[terms]", *lines] if lines else []
    if terms.known:
        lines += ["", "[terms.known]", *(f"{s} = {_text(write_expression(e))}" for s, e in terms.known)]
    for bound in terms.bounds:
        ends = [(end, value) for end, value in (("low", bound.low), ("high", bound.high)) if value is not None]
        lines += ["", "[[terms.bounds]]", f"field = {_text(str(bound.field))}", f"term = {_text(write_expression(bound.term))}"]
        lines += [f"{end} = {_number(value)}" for end, value in ends]
    return lines


def _number(value: sp.Expr) -> str:
    """A number as TOML where it is a short whole one, else as text."""
    return str(value) if value.is_Integer and abs(value) < SHORT else _text(write_expression(value))


def _simulation(simulation: Simulation | None) -> list[str]:
    if simulation is None:
        return []
    grid = simulation.grid
    lines = ["", "[simulation]", f"periodic = {_list(sorted(c.name for c in grid.periodic))}", "", "[simulation.grid]"]
    lines += [f"{s.name} = [{_text(write_expression(a))}, {_text(write_expression(b))}, {n}]" for s, a, b, n in grid.axes]
    lines += ["", "[simulation.start]"]
    return lines + [f"{s.name} = {_list(write_expression(v) for v in values)}" for s, values in simulation.start]


def _list(values: Any) -> str:
    return "[" + ", ".join(_text(v) for v in values) + "]"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_CONTROL.sub(lambda sign: f"{chr(92)}u{ord(sign[0]):04x}", escaped)}"'
