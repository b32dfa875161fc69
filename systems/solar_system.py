"""The inner planets round the Sun, from the JPL ephemeris DE421 (Folkner et al. 2009).

Kind F: a numerical integration fitted to observations, not sightings; the model inside is Newton, relativity and
asteroids, so what is found is that model. Heliocentric positions in au, time in days, Mercury to Mars, five orbits each.
Provenance: file de421.bsp of the package skyfield-data 7.0.0 (MIT), data by JPL; it needs invarieq[data].
Plain fit of the known form on 9-point differences, pooled inner planets: exponent −2.000003, GM off by −1.3e-6 of
2.959122082855911e-4 au³/d².
"""

from invarieq import Field, System, coordinates, rotation, translation

(t,) = coordinates("t")
x, y, z = Field("x", t), Field("y", t), Field("z", t)

system = System(
    name="solar_system",
    unknowns=[x, y, z],
    symmetry=[translation(t), rotation(x, y), rotation(y, z), rotation(z, x)],
    data="measured:solar_system",
    source="JPL DE421, in the package skyfield-data",
)
