"""A law beside its data, as one figure: data, the law in motion, their difference, the residual in windows, the coefficients."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from invarieq.data.records import Segment
from invarieq.errors import DataError, MissingExtra
from invarieq.files import write_figure
from invarieq.forecast.prediction import Prediction
from invarieq.forecast.residuals import ResidualMap
from invarieq.law.law import Law
from invarieq.terminal import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
ENDINGS = (".svg", ".png", ".pdf")
FINEST = 400  # points drawn along an axis
SURE = 1.96
DOTS = 80  # an inch, in a notebook
# text stays text, and equal figures are equal bytes
STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "invarieq", "font.size": 8}


@dataclass(frozen=True)
class Exhibit:
    """One record with what the law makes of it; `label` names it, `interval` gives a coefficient's 95 % interval by name."""

    piece: Segment
    prediction: Prediction
    residual: ResidualMap
    label: str


def draw(
    law: Law,
    exhibits: Sequence[Exhibit],
    path: Path,
    *,
    title: str,
    units: Mapping[str, str],
    intervals: Mapping[str, tuple[float, float]],
) -> None:
    """Write the figure as .svg, .png or .pdf. Raises `DataError` for another ending, `MissingExtra` without matplotlib."""
    if path.suffix.lower() not in ENDINGS:
        raise DataError(f"{path}: a figure is written to {', '.join(ENDINGS)}; got {path.suffix or 'a name without ending'!r}")
    import matplotlib

    figure = figure_of(law, exhibits, title=title, units=units, intervals=intervals)
    with matplotlib.rc_context(STYLE):
        write_figure(path, figure, dpi=130)


def figure_of(
    law: Law,
    exhibits: Sequence[Exhibit],
    *,
    title: str,
    units: Mapping[str, str],
    intervals: Mapping[str, tuple[float, float]],
) -> Figure:
    """The figure itself; raises `MissingExtra` without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        raise MissingExtra("drawing", "matplotlib", "draw") from None
    fields, rows = law.space.fields, len(exhibits) * len(law.space.fields)
    with matplotlib.rc_context(STYLE):
        figure = _shown_figure()(figsize=(15, 2.3 * (rows + 1) + 0.6), layout="constrained")
        figure.suptitle(shown(title, lines=True), fontsize=9, parse_math=False)
        grid = figure.subplots(rows + 1, 4, squeeze=False)
        for e, exhibit in enumerate(exhibits):
            for f in range(len(fields)):
                _row(list(grid[e * len(fields) + f]), law, exhibit, f, units)
        _error_curves(grid[-1, 0], exhibits, law, units)
        _coefficients(grid[-1, 1], law, intervals)
        for axes in grid[-1, 2:]:
            axes.remove()
    return figure


@functools.cache
def _shown_figure() -> type[Figure]:
    """matplotlib's figure, which a notebook shows without being told to."""
    from matplotlib.figure import Figure as Plain

    class Figure(Plain):
        def _repr_png_(self) -> bytes:
            drawn = io.BytesIO()
            self.savefig(drawn, format="png", dpi=DOTS)
            return drawn.getvalue()

    return Figure


def _named(name: str, units: Mapping[str, str]) -> str:
    text = shown(f"{name} [{units[name]}]" if units.get(name) else name)
    return text.replace("$", "\\$")  # a unit is no mathematics to be set


def _row(axes: list[Axes], law: Law, exhibit: Exhibit, f: int, units: Mapping[str, str]) -> None:
    """Data, simulation and difference of a field, and the residual of the equation that is solved for it."""
    space = law.space
    name, found = space.fields[f].name, exhibit.prediction
    equation = next((a for a, s in enumerate(law.leading) if (space.index(s) or (-1,))[0] == f), None)
    if law.is_implicit and f < len(law.right):
        equation = f
    if len(space.coordinates) == 1:
        _curves(axes, exhibit, f, _named(space.coordinates[0].name, units), _named(name, units))
    elif found.values:
        _maps(axes, law, exhibit, f, units)
    else:
        for a in axes[:3]:
            a.text(0.5, 0.5, f"not simulated:\n{found.why[:90]}", ha="center", va="center", wrap=True, parse_math=False)
            a.set_axis_off()
    if equation is None:
        axes[3].set_axis_off()
    else:
        _residual(axes[3], law, exhibit, equation, units)


def _curves(axes: list[Axes], exhibit: Exhibit, f: int, time: str, name: str) -> None:
    piece, found = exhibit.piece, exhibit.prediction
    values = piece.values[f] if piece.known is None else np.where(piece.known, piece.values[f], np.nan)
    axes[0].plot(piece.grids[0], values, ".", ms=2)
    axes[0].set_title(f"data, {exhibit.label}")
    axes[1].set_title("law in motion")
    axes[2].set_title("law − data")
    if found.values:
        axes[1].plot(found.times, found.values[f], "-", lw=1)
        axes[2].plot(found.times, found.values[f] - found.data[f], "-", lw=0.7)
    else:
        axes[1].text(0.5, 0.5, "not simulated", ha="center", transform=axes[1].transAxes)
    axes[1].sharex(axes[0])
    for a, what in zip(axes[:3], (name, name, f"difference of {name}"), strict=True):
        a.set_xlabel(time)
        a.set_ylabel(what)


