"""The finite flow exp(εv) of a point vector field: dz/dε = v(z), z(0) = z.

Source: Olver 1993, section 1.3. A closed form is returned only after Lie's equation ∂Z/∂ε = v(Z), Z(0) = z was shown to hold;
without one the flow moves points by numbers, with an error estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError, Undecided
from invarieq.expressions import compile_expressions
from invarieq.flows.closed import closed_flow
from invarieq.flows.guards import guards_of
from invarieq.flows.numeric import Moved, check_columns, numeric_flow
from invarieq.flows.proof import proved, rejected
from invarieq.jets import Field, JetSpace, VectorField, substitute
from invarieq.jets.kernels import without_decimals
from invarieq.jets.prolong import check_variables
from invarieq.limit import attempted

Variable = sp.Symbol | Field
Array = NDArray[np.float64]
Certainty = Literal["proved", "sampled", "numeric"]
STATIONS = 65  # places along 0…ε where the conditions are looked at


@dataclass(frozen=True, slots=True)
class Flow:
    """exp(εv) as a map of coordinates and fields.

    `parameter`: ε, a symbol that the space does not use. `closed`: (variable, expression in the old variables and ε) for the
    variables that move, or None. `ways`: how each block of variables was integrated, or why there is no closed form.
    `certainty`: "proved" (Lie's equation holds identically), "sampled" (it holds to 25 digits at random points, but the proof did
    not end in time) or "numeric" (no closed form). `guards`: expressions that must not change sign between 0 and ε
    where the closed form serves; points at which one does are followed by numbers.
    """

    field: VectorField
    space: JetSpace
    parameter: sp.Symbol
    closed: tuple[tuple[sp.Symbol, sp.Expr], ...] | None
    ways: tuple[str, ...]
    certainty: Certainty
    guards: tuple[sp.Expr, ...] = ()

    @property
    def rates(self) -> dict[sp.Symbol, sp.Expr]:
        """The components of the field by variable."""
        return {z: without_decimals(c) for z, c in self.field.components}

    def at(self, epsilon: sp.Expr | float | None = None) -> dict[sp.Symbol, sp.Expr]:
        """The map at a value of ε (left as a symbol if not given): every coordinate and field → where it goes.

        Raises `Undecided` where there is no closed form.
        """
        if self.closed is None:
            raise Undecided(
                f"no closed form of exp(ε {self.field.label}) was found ({'; '.join(self.ways)}); move points by numbers: `points`"
            )
        base = {z: z for z in (*self.space.coordinates, *(f.symbol for f in self.space.fields))}
        whole = {**base, **dict(self.closed)}
        if epsilon is None:
            return whole
        value = _exact(epsilon)
        return {z: substitute(end, {self.parameter: value}) for z, end in whole.items()}

    def point(self, values: Mapping[Any, sp.Expr | float], epsilon: sp.Expr | float | None = None) -> dict[sp.Symbol, sp.Expr]:
        """Where one point goes, exactly: `flow.point({t: 1, x: 0, u: a}, 2)`. Variables without a value stay symbols."""
        old = {symbol_of(s): _exact(v) for s, v in values.items()}
        return {z: substitute(end, old) for z, end in self.at(epsilon).items() if z in old or end != z}

    def points(
        self, columns: Mapping[Any, Array | float], epsilon: float, *, tolerance: float = 1e-10, losses: int | None = None
    ) -> Moved:
        """Where many points go: arrays of one shape (or numbers) for every variable and parameter of the generator.

        Variables that do not move come back as they are. Points whose flow ends before ε (a pole, a root's edge) get NaN and
        `reached` < ε; with `losses`, no more points are followed once so many have ended. Raises `DeclarationError` for a variable without a column.
        """
        arrays = {symbol_of(s): np.asarray(c, dtype=float) for s, c in columns.items()}
        check_columns(self.rates, list(arrays))
        if self.closed is None:
            return numeric_flow(self.rates, arrays, epsilon, tolerance=tolerance, losses=losses)
        shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
        moved = _evaluated([end for _, end in self.closed], self.parameter, arrays, epsilon)
        reached = self._reach(arrays, epsilon, shape)
        values = {s: np.broadcast_to(a, shape).copy() for s, a in arrays.items()}
        for (z, _), value in zip(self.closed, moved, strict=True):
            values[z] = np.broadcast_to(value, shape).copy()
        doubtful = reached != epsilon
        error = float(np.finfo(float).eps) * 16
        if doubtful.any():  # a pole of the formula need not be one of the flow (half angles): follow these points
            # The points whose guard changes first come first: they are the likeliest to be lost.
            places = np.flatnonzero(doubtful)[np.argsort(np.abs(reached[doubtful]), kind="stable")]
            left = {s: np.broadcast_to(a, shape).ravel()[places] for s, a in arrays.items()}
            rest = numeric_flow(self.rates, left, epsilon, tolerance=tolerance, losses=losses)
            error = max(error, rest.error)
            reached.ravel()[places] = rest.reached
            for z, _ in self.closed:
                values[z].ravel()[places] = rest.values[z]
        return Moved(values, reached, error)

    def _reach(self, arrays: Mapping[sp.Symbol, Array], epsilon: float, shape: tuple[int, ...]) -> Array:
        """The last of some stations between 0 and ε up to which no guard has changed its sign, at each point."""
        reached = np.full(shape, float(epsilon))
        if not self.guards or epsilon == 0:
            return reached
        begin = [np.sign(np.broadcast_to(g, shape)) for g in _evaluated(self.guards, self.parameter, arrays, 0.0)]
        for k in range(STATIONS - 1, 0, -1):
            values = _evaluated(self.guards, self.parameter, arrays, epsilon * k / (STATIONS - 1))
            for sign, value in zip(begin, values, strict=True):
                crossed = np.sign(np.broadcast_to(value, shape)) != sign
                reached = np.where(crossed, epsilon * (k - 1) / (STATIONS - 1), reached)
        return reached


def flow(field: VectorField, space: JetSpace, *, budget: float = 10.0) -> Flow:
    """The flow of a generator on the coordinates and fields of `space`, in closed form where one is found within `budget` seconds.

    Affine and triangular fields, projective and conformal ones, fields linear in functions of the coordinates, and separable
    ones have closed forms; each is checked before it is returned. Raises `DeclarationError` for a stray variable.

    >>> from invarieq.jets import Field, coordinates
    >>> t, x = coordinates("t x")
    >>> u = Field("u", t, x)
    >>> flow(VectorField({t: t**2, x: t*x, u: x - t*u}), JetSpace((t, x), (u,))).at(1)[t]
    t/(1 - t)
    """
    check_variables(field, space)
    e = _parameter(space)
    rates = {z: without_decimals(c) for z, c in field.components}
    if not rates:
        return Flow(field, space, e, (), (), "proved")
    found = attempted(budget, lambda: closed_flow(rates, e, seconds=min(3.0, budget / 3)))
    if found is None:
        return Flow(field, space, e, None, ("no block could be integrated in closed form",), "numeric")
    ends, ways = found
    wrong = rejected(ends, rates, e)
    if wrong:
        return Flow(field, space, e, None, (*ways, "but the check at points failed"), "numeric")
    shown = proved(ends, rates, e, seconds=budget)
    if not shown and wrong is None:
        return Flow(field, space, e, None, (*ways, "but neither a proof nor a check at points was possible"), "numeric")
    return Flow(field, space, e, tuple(ends.items()), ways, "proved" if shown else "sampled", guards_of(ends.values(), e))


def _parameter(space: JetSpace) -> sp.Symbol:
    taken = {s.name for s in (*space.variables(0), *space.parameters)}
    name = next(n for n in ("epsilon", "group_parameter", *(f"epsilon{k}" for k in range(99))) if n not in taken)
    return sp.Symbol(name, real=True)


def symbol_of(variable: Variable) -> sp.Symbol:
    """The symbol of a coordinate or a field."""
    return variable.symbol if isinstance(variable, Field) else variable


def _exact(value: sp.Expr | float) -> sp.Expr:
    if isinstance(value, bool) or not isinstance(value, (int, float, sp.Expr)):
        raise DeclarationError(f"a point or a group parameter holds {value!r}; expected a number or an expression")
    return sp.nsimplify(value, rational=True) if isinstance(value, float) else sp.sympify(value, strict=True)


def _evaluated(exprs: object, e: sp.Symbol, arrays: Mapping[sp.Symbol, Array], epsilon: float) -> list[Array]:
    run = compile_expressions(list(exprs), [*arrays, e])  # type: ignore[call-overload]
    with np.errstate(all="ignore"):
        return run([*arrays.values(), np.asarray(float(epsilon))])
