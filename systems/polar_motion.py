"""The wobble of the Earth's axis, 1973–2025: a rotation about the mean pole by the Chandler frequency (Chandler 1891).

Kind M: x and y of the pole measured day by day (flag I of the IERS series, predictions dropped), arc seconds against modified
Julian days. The mean pole with its drift (to t²) and the annual motion, which the seasons drive, are taken out by least
squares; means of 20 days, since what excites the wobble (weather, oceans) is correlated over weeks and no independent noise.
Provenance: file finals2000A.all of the package skyfield-data 7.0.0 (MIT), data by the IERS; it needs invarieq[data].
Plain fit (Savitzky–Golay, 61 days): [[7e-5, −.01452], [.01433, −1.1e-4]] per day, period 435.6 d; one fixed frequency: 432.75 d, by parts
of 13.7 years 428.75, 435.5, 435.25, 430.5 d: excited and damped, no pure oscillator. So a law leaves more than the instruments' noise.
Linear candidates: the displacement is a millionth of a radian, its square nothing.
"""

from invarieq import Field, System, Terms, coordinates, rotation, translation

(t,) = coordinates("t")
x, y = Field("x", t), Field("y", t)

system = System(
    name="polar_motion",
    unknowns=[x, y],
    symmetry=[translation(t), rotation(x, y)],
    data="measured:polar_motion",
    source="IERS finals2000A.all, in the package skyfield-data",
    terms=Terms(degree=1),
)
