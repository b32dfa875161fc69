"""Further group actions, written down by hand: (coordinates, fields, generators, order, parameters)."""

from __future__ import annotations

import sympy as sp

from invarieq.expressions import read_expression
from invarieq.jets import Field, JetSpace, VectorField, coordinates

Case = tuple[JetSpace, list[VectorField], int]
Rows = list[dict[str, str]]


def along(names: str) -> Rows:
    """Translations."""
    return [{name: "1"} for name in names.split()]


def case(independent: str, dependent: str, rows: Rows, order: int, parameters: str = "") -> Case:
    """A jet space, generators and an order from texts."""
    places = coordinates(independent)
    constants = tuple(sp.Symbol(name, real=True) for name in parameters.split())
    space = JetSpace(places, tuple(Field(name, *places) for name in dependent.split()), constants)
    fields = [VectorField({space.name(z): read_expression(c, space.names) for z, c in row.items()}) for row in rows]
    return space, fields, order


AFFINE = [*along("x y"), {"x": "x"}, {"y": "y"}, {"x": "y"}, {"y": "x"}]
PROJECTIVE = [*AFFINE, {"x": "x**2", "y": "x*y"}, {"x": "x*y", "y": "y**2"}]
TURNS = [{"x": "-y", "y": "x"}, {"y": "-z", "z": "y"}, {"z": "-x", "x": "z"}]
CONFORMAL = [{"x": "-y", "y": "x"}, {"x": "x", "y": "y"}, {"x": "x**2-y**2", "y": "2*x*y"}, {"x": "2*x*y", "y": "y**2-x**2"}]
BOOSTS = [*along("t x y"), {"x": "t", "u": "1"}, {"y": "t", "v": "1"}]
TURN_ALL = {"x": "-y", "y": "x", "u": "-v", "v": "u"}
KDV = [*along("t x"), {"x": "6*t", "u": "1"}, {"t": "3*t", "x": "x", "u": "-2*u"}]
BURGERS = [*along("t x"), {"x": "t", "u": "1"}, {"t": "2*t", "x": "x", "u": "-u"}, {"t": "t**2", "x": "t*x", "u": "x-t*u"}]
DYM = [*along("t x"), {"x": "x", "u": "u"}, {"t": "3*t", "u": "-u"}, {"x": "x**2", "u": "2*x*u"}]
HEAT = [
    *along("t x"), {"x": "2*t", "u": "-x*u"}, {"u": "u"}, {"t": "2*t", "x": "x"},
    {"t": "t**2", "x": "t*x", "u": "-(x**2/4+t/2)*u"},
]  # fmt: skip
PHASE = [*along("t x"), {"u": "-v", "v": "u"}, {"x": "t", "u": "-x*v/2", "v": "x*u/2"}]