def _maps(axes: list[Axes], law: Law, exhibit: Exhibit, f: int, units: Mapping[str, str]) -> None:
    """Fields of one space dimension over space and time, of two at the last time compared."""
    found, coordinates = exhibit.prediction, law.space.coordinates
    data, made = _plane(found.data[f]), _plane(found.values[f])
    last = "" if len(coordinates) == 2 else f", {coordinates[0].name} = {found.times[_last(found.values[f])]:.4g}"
    names = [c.name for c in (coordinates[:2] if len(coordinates) == 2 else coordinates[1:3])]
    first = found.times if len(coordinates) == 2 else exhibit.piece.grids[1]
    second = exhibit.piece.grids[1 if len(coordinates) == 2 else 2]
    low, high = float(np.nanmin(data)), float(np.nanmax(data))
    reach = float(np.nanmax(np.abs(made - data), initial=0.0)) or 1.0
    unit = _named(law.space.fields[f].name, units)
    for a, values, what, limits, colours in (
        (axes[0], data, f"data, {exhibit.label}{last}", (low, high), "viridis"),
        (axes[1], made, "law in motion", (low, high), "viridis"),
        (axes[2], made - data, "law − data", (-reach, reach), "RdBu_r"),
    ):
        _picture(a, (first, second), values, limits=limits, colours=colours, label=unit)
        a.set_title(what)
        a.set_xlabel(_named(names[0], units))
        a.set_ylabel(_named(names[1], units))


def _plane(values: Array) -> Array:
    return values if values.ndim == 2 else values[_last(values)]


def _last(values: Array) -> int:
    """The last time at which the field is known."""
    known = np.isfinite(values.reshape(len(values), -1)).any(axis=1)
    return int(np.flatnonzero(known)[-1]) if known.any() else 0


def _picture(
    axes: Axes, grids: tuple[Array, Array], values: Array, *, limits: tuple[float, float], colours: str, label: str
) -> None:
    a, b = (max(1, -(-len(g) // FINEST)) for g in grids)
    image = axes.pcolormesh(
        grids[0][::a],
        grids[1][::b],
        values[::a, ::b].T,
        vmin=limits[0],
        vmax=limits[1],
        cmap=colours,
        shading="nearest",
        rasterized=True,
    )
    axes.figure.colorbar(image, ax=axes, label=label)


def _residual(axes: Axes, law: Law, exhibit: Exhibit, equation: int, units: Mapping[str, str]) -> None:
    """The residual of one equation in windows, in per cent of the rms of its left-hand side."""
    found, coordinates = exhibit.residual, law.space.coordinates
    left = f"equation {equation + 1}" if law.is_implicit else law.leading[equation].name
    values = 100 * found.values[equation]
    label = f"% of rms {left}"
    windows = " × ".join(f"{w:.3g}" for w in found.widths)
    axes.set_title(f"residual of {left}, windows {windows}")
    if len(coordinates) == 1:
        axes.plot(found.centres[0], values, ".-", lw=0.7, ms=3)
        axes.axhline(0, lw=0.5, color="gray")
        axes.set_xlabel(_named(coordinates[0].name, units))
        axes.set_ylabel(label)
        return
    first = 0 if len(coordinates) == 2 else 1
    shown = values
    if first:
        count = np.sum(np.isfinite(values), axis=0)
        shown = np.where(count > 0, np.sqrt(np.nansum(values**2, axis=0) / np.maximum(count, 1)), np.nan)
        axes.set_title(f"rms over {coordinates[0].name} of the residual of {left}, windows {windows}")
    reach = float(np.nanmax(np.abs(shown), initial=0.0)) or 1.0
    limits, colours = ((0.0, reach), "Reds") if first else ((-reach, reach), "RdBu_r")
    _picture(axes, (found.centres[first], found.centres[first + 1]), shown, limits=limits, colours=colours, label=label)
    axes.set_xlabel(_named(coordinates[first].name, units))
    axes.set_ylabel(_named(coordinates[first + 1].name, units))


def _error_curves(axes: Axes, exhibits: Sequence[Exhibit], law: Law, units: Mapping[str, str]) -> None:
    for exhibit in exhibits:
        found = exhibit.prediction
        if len(found.times):
            axes.semilogy(found.times, np.maximum(found.errors, 1e-16), lw=1, label=exhibit.label)
            axes.axhline(max(found.noise, 1e-16), lw=0.6, ls=":", color="gray")
    axes.set_title("relative L2 error; dotted: noise alone")
    axes.set_xlabel(_named(law.space.coordinates[0].name, units))
    axes.set_ylabel("relative L2 error")
    if any(len(e.prediction.times) for e in exhibits):
        axes.legend(fontsize=6)


def _coefficients(axes: Axes, law: Law, intervals: Mapping[str, tuple[float, float]]) -> None:
    """Each coefficient in units of its value with its 95 % interval (of resamples where known, else ±1.96 standard errors)."""
    for k, c in enumerate(law.coefficients):
        size = abs(c.value) or 1.0
        wide = SURE * c.error if np.isfinite(c.error) else 0.0
        low, high = intervals.get(c.symbol.name, (c.value - wide, c.value + wide))
        axes.plot([(low - c.value) / size, (high - c.value) / size], [k, k], "-", lw=2)
        axes.plot(0, k, "o", ms=3, color="black")
    axes.set_yticks(range(len(law.coefficients)), [f"{c.symbol.name} = {c.value:.5g}" for c in law.coefficients])
    axes.set_title("coefficients and their 95 % intervals")
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("(coefficient − value) / |value|")
    axes.set_ylabel("coefficient")
