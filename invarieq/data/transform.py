"""Data moved by a symmetry: every sample (x, u) goes to exp(εv)(x, u), and the law of the data goes with it.

Where each coordinate moves by itself (translations, scalings, t ↦ t/(1−εt)) and for curves, the samples keep their grid and only
its labels change. Where the grid is sheared or bent (boosts, rotations), the moved field is interpolated on a new grid, and the
error of that is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import sympy as sp
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.clean.regrid import interpolated, shifted
from invarieq.data.dataset import FEWEST, Dataset
from invarieq.errors import DataError, DeclarationError, GridError
from invarieq.flows import Flow
from invarieq.jets import symbols_of

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TransformedData:
    """Moved data. `regridded`: whether values were interpolated; `error`: for each field its relative error (0 if not)."""

    dataset: Dataset
    regridded: bool
    error: Mapping[str, float]


def transform_dataset(
    dataset: Dataset, flow: Flow, epsilon: float, *, parameters: Mapping[sp.Symbol, float] | None = None
) -> TransformedData:
    """The data after exp(εv). `parameters`: values of the symbols that the generator uses beside coordinates and fields.

    A coordinate stays periodic where moving along it leaves the motion as it is. Raises `DataError` where the flow of a sample ends
    before ε, or where coordinates move by amounts that depend on the fields (no grid is left, unless there is one coordinate only);
    `GridError` where too little of the grid is covered.
    """
    constants = {s: float(v) for s, v in (parameters or {}).items()}
    needs = _needs(flow)
    alone = all(needs[x] <= {x} for x in flow.space.coordinates)
    fields = {f.symbol for f in flow.space.fields}
    curve = len(flow.space.coordinates) == 1
    bent = [x for x in flow.space.coordinates if needs[x] & fields]
    if bent and not curve:
        raise DataError(
            f"{flow.field.label!r} moves {bent[0]} by an amount that depends on {min((needs[bent[0]] & fields), key=str)}: the moved samples "
            "lie on no grid. Use a generator whose coordinates move by themselves, or move the samples one by one: Flow.points"
        )
    periodic = frozenset(n for n in dataset.periodic if _stays_periodic(flow, needs, n))
    source = f"{dataset.source}, moved by exp({epsilon:g}·({flow.field.label}))"
    if alone or curve:
        segments = tuple(_relabelled(s, flow, epsilon, constants) for s in dataset.segments)
        return TransformedData(Dataset(segments, periodic, source), False, {f.name: 0.0 for f in flow.space.fields})
    moved = [_Regrid(dataset, s, flow, epsilon, constants, needs).result(periodic) for s in dataset.segments]
    error = {f.name: max(e[f.name] for _, e in moved) for f in flow.space.fields}
    return TransformedData(Dataset(tuple(s for s, _ in moved), periodic, source), True, error)


def _needs(flow: Flow) -> dict[sp.Symbol, set[sp.Symbol]]:
    """For each coordinate and field the variables that its motion depends on, itself included when it moves."""
    variables = [*flow.space.coordinates, *(f.symbol for f in flow.space.fields)]
    reach = {z: {s for s in symbols_of(flow.field.component(z)) if s in variables} for z in variables}
    for middle in variables:
        for z in variables:
            if middle in reach[z]:
                reach[z] |= reach[middle]
    return reach


def _stays_periodic(flow: Flow, needs: Mapping[sp.Symbol, set[sp.Symbol]], name: str) -> bool:
    x = next(c for c in flow.space.coordinates if c.name == name)
    others = [z for z in needs if z != x]
    slope = sp.diff(flow.field.component(x), x)
    return all(x not in needs[z] for z in others) and not symbols_of(sp.expand(slope)) and (slope == 0 or needs[x] == {x})


def _columns(segment: xr.Dataset, flow: Flow, constants: Mapping[sp.Symbol, float]) -> dict[sp.Symbol, Array]:
    space = flow.space
    whole = xr.broadcast(*[segment[c.name] for c in space.coordinates], *[segment[f.name] for f in space.fields])
    order = [c.name for c in space.coordinates]
    names = [*space.coordinates, *(f.symbol for f in space.fields)]
    columns = {s: np.asarray(a.transpose(*order).values, dtype=float) for s, a in zip(names, whole, strict=True)}
    return {**columns, **{s: np.asarray(v) for s, v in constants.items()}}


def _moved(flow: Flow, columns: Mapping[sp.Symbol, Array], epsilon: float) -> dict[sp.Symbol, Array]:
    result = flow.points(dict(columns), epsilon, losses=1)
    if not result.complete:
        k = int(np.nanargmin(np.abs(result.reached)))
        place = ", ".join(f"{s} = {float(np.broadcast_to(c, result.reached.shape).flat[k]):g}" for s, c in columns.items())
        raise DataError(
            f"exp(ε·({flow.field.label})) does not reach ε = {epsilon:g} at {place} (it ends near ε = {result.reached.flat[k]:g}); "
            "choose a smaller ε, or cut the data"
        )
    return result.values


def _relabelled(segment: xr.Dataset, flow: Flow, epsilon: float, constants: Mapping[sp.Symbol, float]) -> xr.Dataset:
    space = flow.space
    full = tuple(c.name for c in space.coordinates)
    moved = _moved(flow, _columns(segment, flow, constants), epsilon)
    coords = {}
    for k, x in enumerate(space.coordinates):
        coords[x.name] = moved[x][tuple(slice(None) if j == k else 0 for j in range(len(full)))]
        if (np.diff(coords[x.name]) <= 0).any():
            raise GridError(
                f"after exp({epsilon:g}·({flow.field.label})) the samples no longer rise in {x}: the curve turns back; choose a smaller ε"
            )
    fields = {}
    for f in space.fields:
        own = tuple(a.name for a in f.arguments)
        if own != full and _spreads(flow, f.symbol):
            raise DeclarationError(f"{flow.field.label!r} makes {f.name} depend on more than {', '.join(own)}")
        pick = tuple(slice(None) if name in own else 0 for name in full)
        fields[f.name] = (own, moved[f.symbol][pick])
    return xr.Dataset(fields, coords=coords)


def _spreads(flow: Flow, field: sp.Symbol) -> bool:
    own = next(f for f in flow.space.fields if f.symbol == field)
    return bool({x for x in flow.space.coordinates if x not in own.arguments} & _needs(flow)[field])


@dataclass(frozen=True)
class _Regrid:
    """One segment on its way to a new grid."""

    dataset: Dataset
    segment: xr.Dataset
    flow: Flow
    epsilon: float
    constants: Mapping[sp.Symbol, float]
    needs: Mapping[sp.Symbol, set[sp.Symbol]]

    def result(self, periodic: frozenset[str]) -> tuple[xr.Dataset, dict[str, float]]:
        """The segment on its new grid, and the error of each field."""
        space = self.flow.space
        for f in space.fields:
            if f.arguments != space.coordinates:
                raise DeclarationError(
                    f"{f.name} does not depend on every coordinate, so {self.flow.field.label!r} cannot be applied to its grid"
                )
        axes, sources = self._target(periodic)
        found: dict[sp.Symbol, Array] = {}
        error: dict[str, float] = {}
        for f in space.fields:
            found[f.symbol], error[f.name] = self._values(f.name, sources, periodic)
        columns = {**sources, **found, **{s: np.asarray(v) for s, v in self.constants.items()}}
        moved = _moved(self.flow, columns, self.epsilon)
        dims = [c.name for c in space.coordinates]
        fields = {f.name: (dims, moved[f.symbol]) for f in space.fields}
        return xr.Dataset(fields, coords=dict(zip(dims, axes, strict=True))), error

    def _axis(self, x: sp.Symbol) -> Array:
        return np.asarray(self.segment[x.name].values, dtype=float)

    def _periods(self) -> dict[str, float]:
        found = {}
        for name in sorted(self.dataset.periodic):
            axis = np.asarray(self.segment[name].values, dtype=float)
            found[name] = float((axis[-1] - axis[0]) * len(axis) / (len(axis) - 1))
        return found

    def _back(self, axes: list[Array]) -> dict[sp.Symbol, Array]:
        """Where the nodes of a grid come from; NaN where the flow back ends early."""
        grids = np.meshgrid(*axes, indexing="ij")
        space = self.flow.space
        columns: dict[sp.Symbol, Array] = dict(zip(space.coordinates, grids, strict=True))
        columns |= {f.symbol: np.zeros(grids[0].shape) for f in space.fields}
        only = Flow(
            field=type(self.flow.field)({x: self.flow.field.component(x) for x in space.coordinates}),
            space=space,
            parameter=self.flow.parameter,
            closed=None if self.flow.closed is None else tuple((z, c) for z, c in self.flow.closed if z in space.coordinates),
            ways=self.flow.ways,
            certainty=self.flow.certainty,
            guards=tuple(g for g in self.flow.guards if not {f.symbol for f in space.fields} & set(symbols_of(g))),
        )
        moved = only.points({**columns, **self.constants}, -self.epsilon).values
        return {x: moved[x] for x in space.coordinates}

    def _target(self, periodic: frozenset[str]) -> tuple[list[Array], dict[sp.Symbol, Array]]:
        """New axes, cut back until every node comes from inside the old grid, and where the nodes come from."""
        space = self.flow.space
        image = _moved(self.flow, _columns(self.segment, self.flow, self.constants), self.epsilon)
        axes: list[Array] = []
        for x in space.coordinates:
            old = self._axis(x)
            if self.needs[x] <= {x} and self.flow.field.component(x) != 0:  # it moves by itself: new labels
                axes.append(np.moveaxis(image[x], space.coordinates.index(x), 0).reshape(len(old), -1)[:, 0])
                continue
            if self.flow.field.component(x) == 0 or x.name in periodic:
                axes.append(old)
                continue
            low, high = float(image[x].min()), float(image[x].max())
            step = float(np.median(np.diff(old)))
            count = len(old) if x in self.needs[x] else round((high - low) / step) + 1
            axes.append(np.linspace(low, high, count))
        sources = self._back(axes)
        valid = np.ones(sources[space.coordinates[0]].shape, dtype=bool)
        for x in space.coordinates:
            if x.name not in self._periods():
                old, slack = self._axis(x), 1e-9 * float(np.ptp(self._axis(x)))
                valid &= (sources[x] >= old[0] - slack) & (sources[x] <= old[-1] + slack)
                sources[x] = np.clip(sources[x], old[0], old[-1])
        window = _trimmed(valid)
        if min(s.stop - s.start for s in window) < FEWEST:
            raise GridError(
                f"exp({self.epsilon:g}·({self.flow.field.label})) moves the grid so far that no box of {FEWEST} nodes a side is covered; choose a smaller ε"
            )
        return [a[s] for a, s in zip(axes, window, strict=True)], {x: v[window] for x, v in sources.items()}

    def _values(self, name: str, sources: Mapping[sp.Symbol, Array], periodic: frozenset[str]) -> tuple[Array, float]:
        space = self.flow.space
        moving = [x for x in space.coordinates if self.flow.field.component(x) != 0]
        if len(moving) == 1 and moving[0].name in periodic and moving[0] not in self.needs[moving[0]]:
            x = moving[0]
            axis = space.coordinates.index(x)
            grid = self._axis(x).reshape([-1 if k == axis else 1 for k in range(len(space.coordinates))])
            shift = np.take(grid - sources[x], [0], axis=axis)
            values = self.segment[name].transpose(*[c.name for c in space.coordinates]).values
            return shifted(values, shift, axis=axis, period=self._periods()[x.name])
        places = {x.name: v for x, v in sources.items()}
        return interpolated(self.segment, name, places, self._periods())


def _trimmed(valid: NDArray[np.bool_]) -> tuple[slice, ...]:
    """A box in which all is valid, by taking off, again and again, the face with the largest share of invalid nodes."""
    low, high = [0] * valid.ndim, list(valid.shape)
    while True:
        box = valid[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
        if box.size == 0 or box.all():
            return tuple(slice(a, max(a, b)) for a, b in zip(low, high, strict=True))
        shares = []
        for k in range(valid.ndim):
            shares += [(float(np.mean(~np.take(box, 0, axis=k))), k, 0), (float(np.mean(~np.take(box, -1, axis=k))), k, 1)]
        worst, axis, side = max(shares)
        if worst == 0:  # the invalid nodes lie inside: cut where it costs least
            axis, side = int(np.argmax(box.shape)), 1
        if side:
            high[axis] -= 1
        else:
            low[axis] += 1
