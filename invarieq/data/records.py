"""Data prepared for a search: segments on uniform grids with noise levels and smoothers, all chosen from the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from invarieq.data import Dataset, estimate_noise
from invarieq.data.clean.coarsen import block_means, block_size
from invarieq.data.clean.denoise import Smoother, choose_smoother
from invarieq.data.clean.gaps import Mask, bridged, filled, has_gaps, known_samples, split_in_time
from invarieq.data.weak import TestFunctions
from invarieq.errors import DataError, DeclarationError
from invarieq.jets import JetSpace

Array = NDArray[np.float64]

# Smoothing for products is narrower than is best for the field itself: noise that is left averages out in the weak form,
# smoothing bias does not.
UNDERSMOOTHING = 0.6
SHORTEST = 16  # samples of a part of an interrupted record that is still used
RECORD = "record"
NOISE_ALONE = 0.9  # of the standard deviation of a field


@dataclass(frozen=True)
class Segment:
    """One trajectory or field, ready for moments: `values[f]` measured, `smoothers[f]` and `noise[f]` a field.

    `known` is False in gaps, whose values are fillings that must enter nothing (None: no gaps). `record` is the number of the
    trajectory that it is, or is a part of.
    Samples may be means over a time: a mean of y is y + (`averaged`²/24) y″.
    """

    space: JetSpace
    grids: tuple[Array, ...]
    periodic: tuple[bool, ...]
    values: tuple[Array, ...]
    smoothers: tuple[Smoother, ...]
    noise: tuple[float, ...]
    known: NDArray[np.bool_] | None = None
    record: int = 0
    averaged: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Data prepared once, for every search and every comparison.

    `samples` are the segments sample by sample, with noise estimated a field (pooled over segments) and smoothers chosen by it;
    `segments` what a search sees: the same, or means over blocks where noisy trajectories are oversampled. `dataset` is what they
    were made of, with its source, its units and the standard errors of its samples where they were given.
    """

    space: JetSpace
    dataset: Dataset
    samples: tuple[Segment, ...]
    segments: tuple[Segment, ...]

    @property
    def noise(self) -> tuple[tuple[str, float], ...]:
        """The standard deviation of the noise in a sample (not in a mean of several), by field."""
        return tuple((f.name, float(n)) for f, n in zip(self.space.fields, self.samples[0].noise, strict=True))

    @property
    def units(self) -> dict[str, str]:
        """Units by name, of the variables that have one."""
        return dict(self.dataset.units)

    @property
    def errors(self) -> dict[str, tuple[Array, ...]]:
        """Standard errors of the samples, an array a segment, of the fields that have them."""
        return dict(self.dataset.errors)


def prepare(dataset: Dataset, space: JetSpace) -> Records:
    """The records of a data set; raises `DataError` for fields that are noise alone, `DeclarationError` for fields of other coordinates."""
    found = _measured(dataset, space)
    samples = tuple(_smoothed(s) for s in found)
    alone = len(space.coordinates) == 1 and not any(found[0].periodic) and all(s.known is None for s in found)
    size = block_size([s.values for s in found], found[0].noise, unbiased=True) if alone else 1
    return Records(space, dataset, samples, tuple(coarser(s, size) for s in found) if size > 1 else samples)


def _measured(dataset: Dataset, space: JetSpace) -> tuple[Segment, ...]:
    """Segments without smoothers.

    Grids that are not uniform are brought to uniform ones by a cubic spline through the samples. Gaps (NaN) of few samples are
    bridged, longer ones split the record in time, the rest is left out of what the weak form looks at.
    """
    names = [c.name for c in space.coordinates]
    for field in space.fields:
        if field.arguments != space.coordinates:
            raise DeclarationError(
                f"field {field.name} does not depend on all of {', '.join(names)}; a search needs fields that do"
            )
    periodic = tuple(name in dataset.periodic for name in names)
    pieces = [_arrays(piece, space, names) for piece in dataset.segments]
    noise = tuple(
        float(np.sqrt(np.mean([estimate_noise(values[f], periodic, grids=grids) ** 2 for grids, values in pieces])))
        for f in range(len(space.fields))
    )
    _refuse_noise_alone(space, [values for _, values in pieces], noise)
    numbers = list(range(len(pieces)))
    if has_gaps(dataset):
        parts = _parted(dataset, space, names, noise).segments
        pieces, numbers = [_arrays(part, space, names) for part in parts], [int(part.attrs[RECORD]) for part in parts]
    found = []
    for record, (grids, values) in zip(numbers, pieces, strict=True):
        known = known_samples(values)
        even, values, known = _uniform(grids, tuple(filled(v) for v in values), known)
        found.append(Segment(space, even, periodic, values, (), noise, None if known.all() else known, record))
    return tuple(found)


