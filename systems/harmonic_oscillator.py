"""The harmonic oscillator in phase space (Hooke 1678): rotation of position and momentum."""

from invarieq import Field, Grid, Simulation, System, coordinates, rotation, scaling, translation

(t,) = coordinates("t")
q, p = Field("q", t), Field("p", t)

system = System(
    name="harmonic_oscillator",
    unknowns=[q, p],
    symmetry=[translation(t), rotation(q, p), scaling({q: 1, p: 1})],
    law=[q[t] - p, p[t] + q],
    simulation=Simulation(grid=Grid({t: (0, 20, 401)}), start={q: [1, 0.3], p: [0, 0.5]}),
)
