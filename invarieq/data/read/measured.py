"""Data that others measured, or fitted to measurements, out of packages that ship them (the extra `data`).

Each `source` states the kind (M measured, F fitted to measurements), where the data come from, and the licence.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from invarieq.data.dataset import Dataset
from invarieq.data.read.polar import free_motion, read_finals
from invarieq.errors import DataError, MissingExtra, UnknownSystem, suggestion

Array = NDArray[np.float64]

EPOCH = 2451545.0  # Julian date of t = 0: J2000, 1 January 2000, 12 h barycentric dynamical time
ASTRONOMICAL_UNIT = 149597870.7  # km
SUN = 10
ORBITS = 5


@dataclass(frozen=True, slots=True)
class Body:
    """A planet's number in the ephemeris, a step in days that binary numbers hold exactly, and its period in days."""

    number: int
    step: float
    period: float


BODIES = {
    "mercury": Body(1, 0.5, 87.969),
    "venus": Body(2, 1.0, 224.701),
    "earth-moon barycentre": Body(3, 1.0, 365.256),
    "mars": Body(4, 2.0, 686.980),
    "jupiter": Body(5, 10.0, 4332.59),
    "saturn": Body(6, 20.0, 10759.2),
    "uranus": Body(7, 40.0, 30688.5),
    "neptune": Body(8, 60.0, 60182.0),
}
INNER = ("mercury", "venus", "earth-moon barycentre", "mars")


def measured(name: str, **options: Any) -> Dataset:
    """The data set `solar_system`, `hare_lynx` or `polar_motion`; options go to `planets` (bodies, steps, counts, start) or
    `polar_motion` (step).

    Raises `UnknownSystem` for another name, `MissingExtra` when the package with the data is not installed.
    """
    if name == "solar_system":
        return planets(options.pop("bodies", INNER), **options)
    if name == "hare_lynx":
        return hare_lynx()
    if name == "polar_motion":
        return polar_motion(**options)
    raise UnknownSystem(f"measured data {name!r} are unknown{suggestion(name, ('hare_lynx', 'polar_motion', 'solar_system'))}")


def packaged(package: str, ending: str, feature: str) -> Path:
    """A file of an installed package, found without importing the package; `MissingExtra` where it is not there."""
    try:
        found = [f for f in files(package) or [] if str(f).endswith(ending)]
    except PackageNotFoundError:
        raise MissingExtra(feature, package, "data") from None
    if not found:
        raise MissingExtra(feature, f"a version of {package} with {ending}", "data")
    return Path(str(found[0].locate()))


def planets(
    bodies: Sequence[str], *, steps: Sequence[float] | None = None, counts: Sequence[int] | None = None, start: float = 0.0
) -> Dataset:
    """Heliocentric positions x, y, z (au, ICRF axes) against t (days after J2000), one segment a body.

    `steps` in days and `counts` of samples a body; without them steps that suit the body and five orbits, cut at the end of
    the ephemeris (July 2053). `start` is the first t, negative before J2000 (the ephemeris begins in July 1899). Take steps
    that binary numbers hold exactly (0.5, 1, 2): dates go to the reader in two parts, since a Julian date in one double
    resolves half a nanoday only, which spoils second differences.
    """
    path = packaged("skyfield-data", "de421.bsp", "solar_system")
    try:
        from jplephem.spk import SPK
    except ImportError:
        raise MissingExtra("solar_system", "jplephem", "data") from None
    for name in bodies:
        if name not in BODIES:
            raise DataError(f"the body {name!r} is unknown{suggestion(name, BODIES)}")
    steps = tuple(BODIES[n].step for n in bodies) if steps is None else tuple(steps)
    if len(steps) != len(bodies) or (counts is not None and len(counts) != len(bodies)):
        raise DataError(
            f"planets: {len(bodies)} bodies, but {len(steps)} steps and {len(counts or steps)} counts; give one of each a body"
        )
    segments = []
    with SPK.open(str(path)) as kernel:
        first, last = float(kernel[0, SUN].start_jd) - EPOCH, float(kernel[0, SUN].end_jd) - EPOCH
        for k, (name, step) in enumerate(zip(bodies, steps, strict=True)):
            t = _times(name, step, None if counts is None else counts[k], start=start, span=(first, last))
            body, sun = (np.asarray(kernel[0, n].compute(EPOCH, t)) for n in (BODIES[name].number, SUN))  # type: ignore[arg-type]
            place = (body - sun) / ASTRONOMICAL_UNIT
            fields = {axis: ("t", place[i]) for i, axis in enumerate("xyz")}
            segments.append(xr.Dataset(fields, coords={"t": ("t", t, {"units": "d"})}, attrs={"body": name}))
    return Dataset(
        tuple(segments),
        frozenset(),
        "kind F: JPL ephemeris DE421, a numerical integration fitted to observations (Folkner, Williams & Boggs 2009), heliocentric positions in "
        "au; file de421.bsp of the package skyfield-data (MIT; no terms of their own stated for the data)",
    )


