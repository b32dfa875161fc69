"""How data of a declared law are made: the grid and the state at its start."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from invarieq.errors import DeclarationError
from invarieq.jets import Field, variable_of

Number = int | float | sp.Expr
Axis = tuple[Number, Number, int]
MOST_POINTS = 2**28


def _symbol(key: Any) -> sp.Symbol:
    symbol = variable_of(key)
    if not isinstance(symbol, sp.Symbol):
        raise DeclarationError(f"{key!r} is not a coordinate, field or derivative")
    return symbol


def _expression(value: Any) -> sp.Expr:
    if isinstance(value, Field):
        return value.symbol
    if isinstance(value, bool) or not isinstance(value, (int, float, sp.Expr)):
        raise DeclarationError(f"{value!r} is not a number or an expression")
    return sp.sympify(value, strict=True)


@dataclass(frozen=True)
class Grid:
    """Axis (start, stop, count) of each coordinate.

    A periodic axis has `count` points and leaves out its right end; other axes hold both ends.
    """

    axes: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr, int], ...]
    periodic: frozenset[sp.Symbol]

    def __init__(self, axes: Mapping[sp.Symbol, Axis], periodic: Sequence[sp.Symbol] = ()) -> None:
        rows = []
        for coordinate, axis in axes.items():
            if len(tuple(axis)) != 3:
                raise DeclarationError(f"Grid: axis {coordinate} is {axis!r}; expected (start, stop, count)")
            start, stop, count = axis
            first, last = _expression(start), _expression(stop)
            if not (type(count) is int and count >= 4 and first.is_number and last.is_number and float(last) > float(first)):
                raise DeclarationError(f"Grid: axis {coordinate} is {axis!r}; expected start < stop and at least 4 points")
            rows.append((_symbol(coordinate), first, last, count))
        if (points := math.prod(count for *_, count in rows)) > MOST_POINTS:
            raise DeclarationError(f"Grid: {points:.3g} points; expected at most {MOST_POINTS:.3g}, which is what a memory holds")
        stray = [str(c) for c in periodic if c not in [r[0] for r in rows]]
        if stray:
            raise DeclarationError(f"Grid: periodic names {stray[0]}, which has no axis")
        object.__setattr__(self, "axes", tuple(rows))
        object.__setattr__(self, "periodic", frozenset(periodic))

    def axis(self, coordinate: sp.Symbol) -> tuple[float, float, int]:
        """(start, stop, count) of a coordinate as numbers."""
        for symbol, start, stop, count in self.axes:
            if symbol == coordinate:
                return float(start), float(stop), count
        raise DeclarationError(f"the grid has no axis for {coordinate}; add one: {coordinate}: (start, stop, count)")


@dataclass(frozen=True)
class Simulation:
    """A grid and the state at the start of the first coordinate.

    `start` gives each field (and, for second order in time, its first derivative) as an expression in the space
    coordinates, or for ODEs as a number; equally long lists of numbers stand for several trajectories.
    """

    grid: Grid
    start: tuple[tuple[sp.Symbol, tuple[sp.Expr, ...]], ...]

    def __init__(self, grid: Grid, start: Mapping[Any, Any]) -> None:
        rows = []
        for key, value in start.items():
            values = tuple(value) if isinstance(value, (list, tuple)) else (value,)
            rows.append((_symbol(key), tuple(_expression(v) for v in values)))
        if len({len(values) for _, values in rows}) > 1:
            raise DeclarationError("Simulation: every start value needs the same number of trajectories")
        object.__setattr__(self, "grid", grid)
        object.__setattr__(self, "start", tuple(rows))

    @property
    def trajectories(self) -> int:
        """Number of trajectories that `start` describes."""
        return len(self.start[0][1]) if self.start else 1
