"""Laws for the claims of this folder: invented coefficients, known equations, names that programs also need."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from invarieq import Field, JetSpace, coordinates
from invarieq.law import Coefficient, Law

t, x = coordinates("t x")
c1, c2, c3 = sp.symbols("c1 c2 c3", real=True)
nu = sp.Symbol("nu", real=True)
u, v = Field("u", t, x), Field("v", t, x)
X, Y = Field("X", t), Field("Y", t)
line = JetSpace((t, x), (u,))
plane = JetSpace((t,), (X, Y))
r = sp.sqrt(X**2 + Y**2)
NP, STATE, SP = Field("np", t), Field("state", t), Field("sp", t)


def law(space: JetSpace, sides: Mapping[sp.Symbol, sp.Expr], **values: tuple[float, float]) -> Law:
    """A law from its solved equations; `c1=(value, error)` gives the coefficients."""
    coefficients = tuple(Coefficient(sp.Symbol(n, real=True), *pair) for n, pair in values.items())
    return Law(space, tuple(sides), tuple(sp.sympify(s, strict=True) for s in sides.values()), coefficients, 1e-3, len(sides))


KDV = law(line, {u[t]: c1 * u * u[x] + c2 * u[x, x, x]}, c1=(-5.9987, 0.0012), c2=(-1.0003, 0.0004))
KEPLER = law(plane, {X[t, t]: c1 * X / r**3, Y[t, t]: c1 * Y / r**3}, c1=(-1.0, 1e-6))
TIED = law(
    JetSpace((t, x), (u, v)),
    {u[t]: c1 * u[x, x] + c2 * v * (u**2 + v**2), v[t]: c1 * v[x, x] - c2 * u * (u**2 + v**2)},
    c1=(0.1, 1e-3),
    c2=(0.98, 0.03),
)
NAMESAKES = law(
    JetSpace((t,), (NP, STATE, SP)),
    {NP[t]: c1 * STATE + sp.sin(NP.symbol), STATE[t]: -NP.symbol * sp.pi, SP[t, t]: SP[t] * NP - SP.symbol},
    c1=(0.5, 0.1),
)
FUNCTIONS = law(
    JetSpace((t, x), (u,), (nu,)),
    {
        u[t]: nu / u**2
        + c1 * sp.exp(-2 * u[x]) * sp.log(u.symbol)
        + sp.Abs(u[x]) * sp.sign(u.symbol) * sp.exp(1)
        + sp.asin(u.symbol) / 3
        + sp.atan(u[x]) * sp.acos(u.symbol)
        + sp.sqrt(2) * u.symbol ** sp.Rational(1, 3)
        + sp.tanh(x) * sp.cosh(x) * sp.sinh(t) * sp.tan(t) * sp.cos(u.symbol)
    },
    c1=(1e-7, 1e-9),
)
ZERO = law(line, {u[t]: sp.S.Zero})
BOUNDED = Law.implicit(  # growth that saturates: x' = c1 x / (c2 + x), multiplied out
    JetSpace((t,), (X,)), [(c2 + X) * X[t] - c1 * X], coefficients=[Coefficient(c1, 2.001, 4e-3), Coefficient(c2, 0.5001, 2e-3)]
)
STEEP = law(line, {u[t]: c1 * sp.exp(c2 * u) - u**c3 * u[x]}, c1=(-1.5, 0.03), c2=(-2.0, 0.01), c3=(0.333, 0.002))
IMPLICIT = {
    "bounded": BOUNDED,
    "steep": Law.implicit(
        JetSpace((t, x), (u,), (nu,)),
        [sp.exp(c1 * u[t]) - nu * u**c2 * u[x], u[x, x] ** 3 - sp.sin(u[t] / c1)],
        coefficients=[Coefficient(c1, 1.5, 0.1), Coefficient(c2, -0.7, 0.1)],
    ),
}
LAWS = {
    "steep powers": STEEP,
    "kdv": KDV,
    "kepler": KEPLER,
    "tied": TIED,
    "namesakes": NAMESAKES,
    "functions": FUNCTIONS,
    "zero": ZERO,
}