RATIONAL: dict[str, Case] = {
    "affine curves, order 6": case("x", "y", AFFINE, 6),
    "equi-affine curves, order 5": case("x", "y", [*along("x y"), {"x": "x", "y": "-y"}, {"x": "y"}, {"y": "x"}], 5),
    "projective curves, order 7": case("x", "y", PROJECTIVE, 7),
    "E(2) on curves, order 8": case("x", "y", [*along("x y"), {"x": "-y", "y": "x"}], 8),
    "E(3), order 2": case("x y z", "u", [*along("x y z"), *TURNS], 2),
    "E(3) and time, order 2": case("t x y z", "u", [*along("t x y z"), *TURNS], 2),
    "SO(3) on space, order 2": case("x y z", "u", TURNS, 2),
    "E(3) with dilation, order 2": case("x y z", "u", [*along("x y z"), *TURNS, {"x": "x", "y": "y", "z": "z"}], 2),
    "SE(3) on curves, order 3": case("x", "y z", [*along("x y z"), *TURNS], 3),
    "SE(3) on trajectories, order 2": case("t", "x y z", [*along("x y z"), *TURNS], 2),
    "SO(3) on trajectories, order 3": case("t", "x y z", TURNS, 3),
    "E(2), order 3": case("x y", "u", [*along("x y"), {"x": "-y", "y": "x"}], 3),
    "P(1,1), order 3": case("t x", "u", [*along("t x"), {"t": "x", "x": "t"}], 3),
    "P(1,2), order 2": case(
        "t x y", "u", [*along("t x y"), {"t": "x", "x": "t"}, {"t": "y", "y": "t"}, {"x": "-y", "y": "x"}], 2
    ),
    "light cone, order 3": case("t x", "u", [*along("t x"), {"t": "t", "x": "-x"}], 3),
    "conformal plane, order 3": case("x y", "u", [*along("x y"), *CONFORMAL], 3),
    "Moebius on fields, order 3": case("t x", "u", [{"u": "1"}, {"u": "u"}, {"u": "u**2"}], 3),
    "sl(2) on the independent variable": case("x", "y", [{"x": "1"}, {"x": "x"}, {"x": "x**2"}], 4),
    "sl(2) on both": case("x", "y", [{"x": "1", "y": "1"}, {"x": "x", "y": "y"}, {"x": "x**2", "y": "y**2"}], 4),
    "sl(2), linear": case("x", "y", [{"x": "y"}, {"y": "x"}, {"x": "x", "y": "-y"}], 3),
    "Heisenberg": case("t x", "u", [{"x": "1"}, {"u": "1"}, {"x": "t", "u": "x"}], 2),
    "fluid, order 2": case("t x y", "u v", BOOSTS, 2),
    "turning fluid, order 1": case("t x y", "u v", [*BOOSTS, TURN_ALL], 1),
    "turning fluid with pressure": case("t x y", "u v p", [*BOOSTS, TURN_ALL], 1),
    "Galilei with phase, order 2": case("t x", "u v", PHASE, 2),
    "Schroedinger with dilation, order 2": case("t x", "u v", [*PHASE, {"t": "2*t", "x": "x", "u": "-u", "v": "-v"}], 2),
    "KdV group, order 4": case("t x", "u", KDV, 4),
    "Burgers group, order 3": case("t x", "u", BURGERS, 3),
    "Harry Dym group, order 4": case("t x", "u", DYM, 4),
    "heat group, order 3": case("t x", "u", HEAT, 3),
    "torus": case("t", "x y", [{"x": "a*x", "y": "b*y"}, {"t": "t", "x": "c*x"}], 2, "a b c"),
    "weights with parameters": case("t x", "u", [{"t": "a*t", "x": "x", "u": "b*u"}], 2, "a b"),
    "linear shifts": case("t x", "u", [{"u": "1"}, {"u": "x"}, {"u": "t"}], 2),
    "a cubic": case("x", "y", [{"x": "y**3"}], 2),
    "names of functions": case("t x", "beta E", [{"beta": "-E", "E": "beta"}, {"t": "t", "beta": "N*beta", "E": "N*E"}], 1, "N"),
    "names of sets": case("S I", "N", [{"S": "1"}, {"I": "1"}, {"I": "S"}, {"N": "N"}], 2),
}
TRANSCENDENTAL: dict[str, Case] = {
    "exp(x)": case("x", "y", [{"y": "exp(x)"}], 2),
    "exp(x), exp(-x)": case("x", "y", [{"y": "exp(x)"}, {"y": "exp(-x)"}], 3),
    "cosh, sinh and scaling": case("x", "y", [{"y": "cosh(x)"}, {"y": "sinh(x)"}, {"y": "y"}], 3),
    "exp(2 x), x exp(2 x)": case("x", "y", [{"x": "1"}, {"y": "exp(2*x)"}, {"y": "x*exp(2*x)"}], 3),
    "growing scaling": case("t x", "u", [{"x": "1"}, {"u": "exp(t)*u"}], 2),
    "u_t = u_xx + u log u": case("t x", "u", [*along("t x"), {"u": "exp(t)*u"}, {"x": "2*exp(t)", "u": "-x*exp(t)*u"}], 2),
    "exp(t) ∂_t": case("t x", "u", [*along("t x"), {"t": "exp(t)"}], 2),
    "exp(a t)": case("t x", "u", [*along("x"), {"x": "exp(a*t)", "u": "a*exp(a*t)"}], 2, "a"),
    "oscillator": case("t", "x", [{"t": "1"}, {"x": "cos(t)"}, {"x": "sin(t)"}, {"x": "x"}], 3),
    "oscillator of any frequency": case("t", "x", [{"x": "cos(w*t)"}, {"x": "sin(w*t)"}], 3, "w"),
    "damped oscillator": case(
        "t", "x", [{"t": "1"}, {"x": "exp(-t)*cos(2*t)"}, {"x": "exp(-t)*sin(2*t)"}, {"x": "x"}], 3
    ),
    "log(x)": case("x", "y", [{"y": "log(x)"}, {"y": "1"}, {"x": "x"}], 3),
    "u log u": case("t x", "u", [*along("t x"), {"u": "u*log(u)"}], 2),
    "sqrt(x)": case("x", "y", [{"y": "sqrt(x)"}], 2),
    "sqrt(y)": case("x", "y", [{"y": "sqrt(y)"}, {"x": "1"}], 2),
    "sqrt(x y)": case("x", "y", [{"x": "sqrt(x*y)"}], 1),
    "x**a": case("x", "y", [{"y": "x**a"}], 2, "a"),
    "u**a": case("t x", "u", [*along("t x"), {"u": "u**a"}], 2, "a"),
    "tan(x)": case("x", "y", [{"y": "tan(x)"}], 2),
    "atan(x)": case("x", "y", [{"y": "atan(x)"}], 2),
    "sin(u)": case("t x", "u", [*along("t x"), {"u": "sin(u)"}], 1),
    "exponential nonlinearity": case("t x", "u", [*along("t x"), {"x": "x", "u": "2"}], 2),
    "Liouville": case("t x", "u", [*along("t x"), {"t": "t", "u": "-1"}, {"x": "x", "u": "-1"}], 2),
    "Liouville, projective": case(
        "t x", "u", [*along("t x"), {"t": "t", "u": "-1"}, {"x": "x", "u": "-1"}, {"t": "t**2", "u": "-2*t"}], 2
    ),
    "growth": case("x", "y", [{"x": "1", "y": "y"}], 2),
    "spiral": case("x", "y", [{"x": "x-y", "y": "x+y"}], 1),
    "Jordan block": case("t", "x y", [{"x": "x+y", "y": "y"}], 1),
    "turning with time": case("t", "x y", [{"t": "1", "x": "-w*y", "y": "w*x"}], 1, "w"),
    "Riccati": case("x", "y", [{"x": "1", "y": "y**2+1"}], 1),
    "logistic": case("t", "u", [{"t": "1", "u": "u*(1-u)"}], 1),
    "an irrational weight": case("x", "y", [{"x": "x", "y": "sqrt(2)*y"}], 2),
}  # fmt: skip
