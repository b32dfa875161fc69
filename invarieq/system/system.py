"""A system: what the user knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import Any

import sympy as sp

from invarieq.conservation.euler import is_divergence
from invarieq.errors import DeclarationError
from invarieq.expressions.size import expanded_terms
from invarieq.jets import Field, JetSpace, VectorField, symbols_of
from invarieq.jets.prolong import check_variables
from invarieq.limit import within
from invarieq.symmetry.check import check_symmetry, leading_of
from invarieq.symmetry.discrete import Discrete, check_discrete, check_mapping
from invarieq.system.knowledge import bounds_of, check_knowledge, known_terms
from invarieq.system.simulation import Simulation
from invarieq.system.spoken import listed, words_of

LARGEST_TERMS = 12  # order and degree of the terms of a search
LARGEST_POWER = 64
LARGEST_EXPANSION = 20_000
CHECK_SECONDS = 60.0  # for the declared symmetry to be checked against the declared law


@dataclass(frozen=True)
class Terms:
    """How large the search space is; None leaves the choice to the session.

    `order`: derivatives in a term together; `degree`: factors in a term; `functions`: user functions such as exp(u) that
    may be factors; `powers`: integer powers of the radius of rotated fields; `sought`: names of the fields whose laws are
    sought, where others are measured only to stand in them (none: all); `library`: the candidates one by one, products such as u*v,
    exp(u) or u[x, x] that may stand in every equation, in place of order, degree and functions; `conserved`: laws ∂_t^m u + ∇·F = 0
    only; `constraints`: expressions that vanish on every state, such as u_x + v_y: candidates that they make vanish are left out; with
    `seek_constraints` such expressions are sought on the data first.

    `known`: terms that the law holds with their numbers, by field or by its derivative in time: `known={u: -6*u*u[x]}` seeks what ∂_t^m u
    is beside −6 u u_x. `bounds`: ranges of coefficients by field and monomial, such as `bounds={(u, u[x, x]): (0, None)}`
    (None: unbounded). An engine that cannot honour them refuses.
    """

    order: int | None = None
    degree: int | None = None
    functions: tuple[sp.Expr, ...] = ()
    powers: tuple[int, ...] | None = None
    sought: tuple[str, ...] = ()
    library: tuple[sp.Expr, ...] = ()
    conserved: bool = False
    constraints: tuple[sp.Expr, ...] = ()
    seek_constraints: bool = False
    known: Any = ()  # sorted pairs, once declared
    bounds: Any = ()  # sorted `Bound`s, once declared

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", known_terms(self.known))
        object.__setattr__(self, "bounds", bounds_of(self.bounds))
        self._check_library()
        for name, value, least in (("order", self.order, 0), ("degree", self.degree, 1)):
            if value is not None and (
                not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST_TERMS
            ):
                raise DeclarationError(f"terms.{name} is {value!r}; expected a whole number from {least} to {LARGEST_TERMS}")
        for power in self.powers or ():
            if not isinstance(power, int) or isinstance(power, bool) or abs(power) > LARGEST_POWER:
                raise DeclarationError(f"terms.powers holds {power!r}; expected whole numbers of size at most {LARGEST_POWER}")

    def _check_library(self) -> None:
        entries = tuple(e.symbol if isinstance(e, Field) else sp.sympify(e, strict=True) for e in self.library)
        object.__setattr__(self, "library", entries)
        given = [n for n in ("order", "degree", "functions", "powers") if getattr(self, n) not in (None, ())]
        if entries and given:
            raise DeclarationError(
                f"terms.library and terms.{given[0]} are both given; a library replaces {given[0]}: drop one of them"
            )
        for entry in entries:
            if not isinstance(entry, sp.Expr) or entry == 0 or (entry.is_number and not entry.is_finite):
                raise DeclarationError(f"terms.library holds {entry}; expected products such as u*v, u[x, x] or 1")
        if repeated := [e for n, e in enumerate(entries) if e in entries[:n]]:
            raise DeclarationError(f"terms.library holds {repeated[0]} twice; drop one")


@dataclass(frozen=True)
class System:
    """Coordinates, unknown fields, symmetry, and how to get data; the law too where it is known.

    `law` holds expressions that vanish; it serves to simulate and to judge, never to search. `leading` says what each
    equation is solved for. `parameters` are symbols for constants, `values` their numbers. `data` is the path of a file (or
    "measured:NAME"), or anything in memory that `invarieq.data.dataset_from` takes; `axes` names the axes of its arrays where it does
    not tell. `symmetry` takes discrete symmetries such as `reflection(x, u)` among the
    generators, and keeps them in `discrete`. What is declared is checked against a declared law: a wrong symmetry raises
    `NotASymmetry` with what is left over.

    Where one thing is meant, it need not be a list. SymPy's own notation is taken too: with u = Function("u"),
    `System(law=Eq(u(t, x).diff(t), u(t, x).diff(x, 2)))` declares the field u(t, x); numbers stay as they were typed.
    Two systems are equal when their declarations are; data in memory are equal only to themselves.
    """

    name: str
    unknowns: tuple[Field, ...]
    symmetry: tuple[VectorField, ...] = ()
    discrete: tuple[Discrete, ...] = ()
    law: tuple[sp.Expr, ...] = ()
    leading: tuple[sp.Symbol, ...] = ()
    parameters: tuple[sp.Symbol, ...] = ()
    values: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()
    simulation: Simulation | None = None
    data: Any = None
    axes: tuple[str, ...] = ()
    title: str = ""
    source: str = ""
    terms: Terms = Terms()

    def __init__(
        self,
        name: str = "system",
        unknowns: Any = (),
        *,
        symmetry: Any = (),
        discrete: Any = (),
        law: Any = (),
        leading: Any = (),
        parameters: Any = (),
        values: Mapping[sp.Symbol, Any] | None = None,
        simulation: Simulation | None = None,
        data: Any = None,
        axes: Sequence[str] = (),
        title: str = "",
        source: str = "",
        terms: Terms = Terms(),
    ) -> None:
        words = words_of(name, unknowns, law, parameters)
        moves = [words.generator(g) for g in listed(symmetry)]
        numbers = [(words.symbol(s), sp.sympify(v, strict=True)) for s, v in (values or {}).items()]
        fixed = {
            "name": name,
            "unknowns": words.fields,
            "symmetry": tuple(g for g in moves if not isinstance(g, Discrete)),
            "discrete": (*(g for g in moves if isinstance(g, Discrete)), *(words.generator(m) for m in listed(discrete))),
            "law": tuple(words.expression(e) for e in listed(law)),
            "leading": tuple(words.symbol(s) for s in listed(leading)),
            "parameters": words.parameters,
            "values": tuple(sorted(numbers, key=lambda p: p[0].name)),
            "simulation": words.simulation(simulation),
            "data": _data(data, name),
            "axes": tuple(axes),
            "title": title,
            "source": source,
            "terms": words.terms(terms),
        }
        for key, value in fixed.items():
            object.__setattr__(self, key, value)
        self._check()

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, System) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Any, ...]:
        """What makes a system the one it is: its declarations, and data in memory by which object they are."""
        declared = (getattr(self, f.name) for f in fields(self) if f.name != "data")
        return (*declared, self.data if self.data is None or isinstance(self.data, str) else id(self.data))

    @property
    def coordinates(self) -> tuple[sp.Symbol, ...]:
        """Independent coordinates, in the order in which the unknowns name them."""
        found: list[sp.Symbol] = []
        for field in sorted(self.unknowns, key=lambda f: -len(f.arguments)):
            found += [a for a in field.arguments if a not in found]
        return tuple(found)

    @property
    def space(self) -> JetSpace:
        """The jet space of the unknowns."""
        return JetSpace(self.coordinates, self.unknowns, self.parameters)

    @property
    def order(self) -> int | None:
        """Highest derivative in the declared law; None without one."""
        return max(self.space.order(e) for e in self.law) if self.law else None

    def searchable(self) -> System:
        """The same system as a search may see it: without law, values and simulation."""
        return changed(self, law=(), values={}, simulation=None, parameters=())

    def _check(self) -> None:
        if not (isinstance(self.name, str) and self.name.replace("_", "").replace("-", "").isalnum() and self.name.isascii()):
            raise DeclarationError(f"system name {self.name!r}: expected ASCII letters, digits, _ and -")
        if not self.unknowns or not all(isinstance(f, Field) for f in self.unknowns):
            raise DeclarationError(f"system {self.name!r} needs unknowns, e.g. unknowns=[u] with u = Field('u', t, x)")
        space = self.space
        self._check_symmetry(space)
        for equation in (*self.law, *self.terms.constraints):
            self._check_equation(equation, space)
        if self.law:
            within(CHECK_SECONDS, lambda: self._check_law(space), f"the symmetry of the law of {self.name!r}")
        self._check_names()
        for symbol, value in self.values:
            if not (value.is_number and value.is_real and value.is_finite):
                raise DeclarationError(f"system {self.name!r}: the value of {symbol} is {value}; expected a real number")
        stray = [s for s, _ in self.values if s not in self.parameters]
        if stray:
            raise DeclarationError(
                f"system {self.name!r}: values names {stray[0]}, which is not a parameter; add it to parameters"
            )

    def _check_law(self, space: JetSpace) -> None:
        leading_of(space, self.law, self.leading)
        check_symmetry(self.symmetry, space, self.law, self.leading, name=f"the law of {self.name!r}")
        check_discrete(self.discrete, space, self.law, self.leading, name=f"the law of {self.name!r}")
        self._check_form(space)

    def _check_symmetry(self, space: JetSpace) -> None:
        for generator in self.symmetry:
            if not isinstance(generator, VectorField):
                raise DeclarationError(
                    f"system {self.name!r}: symmetry holds {generator!r}; expected VectorFields such as translation(t)"
                )
            check_variables(generator, space)
            for _, component in generator.components:
                _check_expansion(component, f"system {self.name!r}: generator {generator.name or 'without a name'}")
        for move in self.discrete:
            if not isinstance(move, Discrete):
                raise DeclarationError(
                    f"system {self.name!r}: discrete holds {move!r}; expected discrete symmetries such as reflection(x)"
                )
            check_mapping(move, space)

    def _check_form(self, space: JetSpace) -> None:
        """A law that is declared to be conserved has to be: its equations are divergences as they stand."""
        evolving = [e for e in self.law if any((i := space.index(s)) and i[1][0] for s in symbols_of(e))]
        for equation in evolving if self.terms.conserved else []:
            if not is_divergence(equation, space):
                raise DeclarationError(
                    f"system {self.name!r}: terms.conserved, but {equation} = 0 is not in conservation form (its Euler derivatives do not "
                    "vanish); write it as u_t + divergence, or leave the word out"
                )

    def _check_names(self) -> None:
        for entry in self.terms.library:
            self._check_symbols(entry, self.space, "terms.library")
        if strange := [name for name in self.terms.sought if name not in [f.name for f in self.unknowns]]:
            raise DeclarationError(
                f"system {self.name!r}: terms.sought names {strange[0]!r}; expected unknowns: {', '.join(f.name for f in self.unknowns)}"
            )
        try:
            check_knowledge(self.terms.known, self.terms.bounds, self.space, self.terms.sought)
        except DeclarationError as error:
            raise DeclarationError(f"system {self.name!r}: {error}") from None
        if strange := [a for a in self.axes if a not in (*(c.name for c in self.coordinates), "trajectory")]:
            raise DeclarationError(
                f"system {self.name!r}: axes names {strange[0]!r}; expected the coordinates {', '.join(c.name for c in self.coordinates)}"
            )

    def _check_symbols(self, expr: sp.Expr, space: JetSpace, where: str) -> None:
        known = (*space.coordinates, *(space.parameters if where == "the equation" else ()))
        for symbol in symbols_of(expr):
            if symbol not in known and space.index(symbol) is None:
                raise DeclarationError(
                    f"system {self.name!r}: {where} {expr} holds {symbol}; declare it as coordinate, field or parameter"
                    if where == "the equation"
                    else f"system {self.name!r}: {where} holds {expr} with {symbol}; expected coordinates, fields and their derivatives"
                )

    def _check_equation(self, equation: sp.Expr, space: JetSpace) -> None:
        self._check_symbols(equation, space, "the equation")
        _check_expansion(equation, f"system {self.name!r}: an equation")
        if space.order(equation) == 0:
            raise DeclarationError(
                f"system {self.name!r}: the equation {equation} = 0 holds no derivative; expected a differential equation"
            )


def _check_expansion(expr: sp.Expr, where: str) -> None:
    """Refuse an expression whose terms, multiplied out, no memory holds."""
    if (size := expanded_terms(expr)) > LARGEST_EXPANSION:
        raise DeclarationError(
            f"{where} has {size if size < 10**6 else 'millions of'} terms when it is multiplied out; expected at most {LARGEST_EXPANSION}. "
            "Write it as a shorter polynomial"
        )


def changed(system: System, **changes: Any) -> System:
    """The same system with some of its declarations changed."""
    names = (
        "name",
        "unknowns",
        "symmetry",
        "discrete",
        "law",
        "leading",
        "parameters",
        "simulation",
        "data",
        "axes",
        "title",
        "source",
        "terms",
    )
    given: dict[str, Any] = {name: getattr(system, name) for name in names} | {"values": dict(system.values)}
    return System(**(given | changes))


def _data(data: Any, name: str) -> Any:
    """The path of a file as text; data in memory as they are. Raises `DeclarationError` for what can be neither."""
    if isinstance(data, PurePath):
        return str(data)
    if isinstance(data, (bool, int, float, complex, bytes)):
        raise DeclarationError(
            f"system {name!r}: data is {data!r}; expected the path of a file, an xarray Dataset, arrays by name, or a table"
        )
    return data
