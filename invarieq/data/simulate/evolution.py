"""A declared law as a first-order system in its first coordinate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError, SimulationError
from invarieq.jets import JetSpace, symbols_of
from invarieq.symmetry.check import leading_of, solved
from invarieq.system.clock import time_first
from invarieq.system.simulation import Simulation
from invarieq.system.system import System

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evolution:
    """state' = rates, the prime being the derivative by the first coordinate.

    `state` lists the jets that make up the state (u, and u_t for second order); `orders` is the order in the first
    coordinate of each field's equation, 0 for fields that follow from the others at each time; `constraints` are the
    equations without derivatives in time that they follow from; numbers stand for the parameters.
    """

    name: str
    space: JetSpace
    simulation: Simulation
    orders: tuple[int, ...]
    state: tuple[sp.Symbol, ...]
    rates: tuple[sp.Expr, ...]
    numbers: tuple[tuple[sp.Symbol, sp.Expr], ...]
    constraints: tuple[sp.Expr, ...] = ()

    def axis(self, coordinate: sp.Symbol) -> Array:
        """The grid of a coordinate; a periodic one leaves out its right end."""
        try:
            start, stop, count = self.simulation.grid.axis(coordinate)
        except DeclarationError as problem:
            raise SimulationError(f"system {self.name!r}: {problem}") from None
        return np.linspace(start, stop, count, endpoint=coordinate not in self.simulation.grid.periodic)

    def start(self, symbol: sp.Symbol, number: int) -> sp.Expr:
        """Declared start of a state symbol in trajectory `number`."""
        for key, values in self.simulation.start:
            if key == symbol:
                return cast(sp.Expr, values[number].xreplace(dict(self.numbers)))
        known = ", ".join(str(key) for key, _ in self.simulation.start) or "nothing"
        raise SimulationError(f"system {self.name!r}: `start` gives {known}, but not {symbol}; add {symbol} to `start`")


def evolution(system: System) -> Evolution:
    """The law of `system` solved for the highest derivatives by time; `SimulationError` where it cannot be."""
    system = time_first(system)
    if not system.law or system.simulation is None:
        what = "law" if not system.law else "simulation"
        raise SimulationError(
            f"system {system.name!r} declares no {what}, so no data can be made; declare one, or give data with --data FILE"
        )
    numbers = dict(system.values)
    missing = [p.name for p in system.parameters if p not in numbers]
    if missing:
        raise SimulationError(f"system {system.name!r}: parameter {missing[0]!r} has no value; give one in `values`")
    space = system.space
    first = space.coordinates[0]
    if first in system.simulation.grid.periodic:
        raise SimulationError(
            f"system {system.name!r}: {first} is periodic, but the law is integrated along it; take it out of `periodic`"
        )
    law = [cast(sp.Expr, equation.xreplace(numbers)) for equation in system.law]
    constraints = _constraints(space, law)
    evolving = [e for e in law if e not in constraints]
    leading = [s for e, s in zip(law, system.leading, strict=True) if e not in constraints] if system.leading else []
    try:
        sides = solved(space, evolving, leading_of(space, evolving, leading))
    except DeclarationError as problem:
        raise SimulationError(f"system {system.name!r} cannot be simulated: {problem}") from None
    moving = {space.index(s)[0] for s in sides} if constraints else set(range(len(space.fields)))  # type: ignore[index]
    orders = tuple(_order(space, a, sides, system.name) if a in moving else 0 for a in range(len(space.fields)))
    state, rates = [], []
    for a, order in enumerate(orders):
        rest = (0,) * (len(space.coordinates) - 1)
        jets = [space.jet(a, (n, *rest)) for n in range(order + 1)]
        state += jets[:-1]
        rates += [*jets[1:-1], sides[jets[-1]]] if order else []
    return Evolution(system.name, space, system.simulation, orders, tuple(state), tuple(rates), system.values, tuple(constraints))


def _constraints(space: JetSpace, law: list[sp.Expr]) -> list[sp.Expr]:
    """Equations of a field without derivatives by the first coordinate, such as u_x + v_y of a flow; none if all are such."""
    found = [e for e in law if not any((i := space.index(s)) and i[1][0] for s in symbols_of(e))]
    return found if len(found) < len(law) and len(space.coordinates) > 1 else []


def _order(space: JetSpace, a: int, sides: dict[sp.Symbol, sp.Expr], name: str) -> int:
    """Order in the first coordinate of the equation of field number `a`."""
    field, t = space.fields[a], space.coordinates[0]
    if field.arguments != space.coordinates:
        every = ", ".join(str(c) for c in space.coordinates)
        raise SimulationError(
            f"system {name!r}: {field.name} does not depend on all of {every}; only fields that do are simulated: declare it so"
        )
    found = [space.index(s)[1] for s in sides if space.index(s)[0] == a]  # type: ignore[index]
    if len(found) != 1 or found[0][0] == 0 or sum(found[0]) != found[0][0]:
        got = ", ".join(str(s) for s in sides)
        raise SimulationError(
            f"system {name!r}: the law is solved for {got}; expected one pure derivative by {t} of each field, such as "
            f"{field.name}_{t}: only evolution equations are simulated"
        )
    return found[0][0]