def coarser(segment: Segment, size: int) -> Segment:
    """A trajectory's samples as means over blocks of `size`, with smoothers anew; itself for a size of 1."""
    if size == 1:
        return segment
    step = steps_of(segment.grids)[0]
    return _smoothed(
        replace(
            segment,
            grids=(block_means(segment.grids[0], size),),
            values=tuple(block_means(v, size) for v in segment.values),
            noise=tuple(n / float(np.sqrt(size)) for n in segment.noise),
            averaged=float(np.hypot(segment.averaged, step * np.sqrt(size**2 - 1))),
        )
    )


def _smoothed(segment: Segment) -> Segment:
    steps, wraps = steps_of(segment.grids), segment.periodic
    chosen = [
        _narrow(choose_smoother(v, steps, wraps, n, known=segment.known))
        for v, n in zip(segment.values, segment.noise, strict=True)
    ]
    return replace(segment, smoothers=tuple(chosen))


def _parted(dataset: Dataset, space: JetSpace, names: list[str], noise: Sequence[float]) -> Dataset:
    """Small holes bridged, then the record split where it stays interrupted."""
    periodic = tuple(name in dataset.periodic for name in names)
    mended = []
    for number, segment in enumerate(dataset.segments):
        grids, values = _arrays(segment, space, names)
        fields = {f.name: (names, bridged(v, grids, periodic, n)) for f, v, n in zip(space.fields, values, noise, strict=True)}
        mended.append(segment.assign(fields).assign_attrs({RECORD: number}))
    return split_in_time(Dataset(tuple(mended), dataset.periodic, dataset.source), SHORTEST)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What gaps cost: share of samples `missing`, `parts` of the `records`, share of test functions `lost`."""

    missing: float
    records: int
    parts: int
    lost: float


def cost_of_gaps(records: Records, tests: Sequence[TestFunctions]) -> Gaps | None:
    """What gaps cost a search with these test functions; None without gaps."""
    dataset = records.dataset
    if not has_gaps(dataset):
        return None
    samples = [known_samples([s[f.name].values for f in records.space.fields]) for s in dataset.segments]
    return Gaps(
        missing=1 - sum(int(k.sum()) for k in samples) / sum(k.size for k in samples),
        records=len(dataset.segments),
        parts=len(records.segments),
        lost=1 - sum(t.count for t in tests) / sum(int(np.prod(t.shape)) for t in tests),
    )


def _refuse_noise_alone(space: JetSpace, pieces: Sequence[tuple[Array, ...]], noise: Sequence[float]) -> None:
    for f, (field, level) in enumerate(zip(space.fields, noise, strict=True)):
        spread = float(np.sqrt(np.mean([np.nanvar(values[f]) for values in pieces])))
        if level > NOISE_ALONE * spread:
            raise DataError(
                f"{field.name} looks like noise alone: neighbouring samples differ as if by noise of {level:.3g}, its standard deviation is "
                f"{spread:.3g}. Give samples close enough to follow {field.name}, or less noisy ones"
            )


def _arrays(piece: xr.Dataset, space: JetSpace, names: list[str]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """(grids, values of each field) of one segment, axes in the order of the coordinates."""
    grids = tuple(np.asarray(piece[name].values, dtype=float) for name in names)
    return grids, tuple(np.ascontiguousarray(piece[f.name].transpose(*names).values, dtype=float) for f in space.fields)


def _uniform(
    grids: tuple[Array, ...], values: tuple[Array, ...], known: Mask
) -> tuple[tuple[Array, ...], tuple[Array, ...], Mask]:
    even = tuple(np.linspace(g[0], g[-1], len(g)) for g in grids)
    for d, (old, new) in enumerate(zip(grids, even, strict=True)):
        if not np.allclose(old, new, rtol=0, atol=1e-6 * (new[1] - new[0])):
            values = tuple(np.ascontiguousarray(make_interp_spline(old, v, k=3, axis=d)(new)) for v in values)
            right = np.clip(np.searchsorted(old, new), 1, len(old) - 1)
            known = np.take(known, right, axis=d) & np.take(known, right - 1, axis=d)
    return even, values, known


def steps_of(grid: Sequence[Array]) -> tuple[float, ...]:
    """The mean step along each axis of a grid."""
    return tuple(float((g[-1] - g[0]) / (len(g) - 1)) for g in grid)


def _narrow(smoother: Smoother) -> Smoother:
    narrowed = (w if w == 1 else max(7, round(w * UNDERSMOOTHING) | 1) for w in smoother.windows)
    return replace(smoother, windows=tuple(narrowed))
