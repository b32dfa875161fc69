"""Invariant solutions: the reduced equations solved where that can be done in a stated time, and mapped back.

First functions of known shape (constants, powers, polynomials, exponentials, tanh) with unknown constants, which a nonlinear
reduced equation admits more often than a general solver finds them; then SymPy's solver for one ordinary equation. Each
solution is put into the original law.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sympy as sp

from invarieq.conservation.euler import factored
from invarieq.errors import InvarieqError, ReadError, Undecided
from invarieq.expressions import write_expression
from invarieq.jets import JetSpace, substitute, symbols_of
from invarieq.limit import Deadline, within
from invarieq.reduction.reduce import Reduction
from invarieq.reduction.verify import holds, jet_values

MAX_SOLUTIONS = 8
GENERAL = "the general solution"
MAX_SOLVER_ORDER = 3
POWERS = tuple(
    sp.Rational(n, d) for n, d in ((1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (2, 3), (-2, 3), (3, 1), (-3, 1), (-4, 1))
)


@dataclass(frozen=True, slots=True)
class InvariantSolution:
    """A solution of the original law: `fields` (by field, in the coordinates, parameters and `constants`).

    `reduced`: the F^a(ω) it comes from. `verified`: "symbolically" or "numerically" (at random points to 25 digits).
    """

    fields: tuple[sp.Expr, ...]
    reduced: tuple[sp.Expr, ...]
    constants: tuple[sp.Symbol, ...]
    verified: str


@dataclass(frozen=True, slots=True)
class Solutions:
    """Solutions found and, where the search did not end, why."""

    solutions: tuple[InvariantSolution, ...]
    notes: tuple[str, ...]

    def document(self, space: JetSpace) -> dict[str, object]:
        """As JSON; a field is null in the TOML notation where that has no word for its functions (erf, …), and always in LaTeX."""
        return {
            "solutions": [
                {
                    "fields": {f.name: _text(e) for f, e in zip(space.fields, s.fields, strict=True)},
                    "latex": {f.name: sp.latex(e) for f, e in zip(space.fields, s.fields, strict=True)},
                    "constants": [c.name for c in s.constants],
                    "verified": s.verified,
                }
                for s in self.solutions
            ],
            "notes": list(self.notes),
        }


def _text(expr: sp.Expr) -> str | None:
    try:
        return write_expression(expr)
    except ReadError:
        return None


def invariant_solutions(reduction: Reduction, *, budget: float = 10.0) -> Solutions:
    """Solutions of the reduced law in closed form, mapped back and verified in the original one; `budget`: seconds."""
    deadline = Deadline.after(budget)
    found: list[InvariantSolution] = []
    notes: list[str] = []
    for name, attempt in _attempts(reduction):
        if deadline.over or len(found) >= MAX_SOLUTIONS:
            if deadline.over:
                notes.append(f"{name}: the budget of {budget:g} s ended before")
            break
        try:
            candidates = within(deadline.left, attempt, name)
        except Undecided as error:
            notes.append(str(error))
            continue
        except (NotImplementedError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError, KeyError) as error:
            if isinstance(error, InvarieqError):
                raise
            notes.append(f"{name}: SymPy does not solve it ({type(error).__name__})")
            continue
        for values in candidates:
            try:
                taken = within(
                    max(deadline.left, 1.0), functools.partial(_taken, values, reduction, found), "checking a solution"
                )
            except Undecided as error:
                notes.append(str(error))
                if deadline.over:
                    break
                continue
            if taken is not None:
                found.append(taken)
        if name == GENERAL and found:
            break
    return Solutions(tuple(found), tuple(dict.fromkeys(notes)))


def _taken(values: Sequence[sp.Expr], reduction: Reduction, found: Sequence[InvariantSolution]) -> InvariantSolution | None:
    """The solution of the original law with these F^a(ω), if it holds and is a new one."""
    if any(v.has(sp.Integral, sp.Derivative, sp.Order, sp.I, sp.nan, sp.zoo, sp.oo) for v in values):
        return None
    renamed, constants = _constants(values, reduction)
    inner = dict(zip(reduction.space.coordinates, reduction.variables, strict=True))
    amplitudes = {f.symbol: substitute(v, inner) for f, v in zip(reduction.space.fields, renamed, strict=True)}
    fields = tuple(sp.powsimp(substitute(form, amplitudes)) for form in reduction.forms)
    if any(s.fields == fields for s in found) or _special(renamed, found, reduction.space.coordinates):
        return None
    verified = holds(reduction.original, reduction.law, fields)
    return InvariantSolution(fields, renamed, constants, verified) if verified else None


def _special(values: Sequence[sp.Expr], found: Sequence[InvariantSolution], coordinates: Sequence[sp.Symbol]) -> bool:
    """Whether values are those of a solution found already for some values of its constants (where they enter linearly)."""
    for solution in found:
        own = {c: sp.Dummy(c.name, real=True) for c in solution.constants}
        gaps = [sp.expand(substitute(r, own) - v) for r, v in zip(solution.reduced, values, strict=True)]
        unknown = list(own.values())
        if any(sp.diff(g, c).has(*unknown) for g in gaps for c in unknown):
            continue
        conditions = [e for g in gaps for e in _by_function(g, coordinates)]
        if not unknown and not any(conditions):
            return True
        if unknown and sp.linsolve([c for c in conditions if c != 0] or [sp.S.Zero], *unknown) != sp.S.EmptySet:
            return True
    return False


def _by_function(expr: sp.Expr, varying: Sequence[sp.Symbol]) -> list[sp.Expr]:
    """Coefficients of the functions of some symbols in an expanded expression."""
    parts: dict[sp.Expr, list[sp.Expr]] = {}
    for term in sp.Add.make_args(expr):
        rest, function = term.as_independent(*varying, as_Add=False)
        parts.setdefault(sp.powsimp(function), []).append(rest)
    return [sp.Add(*terms) for terms in parts.values()]


def _constants(values: Sequence[sp.Expr], reduction: Reduction) -> tuple[tuple[sp.Expr, ...], tuple[sp.Symbol, ...]]:
    """Constants of integration renamed C1, C2, … (names that the law does not use)."""
    known = {*reduction.space.coordinates, *reduction.space.parameters}
    free = [s for v in values for s in symbols_of(v) if s not in known]
    taken = {s.name for s in (*known, *reduction.original.coordinates)} | {f.name for f in reduction.original.fields}
    names = (f"C{k}" for k in itertools.count(1) if f"C{k}" not in taken)
    renamed = {s: sp.Symbol(next(names), real=True) for s in dict.fromkeys(free)}
    return tuple(substitute(v, renamed) for v in values), tuple(renamed.values())


def _attempts(reduction: Reduction) -> Iterator[tuple[str, Callable[[], list[tuple[sp.Expr, ...]]]]]:
    space, equations = reduction.space, reduction.equations
    single = len(space.coordinates) == len(space.fields) == len(equations) == 1
    linear = single and _is_linear(space, equations[0])
    if linear:
        if space.order(equations[0]) <= MAX_SOLVER_ORDER:
            yield GENERAL, lambda: _by_dsolve(space, equations[0])
    for name, shapes in _shapes(space, equations):
        yield f"solutions that are {name}", lambda shapes=shapes: [v for s in shapes for v in _fit(space, equations, s)]
    if single and space.order(equations[0]) <= 2 and not linear:
        yield GENERAL, lambda: _by_dsolve(space, equations[0])


def _is_linear(space: JetSpace, equation: sp.Expr) -> bool:
    jets = [s for s in symbols_of(equation) if space.index(s)]
    return not any(sp.diff(equation, s).has(*jets) for s in jets)


Shape = tuple[tuple[sp.Expr, ...], tuple[sp.Symbol, ...]]  # (a function for each field, its unknown constants)


def _shapes(space: JetSpace, equations: Sequence[sp.Expr]) -> Iterator[tuple[str, list[Shape]]]:
    count = len(space.fields)
    z = space.coordinates[0]
    if len(space.coordinates) > 1:
        yield "constant", [_shape([sp.S.One], count)]
        return
    yield "constant or linear", [_shape([sp.S.One, z], count)]
    yield "polynomials", [_shape([sp.S.One, z, z**2], count)]
    if count == 1:
        yield "powers", [_shape([z**p], 1) for p in POWERS]
        rate = sp.Symbol("rate", real=True)
        wave = sp.tanh(rate * z)
        yield "polynomials in tanh", [_shape([sp.S.One, wave], 1, (rate,)), _shape([sp.S.One, wave**2], 1, (rate,))]
        yield "multiples of sech", [_shape([1 / sp.cosh(rate * z)], 1, (rate,))]
        if any(e.has(sp.sin, sp.cos) for e in equations):
            yield "kinks", [((4 * sp.atan(sp.exp(rate * z)),), (rate,))]
        yield "exponentials", [_shape([sp.S.One, sp.exp(rate * z)], 1, (rate,))]


def _shape(functions: Sequence[sp.Expr], count: int, more: tuple[sp.Symbol, ...] = ()) -> Shape:
    unknown = [[sp.Symbol(f"c{a}_{k}", real=True) for k in range(len(functions))] for a in range(count)]
    shapes = tuple(sp.Add(*[c * f for c, f in zip(row, functions, strict=True)]) for row in unknown)
    return shapes, (*(c for row in unknown for c in row), *more)


def _fit(space: JetSpace, equations: Sequence[sp.Expr], shape: Shape) -> list[tuple[sp.Expr, ...]]:
    """Values of the unknown constants at which a shape solves the reduced equations."""
    functions, unknown = shape
    values = jet_values(space, equations, functions)
    conditions: list[sp.Expr] = []
    for e in equations:
        conditions += _coefficients(substitute(e, values), space, unknown)
    conditions = list(dict.fromkeys(c for c in conditions if c != 0))
    if any(not c.has(*unknown) for c in conditions):
        return []
    if not conditions:
        return [functions]
    solved: list[dict[sp.Symbol, sp.Expr]] = sp.solve(conditions, list(unknown), dict=True)
    result = [tuple(sp.simplify(substitute(f, s)) for f in functions) for s in solved]
    return [r for r in dict.fromkeys(result) if not any(f.has(sp.I) for f in r)]


def _coefficients(expr: sp.Expr, space: JetSpace, unknown: Sequence[sp.Symbol]) -> list[sp.Expr]:
    """Coefficients of the independent functions of the coordinates in an expression."""
    wave = next((f for f in sorted(expr.atoms(sp.tanh, sp.cosh, sp.atan), key=sp.default_sort_key)), None)
    if isinstance(wave, sp.atan):
        expr = _in_kink(expr, wave)
    elif wave is not None:
        expr = _in_exponential(expr, cast("sp.Expr", wave.args[0]))
    top = sp.expand(sp.numer(sp.together(expr)))
    return [factored(c) for c in _by_function(top, [*space.coordinates, _WAVE])]


_WAVE = sp.Dummy("wave", positive=True)  # exp of the phase of a travelling wave


def _in_exponential(expr: sp.Expr, phase: sp.Expr) -> sp.Expr:
    e = _WAVE
    values: dict[Any, sp.Expr] = {
        sp.tanh(phase): (e**2 - 1) / (e**2 + 1),
        sp.cosh(phase): (e + 1 / e) / 2,
        sp.sinh(phase): (e - 1 / e) / 2,
    }
    return substitute(expr, values)


def _in_kink(expr: sp.Expr, angle: sp.Expr) -> sp.Expr:
    """sin and cos of 4 atan y, with y = exp(phase), as rational functions of y."""
    y, inside = _WAVE, angle.args[0]
    below = (1 + y**2) ** 2
    values: dict[Any, sp.Expr] = {
        sp.sin(4 * angle): 4 * y * (1 - y**2) / below,
        sp.cos(4 * angle): ((1 - y**2) ** 2 - 4 * y**2) / below,
    }
    return sp.powsimp(substitute(expr, values)).replace(
        lambda e: isinstance(e, sp.exp), lambda e: y ** sp.cancel(e.args[0] / inside.args[0])
    )


def _by_dsolve(space: JetSpace, equation: sp.Expr) -> list[tuple[sp.Expr, ...]]:
    z, name = space.coordinates[0], space.fields[0].name
    function = sp.Function(name)(z)
    values = {
        s: function.diff(z, found[1][0]) if found[1][0] else function for s in symbols_of(equation) if (found := space.index(s))
    }
    solved: Any = sp.dsolve(sp.Eq(substitute(equation, values), 0), function)
    answers: list[Any] = solved if isinstance(solved, list) else [solved]
    return [(a.rhs,) for a in answers if a.lhs == function and not a.rhs.has(function)]
