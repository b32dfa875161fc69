"""Data that others measured, out of packages that ship them (the extra `data`)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np
import xarray as xr

from invarieq.data.dataset import Dataset
from invarieq.errors import MissingExtra, UnknownSystem

EPOCH = 2451545.0
INNER = (("mercury", 1, 0.5, 880), ("venus", 2, 1.0, 1124), ("earth-moon barycentre", 3, 1.0, 1828), ("mars", 4, 2.0, 1718))
ASTRONOMICAL_UNIT = 149597870.7  # km


def measured(name: str) -> Dataset:
    """The measured data set `name`: solar_system or hare_lynx."""
    if name == "solar_system":
        return solar_system()
    if name == "hare_lynx":
        return hare_lynx()
    raise UnknownSystem(f"measured data {name!r} are unknown; known: hare_lynx, solar_system")


def _packaged(package: str, ending: str, feature: str) -> Path:
    """A file of an installed package, found without importing it."""
    try:
        found = [f for f in files(package) or [] if str(f).endswith(ending)]
    except PackageNotFoundError:
        raise MissingExtra(feature, package, "data") from None
    if not found:
        raise MissingExtra(feature, f"{package} with {ending}", "data")
    return Path(str(found[0].locate()))


def solar_system(bodies: Sequence[tuple[str, int, float, int]] = INNER) -> Dataset:
    """Heliocentric positions x, y, z in au against t in days after J2000, one segment a body.

    `bodies` are (name, number in the ephemeris, step in days, count). Steps are exact in binary, and dates go to the reader
    in two parts: a Julian date in one double resolves half a nanoday only.
    """
    path = _packaged("skyfield-data", "de421.bsp", "solar_system")
    try:
        from jplephem.spk import SPK
    except ImportError:
        raise MissingExtra("solar_system", "jplephem", "data") from None
    segments = []
    with SPK.open(str(path)) as kernel:
        for name, number, step, count in bodies:
            t = step * np.arange(count)
            place = (kernel[0, number].compute(EPOCH, t) - kernel[0, 10].compute(EPOCH, t)) / ASTRONOMICAL_UNIT
            fields = {axis: ("t", place[i]) for i, axis in enumerate("xyz")}
            segments.append(xr.Dataset(fields, coords={"t": ("t", t, {"units": "d"})}, attrs={"body": name}))
    return Dataset(tuple(segments), frozenset(), "JPL ephemeris DE421 (fitted to observations), package skyfield-data")


def hare_lynx() -> Dataset:
    """Hares H and lynxes L in thousands against the year t, 1900 to 1920."""
    try:
        from pints.toy import LotkaVolterraModel
    except ImportError:
        raise MissingExtra("hare_lynx", "pints", "data") from None
    values = np.asarray(LotkaVolterraModel().suggested_values(), dtype=float)
    t = 1900.0 + np.arange(len(values))
    fields = {"H": ("t", values[:, 0]), "L": ("t", values[:, 1])}
    return Dataset((xr.Dataset(fields, coords={"t": ("t", t)}),), frozenset(), "Hudson Bay Company counts (measured), package pints")
