"""What Newton leaves of a planet's acceleration: the ephemeris with the pulls of the Sun and of all planets subtracted.

r̈ = −(GM_S + GM_p) r/|r|³ + Σ_q GM_q [(r_q − r)/|r_q − r|³ − r_q/|r_q|³] + rest, heliocentric. The masses are DE421's own (Folkner,
Williams & Boggs, JPL IOM 343R-08-003, 2009), so the rest is what the ephemeris holds beyond Newton: relativity, and the asteroids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invarieq.data.read.measured import ASTRONOMICAL_UNIT, BODIES, EPOCH, SUN, packaged
from invarieq.errors import DataError, MissingExtra, suggestion

Array = NDArray[np.float64]

GM_SUN = 2.959122082855911e-4  # au³/d²
GM = {
    1: 4.91254957186794e-11,
    2: 7.243452332698441e-10,
    3: 8.997011408268049e-10,
    4: 9.54954869562239e-11,
    5: 2.82534584085505e-07,
    6: 8.459706073308477e-08,
    7: 1.29202482579265e-08,
    8: 1.52435910924974e-08,
    9: 2.17844105199052e-12,
}
LIGHT = 299792.458 * 86400 / ASTRONOMICAL_UNIT  # au/d
SECOND = (-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560)
FIRST = (1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280)


@dataclass(frozen=True)
class Arc:
    """Place, velocity, acceleration and its rest beyond Newton (each 3 × dates; au and days) of a body at `dates`."""

    body: str
    dates: Array
    place: Array
    velocity: Array
    acceleration: Array
    rest: Array


def beyond_newton(body: str, *, first: float = -36500.0, last: float = 18000.0, every: float = 7.0) -> Arc:
    """The arc of a planet from `first` to `last` day after J2000, one date each `every` days.

    Derivatives by nine-point differences with steps that binary numbers hold exactly. Raises `MissingExtra` without the packages,
    `DataError` for another body.
    """
    if body not in BODIES:
        raise DataError(f"the body {body!r} is unknown{suggestion(body, BODIES)}")
    path = packaged("skyfield-data", "de421.bsp", "solar_system")
    try:
        from jplephem.spk import SPK
    except ImportError:
        raise MissingExtra("solar_system", "jplephem", "data") from None
    dates = np.arange(first, last, every)
    number, step = BODIES[body].number, BODIES[body].step
    with SPK.open(str(path)) as kernel:

        def place(n: int, t: Array) -> Array:
            own, sun = (np.asarray(kernel[0, k].compute(EPOCH, t)) for k in (n, SUN))  # type: ignore[arg-type]
            return (own - sun) / ASTRONOMICAL_UNIT

        around = np.stack([place(number, dates + j * step) for j in range(-4, 5)])
        others = {q: place(q, dates) for q in GM if q != number}
    r = around[4]
    acceleration = np.tensordot(np.array(SECOND), around, 1) / step**2
    newton = -(GM_SUN + GM[number]) * r / _size(r) ** 3
    for q, p in others.items():
        newton = newton + GM[q] * ((p - r) / _size(p - r) ** 3 - p / _size(p) ** 3)
    velocity = np.tensordot(np.array(FIRST), around, 1) / step
    return Arc(body, dates, r, velocity, acceleration, acceleration - newton)


def _size(vectors: Array) -> Array:
    return np.linalg.norm(vectors, axis=0)
