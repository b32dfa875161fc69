"""The flow by numbers: DOP853 with an error found by going back, and blow-up told instead of raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.errors import DeclarationError
from invarieq.expressions import compile_expressions
from invarieq.jets import symbols_of

Array = NDArray[np.float64]
LARGEST = 1e12  # a coordinate past it counts as blown up
MOST = 20_000  # evaluations of the field for one trajectory


@dataclass(frozen=True, slots=True)
class Moved:
    """Points after the flow.

    `values`: an array for each variable, NaN where the flow does not reach the group parameter asked for. `reached`: how far
    each point could be followed (the whole ε where all is well). `error`: an estimate of the largest relative error, the
    distance to the start after going back (rounding only for a closed form).
    """

    values: dict[sp.Symbol, Array]
    reached: Array
    error: float

    @property
    def complete(self) -> bool:
        """Whether every point was followed to the end."""
        return bool(np.isfinite(np.stack([np.broadcast_to(v, self.reached.shape) for v in self.values.values()])).all())


def numeric_flow(
    rates: Mapping[sp.Symbol, sp.Expr],
    columns: Mapping[sp.Symbol, Array],
    epsilon: float,
    *,
    tolerance: float = 1e-10,
    losses: int | None = None,
) -> Moved:
    """Follow dz/dε = v(z) from 0 to `epsilon` for every point of `columns` (arrays of one shape, also of parameters).

    With `losses`, points are no longer followed (NaN, `reached` NaN) once the flow of so many has ended before `epsilon`.
    """
    symbols = list(columns)
    check_columns(rates, symbols)
    shape = np.broadcast_shapes(*(np.shape(c) for c in columns.values()))
    start = np.stack([np.broadcast_to(np.asarray(columns[s], dtype=float), shape).ravel() for s in symbols])
    moved = [symbols.index(z) for z in rates]
    run = compile_expressions(list(rates.values()), symbols)
    ends = start.copy()
    reached = np.full(start.shape[1], float(epsilon))
    error = 0.0
    # Many points together are only followed if a few alone reach the end: near a pole their common steps grow tiny.
    probes = sorted({0, start.shape[1] // 2, start.shape[1] - 1}) if start.shape[1] > 3 else []
    hopeful = all(_trajectory(run, start[:, k : k + 1], moved, (0.0, epsilon), tolerance) is not None for k in probes)
    whole = _trajectory(run, start, moved, (0.0, epsilon), tolerance) if hopeful else None
    back = None if whole is None else _trajectory(run, whole, moved, (epsilon, 0.0), tolerance)
    if whole is not None and back is not None:
        ends, error = whole, _distance(back[moved], start[moved])
    else:
        for k in range(start.shape[1]):
            if losses is not None and np.count_nonzero(reached[:k] != epsilon) >= losses:
                ends[:, k:], reached[k:] = np.nan, np.nan
                break
            ends[:, k], reached[k], off = _alone(run, start[:, k : k + 1], moved, epsilon, tolerance)
            error = max(error, off)
    return Moved({s: ends[i].reshape(shape) for i, s in enumerate(symbols)}, reached.reshape(shape), error)


def check_columns(rates: Mapping[sp.Symbol, sp.Expr], symbols: Sequence[sp.Symbol]) -> None:
    """Raise `DeclarationError` for a variable of the field that the points lack."""
    needed = [*rates, *[s for r in rates.values() for s in symbols_of(r)]]
    missing = sorted({s.name for s in needed if s not in symbols})
    if missing:
        raise DeclarationError(
            f"the points lack {', '.join(missing)}; they give {', '.join(s.name for s in symbols) or 'nothing'}. "
            "Give a value for every variable and parameter of the generator"
        )


def _distance(a: Array, b: Array) -> float:
    return float(np.max(np.abs(a - b) / (1.0 + np.abs(b)), initial=0.0))


def _alone(run: Any, start: Array, moved: list[int], epsilon: float, tolerance: float) -> tuple[Array, float, float]:
    end = _trajectory(run, start, moved, (0.0, epsilon), tolerance)
    if end is None:
        return np.full(len(start), np.nan), _last(run, start, moved, epsilon, tolerance), 0.0
    back = _trajectory(run, end, moved, (epsilon, 0.0), tolerance)
    return end[:, 0], epsilon, np.inf if back is None else _distance(back[moved], start[moved])


def _trajectory(run: Any, start: Array, moved: list[int], span: tuple[float, float], tolerance: float) -> Array | None:
    solver = _solver(run, start, moved, span, tolerance)
    while solver is not None and solver.status == "running":
        _step(solver)
    if (
        solver is None
        or solver.status != "finished"
        or not np.isfinite(solver.y).all()
        or np.abs(solver.y).max(initial=0) > LARGEST
    ):
        return None
    end = start.copy()
    end[moved] = solver.y.reshape(len(moved), -1)
    return end


def _last(run: Any, start: Array, moved: list[int], epsilon: float, tolerance: float) -> float:
    solver = _solver(run, start, moved, (0.0, epsilon), tolerance)
    last = 0.0
    while solver is not None and solver.status == "running":
        _step(solver)
        if np.isfinite(solver.y).all() and np.abs(solver.y).max(initial=0) <= LARGEST:
            last = float(solver.t)
    return last


def _step(solver: Any) -> None:
    with np.errstate(all="ignore"):
        solver.step()
    grown = np.abs(solver.y).max(initial=0)
    if not grown <= LARGEST or solver.nfev > MOST:
        solver.status = "failed"


def _solver(run: Any, start: Array, moved: list[int], span: tuple[float, float], tolerance: float) -> Any:
    from scipy.integrate import DOP853  # here, because it is slow to import

    full = start.copy()

    def velocity(_: float, y: Array) -> Array:
        full[moved] = y.reshape(len(moved), -1)
        with np.errstate(all="ignore"):
            found = run(list(full))
        return np.concatenate([np.broadcast_to(f, full.shape[1:]) for f in found])

    begin = start[moved].ravel()
    if not np.isfinite(begin).all() or not np.isfinite(velocity(0.0, begin)).all():
        return None
    if span[0] == span[1]:
        span = (span[0], span[0] + 1e-300)
    return DOP853(velocity, span[0], begin, span[1], rtol=max(tolerance, 1e-13), atol=tolerance * 1e-2)
