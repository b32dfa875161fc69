"""The state from which a law is set in motion: read off the data, with the noise taken out.

Fields: a polynomial in time through each place's samples around the start, then Wiener's filter along periodic directions
and polynomials along others. Trajectories: such a polynomial, then the state whose solution fits the first samples best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy.optimize import least_squares

from invarieq.data.clean.denoise import choose_smoother
from invarieq.data.clean.lowpass import differentiate_periodic
from invarieq.data.records import Segment
from invarieq.data.simulate.evolution import Evolution
from invarieq.errors import SimulationError
from invarieq.forecast.trajectory import Place, trajectory_of

Array = NDArray[np.float64]

CLEAN = 1e-4  # of a field's standard deviation: less noise is left in
NARROWEST = 9
DEGREE = 5
FITTED = 0.2  # of a trajectory's samples, to which its start is fitted
FEWEST, MOST = 12, 200


@dataclass(frozen=True)
class Start:
    """The state (state × places) at sample `sample`; `used` says which samples it comes from."""

    state: Array
    sample: int
    used: tuple[int, int]


def start_of(problem: Evolution, piece: Segment, place: Place, window: tuple[int, int], *, late: bool = False) -> Start:
    """The state at the first sample of `window` that allows one (`late`: the last one), from samples of the window alone.

    Raises `SimulationError` where gaps or the window's length leave no such sample.
    """
    first, last = window
    steps = [float(g[-1] - g[0]) / (len(g) - 1) for g in piece.grids]
    reaches = [_reach(piece, f, steps) for f in range(len(piece.values))]
    clean = all(n < CLEAN * float(np.std(v)) for n, v in zip(piece.noise, piece.values, strict=True))
    plain = clean and all(problem.space.index(s)[1][0] == 0 for s in problem.state)  # type: ignore[index]
    if late and not place.grids and not plain:
        first = max(first, last - _count(piece))
    width = 1 if plain else min(max(reaches), last - first)
    if not plain and width < DEGREE + 2:
        raise SimulationError(f"{width} samples in time are too few to read a state off; give a longer record")
    low = _clear(piece.known, first, last, width, late=late and (plain or bool(place.grids)))
    sample = low if plain or not place.grids else low + width // 2
    rows = [_row(piece, problem, symbol, (low, low + width), sample, plain=plain) for symbol in problem.state]
    state = np.stack([np.asarray(r) for r in rows])
    if place.grids:
        return Start(state, sample, (low, low + width))
    return Start(state, sample, (low, low + width)) if plain else _shot(problem, piece, place, state, (sample, last))


def _reach(piece: Segment, field: int, steps: list[float]) -> int:
    values, noise = piece.values[field], piece.noise[field]
    window = choose_smoother(values, steps, piece.periodic, noise, known=piece.known).windows[0]
    return max(NARROWEST, window) | 1


def _clear(known: NDArray[np.bool_] | None, first: int, last: int, width: int, *, late: bool) -> int:
    """The first (or last) sample from which `width` slices hold no gap."""
    places = range(first, last - width + 1)
    whole = None if known is None else np.all(known.reshape(len(known), -1), axis=1)
    for low in reversed(places) if late else places:
        if whole is None or whole[low : low + width].all():
            return low
    raise SimulationError("gaps leave no time at which the whole state is known; a simulation has nowhere to start")


def _count(piece: Segment) -> int:
    """Number of samples of a trajectory to which its start is fitted."""
    return int(np.clip(FITTED * len(piece.grids[0]), FEWEST, MOST))


def _row(piece: Segment, problem: Evolution, symbol: object, span: tuple[int, int], sample: int, *, plain: bool) -> Array:
    """A field or its derivative in time at one sample, smoothed over `span` in time and in space."""
    field, index = problem.space.index(symbol)  # type: ignore[misc, arg-type]
    values, noise = piece.values[field], piece.noise[field]
    if plain:
        return np.asarray(values[sample])
    t = piece.grids[0][span[0] : span[1]]
    half = float(t[-1] - t[0]) / 2
    v = (t - t[0]) / half - 1
    basis = legendre.legvander(v, DEGREE)
    at = (float(piece.grids[0][sample]) - float(t[0])) / half - 1
    weights = _derivative_at(at, index[0]) @ np.linalg.pinv(basis) / half ** index[0]
    row = np.asarray(np.tensordot(weights, values[span[0] : span[1]], 1), dtype=np.float64)
    left = noise * float(np.linalg.norm(weights))
    return _smooth_in_space(row, piece, left)


def _derivative_at(at: float, order: int) -> Array:
    eye = np.eye(DEGREE + 1)
    rows = [float(legendre.legval(at, legendre.legder(row, order) if order else row)) for row in eye]
    return np.array(rows)


def _smooth_in_space(row: Array, piece: Segment, noise: float) -> Array:
    if noise < CLEAN * float(np.std(row)):
        return row
    for d in range(row.ndim):
        grid, wraps = piece.grids[d + 1], piece.periodic[d + 1]
        step = float(grid[-1] - grid[0]) / (len(grid) - 1)
        moved = np.moveaxis(row, d, 0)
        if wraps:
            moved, _ = differentiate_periodic(moved, step, 0, noise=noise)
        else:
            smoother = choose_smoother(moved, [step] * moved.ndim, [False] * moved.ndim, noise)
            moved = smoother.along(moved, 0, 0)
        row = np.asarray(np.moveaxis(moved, 0, d), dtype=np.float64)
    return np.asarray(row, dtype=np.float64)


def _shot(problem: Evolution, piece: Segment, place: Place, state: Array, window: tuple[int, int]) -> Start:
    """The state at the window's first sample whose solution fits the window's samples best."""
    first, last = window
    last = min(last, first + _count(piece))
    times = piece.grids[0][first:last]
    rows = [problem.state.index(f.symbol) for f in problem.space.fields]
    scales = np.array([max(float(np.std(v)), 1e-300) for v in piece.values])
    seen = np.ones(len(times), dtype=bool) if piece.known is None else piece.known[first:last]
    data = np.stack([v[first:last][seen] for v in piece.values])
    unit = np.where(place.sizes > 0, place.sizes, 1.0)

    def misfit(y: Array) -> Array:
        states = trajectory_of(problem, place, y * unit, times).states[rows][:, seen]
        return (np.where(np.isfinite(states), states - data, 1e3 * scales[:, None]) / scales[:, None]).ravel()

    found = least_squares(misfit, state / unit, method="trf", max_nfev=12, x_scale=1.0, diff_step=1e-6)
    better = found.cost < 0.5 * float(np.sum(misfit(state / unit) ** 2))
    return Start(found.x * unit if better else state, first, (first, last))
