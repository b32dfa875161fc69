"""Does a relation say anything about the data? Syzygies, identities and constants are told from laws.

A relation is an identity if it holds for jets drawn at random, independent of each other. It is trivial if a smooth random field with
the data's size and steepness, which obeys no law, obeys it about as well as the data do: then what the data leave of it is
no more than what its terms' sizes leave. A candidate that does not vary over the data cannot be told from a constant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.engines.points.implicit import grouped_size
from invarieq.engines.points.samples import Samples, Table
from invarieq.expressions import compile_expressions
from invarieq.jets import JetSpace

Array = NDArray[np.float64]
WAVES = 48
DRAWN = 2_000
IDENTITY = 1e-9
PLAINLY = 2.0  # the unrelated field has to leave this many times as much
DROWNED = 1.1
LOST = 1.5  # standard deviations of its noise that a candidate has to vary by
CONSTANT = 1e-3  # of its mean: a candidate that varies less (or less than its noise) is taken for a constant


@dataclass(frozen=True)
class Strangers:
    """The candidates' values on jets unrelated to the data: `random` independent ones, `smooth` those of a random field."""

    random: Array
    smooth: Array
    groups: tuple[int, ...]

    def reason(self, terms: Sequence[int], coefficients: Array, left_over: float) -> str:
        """Why a relation is trivial; empty if it is not."""
        if cancelled(self.random[:, list(terms)], coefficients) < IDENTITY:
            return "an identity: it holds for every field"
        parts = self.smooth[:, list(terms)] * coefficients
        size = grouped_size(parts, [self.groups[k] for k in terms])
        other = float(np.linalg.norm(parts.sum(axis=1))) / size if size else 0.0
        if other < PLAINLY * left_over:
            return f"a random field leaves {100 * other:.2g} % of it, the data {100 * left_over:.2g} %"
        return ""

    def dependent(self) -> list[int]:
        """Candidates that are combinations of earlier ones identically (syzygies): to be left out."""
        x = self.random / np.linalg.norm(self.random, axis=0)
        basis = np.zeros((len(x), 0))
        found = []
        for k in range(x.shape[1]):
            rest = x[:, k] - basis @ (basis.T @ x[:, k])
            rest = rest - basis @ (basis.T @ rest)
            if np.linalg.norm(rest) < IDENTITY:
                found.append(k)
            else:
                basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
        return found


def cancelled(columns: Array, coefficients: Array) -> float:
    """‖Σ c_k T_k‖ / Σ ‖c_k T_k‖."""
    parts = columns * coefficients
    size = float(np.sum(np.linalg.norm(parts, axis=0)))
    return float(np.linalg.norm(parts.sum(axis=1))) / size if size else 0.0


def strangers(terms: Sequence[sp.Expr], samples: Samples, piece: Segment, *, seed: int, groups: Sequence[int] = ()) -> Strangers:
    """The candidates on unrelated jets; `groups` as in `Table`."""
    generator = np.random.default_rng(np.random.SeedSequence([seed, 89]))
    run = compile_expressions(list(terms), samples.symbols)

    def table(values: Sequence[Array]) -> Array:
        with np.errstate(all="ignore"):
            columns = np.stack([np.broadcast_to(c, (DRAWN,)) for c in run(values)], axis=1)
        return columns[np.all(np.isfinite(columns), axis=1)]

    random = [generator.uniform(0.3, 1.7, DRAWN) * generator.choice([-1.0, 1.0], DRAWN) for _ in samples.symbols]
    field = smooth_field(samples.symbols, piece, generator)
    known = tuple(groups) or tuple(range(len(terms)))
    return Strangers(table(random), table([field[s] for s in samples.symbols]), known)


def smooth_field(symbols: Sequence[sp.Symbol], piece: Segment, generator: np.random.Generator) -> Mapping[sp.Symbol, Array]:
    """Jets of random plane waves at random places, with the mean, size and mean steepness of each field of a segment."""
    space: JetSpace = piece.space
    places = np.stack([generator.uniform(g[0], g[-1], DRAWN) for g in piece.grids])
    waves: list[tuple[float, Array, Array, Array]] = []
    for values in piece.values:
        spread = float(np.std(values)) or 1.0
        steep = [float(np.std(np.gradient(values, g, axis=d))) / spread for d, g in enumerate(piece.grids)]
        k = generator.standard_normal((WAVES, len(steep))) * np.array(steep)
        phases = generator.uniform(0, 2 * np.pi, WAVES)
        amplitudes = generator.standard_normal(WAVES)
        amplitudes *= spread * np.sqrt(2) / np.linalg.norm(amplitudes)
        waves.append((float(np.mean(values)), k, phases, amplitudes))
    found: dict[sp.Symbol, Array] = {}
    for symbol in symbols:
        if symbol in space.coordinates:
            found[symbol] = places[space.coordinates.index(symbol)]
            continue
        a, index = space.index(symbol)  # type: ignore[misc]
        mean, k, phases, amplitudes = waves[a]
        turned = k @ places + phases[:, None] + np.pi / 2 * sum(index)
        factor = amplitudes * np.prod(k ** np.array(index), axis=1)
        found[symbol] = factor @ np.cos(turned) + (0.0 if any(index) else mean)
    return found


def nearly_constant(table: Table) -> list[int]:
    """Candidates other than constants that do not vary over the data, or no more than their noise does."""
    values = table.columns
    mean, spread = np.abs(values.mean(axis=0)), values.std(axis=0)
    still = (np.ptp(values, axis=0) > 0) & (spread <= CONSTANT * mean)
    return sorted({*map(int, np.flatnonzero(still)), *lost_in_noise(table)})


def lost_in_noise(table: Table) -> list[int]:
    """Candidates that vary over the data no more than their noise does."""
    noise = np.sqrt(np.mean(table.draws**2, axis=(0, 1)))
    spread = table.columns.std(axis=0)
    return [int(k) for k in np.flatnonzero((np.ptp(table.columns, axis=0) > 0) & (spread <= LOST * noise))]