def _times(name: str, step: float, count: int | None, *, start: float, span: tuple[float, float]) -> Array:
    """Times of one body in days after J2000; without a count five orbits, as far as the ephemeris goes."""
    available = int((span[1] - start) / step) + 1 if step > 0 else 0
    if count is None:
        count = max(2, min(int(ORBITS * BODIES[name].period / step) + 1, available)) if step > 0 else 0
    if start < span[0] or not 0 < count <= available:
        raise DataError(
            f"planets: {name} at {count} times from {start:g} d in steps of {step:g} d; DE421 covers {span[0]:g} d to {span[1]:g} d after J2000. "
            "Take fewer times, or another start"
        )
    return np.asarray(start + step * np.arange(count), dtype=np.float64)


def polar_motion(*, step: int = 20) -> Dataset:
    """The free wobble x, y of the Earth's pole in arc seconds against t in modified Julian days, means of `step` days.

    The mean pole, its drift and the annual motion are taken out (see `invarieq.data.read.polar.free_motion`).
    """
    pole = read_finals(packaged("skyfield-data", "finals2000A.all", "polar_motion"))
    return Dataset(
        (free_motion(pole, step),),
        frozenset(),
        f"kind M: {pole.sizes['t']} days of measured polar motion by the IERS, file finals2000A.all of the package skyfield-data (MIT; no terms of "
        f"their own stated for the data), without mean, drift to t² and annual motion, means of {step} days",
    )


def hare_lynx() -> Dataset:
    """Hares H and lynxes L in thousands of pelts against the year t, 1900 to 1920: 21 rows, rounded to one decimal."""
    path = packaged("pints", "toy/_lotka_volterra_model.py", "hare_lynx")
    values = _table_in(path, "suggested_values")
    t = 1900.0 + np.arange(len(values))
    fields = {name: ("t", values[:, k], {"units": "thousands"}) for k, name in enumerate("HL")}
    return Dataset(
        (xr.Dataset(fields, coords={"t": ("t", t, {"units": "year"})}),),
        frozenset(),
        "kind M: pelts counted by the Hudson's Bay Company, 1900–1920 (Howard 2009), as in toy.LotkaVolterraModel of the package pints (BSD-3)",
    )


def _table_in(path: Path, function: str) -> np.ndarray:
    """The table of numbers that a function in a source file returns, read without importing or running the file.

    Importing pints would load matplotlib and an optimizer, whose failures are not ours.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for part in ast.walk(node):
                if isinstance(part, ast.List) and len(part.elts) > 1 and all(isinstance(row, ast.List) for row in part.elts):
                    return np.asarray(ast.literal_eval(part), dtype=float)
    raise DataError(
        f"{path} holds no table in {function}; the installed version of pints is not known here: install pints 0.5 or 0.6"
    )
