"""The Boussinesq equation: long waves that travel both ways (Boussinesq 1872); start and span of Yang et al. on symmetry invariants.

u_tt + u u_xx + u_x² + u_xxxx = 0, that is u_tt = −(u²/2 + u_xx)_xx. A bump at rest on the ring [−20, 20) spreads into waves.
In invariants of its symmetry, with I_(a,b) = u_(x^a t^b) u_x^(−(2+a+2b)/3): I_(0,2) = −1 − I_(4,0) − I_(0,0) I_(2,0).
"""

from sympy import Rational, exp

from invarieq import Field, Grid, Simulation, System, coordinates, scaling, translation

t, x = coordinates("t x")
u = Field("u", t, x)

system = System(
    name="boussinesq",
    unknowns=[u],
    symmetry=[translation(t), translation(x), scaling({t: 2, x: 1, u: -2})],
    law=[u[t, t] + u * u[x, x] + u[x] ** 2 + u[x, x, x, x]],
    simulation=Simulation(
        grid=Grid({t: (0, 20, 401), x: (-20, 20, 256)}, periodic=[x]),
        start={u: exp(-(x**2)) * Rational(1, 2), u[t]: 0},
    ),
)
