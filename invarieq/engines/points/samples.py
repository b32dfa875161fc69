"""Candidates evaluated point by point on the data, with what the noise does to them.

Derivatives come from linear operators chosen by the noise (`Operators`). The effect of noise on each candidate, nonlinear as it
may be, is found by adding more of it in antithetic pairs, as for weak moments (`NoiseEffect`); what differentiation itself
may be wrong by is kept apart: near jumps and edges far more than elsewhere. There it is taken from what operators for more noise
change beyond the noise, averaged over neighbours (Goldenshluger & Lepski, Ann. Stat. 39 (2011) 1608).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from invarieq.data.clean.operators import Operators, choose_operators, inner_places
from invarieq.data.records import Segment
from invarieq.errors import DataError
from invarieq.expressions import compile_expressions
from invarieq.jets import symbols_of

Array = NDArray[np.float64]
POINTS = 12_000  # at which candidates are evaluated, over all segments
PAIRS = 6
DOUBTS = 6
COARSER = 3.0  # times as much noise the operators are chosen for that show where derivatives are biased
BEYOND = 1.5  # of the noise's mean square that a local difference has to exceed
QUIET = 1e-6  # of a field's spread: with less noise than that the operators know their errors only on the whole


@dataclass(frozen=True)
class Sampler:
    """Where and how the jets of one segment are taken from its data."""

    segment: Segment
    places: tuple[NDArray[np.intp], ...]
    operators: tuple[Operators, ...]

    def values(self, symbols: Sequence[sp.Symbol], fields: Sequence[Array]) -> list[Array]:
        """Coordinates and jets at all places, flattened, from arrays of the fields."""
        space, shape = self.segment.space, tuple(len(p) for p in self.places)
        found = []
        for symbol in symbols:
            if symbol in space.coordinates:
                d = space.coordinates.index(symbol)
                line = self.segment.grids[d][self.places[d]]
                found.append(np.broadcast_to(line.reshape([-1 if k == d else 1 for k in range(len(shape))]), shape).ravel())
            else:
                a, index = space.index(symbol)  # type: ignore[misc]
                found.append(self.operators[a].derivative(fields[a], index).ravel())
        return found

    def error(self, symbol: sp.Symbol) -> float:
        """Estimated error of a jet other than by noise, relative to its size; 0 for a coordinate."""
        found = self.segment.space.index(symbol)
        return 0.0 if found is None else self.operators[found[0]].error(found[1])


@dataclass(frozen=True)
class Samples:
    """Jets at points of all segments: `symbols`, their `values`, and the same with noise added and taken away, a pair each.

    `errors` are what differentiation itself may be wrong by, for each symbol at each point.
    `blocks` numbers the part of the data (in the first direction) that a point belongs to. `noise` is that of each field.
    """

    symbols: tuple[sp.Symbol, ...]
    values: tuple[Array, ...]
    plus: tuple[tuple[Array, ...], ...]
    minus: tuple[tuple[Array, ...], ...]
    errors: tuple[Array, ...]
    blocks: NDArray[np.intp]
    noise: tuple[float, ...]

    def table(self, terms: Sequence[sp.Expr], groups: Sequence[int] = ()) -> Table:
        """The candidates at all points; without `groups` each is a group of its own."""
        run = compile_expressions(list(terms), self.symbols)

        def columns(values: Sequence[Array]) -> Array:
            size = len(values[0])
            with np.errstate(all="ignore"):
                return np.stack([np.broadcast_to(c, (size,)) for c in run(values)], axis=1)

        odd, even = [], []
        middle = columns(self.values)
        for up, down in zip(self.plus, self.minus, strict=True):
            above, below = columns(up), columns(down)
            odd.append((above - below) / 2)
            even.append((above + below) / 2 - middle)
        generator = np.random.default_rng(101)
        doubts = []
        for _ in range(DOUBTS):
            wrong = [v + e * generator.standard_normal(v.shape) for v, e in zip(self.values, self.errors, strict=True)]
            doubts.append(columns(wrong) - middle)
        return Table(
            middle, np.stack(odd), np.mean(even, axis=0), np.stack(doubts), self.blocks, tuple(groups) or tuple(range(len(terms)))
        )


@dataclass(frozen=True)
class Table:
    """Candidates at points (points × candidates), draws of their noise (pairs × points × candidates), its mean effect.

    `doubts` are draws of what differentiation itself may be wrong by. Candidates of one of the `groups` have the same derivatives in
    them, times different functions of order 0: that these cancel each other says nothing.
    """

    columns: Array
    draws: Array
    bias: Array
    doubts: Array
    blocks: NDArray[np.intp]
    groups: tuple[int, ...]

    def part(self, rows: NDArray[np.bool_]) -> Table:
        """Some of the points."""
        return Table(
            self.columns[rows], self.draws[:, rows], self.bias[rows], self.doubts[:, rows], self.blocks[rows], self.groups
        )

    def divided(self, by: int) -> tuple[Table, float]:
        """(every candidate divided by number `by`, share of the points lost where that vanishes or is lost in its noise)."""
        divisor = self.columns[:, by] - self.bias[:, by]
        spread = np.sqrt(np.mean(self.draws[:, :, by] ** 2, axis=0))
        usable = np.isfinite(divisor) & (np.abs(divisor) > np.maximum(DROWNED * spread, SMALLEST * np.median(np.abs(divisor))))
        kept, d = self.part(usable), divisor[usable][:, None]
        slope = kept.columns / d**2
        draws, doubts = (m / d - slope * m[:, :, by : by + 1] for m in (kept.draws, kept.doubts))
        return Table(kept.columns / d, draws, kept.bias / d, doubts, kept.blocks, self.groups), 1 - float(np.mean(usable))


DROWNED = 3.0  # a divisor counts where it is this many standard deviations of its noise away from 0
SMALLEST = 1e-6
BLOCKS = 10


def sample(pieces: Sequence[Segment], terms: Sequence[sp.Expr], *, seed: int) -> Samples:
    """The jets that occur in `terms`, at points spread over all segments, with antithetic pairs of added noise."""
    space = pieces[0].space
    symbols = tuple(sorted({s for t in terms for s in symbols_of(t)}, key=lambda s: s.name))
    strange = [s for s in symbols if s not in space.coordinates and space.index(s) is None]
    if strange:
        raise DataError(f"the candidates hold {strange[0]}, of which there are no data; give it a value")
    parts: list[list[Array]] = []
    pairs: list[tuple[list[list[Array]], list[list[Array]]]] = []
    blocks, wrong = [], []
    for number, (piece, child) in enumerate(zip(pieces, np.random.SeedSequence(seed).spawn(len(pieces)), strict=True)):
        sampler = sampler_of(piece, symbols, POINTS // len(pieces))
        parts.append(sampler.values(symbols, piece.values))
        generator = np.random.default_rng(child)
        pairs.append(_noisy(sampler, symbols, generator))
        wrong.append(_errors(sampler, symbols, POINTS // len(pieces), generator))
        shape = tuple(len(p) for p in sampler.places)
        order = np.arange(shape[0]) * BLOCKS // shape[0]
        blocks.append(BLOCKS * number + np.repeat(order, int(np.prod(shape[1:]))))
    joined = [tuple(np.concatenate(c) for c in zip(*parts, strict=True))]
    for side in (0, 1):
        per_pair = zip(*[p[side] for p in pairs], strict=True)
        joined.append(tuple(tuple(np.concatenate(c) for c in zip(*group, strict=True)) for group in per_pair))  # type: ignore[arg-type]
    errors = tuple(np.concatenate(c) for c in zip(*wrong, strict=True))
    return Samples(symbols, joined[0], joined[1], joined[2], errors, np.concatenate(blocks), pieces[0].noise)  # type: ignore[arg-type]


def sampler_of(piece: Segment, symbols: Sequence[sp.Symbol], points: int) -> Sampler:
    """Operators for the jets among `symbols`, at about `points` places spread evenly."""
    share = points ** (1 / len(piece.grids))
    order = sorted(range(len(piece.grids)), key=lambda d: len(piece.grids[d]))
    left, places = float(points), {}
    for n, d in enumerate(order):  # short directions first: what they do not use goes to the others
        share = left ** (1 / (len(order) - n))
        places[d] = inner_places(len(piece.grids[d]), max(1, int(share)), periodic=piece.periodic[d])
        left /= len(places[d])
    chosen = tuple(places[d] for d in range(len(piece.grids)))
    indices = _indices(piece, symbols)
    operators = tuple(
        choose_operators(v, piece.grids, piece.periodic, n, indices=i, places=chosen)
        for v, n, i in zip(piece.values, piece.noise, indices, strict=True)
    )
    return Sampler(piece, chosen, operators)


def _indices(piece: Segment, symbols: Sequence[sp.Symbol]) -> list[list[tuple[int, ...]]]:
    found: list[list[tuple[int, ...]]] = [[(0,) * len(piece.grids)] for _ in piece.space.fields]
    for symbol in symbols:
        place: tuple[int, tuple[int, ...]] | None = piece.space.index(symbol)
        if place is not None:
            found[place[0]].append(place[1])
    return found


def _noisy(
    sampler: Sampler, symbols: Sequence[sp.Symbol], generator: np.random.Generator
) -> tuple[list[list[Array]], list[list[Array]]]:
    piece = sampler.segment
    middle = sampler.values(symbols, piece.values)
    plus, minus = [], []
    for _ in range(PAIRS):
        added = [s * generator.standard_normal(v.shape) for s, v in zip(piece.noise, piece.values, strict=True)]
        moved = sampler.values(symbols, added)  # the jets are linear in the fields
        moved = [np.zeros_like(m) if s in piece.space.coordinates else m for s, m in zip(symbols, moved, strict=True)]
        plus.append([a + b for a, b in zip(middle, moved, strict=True)])
        minus.append([a - b for a, b in zip(middle, moved, strict=True)])
    return plus, minus


def _errors(sampler: Sampler, symbols: Sequence[sp.Symbol], points: int, generator: np.random.Generator) -> list[Array]:
    """What each jet may be wrong by at each place other than by noise."""
    piece, shape = sampler.segment, tuple(len(p) for p in sampler.places)
    here = sampler.values(symbols, piece.values)
    if all(n <= QUIET * float(np.std(v)) for n, v in zip(piece.noise, piece.values, strict=True)):
        return [np.full_like(v, sampler.error(z) * float(np.sqrt(np.mean(v**2)))) for v, z in zip(here, symbols, strict=True)]
    other = sampler_of(replace(piece, noise=tuple(COARSER * n for n in piece.noise)), symbols, points)
    added = [n * generator.standard_normal(v.shape) for n, v in zip(piece.noise, piece.values, strict=True)]
    found = []
    for z, a, b, n, m in zip(
        symbols,
        here,
        other.values(symbols, piece.values),
        sampler.values(symbols, added),
        other.values(symbols, added),
        strict=True,
    ):
        square = uniform_filter(((a - b) ** 2).reshape(shape), 3, mode="nearest").ravel()
        by_noise = 0.0 if z in piece.space.coordinates else float(np.mean((n - m) ** 2))
        found.append(np.sqrt(np.maximum(square - BEYOND * by_noise, 0.0)))
    return found
