"""Light in empty space: E_t = ∇×B, B_t = −∇×E, ∇·E = ∇·B = 0, speed of light 1 (Maxwell 1865).

A few waves on a torus, left to run. Parity turns E and leaves B, time reversal the other way round: that separates E from B.
"""

from sympy import cos, pi, sin

from invarieq import (
    Field,
    Grid,
    Simulation,
    System,
    Terms,
    coordinates,
    reflection,
    rotations,
    scaling,
    translation,
)

t, x, y, z = coordinates("t x y z")
E1, E2, E3, B1, B2, B3 = (Field(name, t, x, y, z) for name in ("E1", "E2", "E3", "B1", "B2", "B3"))

system = System(
    name="maxwell",
    unknowns=[E1, E2, E3, B1, B2, B3],
    symmetry=[
        *(translation(s) for s in (t, x, y, z)),
        *rotations((x, y, z), vectors=[(E1, E2, E3), (B1, B2, B3)]),
        scaling({t: 1, x: 1, y: 1, z: 1}),
        reflection(x, y, z, E1, E2, E3),
        reflection(t, B1, B2, B3),
    ],
    law=[
        E1[t] - B3[y] + B2[z],
        E2[t] - B1[z] + B3[x],
        E3[t] - B2[x] + B1[y],
        B1[t] + E3[y] - E2[z],
        B2[t] + E1[z] - E3[x],
        B3[t] + E2[x] - E1[y],
        E1[x] + E2[y] + E3[z],
        B1[x] + B2[y] + B3[z],
    ],
    simulation=Simulation(
        grid=Grid({t: (0, 4, 41), x: (-pi, pi, 16), y: (-pi, pi, 16), z: (-pi, pi, 16)}, periodic=[x, y, z]),
        start={
            E1: sin(y + z) + cos(x + y + 1),
            E2: cos(x) - cos(x + y + 1),
            E3: cos(x + 1) / 2 + cos(x + y + 1) / 2,
            B1: cos(z) / 2 + sin(y - 2) + sin(x + z),
            B2: sin(x) - sin(z) + cos(x + z + 1) / 2,
            B3: cos(y + 1) - sin(x + z),
        },
    ),
    terms=Terms(order=2, degree=2, constraints=(E1[x] + E2[y] + E3[z], B1[x] + B2[y] + B3[z])),
)
